"""README, licences and the codebook to read, in the language that was asked for."""

from __future__ import annotations

from pathlib import Path

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from draagkracht.consent import purposes

from ..dataset import Dataset
from ..records import PURPOSE
from ..variables import LETTERS, REASONS, Variable
from .words import access_note, check_note, citations, licence_notes, on_the_word

# The codebook is a file of its own: it carries its style, which a page of the product may not.
STYLE = Path(__file__).parents[2] / "static" / "insights" / "codebook.css"
GROUPS = ("design", "background", "item", "score")


def readme(data: Dataset) -> str:
    """What is in the package, whom it holds, what was checked, what cannot be promised."""
    return _rendered("readme.txt", data)


def licences(data: Dataset) -> str:
    """Rights and citations of every questionnaire."""
    return _rendered("licences.txt", data)


def codebook_html(data: Dataset) -> str:
    """One page that needs nothing else, also on paper."""
    return _rendered("codebook.html", data)


def _rendered(name: str, data: Dataset) -> str:
    words = purposes.current(PURPOSE, data.about.language)
    context = {
        "about": data.about,
        "style": mark_safe(f"<style>{STYLE.read_text(encoding='utf-8')}</style>"),  # noqa: S308 - our own file
        "rows": len(data.rows),
        "people": len(data.decision.people),
        "waves": [(place, one) for place, one in enumerate(data.material.waves, start=1)],
        "check": check_note(data),
        "word": on_the_word(data),
        "access": access_note(),
        "citations": citations(data),
        "licences": licence_notes(data),
        "consent": words,
        "letters": [(reason, f".{LETTERS[reason]}") for reason in REASONS],
        "groups": [(group, _described(data, group)) for group in GROUPS if _described(data, group)],
    }
    return render_to_string(f"insights/research/{name}", context)


def _described(data: Dataset, group: str) -> list[tuple[Variable, list[tuple[int, str]]]]:
    return [(one, data.missing_words(one)) for one in data.variables if one.group == group]
