"""Forms of a study: what it is about, which waves, and what of them is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from draagkracht.instruments.content import Content
from draagkracht.instruments.instrument import in_language
from draagkracht.instruments.own_scales import OWN
from draagkracht.instruments.questions import Question
from draagkracht.surveys.models import Wave

from .choices import (
    ANSWER,
    COARSE,
    EXACT,
    GROUPED,
    KNOWN_TO_OTHERS,
    ONLY_BACKGROUND,
    PROFESSION,
    SENIORITY,
    UNIT,
    USUAL_K,
    WITH_CLASSES,
    Choices,
    steps,
)


class StudyForm(forms.Form):
    """What people will read in their list of who looked, so in plain words."""

    title = forms.CharField(
        label=_("Title of the study"),
        max_length=120,
        help_text=_("Everybody whose answers are in a file reads this title on their own page."),
    )
    question = forms.CharField(
        label=_("What do you want to find out?"), max_length=600, widget=forms.Textarea(attrs={"rows": 3})
    )
    approval = forms.CharField(
        label=_("Approval"),
        max_length=200,
        required=False,
        help_text=_("Ethics committee and number, if there is one."),
    )


class WavesForm(forms.Form):
    """Closed waves, one or more; a person keeps the same code in all of them."""

    wave = forms.MultipleChoiceField(label=_("Which waves?"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, waves: Sequence[Wave], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wave"].choices = [(str(one.pk), f"{one.name} · {one.campaign.name}") for one in waves]  # type: ignore[attr-defined]


class ChoicesForm(WavesForm):
    """What goes along. Background is off until somebody asks for it."""

    language = forms.ChoiceField(label=_("Language of labels and codebook"))
    instrument = forms.MultipleChoiceField(
        label=_("Questionnaires"), widget=forms.CheckboxSelectMultiple, required=False, help_text=_("Items and scores.")
    )
    unit = forms.ChoiceField(label=_("Unit"), required=False, help_text=_("Units are numbered, never named."))
    profession = forms.ChoiceField(label=_("Profession"), required=False)
    seniority = forms.ChoiceField(label=_("Years since the first day in the staff list"), required=False)

    def __init__(self, *args, contents: Sequence[Content], depth: int, least_k: int, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wave"].widget = forms.MultipleHiddenInput()
        self._choices("language", [(code, name) for code, name in settings.LANGUAGES if code in ("nl", "en")])
        instruments = {name: one for content in contents for name, one in content.instruments.items() if name != OWN}
        language = self.spoken
        self._choices("instrument", [(name, in_language(one.title, language)) for name, one in instruments.items()])
        self.initial.setdefault("instrument", list(instruments))
        self._choices("unit", [("", gettext("leave out")), *_levels(depth)])
        self._choices(
            "profession",
            [
                ("", gettext("leave out")),
                (GROUPED, gettext("rare ones together as “other”")),
                (EXACT, gettext("as in the staff list")),
            ],
        )
        self._choices(
            "seniority",
            [
                ("", gettext("leave out")),
                (COARSE, gettext("two classes: below 5 years, 5 or more")),
                (EXACT, gettext("five classes")),
            ],
        )
        self.own = _own(contents)
        for code, asked in self.own.items():
            self.fields[_field(code)] = _own_field(asked, language)
        self.fields["k"] = forms.IntegerField(
            label=_("Smallest group"),
            min_value=least_k,
            max_value=1000,
            initial=max(USUAL_K, least_k),
            help_text=_("At least this many people with the same background and the same waves."),
        )
        self.fields["leave_out"] = forms.BooleanField(
            label=_("Leave out people in groups that are too small (at most one in ten)"), required=False
        )

    @property
    def spoken(self) -> str:
        return str(self.initial.get("language", "nl"))

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict:
        given = super().clean() or {}
        if not self.errors and not (given["instrument"] or any(given.get(_field(code)) for code in self.own)):
            self.add_error("instrument", _("Choose at least one questionnaire or question."))
        return given

    def chosen(self) -> Choices:
        """What was asked for; call on a form that is valid."""
        given = self.cleaned_data
        own = {code: given.get(_field(code)) for code in self.own}
        background = {name: given[name] for name in (UNIT, PROFESSION, SENIORITY) if given[name]}
        return Choices(
            waves=tuple(int(one) for one in given["wave"]),
            instruments=tuple(given["instrument"]),
            background=background | {code: step for code, step in own.items() if step and step != ANSWER},
            answers=tuple(code for code, step in own.items() if step == ANSWER),
            k=given["k"],
            leave_out=given["leave_out"],
        )


def as_fields(choices: Choices, language: str) -> list[tuple[str, str]]:
    """The same choices as pairs for an address or for hidden fields."""
    pairs = [("wave", str(one)) for one in choices.waves] + [("instrument", one) for one in choices.instruments]
    pairs += [(_field(name) if "." in name else name, step) for name, step in choices.background.items()]
    pairs += [(_field(code), ANSWER) for code in choices.answers]
    pairs += [("k", str(choices.k)), ("language", language)]
    return [*pairs, ("leave_out", "on")] if choices.leave_out else pairs


def _field(code: str) -> str:
    return f"q-{code}"


def _levels(depth: int) -> list[tuple[str, str]]:
    """Coarse first: level 1 lies just below the organisation."""
    told = {1: gettext("departments (level 1)"), depth: gettext("lowest units (level %(depth)s)") % {"depth": depth}}
    return [
        (step, told.get(int(step)) or gettext("level %(step)s") % {"step": step})
        for step in reversed(steps(UNIT, depth))
    ]


def _own(contents: Sequence[Content]) -> dict[str, list[Question]]:
    """Own questions by code, as each version asked them: one may have had another kind before."""
    found: dict[str, list[Question]] = {}
    for content in contents:
        for code, question in content.question.items():
            if question.instrument == OWN and question.kind != "text":
                found.setdefault(code, []).append(question)
    return found


def _own_field(asked: Sequence[Question], language: str) -> forms.ChoiceField:
    """Opinions go along unless somebody says no; what others may know stays out unless somebody asks."""
    kinds = {question.kind for question in asked}
    offered, known = [("", gettext("leave out"))], not kinds.isdisjoint(KNOWN_TO_OTHERS)
    if known:
        offered += [(COARSE, gettext("as background, in classes"))] if not kinds.isdisjoint(WITH_CLASSES) else []
        offered += [(EXACT, gettext("as background"))]
    if kinds.isdisjoint(ONLY_BACKGROUND):
        words = gettext("as an answer: nobody else can know it") if known else gettext("as an answer")
        offered += [(ANSWER, words)]
    return forms.ChoiceField(
        label=in_language(asked[-1].text, language),
        choices=offered,
        required=False,
        initial="" if known else ANSWER,
    )
