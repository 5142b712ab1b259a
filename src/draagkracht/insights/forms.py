"""Forms of this room: an effect study, in two steps."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from draagkracht.insights.release.measures import Measured
from draagkracht.insights.release.studies import MOST_PRIMARY, MOST_SECONDARY, Round
from draagkracht.instruments.definition import in_language
from draagkracht.people.models import Organisation, Unit
from draagkracht.people.queries import unit_paths


class RoundsForm(forms.Form):
    """Which rounds: before, after, and perhaps a follow-up."""

    before = forms.TypedChoiceField(label=_("Round before the trajectory"), coerce=int)
    after = forms.TypedChoiceField(label=_("Round after the trajectory"), coerce=int)
    follow_up = forms.TypedChoiceField(
        label=_("Follow-up"), coerce=int, required=False, empty_value=None,
        help_text=_("A later round that shows whether a change was still there. Only who answered all rounds is counted."),
    )  # fmt: skip

    def __init__(self, *args: Any, rounds: list[Round], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = [one.id for one in rounds]
        choices = [
            (one.id, one.name if one.closed else _("%(name)s (not closed yet)") % {"name": one.name}) for one in rounds
        ]
        for name in ("before", "after"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.fields["follow_up"].choices = [("", _("None")), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        chosen = self.chosen()
        if "before" in given and "after" in given and sorted(set(chosen), key=self.order.index) != chosen:
            raise forms.ValidationError(
                _("The round after comes later than the round before, and the follow-up later still.")
            )
        return given

    def chosen(self) -> list[int]:
        """Ids of the rounds, in the order of the trajectory."""
        return [self.cleaned_data[name] for name in ("before", "after", "follow_up") if self.cleaned_data.get(name)]


class StudyForm(forms.Form):
    """Who took part, with whom they are compared, and what is asked."""

    title = forms.CharField(
        label=_("Name of the study"), max_length=120, help_text=_("For example: Team strengthening, spring 2027")
    )
    participants = forms.MultipleChoiceField(
        label=_("Who took part?"), widget=forms.CheckboxSelectMultiple,
        help_text=_("Everybody who belonged to these units in the round before. At least ten of them must have answered every round; for questions about strain more."),
    )  # fmt: skip
    comparison = forms.MultipleChoiceField(
        label=_("With whom do you compare?"), widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("Units that did not take part, and resemble those that did. Without them nobody can say where a change came from."),
    )  # fmt: skip
    primary = forms.MultipleChoiceField(
        label=_("Main question"), widget=forms.CheckboxSelectMultiple,
        help_text=_("The one theme, or the two, that the trajectory is about. Choose before you know the answer."),
    )  # fmt: skip
    secondary = forms.MultipleChoiceField(
        label=_("Other themes"), widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("At most eight. The more themes, the more seem to change by chance; the page takes that into account."),
    )  # fmt: skip

    def __init__(self, *args: Any, organisation: Organisation, measures: list[Measured], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        paths = unit_paths(organisation)
        known = {unit.code: unit.name for unit in Unit.objects.all()}
        units = sorted(Unit.objects.filter(closed_on=None, parent__isnull=False), key=lambda unit: paths[unit.pk])
        choices = [(unit.code, " › ".join(known[code] for code in paths[unit.pk][1:])) for unit in units]
        self.above = {unit.code: set(paths[unit.pk]) for unit in units}
        for name in ("participants", "comparison"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        language = get_language() or "nl"
        themes = [(one.id, in_language(one.data["title"], language)) for one in measures]
        for name in ("primary", "secondary"):
            self.fields[name].choices = themes  # type: ignore[attr-defined]

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def clean_primary(self) -> list[str]:
        if len(self.cleaned_data["primary"]) > MOST_PRIMARY:
            raise forms.ValidationError(_("Choose one or two."))
        return self.cleaned_data["primary"]

    def clean_secondary(self) -> list[str]:
        # A theme that is a main question already is simply not another one.
        chosen = [one for one in self.cleaned_data["secondary"] if one not in self.cleaned_data.get("primary", [])]
        if len(chosen) > MOST_SECONDARY:
            raise forms.ValidationError(_("Choose at most eight."))
        return chosen

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        ours, theirs = given.get("participants", []), given.get("comparison", [])
        if any(one in self.above[other] or other in self.above[one] for one in ours for other in theirs):
            self.add_error("comparison", _("A unit takes part or is compared, not both."))
        return given
