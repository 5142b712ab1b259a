from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "draagkracht.figures"
    label = "figures"
