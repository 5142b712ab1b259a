from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "draagkracht.insights"
    label = "insights"
