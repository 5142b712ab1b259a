"""Forms of this room."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from draagkracht.people.models import Unit
from draagkracht.ui.sheets import MAX_BYTES, Sheet

from .columns import COLUMNS, MONTHS, PLACES, months_in, problems
from .entries import Reading
from .kinds import kinds, said
from .models import FigureUpload, Moment, MomentKind


class UploadForm(forms.Form):
    """The file itself."""

    file = forms.FileField(
        label=_("Your file with figures"),
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


def figure_choices() -> list[tuple[str, Any]]:
    """Every field of every kind, grouped by kind."""
    language = get_language() or "nl"
    return [
        (said(kind.name, language), [(field.key, said(field.name, language)) for field in kind.fields])
        for kind in kinds()
    ]


class ColumnsForm(forms.Form):
    """For each column of the file what it is; where months stand side by side, also which figure stands below them."""

    def __init__(self, sheet: Sheet, upload: FigureUpload, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        self.months = months_in(sheet.header)
        figures = figure_choices()
        guessed = {number: target for target, number in upload.columns.items()}
        choices = [("", gettext("— leave out —")), (gettext("Where and when"), list(PLACES.items())), *figures]
        if self.months:
            self.fields["layout"] = forms.ChoiceField(
                label=_("How does the file stand?"),
                choices=[(MONTHS, _("A column for each month")), (COLUMNS, _("A row for each month"))],
                widget=forms.RadioSelect,
                initial=upload.layout,
            )
            self.fields["figure"] = forms.ChoiceField(
                label=_("Which figure stands below the months?"),
                choices=[("", gettext("— choose —")), *figures],
                required=False,
                initial=upload.figure,
            )
        for number, heading in enumerate(sheet.header):
            if number not in self.months:
                label = heading or gettext("column %(number)s") % {"number": number + 1}
                self.fields[f"c{number}"] = forms.ChoiceField(
                    label=label, choices=choices, required=False, initial=guessed.get(number, "")
                )

    @property
    def of_layout(self) -> list[forms.BoundField]:
        """The questions about the months, where there are any."""
        return [self[name] for name in ("layout", "figure") if name in self.fields]

    @property
    def of_columns(self) -> list[forms.BoundField]:
        """The fields that say what a column is."""
        return [self[name] for name in self.fields if name not in ("layout", "figure")]

    @property
    def reading(self) -> Reading:
        """How the file is read."""
        told = self.cleaned_data
        layout = told.get("layout") or COLUMNS
        columns = {told[name]: int(name[1:]) for name in told if name[1:].isdecimal() and told[name]}
        if layout == MONTHS:
            columns = {target: number for target, number in columns.items() if target in ("unit", "figure")}
        figure = told.get("figure") or ""
        return Reading(layout, columns, figure if layout == MONTHS and "figure" not in columns else "")

    def clean(self):
        cleaned = super().clean() or {}
        chosen = [value for name, value in cleaned.items() if name[1:].isdecimal() and value]
        if len(set(chosen)) < len(chosen):
            self.add_error(None, gettext("Two columns were given the same meaning. Each can be chosen once."))
        reading = self.reading
        for sentence in problems(reading.layout, reading.columns, reading.figure, self.sheet.header):
            self.add_error(None, str(sentence))
        return cleaned


class ConfirmForm(forms.Form):
    """Carries the fingerprint of the plan that was looked at."""

    digest = forms.CharField(widget=forms.HiddenInput)


class MomentForm(forms.ModelForm):
    """One moment of the calendar."""

    class Meta:
        model = Moment
        fields = ("title", "kind", "starts_on", "ends_on")
        labels = {
            "title": _("What happened?"),
            "kind": _("Kind"),
            "starts_on": _("On, or from"),
            "ends_on": _("Up to and including"),
        }
        help_texts = {
            "title": _("Short, without the name of a person: “New roster for the night”."),
            "ends_on": _("Leave empty when it was one day."),
        }
        widgets = {
            "starts_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "ends_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = MomentKind.choices  # type: ignore[attr-defined]
        unit = forms.ModelChoiceField(
            label=_("For whom"),
            queryset=Unit.objects.exclude(parent=None).order_by("name", "id"),
            required=False,
            empty_label=_("the whole organisation"),
            initial=self.instance.unit_id,
        )
        self.fields["unit"] = unit

    def clean(self):
        cleaned = super().clean() or {}
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and not 1990 <= starts.year <= 2100:
            self.add_error("starts_on", _("This date cannot be right."))
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The last day is before the first."))
        return cleaned
