"""The form with which somebody imports the wording of an instrument."""

from django import forms
from django.conf import settings
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
