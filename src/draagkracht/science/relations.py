"""How strongly factors go together among people who work in the same place: at one moment, and from one moment to the next.

    fit_within(outcome, factors, groups)                  one moment: strain on demands and resources
    fit_lagged(pairs)                                     two moments: engagement now on resources then, given engagement then

Estimand: the pooled within-group coefficient. Outcome and factors are taken from the mean of their group and divided by
their pooled spread within groups, sqrt(sum of squares / (n - groups)); then least squares:
    y_ig - y_g = sum b (x_ig - x_g) + e_ig
So b compares colleagues of one group, and differences between groups play no part: a team that is both busier and more
tired adds nothing to b. (People and teams need not go the same way, and with all in one b they would be mixed up.)
The spreads count as known; for a strong relation that makes the interval somewhat wide.

Standard errors, by one rule that looks at numbers of people only:
    groups, from 10    cluster-robust CR2 with Bell-McCaffrey degrees of freedom, the group as cluster: right too where the
                       relation itself differs from team to team (Bell & McCaffrey 2002; Pustejovsky & Tipton 2018).
                       From 500 groups CR1 on groups - 1 degrees of freedom, which is the same by then and quicker
    groups, below 10   HC3 with the groups as columns (`science.linear`): so few clusters do not show how they differ
    people             cluster-robust CR1 on people - 1 degrees of freedom, a person's rows (one a moment) as cluster
With groups as clusters their means can be taken out first: CR2 stays what it is (Pustejovsky & Tipton, theorem 2), and all
that is needed of a cluster are p x p matrices, H = U'U with U its rows of the Q of X: (I - UU')^-1/2 U = U (I - H)^-1/2.

Two moments are the cross-lagged model: what is told of `source` is how people who had more of it differ later from colleagues
of the same group who were alike on the outcome then. It is an association. It is not freed of errors of measurement, nor of what
differs lastingly between people (Hamaker, Kuiper & Grasman 2015): both can make a path out of two traits that go together.

The order of the rows changes nothing, to the last bit. Missing values: rows with one are left out (listwise), then people
who are alone in their group: they have nobody to be compared with. Both are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from draagkracht.science.columns import column
from draagkracht.science.design import Design
from draagkracht.science.linear import Coefficient, coefficient, fit_design

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# From so many groups the groups are the clusters.
CLUSTERS_FROM, MANY = 10, 500
# A factor of which the others tell all but this share can not be told from them.
TOLERANCE = 1e-8


@dataclass(frozen=True, slots=True)
class Within:
    """What `fit_within` found.

    coefficients  standardised, one a factor in their order; None where nothing can be estimated: a factor or outcome
                  without spread within groups, factors that say the same, no degree of freedom
    vif           variance inflation of each factor, 1 / (1 - R^2) on the other factors; inf where they tell all of it
    n             rows used; `left_out`: rows with a missing value; `alone`: complete rows without another in their group
    groups        groups with at least two rows
    errors        "CR2", "HC3" or "CR1"
    carried       by how many rows each coefficient is carried, (sum w^2)^2 / sum w^4 over what the others leave of the factor,
                  and never more than by how many the outcome is; 0 where there is nothing. One who differs: about 1
    """

    coefficients: tuple[Coefficient | None, ...]
    vif: tuple[float, ...]
    n: int
    left_out: int
    alone: int
    groups: int
    errors: str
    carried: tuple[float, ...] = ()


def fit_within(
    outcome: ArrayLike, factors: Sequence[ArrayLike], groups: ArrayLike, people: ArrayLike | None = None
) -> Within:
    """Standardised coefficients of `outcome` on all `factors` beside each other, within `groups`.

    One value a row in each; None and NaN are missing. `groups` and `people` are whole numbers. Name `people` where
    somebody has several rows. ValueError: no factor, columns of different lengths, an infinite value.
    """
    y, x, labels = _columns(outcome, factors, groups)
    persons = None if people is None else np.asarray(people, dtype=np.int64)
    if persons is not None and len(persons) != len(y):
        raise ValueError(f"the columns differ in length: {len(y)} and {len(persons)}")
    complete = ~(np.isnan(y) | np.isnan(x).any(axis=1))
    rows = _in_order(y, x, labels, complete)
    starts = _starts(labels[rows])
    shared = np.repeat(_sizes(starts, len(rows)) > 1, _sizes(starts, len(rows)))
    alone, rows = int((~shared).sum()), rows[shared]
    starts = _starts(labels[rows])
    errors = _rule(len(starts), persons is not None)
    own = None if persons is None else persons[rows]
    of_y, of_x = _scaled(y[rows, None], starts)[:, 0], _scaled(x[rows], starts)
    found, vif = _estimate(of_y, of_x, starts, own, errors)
    return Within(
        found, vif, len(rows), int((~complete).sum()), alone, len(starts), errors, _carried(of_y, of_x)
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    """Two moments of the same people: a row a person. `group` is where somebody was at the first, `person` a whole number."""

    before: ArrayLike
    after: ArrayLike
    source: ArrayLike
    group: ArrayLike
    person: ArrayLike


def fit_lagged(pairs: Sequence[Pair]) -> Within:
    """The path from source to after given before (first coefficient), and how stable the outcome is (second).

    Rows of all pairs are laid together, each within its own groups, and count once a person for the standard error: nobody's
    repeated answers pass for those of several people. `source` and `before` are of the first moment, `after` of the second.
    ValueError as `fit_within`, or without any pair.
    """
    if not pairs:
        raise ValueError("a lagged relation needs at least one pair of moments")
    groups, first = [], 0
    for pair in pairs:
        labels = np.unique(np.asarray(pair.group, dtype=np.int64), return_inverse=True)[1]
        groups.append(labels + first)
        first += int(labels.max()) + 1 if len(labels) else 0
    after, source, before, people = (
        np.concatenate([np.asarray(getattr(pair, name)) for pair in pairs])
        for name in ("after", "source", "before", "person")
    )
    return fit_within(after, [source, before], np.concatenate(groups), people)


def _rule(groups: int, repeated: bool) -> str:
    if repeated or groups >= MANY:
        return "CR1"
    return "CR2" if groups >= CLUSTERS_FROM else "HC3"


def composite(columns: Sequence[ArrayLike], lower_is_more: Sequence[bool] = ()) -> Floats:
    """One column out of several: the mean of their z-scores. NaN for who has fewer than half of them.

    `lower_is_more` turns a column round before. z-scores are over everybody with a value; a column without spread gives 0.
    ValueError as `fit_within`.
    """
    table = np.column_stack([column(one, f"column {at}") for at, one in enumerate(columns, 1)])
    has = ~np.isnan(table)
    with np.errstate(invalid="ignore"):
        # Sorted, so that the order of people does not show in a last bit.
        ordered = np.sort(table, axis=0)
        centred = table - np.nansum(ordered, axis=0) / np.maximum(has.sum(axis=0), 1)
        spread = np.sqrt(np.nansum(np.sort(centred**2, axis=0), axis=0) / np.maximum(has.sum(axis=0) - 1, 1))
    tiny = spread <= 1e-12 * np.maximum(np.nanmax(np.abs(np.where(has, table, 0.0)), axis=0, initial=0.0), 1e-300)
    signs = np.where(np.array([*lower_is_more, *[False] * (table.shape[1] - len(lower_is_more))]), -1.0, 1.0)
    z = signs * np.where(tiny, 0.0, centred / np.where(tiny, 1.0, spread))
    count = has.sum(axis=1)
    return np.where(2 * count >= table.shape[1], np.where(has, z, 0.0).sum(axis=1) / np.maximum(count, 1), np.nan)


def _columns(outcome: ArrayLike, factors: Sequence[ArrayLike], groups: ArrayLike) -> tuple[Floats, Floats, Ints]:
    if not len(factors):
        raise ValueError("a relation needs at least one factor")
    y = column(outcome, "the outcome")
    parts = [column(one, f"factor {at}") for at, one in enumerate(factors, 1)]
    labels = np.asarray(groups, dtype=np.int64)
    lengths = {len(y), len(labels), *map(len, parts)}
    if len(lengths) > 1:
        raise ValueError(f"the columns differ in length: {sorted(lengths)}")
    return y, np.column_stack(parts), labels


def _in_order(y: Floats, x: Floats, labels: Ints, complete: NDArray[np.bool_]) -> Ints:
    """Complete rows by group and, within it, by their values: an order that does not depend on that of the rows."""
    order = np.lexsort((*x.T[::-1], y, labels))
    return order[complete[order]]


def _starts(labels: Ints) -> Ints:
    """Where each run of equal labels begins."""
    return np.flatnonzero(np.r_[True, labels[1:] != labels[:-1]][: len(labels)]).astype(np.int64)


def _sizes(starts: Ints, n: int) -> Ints:
    return np.diff(np.append(starts, n))


def _scaled(table: Floats, starts: Ints) -> Floats:
    """Distance from the mean of the group in pooled spreads within groups; a column without any is 0."""
    n = len(table)
    if not n:
        return table
    sizes = _sizes(starts, n)
    centred = table - np.repeat(np.add.reduceat(table, starts, axis=0) / sizes[:, None], sizes, axis=0)
    spread = np.sqrt((centred**2).sum(axis=0) / max(n - len(starts), 1))
    tiny = spread <= 1e-12 * np.maximum(np.abs(table).max(axis=0), 1e-300)
    return np.where(tiny, 0.0, centred / np.where(tiny, 1.0, spread))


def _estimate(
    y: Floats, x: Floats, starts: Ints, people: Ints | None, errors: str
) -> tuple[tuple[Coefficient | None, ...], tuple[float, ...]]:
    """Coefficients and VIF of what stands in the order of the groups; factors without spread are set aside."""
    usable = np.flatnonzero(x.any(axis=0)) if len(x) else np.array([], dtype=np.int64)
    vif = np.full(x.shape[1], np.inf)
    found: list[Coefficient | None] = [None] * x.shape[1]
    if not len(usable) or len(y) - len(starts) - len(usable) < 1:
        return tuple(found), tuple(vif.tolist())
    kept = x[:, usable]
    q, r = np.linalg.qr(kept)
    squares = (kept**2).sum(axis=0)
    if (np.diag(r) ** 2 > TOLERANCE * squares).all():
        inverse = np.linalg.inv(r)
        vif[usable] = squares * (inverse**2).sum(axis=1)
        rest = y - q @ (q.T @ y)
        if float(rest @ rest) > 1e-24 * float(y @ y):
            told = (
                _by_row(y, kept, starts)
                if errors == "HC3"
                else _by_cluster(y, q, inverse, rest, starts, people, errors)
            )
            for at, one in zip(usable, told, strict=True):
                found[at] = one
    return tuple(found), tuple(vif.tolist())


def _carried(y: Floats, x: Floats) -> tuple[float, ...]:
    """How many rows carry the outcome and what the other factors leave of each factor, whichever is less."""
    found = []
    for at in range(x.shape[1]):
        others = np.delete(x, at, axis=1)
        own = x[:, at] - (others @ np.linalg.lstsq(others, x[:, at], rcond=None)[0] if others.any() else 0.0)
        found.append(min(_rows_that_count(own), _rows_that_count(y)))
    return tuple(found)


def _rows_that_count(w: Floats) -> float:
    squares = w**2
    # What rounding leaves of a column that the others tell altogether is nothing.
    return float(squares.sum() ** 2 / (squares**2).sum()) if squares.sum() > TOLERANCE * max(len(w), 1) else 0.0


def _by_cluster(
    y: Floats, q: Floats, inverse: Floats, rest: Floats, starts: Ints, people: Ints | None, errors: str
) -> Sequence[Coefficient | None]:  # fmt: skip
    if errors == "CR2":
        variances, freedom = _by_group(q, inverse, rest, starts)
    elif people is not None:
        variances, freedom = _summed(q, inverse, rest, people, len(starts))
    else:
        # Their means lie within the clusters, so that they take no degree of freedom from what is between them.
        own = np.repeat(np.arange(len(starts)), _sizes(starts, len(y)))
        variances, freedom = _summed(q, inverse, rest, own, 0)
    return [
        coefficient(f"factor {at}", float(b), float(np.sqrt(v)), float(df)) if v > 0 else None
        for at, (b, v, df) in enumerate(zip(inverse @ (q.T @ y), variances, freedom, strict=True), 1)
    ]


def _by_row(y: Floats, x: Floats, starts: Ints) -> Sequence[Coefficient | None]:
    """HC3 with a column for each group."""
    group = np.repeat(np.arange(len(starts)), _sizes(starts, len(y)))
    columns = np.column_stack([x, group[:, None] == np.arange(len(starts))])
    names = tuple(f"factor {at}" for at in range(1, columns.shape[1] + 1))
    try:
        fit = fit_design(y, Design(names, columns, np.arange(len(y))), robust=True)
    except ValueError:
        # One row alone decides a coefficient.
        return [None] * x.shape[1]
    return fit.coefficients[: x.shape[1]]


def _by_group(q: Floats, inverse: Floats, rest: Floats, starts: Ints) -> tuple[Floats, Floats]:
    """CR2 variances and their degrees of freedom: P = diag(a) - W W', df = (tr P)^2 / tr P^2, under equal errors."""
    inner = np.stack([np.add.reduceat(q * q[:, [at]], starts, axis=0) for at in range(q.shape[1])], axis=1)
    values, vectors = np.linalg.eigh(np.eye(q.shape[1]) - inner)
    # A group that alone decides a direction has no error left there: it is left out of it.
    roots = np.where(values > 1e-10, 1 / np.sqrt(np.maximum(values, 1e-10)), 0.0)
    adjust = (vectors * roots[:, None, :]) @ vectors.swapaxes(1, 2)
    sums = np.add.reduceat(q * rest[:, None], starts, axis=0)
    scores = (adjust @ sums[:, :, None])[:, :, 0] @ inverse.T
    turned = adjust @ inverse.T
    through = inner @ turned
    length = np.einsum("gik,gik->gk", turned, through)
    square = np.einsum("gik,gik->gk", through, through)
    crossed = through.transpose(2, 1, 0) @ through.transpose(2, 0, 1)
    trace = (length - square).sum(axis=0)
    twice = (length**2 - 2 * length * square).sum(axis=0) + (crossed**2).sum(axis=(1, 2))
    return (scores**2).sum(axis=0), np.maximum(1.0, trace**2 / np.maximum(twice, 1e-300))


def _summed(q: Floats, inverse: Floats, rest: Floats, clusters: Ints, means: int) -> tuple[Floats, Floats]:
    """CR1 variances with the correction G / (G - 1) x (n - 1) / (n - p - means), on G - 1 degrees of freedom, G clusters."""
    places = np.unique(clusters, return_inverse=True)[1]
    size, p, n = int(places.max()) + 1, q.shape[1], len(rest)
    if size < 2:
        return np.zeros(p), np.ones(p)
    parts = (q * rest[:, None]) @ inverse.T
    scores = np.column_stack([np.bincount(places, weights=parts[:, at], minlength=size) for at in range(p)])
    correction = size / (size - 1) * (n - 1) / (n - p - means)
    return correction * np.sort(scores**2, axis=0).sum(axis=0), np.full(p, float(size - 1))
