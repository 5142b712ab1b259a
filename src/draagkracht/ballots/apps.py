from django.apps import AppConfig


class BallotsConfig(AppConfig):
    name = "draagkracht.ballots"
    label = "ballots"
