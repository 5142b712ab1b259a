"""What a reader should look at twice: places in a text that may lead to somebody. A hint, never a decision. Pure.

Patterns find what has a form (addresses, numbers, days) and words that often go with one person. They miss nicknames, rare
events and whatever only a colleague understands; nothing follows from a text without clues.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from draagkracht.insights.release.words import words

MONTHS = (
    "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|january|february|march|may|"
    "june|july|august|october"
)
DAYS = "maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
ROLES = (
    r"(?:hoofd|adjunct)?(?:verpleeg\w*|teamleid\w*|leidinggevende\w*|leidster|diensthoofd\w*|afdelingshoofd\w*|directeur\w*|"
    r"directie\w*|coördinator\w*|manager\w*|chef\w*|baas|bazin|stagiair\w*|arts\w*|dokter\w*|psychiater\w*|nurse\w*|"
    r"lead|leader|head|boss|director\w*|coordinator\w*|trainee\w*|intern|doctor\w*|collega|colleague)"
)
WORRIES = (
    r"zelfmoord\w*|zelfdoding|suïcid\w*|suicid\w*|niet meer leven|(?:niet|nog)(?: \w+)? (?:lang |meer )?(?:vol|volhoud\w*)|dat het stopt|er een eind\w* aan|dood wil\w*|wil dood|kill myself|"
    r"want to die|end it all|doodsbedreig\w*|bedreig\w*|vermoord\w*|threat\w*|misbruik\w*|aangerand|verkracht\w*|abuse\w*|rape\w*"
)
# The first pattern that matches a place names it.
PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("mail", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("web", re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+\.(?:be|nl|com|org|eu|net)\b(?:/\S*)?", re.I)),
    ("phone", re.compile(r"(?<!\w)(?:\+|00|0)[\d\s./()-]{7,}\d")),
    ("worry", re.compile(rf"\b(?:{WORRIES})\b", re.I)),
    (
        "day",
        re.compile(
            rf"\b\d{{1,2}}[/.-]\d{{1,2}}(?:[/.-]\d{{2,4}})?\b|\b(?:\d{{1,2}} )?(?:{MONTHS})\b|\b(?:{DAYS})\b", re.I
        ),
    ),
    ("number", re.compile(r"\b\d[\d.,]*\b")),
    ("role", re.compile(rf"\b(?:{ROLES})\b", re.I)),
    (
        "client",
        re.compile(r"\b(?:cliënt\w*|client\w*|bewoon?st?er\w*|patiënt\w*|patient\w*|resident\w*|kamer|room)\b", re.I),
    ),
    ("name", re.compile(r"\b(?:mevr\w*|mw|dhr|meneer|mijnheer|mr|mrs|ms|dr|zuster|broeder)\b\.? ?\w*", re.I)),
    # A capital inside a sentence: a name of a person, a place or a ward.
    ("name", re.compile(r"(?<=[\w,;:] )(?!I\b|Ik\b)[A-ZÀ-ÖØ-Þ][\w'’-]+(?: [A-ZÀ-ÖØ-Þ][\w'’-]+)*")),
)
KINDS: dict[str, str | Promise] = {
    "mail": _("a mail address"),
    "web": _("an address on the web"),
    "phone": _("a phone number"),
    "worry": _("words of need or threat"),
    "day": _("a day or month"),
    "number": _("a number"),
    "role": _("a role that perhaps one person has"),
    "client": _("somebody who is cared for"),
    "name": _("perhaps a name"),
}


class Clue(NamedTuple):
    """A place in a text: from `start` up to `end`, and why to look at it (a key of KINDS)."""

    start: int
    end: int
    kind: str


class Word(NamedTuple):
    """A word that can be taken out: its number, the word, and whether a clue touches it."""

    number: int
    text: str
    clue: bool


def clues(text: str) -> list[Clue]:
    """Places to look at twice, in order, none within another."""
    found: list[Clue] = []
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if all(end <= other.start or start >= other.end for other in found):
                found.append(Clue(start, end, kind))
    return sorted(found)


def kinds(text: str) -> list[str]:
    """The kinds of the clues in a text, in words, each once."""
    seen = {clue.kind for clue in clues(text)}
    return [str(told) for kind, told in KINDS.items() if kind in seen]


def parts(text: str) -> list[tuple[str, bool]]:
    """The text cut at its clues: (part, whether it is one)."""
    made, last = [], 0
    for clue in clues(text):
        made += [(text[last : clue.start], False), (text[clue.start : clue.end], True)]
        last = clue.end
    return [(part, marked) for part, marked in [*made, (text[last:], False)] if part]


def choices(text: str) -> list[Word]:
    """Every word of a text, to mark those that have to go."""
    places = clues(text)
    return [
        Word(number, text[start:end], any(start < clue.end and clue.start < end for clue in places))
        for number, (start, end) in enumerate(words(text))
    ]
