"""From named columns to the matrix of a model: an intercept, numbers as they are, factors coded against a reference level.

Names of the columns of the matrix: "Intercept", the name of a number, "factor[level]" for every level but the reference,
"a:b" for an interaction (the products of the columns of a and b).

A column is a factor if it holds text, or if a reference is named for it (None: the first level); levels stand in order of
their text. Truth values count as 0 and 1. Rows with a missing value (None, NaN) in any column are left out first, so that a
level that occurs only there does not exist.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from numbers import Number
from typing import Any

import numpy as np

from draagkracht.science.columns import column


@dataclass(frozen=True, slots=True)
class Design:
    """`matrix` has a row per complete row of the data (`rows`: their places, ascending) and a column per name."""

    names: tuple[str, ...]
    matrix: np.ndarray
    rows: np.ndarray


def design(
    columns: Mapping[str, Sequence[Any] | np.ndarray],
    reference: Mapping[str, object] | None = None,
    interactions: Sequence[tuple[str, str]] = (),
    also_complete: Sequence[Sequence[Any] | np.ndarray] = (),
) -> Design:
    """The matrix of `1 + columns + interactions` over the rows that are complete, also in `also_complete`.

    ValueError: columns of different lengths, no complete row, a reference that does not occur, an interaction of an
    unknown column, or columns that depend on each other (a factor with one level, a copy, more columns than rows).
    """
    reference = reference or {}
    if "Intercept" in columns:
        raise ValueError("the intercept is added: no column can have its name")
    rows = complete_rows([*columns.values(), *also_complete])
    if not len(rows):
        raise ValueError("no row is complete")
    coded: dict[str, dict[str, np.ndarray]] = {}
    for name, values in columns.items():
        kept = values[rows] if isinstance(values, np.ndarray) else [values[row] for row in rows]
        coded[name] = _coded(name, kept, reference)
    matrix = {"Intercept": np.ones(len(rows))}
    for part in coded.values():
        matrix |= part
    for first, second in interactions:
        if unknown := {first, second} - set(coded):
            raise ValueError(f"an interaction needs columns of the model, not {', '.join(sorted(unknown))}")
        matrix |= {f"{a}:{b}": coded[first][a] * coded[second][b] for a in coded[first] for b in coded[second]}
    result = Design(tuple(matrix), np.column_stack(list(matrix.values())), rows)
    must_be_independent(result)
    return result


def complete_rows(columns: Sequence[Sequence[Any] | np.ndarray]) -> np.ndarray:
    """The places of the rows in which no column is missing."""
    lengths = {len(values) for values in columns}
    if len(lengths) > 1:
        raise ValueError(f"the columns differ in length: {sorted(lengths)}")
    keep = np.ones(lengths.pop() if lengths else 0, bool)
    for values in columns:
        if isinstance(values, np.ndarray) and values.dtype.kind in "fiub":
            keep &= ~np.isnan(values)
            continue
        keep &= np.fromiter((not missing(value) for value in values), bool, len(values))
    return np.flatnonzero(keep)


def missing(value: object) -> bool:
    """None and NaN are missing."""
    return value is None or (isinstance(value, (float, np.floating)) and isnan(value))


def _coded(name: str, values: Sequence[Any] | np.ndarray, reference: Mapping[str, object]) -> dict[str, np.ndarray]:
    if name not in reference and _numeric(values):
        return {name: column(values, name)}
    values = list(values)
    levels = sorted(set(values), key=lambda level: (str(level), str(type(level))))
    base = levels[0] if reference.get(name) is None else reference[name]
    if base not in levels:
        raise ValueError(f"{base!r} does not occur in {name}: it cannot be the reference")
    if len(levels) == 1:
        raise ValueError(f"{name} has one level only ({levels[0]!r})")
    others = [level for level in levels if level != base]
    return {f"{name}[{level}]": np.array([value == level for value in values], float) for level in others}


def _numeric(values: Sequence[Any] | np.ndarray) -> bool:
    if isinstance(values, np.ndarray) and values.dtype.kind in "fiub":
        return True
    return all(isinstance(value, (Number, np.bool_)) for value in values)


def must_be_independent(made: Design) -> None:
    """ValueError naming a column that is a combination of those before it (to 1e-7 of its own size, as R's lm)."""
    matrix = made.matrix
    if len(matrix) < len(made.names):
        raise ValueError(f"{len(matrix)} complete rows are too few for {len(made.names)} coefficients")
    done = np.empty((len(matrix), 0))
    for name, values in zip(made.names, matrix.T, strict=True):
        size = np.linalg.norm(values)
        rest = values - done @ (done.T @ values)
        rest -= done @ (done.T @ rest)
        left = np.linalg.norm(rest)
        if left <= 1e-7 * size or size == 0:
            raise ValueError(f"{name} depends on the other columns, or does not vary")
        done = np.column_stack([done, rest / left])
