"""Forms of this room."""

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


class SignInForm(forms.Form):
    """The address to which the link or the code goes."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("The address that your organisation knows you by."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username webauthn", "inputmode": "email"}),
    )


class AddPasskeyForm(AddWebAuthnForm):
    """allauth's form in our words; a new key may sign in by itself unless one unticks it."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("A name for this device")
        passwordless = self.fields["passwordless"]
        passwordless.label = _("Also sign in with it, without a mail")
        passwordless.help_text = _("Your phone or computer then asks for your fingerprint, face or PIN.")
        passwordless.initial = True
