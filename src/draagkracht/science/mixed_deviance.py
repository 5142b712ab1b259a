"""The deviance of a linear mixed model with nested groupings, and how it changes with the variances.

Model: y = X b + sum over levels of Z_l u_l + e, u_l ~ N(0, sigma^2 L_l L_l'), e ~ N(0, sigma^2). L_l is lower triangular;
`theta` holds its entries, level after level, row after row. Levels are nested (people in teams), the innermost first.

Every innermost group is split once into what its own Z can tell and what it cannot: Z = U C with orthonormal U, so that
    V = I + Z L L' Z'  has  V^-1 = (I - U U') + U H^-1 U',  H = I + C L L' C',  log det V = log det H
and the products of the other columns [Z_2 ... X y] become W + (U'[..])' H^-1 (U'[..]): a sum in which nothing cancels. Those of
one outer group add up; Z_2 is taken out of the sum S by its Schur complement, and what remains adds up over the outer groups:
    A = L' S_zz L + I,  S_rr - S_rz L A^-1 L' S_zr,  log det A
until [X y] remains. With M what remains of X'X and r2 what remains of y'y after b:
    deviance (ML)    = sum log det H and A + n (1 + log(2 pi r2 / n))
    deviance (REML)  = sum log det H and A + log det M + (n - p) (1 + log(2 pi r2 / (n - p)))
Innermost groups of one outer group with the same C (people measured at the same moments) are handled as one cluster, so
one evaluation takes time proportional to the number of clusters, not of people. Bates, Mächler, Bolker & Walker 2015, Fitting
linear mixed-effects models using lme4, eq. 34 and 41; the split is Woodbury's identity.

Derivatives are exact to rounding: every step also works for complex numbers, and f'(x) = Im f(x + ih) / h for tiny h.
X stands as an orthonormal basis of its columns, y as its residual with mean square 1: nothing depends on units or origins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

STEP = 1e-30


@dataclass(frozen=True, slots=True)
class Clusters:
    """Innermost groups that can be taken out together. q columns in Z, m in the rest [Z_2 ... X y].

    counts  (clusters,), groups in each
    roots   (clusters, q, q), their common C, upper triangular; a row of zeros where Z has fewer directions than columns
    rest    (clusters, m, m), sum of W
    cross   (clusters, q, q, m, m), sum of (U'rest)_k (x) (U'rest)_l
    starts  where the clusters of the next outer group begin
    """

    counts: np.ndarray
    roots: np.ndarray
    rest: np.ndarray
    cross: np.ndarray
    starts: np.ndarray


@dataclass(frozen=True, slots=True)
class Criterion:
    """The cross products of one data set and what they are evaluated with.

    clusters   of the innermost groups
    roots, told   (groups, q, q) and (groups, q, m): C and U'[rest] of every innermost group, for its effects
    widths     per level, innermost first: columns of Z (1 intercept, 2 intercept and slope)
    n, p       rows and columns of X
    """

    clusters: Clusters
    roots: np.ndarray
    told: np.ndarray
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
    """After all levels are taken out: log det of all H and A, M, X'y and y'y that remain.

    outer: [Z_2 X y]'[Z_2 X y] of every outer group after the innermost level is taken out (one matrix without Z_2 if there
    is one level).
    """

    log_det: complex
    m: np.ndarray
    xy: np.ndarray
    yy: complex
    outer: np.ndarray

    @property
    def b(self) -> np.ndarray:
        return np.linalg.solve(self.m, self.xy)

    @property
    def r2(self) -> complex:
        return self.yy - self.xy @ self.b


def take_out(criterion: Criterion, theta: np.ndarray) -> Remains:
    """Eliminate level after level; theta may be complex."""
    factors = criterion.factors(theta)
    log_det, outer = _without_inner(criterion.clusters, factors[0])
    last = outer[0]
    if len(factors) == 2:
        width, factor = criterion.widths[1], factors[1]
        own, with_rest, rest = outer[:, :width, :width], outer[:, :width, width:], outer[:, width:, width:].sum(axis=0)
        k, log_dets = _kernel(own, factor)
        log_det = log_det + log_dets.sum()
        flat = with_rest.reshape(-1, with_rest.shape[2])
        last = rest - flat.T @ (k @ with_rest).reshape(flat.shape)
    p = criterion.p
    return Remains(log_det, last[:p, :p], last[:p, p], last[p, p], outer)


def _without_inner(clusters: Clusters, factor: np.ndarray) -> tuple[complex, np.ndarray]:
    h = spread(clusters.roots, factor)
    inverse = 1 / h if len(factor) == 1 else np.linalg.inv(h)
    left = clusters.rest + np.einsum("ckl,cklij->cij", inverse, clusters.cross)
    log_det = (clusters.counts * _log_dets(h)).sum()
    if len(clusters.starts) == 1:
        return log_det, left.sum(axis=0, keepdims=True)
    return log_det, np.add.reduceat(left, clusters.starts, axis=0)


def spread(roots: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """H = I + C L L' C' of every group."""
    scaled_roots = roots @ factor
    return scaled_roots @ np.swapaxes(scaled_roots, 1, 2) + np.eye(len(factor))


def _log_dets(matrices: np.ndarray) -> np.ndarray:
    return np.log(matrices[:, 0, 0] if matrices.shape[1] == 1 else np.linalg.det(matrices))


def _kernel(own: np.ndarray, factor: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """L A^-1 L' and log det A of every outer group."""
    a = scaled(own, factor)
    if len(factor) == 1:
        return factor[0, 0] ** 2 / a, _log_dets(a)
    return factor @ np.linalg.solve(a, np.broadcast_to(factor.T, a.shape)), _log_dets(a)


def scaled(own: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """A = L' S_zz L + I of every group."""
    return factor.T @ own @ factor + np.eye(len(factor))


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


def sizes(theta: np.ndarray) -> np.ndarray:
    """What a step in each entry is measured by: its own size, or 1. Curvatures times these can be compared."""
    return np.maximum(np.abs(theta), 1.0)


def m_slopes(criterion: Criterion, theta: np.ndarray) -> list[np.ndarray]:
    """How M changes with each entry of theta."""
    return [take_out(criterion, shifted).m.imag / STEP for shifted in _shifts(theta)]
