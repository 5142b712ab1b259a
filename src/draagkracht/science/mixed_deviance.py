"""The deviance of a linear mixed model with nested groupings, and how it changes with the variances.

Model: y = X b + sum over levels of Z_l u_l + e, u_l ~ N(0, sigma^2 L_l L_l'), e ~ N(0, sigma^2). L_l is lower triangular;
`theta` holds its entries, level after level, row after row. Levels are nested (people in teams), the innermost first.

Per innermost group only the cross products of its columns [Z_1 Z_2 ... X y] are needed, never its rows again. Taking out
Z_1 leaves a Schur complement in [Z_2 ... X y]; those of one outer group add up; and so on until [X y] remains:
    A = L' Z'Z L + I,  R = L' Z'[rest],  [rest]'[rest] - R' A^-1 R,  log det A
    deviance (ML)    = sum log det A + n (1 + log(2 pi r2 / n))
    deviance (REML)  = sum log det A + log det M + (n - p) (1 + log(2 pi r2 / (n - p)))
with M what remains of X'X and r2 what remains of y'y after b. So one evaluation takes time proportional to the number of
groups. Bates, Mächler, Bolker & Walker 2015, Fitting linear mixed-effects models using lme4, eq. 34 and 41.

Derivatives are exact to rounding: every step also works for complex numbers, and f'(x) = Im f(x + ih) / h for tiny h.
X stands as an orthonormal basis of its columns, y as its residual with mean square 1: nothing depends on units or origins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

STEP = 1e-30


@dataclass(frozen=True, slots=True)
class Criterion:
    """The cross products of one data set and what they are evaluated with.

    products  (groups, m, m), groups of the innermost level in order of their outer group
    starts    per level: where the groups of the next level begin among those of this level ([0] at the last)
    widths    per level: columns of Z (1 intercept, 2 intercept and slope)
    n, p      rows and columns of X
    """

    products: np.ndarray
    starts: tuple[np.ndarray, ...]
    widths: tuple[int, ...]
    n: int
    p: int
    reml: bool

    @property
    def freedom(self) -> int:
        """What sigma^2 is divided by."""
        return self.n - self.p if self.reml else self.n

    @property
    def theta_size(self) -> int:
        return sum(width * (width + 1) // 2 for width in self.widths)

    def factors(self, theta: np.ndarray) -> list[np.ndarray]:
        """The lower triangular L of each level."""
        made, at = [], 0
        for width in self.widths:
            factor = np.zeros((width, width), theta.dtype)
            rows, columns = np.tril_indices(width)
            factor[rows, columns] = theta[at : at + len(rows)]
            at += len(rows)
            made.append(factor)
        return made

    def diagonal(self) -> np.ndarray:
        """The places in theta of the diagonals."""
        at, places = 0, []
        for width in self.widths:
            rows, columns = np.tril_indices(width)
            places += [at + i for i in range(len(rows)) if rows[i] == columns[i]]
            at += len(rows)
        return np.array(places)


@dataclass(frozen=True, slots=True)
class Remains:
    """After all levels are taken out: log det of the A's, M, X'y and y'y that remain; steps to find u again."""

    log_det: complex
    m: np.ndarray
    xy: np.ndarray
    yy: complex
    steps: list[tuple[np.ndarray, np.ndarray]]

    @property
    def b(self) -> np.ndarray:
        return np.linalg.solve(self.m, self.xy)

    @property
    def r2(self) -> complex:
        return self.yy - self.xy @ self.b


def take_out(criterion: Criterion, theta: np.ndarray) -> Remains:
    """Eliminate level after level; theta may be complex."""
    left, log_det, steps = criterion.products, 0.0, []
    for factor, width, starts in zip(criterion.factors(theta), criterion.widths, criterion.starts, strict=True):
        a = factor.T @ left[:, :width, :width] @ factor + np.eye(width)
        r = factor.T @ left[:, :width, width:]
        solved = r / a if width == 1 else np.linalg.solve(a, r)
        log_det = log_det + np.log(a[:, 0, 0] if width == 1 else np.linalg.det(a)).sum()
        steps.append((a, r))
        rest = left[:, width:, width:] - np.swapaxes(r, 1, 2) @ solved
        left = np.add.reduceat(rest, starts, axis=0)
    last = left[0]
    p = criterion.p
    return Remains(log_det, last[:p, :p], last[:p, p], last[p, p], steps)


def deviance(criterion: Criterion, theta: np.ndarray) -> complex:
    """-2 log likelihood (or of the REML criterion) profiled over b and sigma; infinite where nothing is left of y."""
    remains = take_out(criterion, theta)
    r2, freedom = remains.r2, criterion.freedom
    if not r2.real > 0:
        return complex(np.inf)
    value = remains.log_det + freedom * (1 + np.log(2 * np.pi * r2 / freedom))
    return complex(value + _log_det(remains.m)) if criterion.reml else complex(value)


def gradient(criterion: Criterion, theta: np.ndarray) -> np.ndarray:
    """First derivatives of the deviance."""
    return np.array([deviance(criterion, shifted).imag / STEP for shifted in _shifts(theta)])


def hessian(criterion: Criterion, theta: np.ndarray) -> np.ndarray:
    """Second derivatives of the deviance: central differences of the exact first ones."""
    return _symmetric_slopes(lambda at: gradient(criterion, at), theta)


def _shifts(theta: np.ndarray) -> np.ndarray:
    """theta with a tiny imaginary step in each entry, one per row."""
    return theta + 1j * STEP * np.eye(len(theta))


def _log_det(matrix: np.ndarray) -> complex:
    sign, size = np.linalg.slogdet(matrix)
    return size + np.log(complex(sign))


def _symmetric_slopes(function, theta: np.ndarray) -> np.ndarray:  # type: ignore[no-untyped-def]
    rows = []
    for i, value in enumerate(theta):
        step = np.zeros(len(theta))
        step[i] = 1e-4 * max(abs(value), 1e-2)
        rows.append((function(theta + step) - function(theta - step)) / (2 * step[i]))
    slopes = np.array(rows)
    return (slopes + slopes.T) / 2


def full_hessian(criterion: Criterion, theta: np.ndarray) -> np.ndarray:
    """Second derivatives of the deviance that is not profiled over sigma, in (theta, sigma), at the best sigma.

    f(theta, sigma) = g(theta) + v log sigma^2 + r2(theta) / sigma^2, so f_ss = 4 v / sigma^2 and
    f_ts = -2 r2' / sigma^3 where sigma^2 = r2 / v.
    """
    sigma2 = take_out(criterion, theta).r2.real / criterion.freedom

    def slopes(at: np.ndarray) -> np.ndarray:
        made = [take_out(criterion, shifted) for shifted in _shifts(at)]
        logs = [one.log_det + (_log_det(one.m) if criterion.reml else 0) for one in made]
        return np.array([(log + one.r2 / sigma2).imag / STEP for log, one in zip(logs, made, strict=True)])

    size = len(theta)
    full = np.empty((size + 1, size + 1))
    full[:size, :size] = _symmetric_slopes(slopes, theta)
    r2_slopes = np.array([take_out(criterion, shifted).r2.imag / STEP for shifted in _shifts(theta)])
    full[:size, size] = full[size, :size] = -2 * r2_slopes / sigma2**1.5
    full[size, size] = 4 * criterion.freedom / sigma2
    return full


def m_slopes(criterion: Criterion, theta: np.ndarray) -> list[np.ndarray]:
    """How M changes with each entry of theta."""
    return [take_out(criterion, shifted).m.imag / STEP for shifted in _shifts(theta)]
