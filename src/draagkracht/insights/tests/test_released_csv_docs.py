"""The page about the file of published figures names its columns, statistics, reasons and states, and no others."""

import re
from pathlib import Path

from django.urls import reverse

from draagkracht.insights.models import Reason
from draagkracht.insights.shared.cells import COLUMNS, status_of

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "released-csv.md"


def tables() -> list[list[str]]:
    """The names in the first column of each table."""
    text = PAGE.read_text(encoding="utf-8")
    return [re.findall(r"^\| (`[^|]+?) \|", part, re.MULTILINE) for part in re.split(r"\|---\|---\|\n", text)[1:]]


def test_every_column_is_explained_in_its_order():
    assert [name.strip("`") for name in tables()[0]] == list(COLUMNS)


def test_statistics_reasons_and_states_of_real_rows_are_explained(published, sign_in):
    body = sign_in(published.cast.accounts["coordinator"]).get(reverse("insights:organisation-cells")).content.decode()
    rows = [line.split(",") for line in body.splitlines()[1:]]
    known = set(re.findall(r"`([^`]+)`", " ".join(tables()[1])))
    found = {row[3] for row in rows if " with " not in row[3]}
    assert {"mean", "spread", "response"} <= found
    assert {name if not name.startswith("band-") else "band-1" for name in found} <= known
    text = PAGE.read_text(encoding="utf-8")
    assert all(f"`{reason}`" in text for reason in Reason.values)
    states = {status_of({"provisional": p, "unstudied": u}) for p in (True, False) for u in (True, False)}
    assert all(f"`{state}`" in text for state in states)
