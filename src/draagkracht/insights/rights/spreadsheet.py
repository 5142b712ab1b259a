"""The file of everything that is mine as tables for a spreadsheet: a ZIP with one CSV a section.

Written for whoever opens it with a double click in Belgium or the Netherlands. Excel splits by the list separator of the
computer and takes "3.5" for a date where the comma is the decimal mark; so in Dutch (and every language but English) fields
are parted by ";" and decimals have a comma, in English by "," and a point. All files are UTF-8 with a byte order mark, without
which Excel garbles é and ë. Text that a spreadsheet would run as a formula gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from draagkracht.insights.rights import tables
from draagkracht.insights.rights.mine import Document
from draagkracht.insights.shared.cells import harmless

PROFILE = ("organisation", "person", "account")


def as_zip(made: Document) -> bytes:
    """The document as a ZIP of tables, with a page that says what is in it. Sections without rows have no table."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", "\ufeff" + _readme(made))
        for name, rows in sheets(made).items():
            if rows:
                archive.writestr(f"{name}.csv", _csv(rows, made["language"]))
    return out.getvalue()


def sheets(made: Document) -> dict[str, list[dict[str, Any]]]:
    """The tables by name. Answers and scores are tables of their own, each row with the round that it belongs to."""
    found: dict[str, list[dict[str, Any]]] = {
        "profile": [
            {"about": part, "field": name, "value": value}
            for part in PROFILE
            for name, value in made[part].items()
        ],
        "rounds": [_without(one, "answers", "scores") for one in made["answers"]],
    }  # fmt: skip
    for part in ("answers", "scores"):
        found[part] = [_of_round(one) | row for one in made["answers"] for row in one[part]]
    lists = {name: rows for name, rows in made.items() if isinstance(rows, list) and name not in (*found, "left_out")}
    return found | lists


def _of_round(one: Mapping[str, Any]) -> dict[str, Any]:
    keep = ("round", "campaign", "questionnaire_name", "questionnaire_version", "completed_on", "algorithm")
    return {name: one[name] for name in keep}


def _without(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def _csv(rows: Sequence[Mapping[str, Any]], language: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter="," if language == "en" else ";")
    writer.writerow(rows[0])
    writer.writerows([_field(value, language) for value in row.values()] for row in rows)
    return ("\ufeff" + out.getvalue()).encode()


def _field(value: Any, language: str) -> object:
    """A value as a spreadsheet of that language reads it; what is no single value stands there as JSON."""
    if isinstance(value, bool) or value is None:
        return {True: 1, False: 0, None: ""}[value]
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return str(value) if language == "en" else str(value).replace(".", ",")
    if isinstance(value, datetime.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, dict | list):
        return harmless(json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False))
    return harmless(str(value))


def _readme(made: Document) -> str:
    """What each table is, and what is not in the file."""
    with translation.override(made["language"]):
        lines = [
            _("Everything that Draagkracht keeps of %(name)s at %(organisation)s, made on %(day)s.")
            % {
                "name": made["person"]["name"],
                "organisation": made["organisation"]["name"],
                "day": timezone.localtime(made["made_at"]).strftime("%Y-%m-%d"),
            },
            _("Keep this file to yourself: it holds your answers, and it is no longer sealed."),
            "",
            _("Tables and columns have English names. What each table holds, and how many rows it has:"),
            *(f"{name}.csv: {tables.TOLD[name]} ({len(rows)})" for name, rows in sheets(made).items() if rows),
            "",
            _("What is not in it:"),
            *(f"- {one['why']}" for one in made["left_out"]),
        ]
    return "\r\n".join(lines) + "\r\n"
