from django.apps import AppConfig


class InstrumentsConfig(AppConfig):
    name = "draagkracht.instruments"
    label = "instruments"
