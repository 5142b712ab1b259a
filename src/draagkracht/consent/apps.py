from django.apps import AppConfig


class ConsentConfig(AppConfig):
    name = "draagkracht.consent"
    label = "consent"
