"""Forms of this room."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from draagkracht.people.models import Unit

from .actions.issuing import MOST_AT_ONCE
from .models import CODE_LETTERS, Signal


class EvaluationForm(forms.Form):
    """What is evaluated, and until when."""

    programme = forms.CharField(
        label=_("Programme"),
        max_length=120,
        help_text=_("The report of the half year takes evaluations of the same programme together."),
    )
    title = forms.CharField(
        label=_("What is evaluated?"), max_length=120, help_text=_("For example “Session 3: saying no”.")
    )
    held_on = forms.DateField(
        label=_("Held on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    closes_on = forms.DateField(
        label=_("Last day to vote"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_closes_on(self):
        day = self.cleaned_data["closes_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day is over already."))
        return day


class CodesForm(forms.Form):
    """How many codes are printed."""

    count = forms.IntegerField(label=_("How many codes?"), min_value=1, max_value=MOST_AT_ONCE, initial=12)


class UnitForm(forms.Form):
    """Whose people get a link by mail."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = forms.ModelChoiceField(
            label=_("Who gets a link?"),
            queryset=Unit.objects.filter(closed_on=None).order_by("name", "id"),
            help_text=_("Everybody who is in this unit, or below it, today."),
        )


class CodeForm(forms.Form):
    """The code of a ticket, typed over from paper."""

    code = forms.CharField(
        label=_("Your code"), max_length=40, help_text=_("Twelve letters and digits; spaces do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip

    def clean_code(self):
        code = "".join(self.cleaned_data["code"].split()).replace("-", "").lower()
        if len(code) != 12 or not set(code) <= set(CODE_LETTERS):
            raise forms.ValidationError(_("We do not know this code. Look at it once more."))
        return code


class SignalForm(forms.ModelForm):
    """One signal; an answer and a deed are dated."""

    class Meta:
        model = Signal
        fields = ("said", "said_on", "programme", "owner", "answer", "answered_on", "done", "done_on")
        labels = {
            "said": _("You said"),
            "said_on": _("Since"),
            "programme": _("Programme"),
            "owner": _("Who takes it up"),
            "answer": _("Answer"),
            "answered_on": _("Answered on"),
            "done": _("We did"),
            "done_on": _("Done on"),
        }
        help_texts = {
            "said": _("In your own words, never a quote by which somebody can be recognised."),
            "owner": _("A function, not the name of a person."),
        }
        widgets = {
            name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            for name in ("said_on", "answered_on", "done_on")
        }

    def clean(self):
        cleaned = super().clean() or {}
        for text, day in (("answer", "answered_on"), ("done", "done_on")):
            if cleaned.get(text) and not cleaned.get(day) and day not in self.errors:
                self.add_error(day, _("Give the day as well."))
        return cleaned
