from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "draagkracht.consent.vault"
    label = "vault"
