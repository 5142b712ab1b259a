"""The search for the variances of a mixed model, with safeguards.

Two starts with a quasi-Newton method (L-BFGS-B, exact gradients), each polished by Newton steps. If they do not agree, or
the best is no minimum, four more starts, BFGS and Powell's method (no gradients) follow. The best finite deviance wins; an
infinite one is never taken. A variance that can be 0 without loss is 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from draagkracht.science.mixed_deviance import Criterion, deviance, gradient, hessian

STARTS = (1.0, 0.2)
MORE_STARTS = (5.0, 0.04, 25.0, 0.5)
LIMIT = 1e4
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
    found = [_one_search(criterion, start, "L-BFGS-B") for start in STARTS]
    if not _agree(criterion, found):
        found += [_one_search(criterion, start, "L-BFGS-B") for start in MORE_STARTS]
        found += [_one_search(criterion, 1.0, method) for method in ("BFGS", "Powell")]
    finite = [theta for theta in found if np.isfinite(_value(criterion, theta))]
    if not finite:
        raise ValueError("the mixed model has no finite likelihood on these data")
    best = min(finite, key=lambda theta: _value(criterion, theta))
    best = _positive(criterion, _to_zero(criterion, best))
    return Found(best, _value(criterion, best), _agree(criterion, [best, *finite]))


def _value(criterion: Criterion, theta: np.ndarray) -> float:
    value = deviance(criterion, theta).real
    return float(value) if np.isfinite(value) else float("inf")


def _one_search(criterion: Criterion, start: float, method: str) -> np.ndarray:
    from scipy.optimize import minimize

    theta = np.zeros(criterion.theta_size)
    theta[criterion.diagonal()] = start
    with np.errstate(all="ignore"):
        result = minimize(
            lambda at: min(_value(criterion, at), 1e300),
            theta,
            method=method,
            jac=None if method == "Powell" else lambda at: np.nan_to_num(gradient(criterion, at)),
            bounds=None if method == "BFGS" else [(-LIMIT, LIMIT)] * len(theta),
            options={"L-BFGS-B": {"ftol": 1e-14, "gtol": 1e-7}, "Powell": {"xtol": 1e-8, "ftol": 1e-14}}.get(method),
        )
        return _polished(criterion, np.asarray(result.x, float))


def _polished(criterion: Criterion, theta: np.ndarray) -> np.ndarray:
    """Newton steps as long as they lower the deviance."""
    value = _value(criterion, theta)
    for _ in range(4):
        step = _newton_step(criterion, theta)
        if step is None or np.abs(step).max() <= 1e-10 * max(1.0, np.abs(theta).max()):
            break
        better = _value(criterion, theta - step)
        if not better < value + 1e-12 * abs(value):
            break
        theta, value = theta - step, better
    return theta


def _newton_step(criterion: Criterion, theta: np.ndarray) -> np.ndarray | None:
    """H^-1 g, None where the surface does not curve upwards."""
    curvature = hessian(criterion, theta)
    if not np.isfinite(curvature).all():
        return None
    values, vectors = np.linalg.eigh(curvature)
    if values[0] <= 1e-8 * max(1.0, values[-1]):
        return None
    return vectors @ ((vectors.T @ gradient(criterion, theta)) / values)


def _agree(criterion: Criterion, found: list[np.ndarray]) -> bool:
    """The best two deviances are equal, and the best is a minimum: the gradient promises no more than AGREE."""
    ordered = sorted(found, key=lambda theta: _value(criterion, theta))
    values = [_value(criterion, theta) for theta in ordered[:2]]
    if not all(np.isfinite(values)) or values[1] - values[0] > AGREE:
        return False
    slope = gradient(criterion, ordered[0])
    curvature = hessian(criterion, ordered[0])
    if not np.isfinite(curvature).all():
        return False
    bends, vectors = np.linalg.eigh(curvature)
    if bends[0] < -1e-4 * max(1.0, bends[-1]):
        return False
    promised = (vectors.T @ slope) ** 2 / np.maximum(np.abs(bends), 1e-6 * max(1.0, bends[-1]))
    return bool(promised.sum() < AGREE)


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
