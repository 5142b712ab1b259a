"""The form with which somebody imports the wording of an instrument."""

import datetime

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from draagkracht.instruments.definition import Instrument


class TextsForm(forms.Form):
    """A file, its language, and what the person attests to. A protected instrument needs the word of a person."""

    language = forms.ChoiceField(label=_("Language of the file"))
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or XLSX with the columns item and text, 2 MB at most."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
    )
    wording = forms.ChoiceField(
        label=_("Which text is this?"),
        widget=forms.RadioSelect,
        choices=[
            ("validated", _("The validated text, word for word")),
            ("own", _("Own or adapted wording: results are marked as not validated")),
            ("invented", _("Made-up example, with nothing of the protected text in it")),
        ],
    )
    source_note = forms.CharField(
        label=_("Where does the text come from?"),
        required=False,
        max_length=300,
        help_text=_("For example the date of the letter of permission."),
    )
    attest = forms.BooleanField(label=_("We have the right to use this text in this organisation."))

    def __init__(self, *args, instrument: Instrument, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = settings.LANGUAGES  # type: ignore[attr-defined]
        if instrument.licence.kind == "free":
            self.fields["attest"].label = _("We follow the licence of this questionnaire.")


class PermissionForm(forms.Form):
    """What somebody attests to, until when, and the letter that says so."""

    statement = forms.CharField(
        label=_("What does the letter allow?"),
        max_length=300,
        help_text=_("For example: e-mail of the author of 3 May, use in our hospital, on paper and on screen."),
    )
    valid_until = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Leave empty when the letter names no end."),
    )
    letter = forms.FileField(
        label=_("The letter"),
        help_text=_("PDF, PNG, JPEG, e-mail (EML) or Word (DOCX), 5 MB at most."),
        max_length=200,
        allow_empty_file=True,  # the refusal of an empty file is told by whoever reads it
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.eml,.docx"}),
    )
    attest = forms.BooleanField(
        label=_("I have read the letter. It allows this organisation to use this questionnaire in this way.")
    )

    def clean_valid_until(self) -> datetime.date | None:
        """A permission that is over already cannot be given."""
        day = self.cleaned_data["valid_until"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError(_("The last day of the permission is over already."))
        return day
