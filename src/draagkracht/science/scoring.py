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
    sum_of_scales    sum of the values of other scales of the key (all must exist)
    multiply, add    the value in another metric: value * multiply + add (sum * 4 gives 0 to 100 for five answers 0 to 5;
                     mean * 25 gives 0 to 100 for answers 0 to 4)
    gate             an item that comes first; its lowest answer gives the lowest value of the scale, whatever else was
                     answered, and without an answer to it there is no value

Missing data. A missing answer is None (or an item that is not in the mapping), NaN in a column. A scale has a value
only if at least `at_least` of its items were answered and every scale in `requires` has a value; otherwise None / NaN.

Units. Values stand in the metric of the answers (means) or of their sum, unless `multiply` or `add` say otherwise. Nothing is rounded here: cut-offs compare the
unrounded value with >= (see `band`).

`ALGORITHM` is stored with every score. It changes when the same answers could give another number.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from draagkracht.science.scoring_key import Item, Scale, ScoringKey, key_from_json, key_to_json

if TYPE_CHECKING:
    import numpy as np

__all__ = ["ALGORITHM", "Item", "Scale", "ScoringKey", "band", "key_from_json", "key_to_json", "score", "score_columns"]
ALGORITHM = "scoring-1"


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


def _score_one(
    key: ScoringKey, scale: Scale, given: Mapping[str, int], values: Mapping[str, float | None]
) -> float | None:
    if any(values[other] is None for other in scale.requires):
        return None
    if scale.of_scales:
        return _of_parts(scale, [values[part] for part in scale.parts])
    if scale.gate and scale.gate not in given:
        return None
    if scale.gate and given[scale.gate] == key.ranges[scale.gate][0]:
        return _lowest(key, scale)
    total = count = 0
    for code in scale.items:
        if code in given:
            low, high = key.ranges[code]
            total += low + high - given[code] if code in scale.reverse else given[code]
            count += 1
    if count < (scale.at_least or len(scale.items)):
        return None
    if scale.method == "mean":
        return scale.transformed(total / count)
    return scale.transformed(total * len(scale.items) / count)


def _lowest(key: ScoringKey, scale: Scale) -> float:
    """The lowest value that the answers of a scale can give."""
    total = sum(key.ranges[code][0] for code in scale.items)
    return scale.transformed(total / len(scale.items) if scale.method == "mean" else float(total))


def _of_parts(scale: Scale, parts: Sequence[float | None]) -> float | None:
    total = 0.0
    for part in parts:  # one after the other, not sum(): its rounding differs between Python versions
        if part is None:
            return None
        total += part
    return scale.transformed(total / len(parts) if scale.method == "mean_of_scales" else total)


def _score_column(
    key: ScoringKey, scale: Scale, table: Mapping[str, np.ndarray], values: Mapping[str, np.ndarray], size: int
) -> np.ndarray:
    import numpy as np

    if scale.of_scales:
        total = np.zeros(size)
        for part in scale.parts:
            total = total + values[part]
        result = scale.transformed(total / len(scale.parts) if scale.method == "mean_of_scales" else total)
    else:
        result = scale.transformed(_column_of_items(key, scale, table, size))
        result = _gated(key, scale, table, result)
    for other in scale.requires:
        result = np.where(np.isnan(values[other]), np.nan, result)
    return result


def _gated(key: ScoringKey, scale: Scale, table: Mapping[str, np.ndarray], result: np.ndarray) -> np.ndarray:
    import numpy as np

    if not scale.gate:
        return result
    gate = table.get(scale.gate, np.full(result.size, np.nan))
    return np.where(np.isnan(gate), np.nan, np.where(gate == key.ranges[scale.gate][0], _lowest(key, scale), result))


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
