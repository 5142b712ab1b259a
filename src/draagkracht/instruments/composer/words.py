"""Sentences of the composer that are made of parts: conditions and changes."""

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from draagkracht.instruments import conditions
from draagkracht.instruments.composer import clauses
from draagkracht.instruments.conditions.in_words import Asked, in_words
from draagkracht.instruments.content import Content
from draagkracht.instruments.definition import in_language

COMPARISON_WORDS = {
    "=": _("is"),
    "!=": _("is not"),
    ">": _("is more than"),
    "<": _("is less than"),
    ">=": _("is at least"),
    "<=": _("is at most"),
    clauses.CHOSEN: _("holds the answer"),
    clauses.NOT_CHOSEN: _("does not hold the answer"),
    clauses.ANSWERED: _("was answered"),
    clauses.NOT_ANSWERED: _("was not answered"),
}
# Days and times are earlier or later rather than less or more.
DAY_WORDS = {**COMPARISON_WORDS, ">=": _("is on or after"), "<=": _("is on or before")}

# What a change of a draft was (DraftStep.act), in the sentence "Undo: ...".
ACT_WORDS = {
    "add": _("added: %(about)s"),
    "change": _("changed: %(about)s"),
    "remove": _("removed: %(about)s"),
    "move": _("moved: %(about)s"),
    "copy": _("copied: %(about)s"),
    "condition": _("when it is asked: %(about)s"),
    "section": _("section: %(about)s"),
    "title": _("title and languages"),
}


def comparison_words(kind: str) -> list[tuple[str, str]]:
    """(comparison, words) for a kind of question, the likeliest first."""
    words = DAY_WORDS if kind in ("date", "time") else COMPARISON_WORDS
    return [(how, str(words[how])) for how in clauses.COMPARISONS.get(kind, clauses.ALWAYS)]


def named(sketched: Content, language: str) -> dict[str, Asked]:
    """Every question by code, as conditions name it and its answers."""
    return {
        code: Asked(in_language(one.text, language), dict(one.choices(language)))
        for code, one in sketched.question.items()
    }


def condition_words(text: str, asked: Mapping[str, Asked]) -> str:
    """A condition as a sentence; its own text where it cannot be read yet; '' for none."""
    if not text:
        return ""
    try:
        tree = conditions.parse(text)
    except conditions.ConditionError:
        return text
    return in_words(tree, asked, gettext)


def act_words(act: str, about: str) -> str:
    """What a change was."""
    return str(ACT_WORDS.get(act, "%(about)s")) % {"about": about or gettext("without a title")}
