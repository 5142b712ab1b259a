from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "draagkracht.people"
    label = "people"
