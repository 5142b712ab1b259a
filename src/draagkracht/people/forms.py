"""Forms of this room."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .models import Role, StaffUpload, Unit
from .staff_columns import FIELDS, problems
from .staff_file import MAX_BYTES, Sheet
from .staff_plan import Plan


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


class UploadForm(forms.Form):
    """The staff file itself."""

    file = forms.FileField(
        label=_("Your staff file"),
        help_text=_("CSV or Excel (.xlsx), at most 20 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )

    def clean_file(self):
        given = self.cleaned_data["file"]
        if given.size > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(limit)s MB."), params={"limit": MAX_BYTES // 2**20}
            )
        return given


class ColumnsForm(forms.Form):
    """For each field the column that holds it."""

    def __init__(self, sheet: Sheet, upload: StaffUpload, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        twice = {heading for heading in sheet.header if sheet.header.count(heading) > 1 or not heading}
        choices: list[tuple[str, Any]] = [("", _("— not in the file —"))]
        for number, heading in enumerate(sheet.header):
            place = gettext("column %(number)s") % {"number": number + 1}
            choices.append((str(number), f"{heading} ({place})" if heading in twice else heading))
        for name, label in FIELDS.items():
            self.fields[name] = forms.ChoiceField(
                label=label,  # type: ignore[arg-type]
                choices=choices,
                required=False,
                initial=str(upload.columns.get(name, "")),
            )
        self.fields["complete"] = forms.BooleanField(
            label=_("The file holds everybody: who is not in it has left"),
            help_text=_("Leave this off when the file holds only a part of the organisation."),
            required=False,
            initial=upload.complete,
        )

    @property
    def choices_of_columns(self) -> list[forms.BoundField]:
        """The fields that choose a column."""
        return [self[name] for name in FIELDS]

    @property
    def columns(self) -> dict[str, int]:
        """Field -> number of its column."""
        return {name: int(self.cleaned_data[name]) for name in FIELDS if self.cleaned_data.get(name)}

    def clean(self):
        cleaned = super().clean() or {}
        for sentence in problems({name: 0 for name in FIELDS if cleaned.get(name)}):
            self.add_error(None, str(sentence))
        return cleaned


class ConfirmForm(forms.Form):
    """Carries the fingerprint of the plan that was looked at; asks once more when many people would leave."""

    digest = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, plan: Plan, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if plan.many_leave:
            values = {"leaves": len(plan.leaves), "present": plan.present}
            self.fields["many_may_leave"] = forms.BooleanField(
                label=gettext("Yes, %(leaves)s of %(present)s people have left. The file is complete.") % values
            )


class GrantForm(forms.Form):
    """Who gets which role, and for which unit."""

    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(label=_("Role"), choices=[(r.value, r.label) for r in Role if r is not Role.WORKER])
    unit = forms.ModelChoiceField(
        label=_("Unit"),
        queryset=None,
        required=False,
        empty_label=_("the whole organisation"),
        help_text=_("The role holds for this unit and all below it. A team lead always has a unit."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.order_by("name", "id")  # type: ignore[attr-defined]

    def clean(self):
        cleaned = super().clean() or {}
        if cleaned.get("role") == Role.TEAM_LEAD and not cleaned.get("unit"):
            self.add_error("unit", _("Choose the unit that this team lead leads."))
        return cleaned
