"""The page of an effect study: a sentence, a picture, what it can and can not show, and everything a researcher checks."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import slugify
from django.utils.translation import gettext as _

from draagkracht.insights.models import EffectStudy, Reason, Release, ReleasedEffect
from draagkracht.insights.shared import effect_words as words
from draagkracht.insights.shared.cells import harmless
from draagkracht.insights.shared.published import Measure, because
from draagkracht.people.models import Role
from draagkracht.science.interval import group_interval
from draagkracht.ui.charts import Course, DotRow, Estimate, Figure, Scale, before_after, dot_interval

ACTS = frozenset({Role.COORDINATOR, Role.ADVISER})
ARMS = ("participants", "comparison")
COLUMNS = (
    "study", "measure", "question", "group", "round", "statistic", "low", "value", "high", "n", "se", "df", "p", "reason",
)  # fmt: skip


def studies():
    """Every study of the organisation, newest first, without the people who were named in it. Call inside its scope."""
    return EffectStudy.objects.defer("pseudonyms").order_by("-registered_at", "-id")


def index(request: HttpRequest) -> HttpResponse:
    """All studies, and how far each of them is."""
    every = list(studies())
    answered = set(ReleasedEffect.objects.values_list("study_id", flat=True).distinct())
    published = set(Release.objects.values_list("wave_id", flat=True))
    rows = [{"study": one, "state": _state(one, one.pk in answered, published)} for one in every]
    return render(request, "insights/effects.html", {"rows": rows, "may_act": bool(request.standing.roles & ACTS)})  # type: ignore[attr-defined]


def _state(study: EffectStudy, answered: bool, published: set[int]) -> str:
    if answered:
        return _("answered")
    return _("waits for its rounds") if waiting(study, published) else _("can be calculated")


def waiting(study: EffectStudy, published: set[int]) -> list[str]:
    """Names of the rounds that are not published yet."""
    return [wave["name"] for wave in study.waves if wave["id"] not in published]


def effect(request: HttpRequest, study_id: int) -> HttpResponse:
    """One study."""
    return render(request, "insights/effect.html", context(request, study_id))


def context(request: HttpRequest, study_id: int) -> dict[str, Any]:
    """Everything that the page shows. 404 for a study of another organisation."""
    study = get_object_or_404(studies(), pk=study_id)
    rows = list(ReleasedEffect.objects.filter(study=study).order_by("position"))
    published = set(
        Release.objects.filter(wave_id__in=[w["id"] for w in study.waves]).values_list("wave_id", flat=True)
    )
    found = {
        "study": study,
        "rounds": [wave["name"] for wave in study.waves],
        "units": [unit["name"] for unit in study.participants],
        "compared": [unit["name"] for unit in study.comparison],
        "waiting": waiting(study, published),
        "may_act": bool(request.standing.roles & ACTS),  # type: ignore[attr-defined]
        "answered": bool(rows),
    }
    return found | (_answer(study, rows) if rows else {})


def _answer(study: EffectStudy, rows: Sequence[ReleasedEffect]) -> dict[str, Any]:
    outcomes = [outcome(study, row) for row in rows]
    shown = [one for one in outcomes if "arms" in one]
    first = next((one for one in shown if one["primary"]), None)
    can, cannot = (
        words.limits(first["arms"], study.late, len(study.secondary), len(study.waves) > 2) if first else ([], [])
    )
    return {
        "primary": [one for one in outcomes if one["primary"]],
        "secondary": [one for one in outcomes if not one["primary"]],
        "others": _others(study, [one for one in shown if not one["primary"]]),
        "first": first,
        "headline": first["sentence"] if first else _("No figures of this effect can be shown."),
        "can": can,
        "cannot": cannot,
        "shown": shown,
        "made": rows[0],
    }


def outcome(study: EffectStudy, row: ReleasedEffect) -> dict[str, Any]:
    """Sentence, pictures and tables of one measure, or why it is not shown."""
    measure = Measure(row.measure, row.data)
    told: dict[str, Any] = {"measure": measure, "primary": row.primary, "row": row}
    if row.reason:
        reason = "" if row.reason == Reason.NO_DATA else because(row.reason)
        return told | {"reason": reason, "estimate": Estimate(reason=reason), "sentence": ""}
    compared = "comparison" in row.arms
    rounds = [wave["name"] for wave in study.waves]
    return told | {
        "arms": row.arms,
        "figures": row.figures,
        "sentence": words.headline(measure, row.figures, compared),
        "meaning": words.meaning(measure, row.figures, compared),
        "estimate": _estimate(row.figures["headline"]),
        "course": _course(measure, row, rounds),
        "effect": _effect(measure, row, rounds),
        "tables": tables(measure, row, rounds),
        "flags": _flags(row),
    }


def arm_name(arm: str) -> str:
    """An arm as people read it."""
    return _("comparison group") if arm == "comparison" else _("participants")


def mean(measure: Measure, row: ReleasedEffect, arm: str, at: int) -> Estimate:
    """The released mean of an arm at a moment, with the interval that every group's figure has."""
    low, value, high = row.arms[arm]["cells"][at]
    n, data = row.arms[arm]["n"], measure.data
    ends = group_interval(value, low, high, n, row.figures["spread_scores"], data["low"], data["high"])
    return Estimate(value, *ends, n)


def _estimate(told: dict[str, Any] | None) -> Estimate:
    return Estimate(told["value"], told["low"], told["high"]) if told else Estimate()


def _course(measure: Measure, row: ReleasedEffect, rounds: Sequence[str]) -> Figure:
    courses = [
        Course(arm_name(arm), tuple(mean(measure, row, arm, at) for at in range(len(rounds))))
        for arm in ARMS
        if arm in row.arms
    ]
    return before_after(courses, rounds, measure.scale, title=measure.title, sure=_("how sure we are"))


def _effect(measure: Measure, row: ReleasedEffect, rounds: Sequence[str]) -> Figure:
    """The answer, round by round, beside a line at nothing: the difference between the arms, or without them the change."""
    if row.figures["differences"]:
        found, name, nothing = row.figures["differences"], _("difference from the comparison group"), _("no difference")
    else:
        found, name, nothing = row.figures["changes"]["participants"], _("change of the participants"), _("no change")
    rows = [DotRow(name, _estimate(told), 0.0, when) for when, told in zip(rounds[1:], found, strict=True)]
    span = measure.data["high"] - measure.data["low"]
    return _dots(span, rows, _("How much changed: %(theme)s") % {"theme": measure.title}, nothing)


def _dots(span: float, rows: Sequence[DotRow], title: str, nothing: str) -> Figure:
    ends = [abs(end) for row in rows for end in row.estimate.interval or ()]
    reach = max([span / 8, *ends])
    words_of = (_("lower"), _("higher"))
    return dot_interval(
        rows,
        Scale(-round(reach, 2), round(reach, 2), *words_of),
        title=title,
        who=_("about"),
        reference_name=nothing,
    )


def _others(study: EffectStudy, shown: Sequence[dict[str, Any]]) -> Figure | None:
    """The headline of every other theme; where their scales differ, in hundredths of the scale."""
    if not shown:
        return None
    spans = {one["measure"].id: one["measure"].data["high"] - one["measure"].data["low"] for one in shown}
    factors = {name: 1.0 if len(set(spans.values())) == 1 else 100 / span for name, span in spans.items()}
    rows = [
        DotRow(one["measure"].title, _scaled(one["figures"]["headline"], factors[one["measure"].id]), 0.0, _remark(one))
        for one in shown
    ]
    widest = max(factors[name] * span for name, span in spans.items())
    return _dots(widest, rows, _("Other themes"), _("no difference") if study.comparison else _("no change"))


def _scaled(told: dict[str, Any], factor: float) -> Estimate:
    return Estimate(*(factor * told[end] for end in ("value", "low", "high")))


def _remark(one: dict[str, Any]) -> str:
    if not words.clear(one["figures"]):
        return _("no clear change")
    good = words.better(one["measure"], one["figures"]["headline"]["value"])
    return _("more favourable") if good else _("less favourable")


def _flags(row: ReleasedEffect) -> list[tuple[Any, Any]]:
    """What may mislead, in a fixed order, each once."""
    raised = {code for code, _arm, _moment in row.figures["flags"]}
    low = [arm["again"][1] for arm in row.arms.values() if arm["again"]]
    raised |= {"dropout"} if low and min(low) <= 60 else set()
    return [told for code, told in words.FLAGS.items() if code in raised]


def tables(measure: Measure, row: ReleasedEffect, rounds: Sequence[str]) -> dict[str, Any]:
    """Rows for the tables of the researcher; every number was released."""
    figures = row.figures
    estimates = [(arm_name(arm), name, told) for arm in ARMS if arm in row.arms for name, told in zip(rounds[1:], figures["changes"][arm], strict=True)]  # fmt: skip
    estimates += [
        (_("difference (ANCOVA)"), name, told) for name, told in zip(rounds[1:], figures["differences"], strict=False)
    ]
    return {
        "means": [
            (arm_name(arm), name, mean(measure, row, arm, at))
            for arm in ARMS
            if arm in row.arms
            for at, name in enumerate(rounds)
        ],
        "estimates": [(who, when, told) for who, when, told in estimates if told],
        "arms": [(arm_name(arm), told["n"], told["teams"], told["again"]) for arm, told in row.arms.items()],
        "reliable": [
            (arm_name(arm), [bands.get(name) for name in ("improved", "unchanged", "deteriorated")])
            for arm, bands in figures["reliable"].items()
        ],
    }


def download(request: HttpRequest, study_id: int) -> HttpResponse:
    """Every released figure of one study as CSV."""
    study = get_object_or_404(studies(), pk=study_id)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{slugify(study.title) or "effect"}.csv"'
    writer = csv.writer(answer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in ReleasedEffect.objects.filter(study=study).order_by("position"):
        for fields in _lines(study, row):
            writer.writerow([harmless(field) for field in fields])
    return answer


def _lines(study: EffectStudy, row: ReleasedEffect) -> Iterator[tuple]:
    start = (study.title, row.measure, "primary" if row.primary else "secondary")
    if row.reason:
        yield (*start, "", "", "", *[None] * 7, row.reason)
        return
    rounds = [wave["name"] for wave in study.waves]
    for arm, told in row.arms.items():
        for name, cell in zip(rounds, told["cells"], strict=True):
            yield (*start, arm, name, "mean", *cell, told["n"], None, None, None, "")
        for name, change in zip(rounds[1:], row.figures["changes"][arm], strict=True):
            yield (*start, arm, name, "change", *_numbers(change, told["n"]), "")
    for name, difference in zip(rounds[1:], row.figures["differences"], strict=False):
        yield (*start, "both", name, "adjusted difference", *_numbers(difference, None), "")
    size = row.figures["size"]
    if size:
        yield (*start, "both" if row.figures["differences"] else "participants", rounds[1], "g", size["low"], size["value"], size["high"], None, None, None, None, "")  # fmt: skip
    yield (*start, "", rounds[1], "p adjusted", None, row.figures["p_adjusted"], None, None, None, None, None, "")
    yield (*start, "", rounds[1], "spread of change", None, row.figures["spread"], None, None, None, None, None, "")


def _numbers(told: dict[str, Any] | None, n: int | None) -> list:
    names = ("low", "value", "high"), ("se", "df", "p")
    if told is None:
        return [None] * 7
    return [*(told[name] for name in names[0]), n, *(told[name] for name in names[1])]
