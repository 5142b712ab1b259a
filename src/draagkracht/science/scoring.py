"""Scores of questionnaires: from answers to scale values, without opinions about a person.

A `ScoringKey` describes one instrument: its items with their range and its scales. `score` works on one respondent in
plain Python (it runs when somebody sends the last answer), `score_columns` on a whole table of respondents with numpy.
Both give the same numbers, bit for bit; a property test proves it.

How a scale value is made
    reverse items    x becomes minimum + maximum - x of that item
    mean             sum of the given answers / number of given answers
    sum              sum of all answers; with `substitute` a missing answer counts as the person's own mean on the scale,
                     which is sum * items / given
    mean_of_scales   arithmetic mean of the values of other scales of the key (all must exist)

Missing data. A missing answer is None (or an item that is not in the mapping), NaN in a column. A scale has a value
only if at least `at_least` of its items were answered and every scale in `requires` has a value; otherwise None / NaN.

Units. Values stand in the metric of the answers (means) or of their sum. Nothing is rounded here: cut-offs compare the
unrounded value with >= (see `band`).

`ALGORITHM` is stored with every score. It changes when the same answers could give another number.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

ALGORITHM = "scoring-1"
METHODS = ("mean", "sum", "mean_of_scales")


@dataclass(frozen=True, slots=True)
class Item:
    """One question: its code and the lowest and highest whole number that can be answered."""

    code: str
    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Scale:
    """How one value is made.

    `items` are codes (empty for mean_of_scales); `reverse` is a subset of them; `parts` are scale ids (mean_of_scales
    only); `at_least` is the number of answers needed (0 means: all of them); `requires` are scale ids that must have a
    value first; `substitute` allows a sum with missing answers by the person's own mean.
    """

    id: str
    items: tuple[str, ...] = ()
    method: str = "mean"
    reverse: frozenset[str] = frozenset()
    parts: tuple[str, ...] = ()
    at_least: int = 0
    requires: tuple[str, ...] = ()
    substitute: bool = False


@dataclass(frozen=True)
class ScoringKey:
    """The scoring of one instrument version. Raises ValueError if it contradicts itself."""

    instrument: str
    version: str
    items: tuple[Item, ...]
    scales: tuple[Scale, ...]
    ranges: Mapping[str, tuple[int, int]] = field(init=False, repr=False, compare=False)
    order: tuple[Scale, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ranges = {item.code: (item.minimum, item.maximum) for item in self.items}
        _check_items(self.items, ranges)
        for scale in self.scales:
            _check_scale(scale, ranges)
        object.__setattr__(self, "ranges", ranges)
        object.__setattr__(self, "order", _in_order(self.scales))


def score(key: ScoringKey, answers: Mapping[str, int | None]) -> dict[str, float | None]:
    """Values of one respondent by scale id, in the order of the key; None where the missing rule forbids a value.

    Raises ValueError naming the item for an unknown item, an answer out of range or one that is not a whole number.
    """
    given = {
        code: _checked(key, code, answer)
        for code, answer in answers.items()
        if answer is not None or code not in key.ranges
    }
    values: dict[str, float | None] = {}
    for scale in key.order:
        values[scale.id] = _score_one(key, scale, given, values)
    return {scale.id: values[scale.id] for scale in key.scales}


def score_columns(key: ScoringKey, columns: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Values of many respondents: `columns` maps item codes to arrays of one shape (n,), NaN = missing.

    Returns scale id -> float64 array (n,), NaN where the missing rule forbids a value. An item without a column counts
    as missing for everybody. Raises ValueError naming the item, as `score` does, and for columns of unequal length.
    """
    import numpy as np

    table = {code: _checked_column(key, code, np.asarray(column, dtype=np.float64)) for code, column in columns.items()}
    lengths = {column.size for column in table.values()}
    if len(lengths) > 1:
        raise ValueError(f"columns of unequal length: {sorted(lengths)}")
    size = lengths.pop() if lengths else 0
    values: dict[str, np.ndarray] = {}
    for scale in key.order:
        values[scale.id] = _score_column(key, scale, table, values, size)
    return {scale.id: values[scale.id] for scale in key.scales}


def band(value: float, thresholds: Sequence[float]) -> int:
    """Which band the unrounded `value` falls in: 0 below the first threshold, 1 from the first (>=), 2 from the second ...

    `thresholds` are ascending. Published tables with two decimals leave gaps (2.58 / 2.59); comparing the unrounded value
    with the lower end of the higher band closes them.
    """
    if any(low >= high for low, high in pairwise(thresholds)):
        raise ValueError(f"thresholds must rise: {list(thresholds)}")
    return bisect_right(thresholds, value)


def key_to_json(key: ScoringKey) -> dict[str, Any]:
    """The key as plain JSON types, for the content of a published questionnaire version."""
    return {
        "instrument": key.instrument,
        "version": key.version,
        "items": [[item.code, item.minimum, item.maximum] for item in key.items],
        "scales": [
            {
                "id": scale.id,
                "items": list(scale.items),
                "method": scale.method,
                "reverse": [code for code in scale.items if code in scale.reverse],
                "parts": list(scale.parts),
                "at_least": scale.at_least,
                "requires": list(scale.requires),
                "substitute": scale.substitute,
            }
            for scale in key.scales
        ],
    }


def key_from_json(data: Mapping[str, Any]) -> ScoringKey:
    """The inverse of `key_to_json`. Raises ValueError if the key contradicts itself, KeyError if a field is absent."""
    scales = tuple(
        Scale(
            id=entry["id"],
            items=tuple(entry["items"]),
            method=entry["method"],
            reverse=frozenset(entry["reverse"]),
            parts=tuple(entry["parts"]),
            at_least=entry["at_least"],
            requires=tuple(entry["requires"]),
            substitute=entry["substitute"],
        )
        for entry in data["scales"]
    )
    items = tuple(Item(code, minimum, maximum) for code, minimum, maximum in data["items"])
    return ScoringKey(data["instrument"], data["version"], items, scales)


def _score_one(
    key: ScoringKey, scale: Scale, given: Mapping[str, int], values: Mapping[str, float | None]
) -> float | None:
    if any(values[other] is None for other in scale.requires):
        return None
    if scale.method == "mean_of_scales":
        return _mean_of_parts([values[part] for part in scale.parts])
    total = count = 0
    for code in scale.items:
        if code in given:
            low, high = key.ranges[code]
            total += low + high - given[code] if code in scale.reverse else given[code]
            count += 1
    if count < (scale.at_least or len(scale.items)):
        return None
    if scale.method == "mean":
        return total / count
    return total * len(scale.items) / count


def _mean_of_parts(parts: Sequence[float | None]) -> float | None:
    total = 0.0
    for part in parts:  # one after the other, not sum(): its rounding differs between Python versions
        if part is None:
            return None
        total += part
    return total / len(parts)


def _score_column(
    key: ScoringKey, scale: Scale, table: Mapping[str, np.ndarray], values: Mapping[str, np.ndarray], size: int
) -> np.ndarray:
    import numpy as np

    if scale.method == "mean_of_scales":
        total = np.zeros(size)
        for part in scale.parts:
            total = total + values[part]
        result = total / len(scale.parts)
    else:
        result = _column_of_items(key, scale, table, size)
    for other in scale.requires:
        result = np.where(np.isnan(values[other]), np.nan, result)
    return result


def _column_of_items(key: ScoringKey, scale: Scale, table: Mapping[str, np.ndarray], size: int) -> np.ndarray:
    import numpy as np

    total, count = np.zeros(size), np.zeros(size)
    for code in scale.items:
        if code not in table:
            continue
        column = table[code]
        missing = np.isnan(column)
        low, high = key.ranges[code]
        total += np.where(missing, 0.0, low + high - column if code in scale.reverse else column)
        count += ~missing
    enough = count >= (scale.at_least or len(scale.items))
    numerator = total if scale.method == "mean" else total * len(scale.items)
    return np.divide(numerator, count, out=np.full(size, np.nan), where=enough)


def _checked(key: ScoringKey, code: str, answer: int | None) -> int:
    if code not in key.ranges:
        raise ValueError(f"{key.instrument} has no item {code!r}")
    if isinstance(answer, bool) or not isinstance(answer, int):
        raise ValueError(f"item {code}: {answer!r} is not a whole number")
    low, high = key.ranges[code]
    if not low <= answer <= high:
        raise ValueError(f"item {code}: {answer} is not between {low} and {high}")
    return answer


def _checked_column(key: ScoringKey, code: str, column: np.ndarray) -> np.ndarray:
    import numpy as np

    if code not in key.ranges:
        raise ValueError(f"{key.instrument} has no item {code!r}")
    if column.ndim != 1:
        raise ValueError(f"item {code}: a column has one dimension, not {column.ndim}")
    low, high = key.ranges[code]
    wrong = ~np.isnan(column) & ((column < low) | (column > high) | (column != np.floor(column)))
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(f"item {code}: {column[row]:g} in row {row} is not a whole number between {low} and {high}")
    return column


def _check_items(items: Sequence[Item], ranges: Mapping[str, tuple[int, int]]) -> None:
    if len(ranges) != len(items):
        raise ValueError("an item code is used twice")
    for item in items:
        if item.minimum >= item.maximum:
            raise ValueError(
                f"item {item.code}: the lowest answer {item.minimum} is not below the highest {item.maximum}"
            )


def _check_scale(scale: Scale, ranges: Mapping[str, tuple[int, int]]) -> None:
    where = f"scale {scale.id}"
    unknown = [code for code in scale.items if code not in ranges]
    if unknown:
        raise ValueError(f"{where}: unknown item {unknown[0]!r}")
    if len(set(scale.items)) != len(scale.items):
        raise ValueError(f"{where}: an item is named twice")
    if not scale.reverse <= set(scale.items):
        raise ValueError(f"{where}: reverse item {min(scale.reverse - set(scale.items))!r} is not in the scale")
    if scale.method not in METHODS:
        raise ValueError(f"{where}: unknown method {scale.method!r}, known are {', '.join(METHODS)}")
    if bool(scale.parts) != (scale.method == "mean_of_scales") or bool(scale.items) == bool(scale.parts):
        raise ValueError(f"{where}: a mean of scales names scales, every other method names items")
    if not 0 <= scale.at_least <= len(scale.items):
        raise ValueError(f"{where}: needs {scale.at_least} answers but has {len(scale.items)} items")
    if scale.method == "sum" and not scale.substitute and 0 < scale.at_least < len(scale.items):
        raise ValueError(f"{where}: a sum with missing answers needs a substitution rule")


def _in_order(scales: Sequence[Scale]) -> tuple[Scale, ...]:
    """The scales so that each comes after those it rests on."""
    by_id = {scale.id: scale for scale in scales}
    if len(by_id) != len(scales):
        raise ValueError("a scale id is used twice")
    ordered: dict[str, Scale] = {}
    while len(ordered) < len(scales):
        ready = [s for s in scales if s.id not in ordered and all(other in ordered for other in s.parts + s.requires)]
        if not ready:
            stuck = next(scale for scale in scales if scale.id not in ordered)
            unknown = [other for other in stuck.parts + stuck.requires if other not in by_id]
            reason = f"unknown scale {unknown[0]!r}" if unknown else "rests on itself"
            raise ValueError(f"scale {stuck.id}: {reason}")
        ordered.update((scale.id, scale) for scale in ready)
    return tuple(ordered.values())
