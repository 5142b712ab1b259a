"""The search for the variances of a mixed model, with safeguards.

Two starts with Newton's method: exact gradients, curvature made positive, steps halved until the deviance falls. If they do
not agree, or the best is no minimum, four more starts, L-BFGS-B, BFGS and Powell's method (no gradients) follow. The best
finite deviance wins; an infinite one is never taken. A variance that can be 0 without loss is 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from draagkracht.science.mixed_deviance import Criterion, deviance, gradient, hessian, sizes

# No start may halve its way to exactly 0: there every slope is 0, also on a hilltop.
STARTS = (1.1, 0.23)
MORE_STARTS = (5.3, 0.043, 27.0, 0.57)
OTHER_METHODS = ("L-BFGS-B", "BFGS", "Powell")
LIMIT = 1e4
STEPS = 100
ROUNDING = 1e-13
# Searches agree if their deviances differ by less.
AGREE = 1e-6


@dataclass(frozen=True, slots=True)
class Found:
    """The best theta (diagonals 0 or above), its deviance, and whether it is a minimum on which searches agree."""

    theta: np.ndarray
    deviance: float
    converged: bool


def search(criterion: Criterion) -> Found:
    """The minimum of the deviance. ValueError if no finite deviance was found."""
    found = [_newton(criterion, _start(criterion, at)) for at in STARTS]
    if not _agree(criterion, found):
        found += [_newton(criterion, _start(criterion, at)) for at in MORE_STARTS]
        found += [_newton(criterion, _by_library(criterion, method)) for method in OTHER_METHODS]
    finite = [theta for theta in found if np.isfinite(_value(criterion, theta))]
    if not finite:
        raise ValueError("the mixed model has no finite likelihood on these data")
    best = min(finite, key=lambda theta: _value(criterion, theta))
    best = _positive(criterion, _to_zero(criterion, best))
    return Found(best, _value(criterion, best), _agree(criterion, [best, *finite]))


def _value(criterion: Criterion, theta: np.ndarray) -> float:
    try:
        value = deviance(criterion, theta).real
    except np.linalg.LinAlgError:
        return float("inf")
    return float(value) if np.isfinite(value) else float("inf")


def _start(criterion: Criterion, at: float) -> np.ndarray:
    theta = np.zeros(criterion.theta_size)
    theta[criterion.diagonal()] = at
    return theta


def _newton(criterion: Criterion, theta: np.ndarray) -> np.ndarray:
    """Downhill from theta until the step, or what it promises, is below rounding."""
    value = _value(criterion, theta)
    for _ in range(STEPS):
        slope, (bends, directions) = gradient(criterion, theta), _bends(criterion, theta)
        if not (np.isfinite(slope).all() and np.isfinite(bends).all()):
            break
        bends = np.maximum(np.abs(bends), 1e-6 * max(1.0, float(np.abs(bends).max())))
        step = directions @ ((directions.T @ slope) / bends)
        step *= min(1.0, 1.7 * max(1.0, float(np.abs(theta).max())) / max(float(np.abs(step).max()), 1e-300))
        share, better = _share_that_falls(criterion, theta, value, step, float(slope @ step))
        if share == 0:
            break
        theta, value = theta - share * step, better
        if float(np.abs(step).max()) <= 1e-10 * max(1.0, float(np.abs(theta).max())):
            break
    return theta


def _share_that_falls(
    criterion: Criterion, theta: np.ndarray, value: float, step: np.ndarray, promised: float
) -> tuple[float, float]:
    """The first of 1, 1/2, 1/4, ... of the step that lowers the deviance, with that deviance; 0 if none does."""
    share = 1.0
    while share > 1e-8:
        better = _value(criterion, theta - share * step)
        # Near the minimum rounding hides what a step gains: then it only must not lose more than rounding.
        if better <= value - 1e-4 * share * promised + ROUNDING * abs(value):
            return share, better
        share /= 2
    return 0.0, value


def _by_library(criterion: Criterion, method: str) -> np.ndarray:
    from scipy.optimize import minimize

    theta = _start(criterion, STARTS[0])
    options = {"L-BFGS-B": {"ftol": 1e-14, "gtol": 1e-7}, "Powell": {"xtol": 1e-8, "ftol": 1e-14}}
    with np.errstate(all="ignore"):
        result = minimize(
            lambda at: min(_value(criterion, at), 1e300),
            theta,
            method=method,
            jac=None if method == "Powell" else lambda at: np.nan_to_num(gradient(criterion, at)),
            bounds=None if method == "BFGS" else [(-LIMIT, LIMIT)] * len(theta),
            options=options.get(method),
        )
    return np.asarray(result.x, float)


def _agree(criterion: Criterion, found: list[np.ndarray]) -> bool:
    """The best two deviances are equal, and the best is a minimum: the gradient promises no more than AGREE."""
    ordered = sorted(found, key=lambda theta: _value(criterion, theta))
    values = [_value(criterion, theta) for theta in ordered[:2]]
    if not all(np.isfinite(values)) or values[1] - values[0] > AGREE:
        return False
    slope, (bends, directions) = gradient(criterion, ordered[0]), _bends(criterion, ordered[0])
    if not np.isfinite(bends).all() or bends[0] < -1e-4 * max(1.0, bends[-1]):
        return False
    promised = (directions.T @ slope) ** 2 / np.maximum(np.abs(bends), 1e-6 * max(1.0, bends[-1]))
    return bool(promised.sum() < AGREE)


def _bends(criterion: Criterion, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How the deviance curves in the directions (columns) in which theta changes by a share of itself; rising."""
    size = sizes(theta)
    curvature = hessian(criterion, theta) * np.outer(size, size)
    if not np.isfinite(curvature).all():
        return np.full(len(theta), np.nan), np.eye(len(theta))
    bends, vectors = np.linalg.eigh(curvature)
    return bends, size[:, None] * vectors


def _to_zero(criterion: Criterion, theta: np.ndarray) -> np.ndarray:
    """Standard deviations that are tiny beside the residual become 0 where that costs nothing."""
    for place in criterion.diagonal():
        if abs(theta[place]) < 1e-2:
            trial = theta.copy()
            trial[place] = 0.0
            if _value(criterion, trial) <= _value(criterion, theta) + 1e-9:
                theta = trial
    return theta


def _positive(criterion: Criterion, theta: np.ndarray) -> np.ndarray:
    """The same variances with every diagonal 0 or above: a column of L may change its sign."""
    signed = []
    for factor in criterion.factors(theta):
        factor = factor * np.where(np.diag(factor) < 0, -1.0, 1.0)
        signed.append(factor[np.tril_indices(len(factor))])
    return np.concatenate(signed) + 0.0
