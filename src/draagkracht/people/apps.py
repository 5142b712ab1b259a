from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "draagkracht.people"
    label = "people"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added, authenticator_removed

        from .actions.sign_in import note_factor_added, note_factor_removed
        from .sign_in import remember_new_factor

        authenticator_added.connect(remember_new_factor, dispatch_uid="people.remember_new_factor")
        authenticator_added.connect(note_factor_added, dispatch_uid="people.note_factor_added")
        authenticator_removed.connect(note_factor_removed, dispatch_uid="people.note_factor_removed")
