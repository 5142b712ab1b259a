"""Linear models by least squares: y = X b + e, with analysis of covariance and checks of what they assume.

    b = (X'X)^-1 X'y,  s^2 = e'e / (n - p),  se = sqrt(diag(s^2 (X'X)^-1)),  t = b / se on n - p degrees of freedom
    robust (HC3, MacKinnon & White 1985): (X'X)^-1 X' diag(e^2 / (1 - h)^2) X (X'X)^-1, h the leverage

Solved with a QR decomposition. Columns are coded as `science.design` says. Rows with a missing value are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from draagkracht.science.columns import column
from draagkracht.science.comparison import t_result
from draagkracht.science.design import Design, design


@dataclass(frozen=True, slots=True)
class Coefficient:
    """An estimate with standard error, t on `df` degrees of freedom, two-sided p and interval."""

    name: str
    b: float
    se: float
    t: float
    df: float
    p: float
    low: float
    high: float


def coefficient(name: str, b: float, se: float, df: float, confidence: float = 0.95) -> Coefficient:
    """An estimate and its standard error as a coefficient."""
    test = t_result(b, se, df, confidence)
    return Coefficient(name, b, se, test.t, df, test.p, test.low, test.high)


@dataclass(frozen=True, slots=True)
class LinearFit:
    """`residuals` and `fitted` have a row per row used (`rows`: their places in the data). `sigma` is the residual sd."""

    coefficients: tuple[Coefficient, ...]
    n: int
    df_residual: int
    sigma: float
    r_squared: float
    robust: bool
    matrix: np.ndarray
    rows: np.ndarray
    fitted: np.ndarray
    residuals: np.ndarray

    def __getitem__(self, name: str) -> Coefficient:
        return next(found for found in self.coefficients if found.name == name)


@dataclass(frozen=True, slots=True)
class Check:
    """A test of an assumption: its statistic, degrees of freedom (None where it has none) and p."""

    statistic: float
    df: float | None
    p: float


@dataclass(frozen=True, slots=True)
class Ancova:
    """`fit` has "Intercept", "before" and "group[level]"; `slopes` tests whether the slope of before differs by group.

    `slopes` is None if the groups are too small to give each its own slope.
    """

    fit: LinearFit
    slopes: Check | None


def ols(
    y: Sequence[Any] | np.ndarray,
    columns: Mapping[str, Sequence[Any] | np.ndarray],
    *,
    reference: Mapping[str, object] | None = None,
    interactions: Sequence[tuple[str, str]] = (),
    robust: bool = False,
    confidence: float = 0.95,
) -> LinearFit:
    """Least squares of y on an intercept and the columns (see `design` for factors and interactions).

    ValueError as `design`, or if no degree of freedom is left, the fit is perfect, or (robust) one row alone decides a
    coefficient (leverage 1).
    """
    values = column(y, "y")
    made = design(columns, reference, interactions, also_complete=[values])
    return fit_design(values[made.rows], made, robust, confidence)


def fit_design(y: np.ndarray, made: Design, robust: bool = False, confidence: float = 0.95) -> LinearFit:
    """Least squares on a matrix that stands; `y` has its rows."""
    n, p = made.matrix.shape
    if n <= p:
        raise ValueError(f"{n} complete rows leave no degree of freedom for {p} coefficients")
    q, r = np.linalg.qr(made.matrix)
    effects = q.T @ y
    b = np.linalg.solve(r, effects)
    fitted = q @ effects
    residuals = y - fitted
    around = y - y.mean()
    rss, tss = float(residuals @ residuals), float(around @ around)
    if rss <= 1e-24 * float(y @ y) or rss == 0:
        raise ValueError("the fit is perfect: there is no error to measure against")
    inverse = np.linalg.inv(r)
    sigma2 = rss / (n - p)
    covariance = _hc3(q, inverse, residuals) if robust else sigma2 * inverse @ inverse.T
    errors = np.sqrt(np.diag(covariance))
    found = [coefficient(name, float(b[i]), float(errors[i]), n - p, confidence) for i, name in enumerate(made.names)]
    r_squared = 1 - rss / tss if tss > 0 else 0.0
    return LinearFit(
        tuple(found), n, n - p, float(np.sqrt(sigma2)), r_squared, robust, made.matrix, made.rows, fitted, residuals
    )


def _hc3(q: np.ndarray, inverse: np.ndarray, residuals: np.ndarray) -> np.ndarray:
    leverage = (q * q).sum(axis=1)
    if (leverage > 1 - 1e-10).any():
        raise ValueError("one row alone decides a coefficient: robust errors do not exist")
    part = q * (residuals / (1 - leverage))[:, None]
    return inverse @ (part.T @ part) @ inverse.T


def compare(small: LinearFit, large: LinearFit) -> Check:
    """F test of a model against a larger one on the same rows. `df` is that of the numerator."""
    from scipy.special import fdtrc

    extra = small.df_residual - large.df_residual
    if extra < 1 or not np.array_equal(small.rows, large.rows):
        raise ValueError("models can be compared when the larger one adds columns on the same rows")
    rss = [float(fit.residuals @ fit.residuals) for fit in (small, large)]
    f = max(0.0, (rss[0] - rss[1]) / extra / (rss[1] / large.df_residual))
    return Check(f, extra, float(fdtrc(extra, large.df_residual, f)))


def ancova(
    after: Sequence[Any] | np.ndarray,
    before: Sequence[Any] | np.ndarray,
    group: Sequence[Any] | np.ndarray,
    *,
    reference: object = None,
    robust: bool = False,
) -> Ancova:
    """after ~ before + group: what the groups differ by among people who started alike.

    `group` holds at least two levels; `reference` is the one that the others are compared with (default: the first in
    order of text). ValueError as `ols`.
    """
    columns: dict[str, Any] = {"before": before, "group": group}
    coding = {"group": reference}
    fit = ols(after, columns, reference=coding, robust=robust)
    try:
        plain = ols(after, columns, reference=coding) if robust else fit
        slopes = compare(plain, ols(after, columns, reference=coding, interactions=[("before", "group")]))
    except ValueError:
        slopes = None
    return Ancova(fit, slopes)


def normality(values: np.ndarray | Sequence[float]) -> Check | None:
    """Are residuals normal? Shapiro-Wilk up to 5,000 values, D'Agostino's K^2 above. None for fewer than 8 or constant values."""
    from scipy import stats

    numbers = column(values)
    numbers = numbers[~np.isnan(numbers)]
    if len(numbers) < 8 or np.ptp(numbers) == 0:
        return None
    if len(numbers) <= 5000:
        result = stats.shapiro(numbers)
        return Check(float(result.statistic), None, float(result.pvalue))
    result = stats.normaltest(numbers)
    return Check(float(result.statistic), 2, float(result.pvalue))


def equal_spread(fit: LinearFit) -> Check | None:
    """Breusch-Pagan test in Koenker's form: n R^2 of the squared residuals on the columns, chi-square on p - 1.

    None for a model with only an intercept. A small p says that the spread changes along the columns.
    """
    from scipy.special import chdtrc

    p = fit.matrix.shape[1]
    squared = fit.residuals**2
    around = squared - squared.mean()
    total = float(around @ around)
    if p < 2 or total == 0:
        return None
    solution = np.linalg.lstsq(fit.matrix, squared, rcond=None)[0]
    rest = squared - fit.matrix @ solution
    statistic = fit.n * max(0.0, 1 - float(rest @ rest) / total)
    return Check(statistic, p - 1, float(chdtrc(p - 1, statistic)))
