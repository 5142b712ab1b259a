from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "draagkracht.ui"
    label = "ui"
