"""A mixed model written out in full, n x n, for comparison: slow, plain, and sharing no code with the product."""

from __future__ import annotations

import numpy as np
from scipy import optimize


def covariance(parts, residual: float) -> np.ndarray:
    """V = sum of Z G Z' + residual I. `parts`: (labels, Z (n, q), G (q, q))."""
    n = len(parts[0][0])
    v = residual * np.eye(n)
    for labels, z, g in parts:
        same = np.array([[a == b for b in labels] for a in labels], float)
        v += same * (z @ g @ z.T)
    return v


def log_likelihood(y, x, v, reml: bool) -> float:
    """Of the data, or of the REML criterion as lme4 has it (no log det X'X)."""
    n, p = x.shape
    inverse = np.linalg.inv(v)
    information = x.T @ inverse @ x
    e = y - x @ np.linalg.solve(information, x.T @ inverse @ y)
    value = np.linalg.slogdet(v)[1] + e @ inverse @ e + (n - p if reml else n) * np.log(2 * np.pi)
    return -0.5 * (value + (np.linalg.slogdet(information)[1] if reml else 0))


def fixed(x, y, v):
    """Generalised least squares: estimates and their covariance."""
    inverse = np.linalg.inv(v)
    spread = np.linalg.inv(x.T @ inverse @ x)
    return spread @ x.T @ inverse @ y, spread


def best_log_likelihood(y, x, groups, zs, reml: bool, starts=(0.1, 1.0)) -> float:
    """The largest log likelihood that a search without gradients finds, in units of the residual of least squares."""
    scale = np.var(y - x @ np.linalg.lstsq(x, y, rcond=None)[0]) + 1e-300
    sizes = [z.shape[1] for z in zs]

    def value(parameters):
        at, parts = 0, []
        for labels, z, q in zip(groups, zs, sizes, strict=True):
            k = q * (q + 1) // 2
            factor = np.zeros((q, q))
            factor[np.tril_indices(q)] = parameters[at : at + k]
            at += k
            parts.append((labels, z, scale * factor @ factor.T))
        return -log_likelihood(y, x, covariance(parts, scale * (np.exp(parameters[-1]) + 1e-8)), reml)

    found = []
    for start in starts:
        begin = np.concatenate(
            [*(np.sqrt(start) * np.eye(q)[np.tril_indices(q)] for q in sizes), [0.0]],
        )
        options = {"maxiter": 4000, "maxfev": 4000, "xatol": 1e-7, "fatol": 1e-10}
        result = optimize.minimize(value, begin, method="Nelder-Mead", options=options)
        result = optimize.minimize(value, result.x, method="Nelder-Mead", options=options)
        found.append(-result.fun)
    return max(found)


def satterthwaite(y, x, parts_of, variances, reml: bool) -> np.ndarray:
    """Degrees of freedom by numerical derivatives in the variances themselves. `parts_of(variances)` gives V."""
    variances = np.asarray(variances, float)

    def spread(at):
        return np.diag(fixed(x, y, parts_of(at))[1])

    size = len(variances)
    steps = 1e-3 * np.maximum(np.abs(variances), 1e-2 * variances.max())
    h, g = np.empty((size, size)), np.empty((size, x.shape[1]))
    unit = np.diag(steps)
    for i in range(size):
        g[i] = (spread(variances + unit[i]) - spread(variances - unit[i])) / (2 * steps[i])
        for j in range(size):
            corners = [
                a * b * log_likelihood(y, x, parts_of(variances + a * unit[i] + b * unit[j]), reml)
                for a in (1, -1)
                for b in (1, -1)
            ]
            h[i, j] = -sum(corners) / (4 * steps[i] * steps[j])
    return 2 * spread(variances) ** 2 / np.einsum("ik,ij,jk->k", g, np.linalg.inv(h), g)
