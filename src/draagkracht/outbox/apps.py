from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "draagkracht.outbox"
    label = "outbox"
