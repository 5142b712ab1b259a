"""What changes between two versions of a questionnaire, and what that means for trends. No Django.

Questions are the same question when they have the same code. A scale's trend goes on as long as it is calculated the
same way from the same questions; a changed wording, other answers or another condition is named, for who compares.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from draagkracht.instruments.definition import Texts
from draagkracht.instruments.own_scales import OWN

Raw = Mapping[str, Any]
ALIKE, REWORDED, RESCORED, NEW, REMOVED = "alike", "reworded", "rescored", "new", "removed"
WORDS = ("text", "help", "stem", "ends", "unit")
ANSWERS = ("kind", "options", "labels", "min", "max", "decimals", "longest")


@dataclass(frozen=True)
class QuestionChange:
    """`how` are among new, removed, words, answers, condition, moved; `before` and `after` are its texts ({} for none)."""

    code: str
    how: tuple[str, ...]
    before: Texts
    after: Texts


@dataclass(frozen=True)
class ScaleChange:
    """`state`: alike, reworded (compare with care), rescored (do not compare), new or removed. `id` is the measure."""

    id: str
    title: Texts
    state: str


@dataclass(frozen=True)
class Differences:
    """From an earlier content to a later one; `minutes` are (earlier, later), languages were added or taken away."""

    questions: tuple[QuestionChange, ...]
    scales: tuple[ScaleChange, ...]
    minutes: tuple[float, float]
    languages_added: tuple[str, ...]
    languages_removed: tuple[str, ...]

    @property
    def none(self) -> bool:
        """Nothing that somebody who answers would see, and nothing that is calculated, changes."""
        alike = all(scale.state == ALIKE for scale in self.scales)
        return alike and not (self.questions or self.languages_added or self.languages_removed)


def differences(old: Raw, new: Raw) -> Differences:
    """Compares the contents of two versions (see `content`)."""
    before, after = _by_code(old), _by_code(new)
    moved = _moved([code for code in before if code in after], [code for code in after if code in before])
    changes = [_change(code, before.get(code), after.get(code), moved, old, new) for code in {**after, **before}]
    found = tuple(change for change in changes if change.how)
    return Differences(
        questions=found,
        scales=tuple(_scales(old, new, {one.code: one.how for one in found})),
        minutes=(old["minutes"], new["minutes"]),
        languages_added=tuple(one for one in new["languages"] if one not in old["languages"]),
        languages_removed=tuple(one for one in old["languages"] if one not in new["languages"]),
    )


def _by_code(content: Raw) -> dict[str, Raw]:
    return {entry["code"]: entry for entry in content["items"]}


def _change(code: str, before: Raw | None, after: Raw | None, moved: set[str], old: Raw, new: Raw) -> QuestionChange:
    if before is None or after is None:
        how: tuple[str, ...] = (NEW,) if before is None else (REMOVED,)
    else:
        shared = [language for language in old["languages"] if language in new["languages"]]
        found = {
            "words": _seen(before, WORDS, shared) != _seen(after, WORDS, shared),
            "answers": _seen(before, ANSWERS, shared) != _seen(after, ANSWERS, shared),
            "condition": _conditions(before, old) != _conditions(after, new),
            "moved": code in moved,
        }
        how = tuple(name for name, changed in found.items() if changed)
    return QuestionChange(code, how, before["text"] if before else {}, after["text"] if after else {})


def _seen(entry: Raw, names: Sequence[str], languages: Sequence[str]) -> list[Any]:
    """Its parts in these languages: a language more or less is told for the questionnaire as a whole."""
    return [_spoken(entry.get(name) or None, languages) for name in names]


def _spoken(value: Any, languages: Sequence[str]) -> Any:
    if isinstance(value, Mapping):
        return {language: _spoken(value[language], languages) for language in languages if language in value}
    return [_spoken(one, languages) for one in value] if isinstance(value, (list, tuple)) else value


def _conditions(entry: Raw, content: Raw) -> list[Any]:
    sections = content.get("sections") or [{}]
    return [sections[entry.get("section", 0)].get("show"), entry.get("show")]


def _moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """The fewest codes that must have moved: all but a longest run that kept its order."""
    place = {code: number for number, code in enumerate(before)}
    tails: list[int] = []
    ends: list[str] = []
    previous: dict[str, str | None] = {}
    for code in after:
        at = bisect_left(tails, place[code])
        previous[code] = ends[at - 1] if at else None
        tails[at : at + 1] = [place[code]]
        ends[at : at + 1] = [code]
    kept: set[str] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(last)
        last = previous[last]
    return set(after) - kept


def _scales(old: Raw, new: Raw, changed: Mapping[str, Sequence[str]]) -> list[ScaleChange]:
    before, after = _measures(old), _measures(new)
    found = []
    for name, (title, scoring, items) in {**before, **after}.items():
        if name not in before or name not in after:
            state = NEW if name not in before else REMOVED
        elif before[name][1] != scoring:
            state = RESCORED
        elif any(set(changed.get(item, ())) & {"words", "answers", "condition"} for item in items):
            state = REWORDED
        else:
            state = ALIKE
        found.append(ScaleChange(name, title, state))
    return found


def _measures(content: Raw) -> dict[str, tuple[Texts, Any, list[str]]]:
    """Measure id -> title, all that decides its values, the codes of the questions it is made of."""
    found = {}
    for instrument in content["instruments"]:
        ranges = {code: (low, high) for code, low, high in instrument["key"]["items"]}
        scoring = {scale["id"]: scale for scale in instrument["key"]["scales"]}
        for scale in instrument["definition"].get("scales", ()):
            entry = scoring[scale["id"]]
            items = _items(entry, scoring)
            # An own question's scale is that question: its title is its wording.
            title = scale["title"]
            decides = [entry, [ranges[item] for item in items], scale.get("direction")]
            codes = [f"{instrument['id']}.{item}" for item in items]
            found[f"{instrument['id']}.{scale['id']}"] = (title, decides, codes)
    return found


def _items(entry: Raw, scoring: Mapping[str, Raw]) -> list[str]:
    parts = [item for part in entry["parts"] for item in _items(scoring[part], scoring)]
    return list(dict.fromkeys([*entry["items"], *parts]))


def own(measure: str) -> bool:
    """The measure is a question of the organisation itself."""
    return measure.startswith(f"{OWN}.")
