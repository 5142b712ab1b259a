from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "draagkracht.surveys"
    label = "surveys"
