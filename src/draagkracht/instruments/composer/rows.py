"""What somebody typed about a question, as one flat dictionary of texts by field: no answer row is lost when one comes,
goes or moves, although the server does it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from draagkracht.instruments.composer.forms import words_of
from draagkracht.instruments.composer.kinds import PRESET, WITH_OPTIONS, preset_options

Flat = dict[str, str]
OPTION, ROW = "option", "row"
MOST_ROWS = 200
SPARE = 2  # empty rows to go on in


def flat(element: Mapping[str, Any]) -> tuple[Flat, dict[str, int]]:
    """First values of every field, and how many rows of each sort there are, some of them empty."""
    found: Flat = {**words_of("text", element.get("text", {})), **words_of("help", element.get("help", {}))}
    found |= words_of("unit", element.get("unit", {}))
    for name, words in zip(("low", "high"), element.get("ends", ()), strict=False):
        found |= words_of(name, words)
    found |= {name: str(element[name]) for name in ("decimals", "code") if name in element}
    found |= {name: element[name] for name in ("min", "max") if element.get(name) is not None}
    found.setdefault("decimals", "0")
    found["longest"] = str(element.get("longest", 1000))
    found["direction"] = element.get("direction", "")
    found["strain"] = "yes" if element.get("strain", True) else "no"
    totals = {}
    if element["kind"] in WITH_OPTIONS:
        rows = [{"key": str(one["value"]), **one["text"]} for one in element.get("options", ())]
        # Usual answers are whole: rows to go on in would only make the page longer.
        whole = bool(rows) and element["kind"] in ("likert", "matrix")
        totals[OPTION] = _lay(found, OPTION, rows, spare=0 if whole else SPARE)
    if element["kind"] == "matrix":
        rows = [{"key": one["code"], **one["text"]} for one in element.get("rows", ())]
        totals[ROW] = _lay(found, ROW, rows)
    return found, totals


def totals_of(posted: Mapping[str, str], kind: str) -> dict[str, int]:
    """How many rows were posted."""
    wanted = [OPTION, ROW] if kind == "matrix" else [OPTION] if kind in WITH_OPTIONS else []
    found = {}
    for prefix in wanted:
        text = posted.get(f"{prefix}_total", "")
        found[prefix] = min(int(text), MOST_ROWS) if text.isascii() and text.isdigit() else SPARE
    return found


def rearranged(posted: Mapping[str, str], kind: str, languages: Sequence[str], act: str) -> tuple[Flat, dict[str, int]]:
    """What was typed after a row was added (`more option`), taken away (`drop option 2`), moved up (`up row 1`), or the
    answers of a preset were laid (`preset agreement`). Everything else stays as it was typed."""
    found: Flat = {name: posted[name] for name in posted}
    totals = totals_of(posted, kind)
    word, what, place = [*act.split(), "", "", ""][:3]
    for prefix, total in list(totals.items()):
        rows = [_row(posted, f"{prefix}_{number}", languages) for number in range(total)]
        if word == "preset" and prefix == OPTION and what in PRESET:
            rows = [{"key": str(one["value"]), **one["text"]} for one in preset_options(what, languages)]
        elif what == prefix and word == "more":
            rows.extend([{}] * SPARE)
        elif what == prefix and word in ("drop", "up") and place in map(str, range(len(rows))):
            row = rows.pop(int(place))
            if word == "up":
                rows.insert(max(0, int(place) - 1), row)
        for name in [name for name in found if name.startswith(f"{prefix}_")]:
            del found[name]
        totals[prefix] = _lay(found, prefix, rows, spare=0 if rows else SPARE)
    return found, totals


def _row(posted: Mapping[str, str], name: str, languages: Sequence[str]) -> dict[str, str]:
    return {part: posted.get(f"{name}_{part}", "") for part in ("key", *languages)}


def _lay(found: Flat, prefix: str, rows: Sequence[Mapping[str, str]], spare: int = SPARE) -> int:
    for number, row in enumerate(rows[:MOST_ROWS]):
        found |= {f"{prefix}_{number}_{part}": text for part, text in row.items()}
    return min(len(rows) + spare, MOST_ROWS)
