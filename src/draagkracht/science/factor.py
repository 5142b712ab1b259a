"""The one-factor model: how far one thing in common explains that items go together.

Model
    Sigma = l l' + diag(u)         k items, loadings l, unique variances u, factor variance 1

Two ways to fit it
    ml       least of ln|Sigma| + tr(S Sigma^-1) - ln|S| - k over l and u. S is the covariance matrix with divisor n - 1,
             which makes it the Wishart likelihood. Newton, damped; the covariance of the estimates is the inverse of
             the expected information / (n - 1).        Joreskog 1967, Psychometrika 32
    minres   least sum of squared residuals off the diagonal of the correlation matrix, over l; u = 1 - l^2.
             Newton, damped.                                                   Harman & Jones 1966, Psychometrika 31

Neither bounds u at 0: a Heywood case (u <= 0) is reported as found and flagged, not pulled back to the border as programs
do that bound u at .005. Signs are turned so that the loadings add up to 0 or more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from draagkracht.science.tables import Floats

STEPS = 500  # of the search; a model that fits needs 5 to 30
FLAT = 1e-9  # largest slope, in units of a correlation matrix, at which the search has arrived
ROUNDING = 1e-12  # two values of the criterion that differ less are equal

# Value, slope and curvature at a point; the value is infinite where the model is impossible.
Surface = Callable[[Floats], tuple[float, Floats, Floats]]


@dataclass(frozen=True, slots=True, eq=False)
class OneFactor:
    """A fitted one-factor model in the metric of the matrix it was fitted to.

    `loadings` and `unique` have shape (k,); `covariance` (2k, 2k) is that of the estimates, loadings first, for one
    observation (divide by n - 1), None for minres or where the information has no inverse. `criterion` is the least
    value found. `converged` is False if the search did not arrive at a flat point; `heywood` lists the places of items
    without unique variance (u <= 0).
    """

    loadings: Floats
    unique: Floats
    covariance: Floats | None
    criterion: float
    converged: bool
    heywood: tuple[int, ...]


def fit_ml(covariance: Floats) -> OneFactor:
    """One factor by maximum likelihood on a covariance matrix (k, k).

    Raises ValueError for fewer than three items, an item without spread, and a matrix that is not positive definite:
    items that are an exact combination of others, fewer people than items, or pairwise covariances that contradict each
    other.
    """
    spread, correlation = _standard(covariance)
    k = spread.size
    if np.linalg.eigvalsh(correlation)[0] < 1e-10:
        raise ValueError("an item is an exact combination of other items, or there are not more people than items")
    log_det = np.linalg.slogdet(correlation)[1]

    def surface(point: Floats) -> tuple[float, Floats, Floats]:
        return _likelihood(correlation, log_det, point)

    start = np.clip(fit_minres(correlation).loadings, -0.95, 0.95)
    start = np.concatenate([start, 1 - start**2])
    point, criterion, converged = _descend(surface, start)
    errors = _inverse(_information(point)) if converged else None
    scale = np.concatenate([spread, spread**2])
    turned = np.where(np.arange(2 * k) < k, _sign(point[:k] * spread), 1.0) * scale
    estimates = point * turned
    return OneFactor(
        estimates[:k],
        estimates[k:],
        None if errors is None else errors * np.outer(turned, turned),
        criterion,
        converged,
        _heywood(point[k:]),
    )


def fit_minres(correlation: Floats) -> OneFactor:
    """One factor by least squared residuals on a correlation matrix (k, k); it may be singular.

    Raises ValueError for fewer than three items, or a diagonal that is not 1.
    """
    spread, standard = _standard(correlation)
    if np.abs(spread - 1).max() > 1e-8:
        raise ValueError("minres takes a correlation matrix: ones on the diagonal")
    between = standard - np.eye(spread.size)

    def surface(point: Floats) -> tuple[float, Floats, Floats]:
        others = point @ point - point**2
        residual = between - np.outer(point, point)
        np.fill_diagonal(residual, 0)
        curvature = 2 * np.outer(point, point) - between
        np.fill_diagonal(curvature, others)
        return float((residual**2).sum() / 4), point * others - between @ point, curvature

    point, criterion, converged = _descend(surface, _first_guess(standard))
    loadings = point * _sign(point)
    unique = 1 - loadings**2
    return OneFactor(loadings, unique, None, 2 * criterion, converged, _heywood(unique))


def _standard(covariance: Floats) -> tuple[Floats, Floats]:
    """Standard deviations and correlation matrix; the model is the same in any metric, the search best in this one."""
    if covariance.ndim != 2 or covariance.shape[0] != covariance.shape[1]:
        raise ValueError("a covariance matrix is square")
    if covariance.shape[0] < 3:
        raise ValueError(f"one factor needs at least three items, not {covariance.shape[0]}")
    if not np.isfinite(covariance).all():
        raise ValueError("a covariance is missing: two items were never answered by the same people")
    if not np.allclose(covariance, covariance.T):
        raise ValueError("a covariance matrix is symmetric")
    variance = np.diag(covariance)
    if (variance <= 0).any():
        raise ValueError(f"item {int(np.argmax(variance <= 0)) + 1} has no spread: everybody answered the same")
    spread = np.sqrt(variance)
    return spread, covariance / np.outer(spread, spread)


def _likelihood(correlation: Floats, log_det: float, point: Floats) -> tuple[float, Floats, Floats]:
    """The ML criterion at (loadings, unique), its slope and its curvature."""
    k = correlation.shape[0]
    loadings = point[:k]
    implied = np.outer(loadings, loadings) + np.diag(point[k:])
    try:
        np.linalg.cholesky(implied)
    except np.linalg.LinAlgError:
        return np.inf, point, np.empty((0, 0))
    inverse = np.linalg.inv(implied)
    value = np.linalg.slogdet(implied)[1] + float((inverse * correlation).sum()) - log_det - k
    seen = inverse @ correlation @ inverse
    slope = inverse - seen
    w, q = inverse @ loadings, seen @ loadings
    curvature = np.empty((2 * k, 2 * k))
    curvature[:k, :k] = (
        2 * (slope + np.outer(q, w) + np.outer(w, q) - np.outer(w, w) + (w @ loadings) * (seen - inverse))
        + 2 * (q @ loadings) * inverse
    )
    curvature[:k, k:] = 2 * (w * seen + q * inverse - w * inverse)
    curvature[k:, :k] = curvature[:k, k:].T
    curvature[k:, k:] = inverse * (2 * seen - inverse)
    return value, np.concatenate([2 * slope @ loadings, np.diag(slope)]), curvature


def _information(point: Floats) -> Floats:
    """Expected information of one observation about (loadings, unique)."""
    k = point.size // 2
    loadings = point[:k]
    inverse = np.linalg.inv(np.outer(loadings, loadings) + np.diag(point[k:]))
    w = inverse @ loadings
    cross = w * inverse
    return np.block([[(loadings @ w) * inverse + np.outer(w, w), cross], [cross.T, inverse**2 / 2]])


def _descend(surface: Surface, start: Floats) -> tuple[Floats, float, bool]:
    """The lowest point found from `start`, its value, and whether the surface is flat there.

    Newton's steps with Levenberg's damping: a step that does not go down is tried again, shorter and steeper.
    """
    point, damping = start, 1e-3
    value, slope, curvature = surface(point)
    for _step in range(STEPS):
        size = max(1.0, np.abs(np.diag(curvature)).max())
        if np.abs(slope).max() < FLAT * size:
            return point, value, True
        values, vectors = np.linalg.eigh(curvature)
        lift = damping * size + max(0.0, -1.1 * values[0])
        step = vectors @ ((vectors.T @ slope) / np.maximum(values + lift, 1e-14 * size))
        there = surface(point - step)
        change = there[0] - value
        level = ROUNDING * (1 + abs(value))
        if change < -level or (change <= level and np.abs(there[1]).max() < np.abs(slope).max()):
            point, (value, slope, curvature) = point - step, there
            damping /= 10
        elif damping > 1e12:
            break
        else:
            damping = max(damping * 10, 1e-9)
    return point, value, False


def _first_guess(correlation: Floats) -> Floats:
    """Loadings on the first principal axis, with the largest correlation of each item as its shared variance."""
    reduced = correlation.copy()
    np.fill_diagonal(reduced, 0)
    np.fill_diagonal(reduced, np.clip(np.abs(reduced).max(axis=1), 0.05, 0.9))
    values, vectors = np.linalg.eigh(reduced)
    return np.clip(vectors[:, -1] * np.sqrt(max(values[-1], 0.1)), -0.95, 0.95)


def _sign(loadings: Floats) -> float:
    return -1.0 if loadings.sum() < 0 else 1.0


def _heywood(unique: Floats) -> tuple[int, ...]:
    return tuple(int(place) for place in np.flatnonzero(unique <= 1e-9))


def _inverse(information: Floats) -> Floats | None:
    values, vectors = np.linalg.eigh(information)
    if values[0] <= 1e-10 * values[-1]:
        return None
    return (vectors / values) @ vectors.T
