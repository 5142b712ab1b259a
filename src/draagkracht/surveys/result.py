"""The own result in words and a dot: for the person alone, without a verdict."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from draagkracht.instruments.content import Content
from draagkracht.instruments.definition import Instrument, ScaleInfo, Texts, in_language
from draagkracht.instruments.document_checks import CARRIED
from draagkracht.instruments.own_scales import OWN
from draagkracht.instruments.questions import Answer, Question
from draagkracht.instruments.readable import readable
from draagkracht.instruments.sheet_html import NOT_YET

GIVES_STRENGTH = ("resource", "engagement")
ON_A_LINE = ("likert", "matrix", "scale")


@dataclass(frozen=True)
class OwnScale:
    """One scale or own question: `share` is the place of the value between the two ends, 0 to 1; None without one."""

    title: str
    value: float | None
    share: float | None
    low: str
    high: str
    words: str


@dataclass(frozen=True)
class OwnInstrument:
    """Scales of one instrument, with what has to be said beside them."""

    title: str
    scales: list[OwnScale]
    notes: list[str]


@dataclass(frozen=True)
class OwnResult:
    """One calm sentence, then the scales."""

    sentence: str
    instruments: list[OwnInstrument]


def own_result(
    content: Content, scores: Mapping[str, float | None], answers: Mapping[str, Answer], language: str
) -> OwnResult:
    """What one person sees of the own scores (by measure id) and of the answers (by code) to own questions."""
    found = [_instrument(content, one, scores, language) for one in content.instruments.values() if one.id != OWN]
    found += own_questions(content, answers, language)
    return OwnResult(_sentence(content, scores, language), found)


def _sentence(content: Content, scores: Mapping[str, float | None], language: str) -> str:
    """Names what carries this person most now; says nothing about what weighs."""
    best: tuple[float, str] | None = None
    for instrument in content.instruments.values():
        for scale in instrument.scales:
            value = scores.get(f"{instrument.id}.{scale.id}")
            if value is None or scale.role not in GIVES_STRENGTH or scale.direction != "favourable":
                continue
            share = (value - scale.minimum) / (scale.maximum - scale.minimum)
            if best is None or share > best[0]:
                best = share, in_language(scale.title, language)
    if best and best[0] >= 0.6:
        return _("What you can lean on most right now: %(theme)s.") % {"theme": best[1][:1].lower() + best[1][1:]}
    return _("You took a moment to look at how you are doing. That counts.")


def _instrument(
    content: Content, instrument: Instrument, scores: Mapping[str, float | None], language: str
) -> OwnInstrument:
    scales = [_scale(instrument, one, scores.get(f"{instrument.id}.{one.id}"), language) for one in instrument.scales]
    return OwnInstrument(in_language(instrument.title, language), scales, _notes(content, instrument, language))


def own_questions(content: Content, answers: Mapping[str, Answer], language: str) -> list[OwnInstrument]:
    """Every own question that this person was asked, with the answer in its own words, in the order of the questionnaire."""
    shown = content.shown(answers)
    asked = [one for one in content.question.values() if one.instrument == OWN and one.code in shown]
    note = _("These questions were not studied yet. Compare only with your own earlier answers.")
    rows = [_own_answer(content, one, answers, language) for one in asked]
    return [OwnInstrument(_("Own questions"), rows, [note])] if rows else []


def _own_answer(content: Content, question: Question, answers: Mapping[str, Answer], language: str) -> OwnScale:
    """An answer in words; a dot as well where the answers lie on a line from low to high."""
    value = answers.get(question.code)
    title = " ".join(_carried(content, text, answers, language) for text in (question.stem, question.text) if text)
    told = readable(question, value, language) if question.code in answers else _("Not filled in")
    if question.kind == "number" and value is not None:
        told = f"{told} {in_language(question.unit, language)}".strip()
    if value is None or question.kind not in ON_A_LINE:
        return OwnScale(title, None, None, "", "", told)
    found = sorted(question.options)
    low, high = question.ends if question.kind == "scale" else (found[0][1], found[-1][1])
    share = (value - found[0][0]) / (found[-1][0] - found[0][0])  # type: ignore[operator]
    return OwnScale(title, value, share, in_language(low, language), in_language(high, language), told)  # type: ignore[arg-type]


def _carried(content: Content, text: Texts, answers: Mapping[str, Answer], language: str) -> str:
    """A text with the earlier answers that it carries, as it was read."""

    def said(found: re.Match) -> str:
        value = answers.get(found[1])
        return NOT_YET if value is None else readable(content.question[found[1]], value, language)

    return CARRIED.sub(said, in_language(text, language))


def _scale(instrument: Instrument, scale: ScaleInfo, value: float | None, language: str) -> OwnScale:
    labels = _labels(instrument, scale.id, language)
    title = in_language(scale.title, language)
    ends = (labels[0], labels[-1]) if labels else ("", "")
    if value is None:
        return OwnScale(title, None, None, *ends, _("Too few answers for a figure."))
    share = (value - scale.minimum) / (scale.maximum - scale.minimum)
    return OwnScale(title, value, share, *ends, _words(labels, value, share))


def _labels(instrument: Instrument, scale_id: str, language: str) -> list[str]:
    """The words of the answers that all questions of a scale share, from low to high; none for yes or no, which are counted."""
    for name in (language, "en"):
        found = {instrument.item_labels(code, name) for code in instrument.items_of(scale_id)}
        if len(found) == 1 and len(words := found.pop()) > 2 and any(words):
            return [word or "" for word in words]
    return []


def _words(labels: list[str], value: float, share: float) -> str:
    """The words of the answers that the value lies at or between; empty where the scale has none."""
    if len(labels) < 2 or not all(labels):
        return ""
    place = share * (len(labels) - 1)
    nearest = round(place)
    if abs(place - nearest) < 0.13:
        return _("around “%(word)s”") % {"word": labels[nearest]}
    low = min(int(place), len(labels) - 2)
    return _("between “%(low)s” and “%(high)s”") % {"low": labels[low], "high": labels[low + 1]}


def _notes(content: Content, instrument: Instrument, language: str) -> list[str]:
    notes = []
    if instrument.doubtful:
        notes.append(
            _("Provisional: not everything about these questions and their score could be checked in its source.")
        )
    if "validity" in instrument.provisional:
        notes.append(_("These questions were not studied yet. Compare only with your own earlier answers."))
    elif not content.validated(instrument.id, language) and content.answerable:
        notes.append(_("The wording is not the validated text. Read the figures with care."))
    notes.append(_("Small differences with an earlier time say little: answers also vary by chance."))
    return notes
