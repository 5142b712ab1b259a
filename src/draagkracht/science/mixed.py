"""Linear mixed models: values of people in teams, over moments, with what people and teams have in common.

    fit_mixed(y, {"moment": moments}, [Grouping("person", people), Grouping("team", teams)])

y = X b + u_team + u_person + e. One grouping, or two of which the first lies within the second; each with an intercept and,
if wished, a slope with its correlation. REML (default) or ML by the profiled deviance (`mixed_deviance`), searched with
several starts (`mixed_search`). Fixed effects have Satterthwaite degrees of freedom:
    v = variance of the estimate, df = 2 v^2 / (g' A g), g the gradient of v in (theta, sigma), A = 2 H^-1 with H the second
    derivatives of the deviance (directions without curvature left out). Kuznetsova, Brockhoff & Christensen 2017 (lmerTest).

Units: fixed effects and their errors in the metric of y (per unit of the column), variances in its square.
Missing values: rows with a missing value, column or label are left out; nothing else is.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from draagkracht.science.columns import column
from draagkracht.science.design import Design, design
from draagkracht.science.linear import Check, Coefficient, coefficient
from draagkracht.science.mixed_deviance import Criterion, Remains, full_hessian, m_slopes, sizes, take_out
from draagkracht.science.mixed_search import search
from draagkracht.science.nesting import Grouping, Nesting, nest

# A standard deviation (or combination) below this part of the residual's counts as none, as in lme4.
SINGULAR = 1e-4


@dataclass(frozen=True, slots=True)
class MixedFit:
    """What a mixed model found.

    coefficients    in order of the columns, "Intercept" first; df by Satterthwaite
    variances       "team.Intercept", "person.Intercept", "person.slope", "person.Intercept_slope" (covariance), "Residual"
    effects         per grouping the shrunken deviation of every group (conditional mode): label to (intercept[, slope]).
                    The label of an inner group is (outer label, inner label)
    log_likelihood  of the data (ML), or of the REML criterion; `parameters` counts fixed effects, (co)variances and residual
    singular        a variance is 0, or a correlation 1
    converged       the searches agree on a minimum; if False, do not use the numbers
    residuals       y - X b - Z u for the rows used (`rows`: their places in the data)
    """

    coefficients: tuple[Coefficient, ...]
    variances: dict[str, float]
    effects: dict[str, dict[Hashable, tuple[float, ...]]]
    log_likelihood: float
    parameters: int
    n: int
    n_groups: dict[str, int]
    reml: bool
    singular: bool
    converged: bool
    rows: np.ndarray
    residuals: np.ndarray

    def __getitem__(self, name: str) -> Coefficient:
        return next(found for found in self.coefficients if found.name == name)

    @property
    def deviance(self) -> float:
        return -2 * self.log_likelihood

    @property
    def aic(self) -> float:
        return self.deviance + 2 * self.parameters

    @property
    def bic(self) -> float:
        return self.deviance + float(np.log(self.n)) * self.parameters


def fit_mixed(
    y: Sequence[Any] | np.ndarray,
    columns: Mapping[str, Sequence[Any] | np.ndarray],
    groupings: Sequence[Grouping],
    *,
    reference: Mapping[str, object] | None = None,
    interactions: Sequence[tuple[str, str]] = (),
    reml: bool = True,
    confidence: float = 0.95,
) -> MixedFit:
    """Fit y on an intercept and the columns (coded as `science.design`), with random effects of one or two groupings.

    Two groupings stand from small to large, [people, teams]; a group of the first is the pair of both labels, so people
    of two teams may have the same number.

    ValueError: as `design`; a grouping with one group, or with as many effects as rows; two groupings that are the same;
    a grouping that the columns already describe fully; a slope that does not vary; an outcome without any variance left
    within the groups. A variance of 0 is no error: see `singular`.
    """
    if len(groupings) not in (1, 2) or len({grouping.name for grouping in groupings}) < len(groupings):
        raise ValueError("a mixed model needs one or two groupings with different names")
    values = column(y, "y")
    also = [values, *(part for grouping in groupings for part in (grouping.labels, grouping.slope) if part is not None)]
    made = design(columns, reference, interactions, also_complete=also)
    nesting = nest(groupings, made.rows)
    return _Estimation(values[made.rows], made, nesting, reml).result(confidence)


class _Estimation:
    """One data set in the units of the search (orthonormal columns, outcome with mean square 1), and the way back."""

    def __init__(self, y: np.ndarray, made: Design, nesting: Nesting, reml: bool) -> None:
        self.y, self.made, self.nesting = y, made, nesting
        n, p = made.matrix.shape
        if n <= p:
            raise ValueError(f"{n} complete rows leave no degree of freedom for {p} coefficients")
        self.q, self.r = np.linalg.qr(made.matrix)
        self.effects = self.q.T @ y
        rest = y - self.q @ self.effects
        rest -= self.q @ (self.q.T @ rest)
        self.unit = float(np.sqrt(rest @ rest / (n - p)))
        if self.unit <= 1e-12 * float(np.sqrt(y @ y / n)) or self.unit == 0:
            raise ValueError("the outcome does not vary beyond the columns of the model")
        self.criterion = nesting.criterion(self.q, rest / self.unit, reml)
        _must_leave_residual(self.criterion)

    def result(self, confidence: float) -> MixedFit:
        found = search(self.criterion)
        remains = take_out(self.criterion, found.theta)
        sigma2 = float(remains.r2.real) / self.criterion.freedom
        factors = self.criterion.factors(found.theta)
        modes = self.nesting.modes(self.criterion, remains, factors)
        n, p = self.made.matrix.shape
        log_units = 2 * float(np.log(np.abs(np.diag(self.r))).sum()) if self.criterion.reml else 0.0
        deviance = found.deviance + log_units + 2 * self.criterion.freedom * float(np.log(self.unit))
        inside = self.q @ remains.b + self.nesting.fitted(modes)
        return MixedFit(
            coefficients=self._coefficients(found.theta, confidence),
            variances=self.nesting.variances(factors, sigma2 * self.unit**2) | {"Residual": sigma2 * self.unit**2},
            effects=self.nesting.effects(modes, self.unit),
            log_likelihood=-deviance / 2,
            parameters=p + self.criterion.theta_size + 1,
            n=n,
            n_groups=self.nesting.sizes(),
            reml=self.criterion.reml,
            singular=any(float(np.linalg.svd(factor, compute_uv=False)[-1]) < SINGULAR for factor in factors),
            converged=found.converged,
            rows=self.made.rows,
            residuals=self.y - self.q @ self.effects - self.unit * inside,
        )

    def _coefficients(self, theta: np.ndarray, confidence: float) -> tuple[Coefficient, ...]:
        """Estimates, errors and Satterthwaite's degrees of freedom, in the units of the data."""
        remains = take_out(self.criterion, theta)
        sigma2 = float(remains.r2.real) / self.criterion.freedom
        back = np.linalg.inv(self.r)
        b = back @ (self.effects + self.unit * remains.b)
        inverse = np.linalg.inv(remains.m)
        spread = 2 * _inverse_of_curved(full_hessian(self.criterion, theta), np.append(sizes(theta), np.sqrt(sigma2)))
        slopes = m_slopes(self.criterion, theta)
        found = []
        for i, name in enumerate(self.made.names):
            u = inverse @ back[i]
            variance = sigma2 * float(back[i] @ u)
            g = np.array([-sigma2 * float(u @ slope @ u) for slope in slopes] + [2 * variance / np.sqrt(sigma2)])
            df = 2 * variance**2 / float(g @ spread @ g)
            found.append(coefficient(name, float(b[i]), self.unit * float(np.sqrt(variance)), df, confidence))
        return tuple(found)


def _must_leave_residual(criterion: Criterion) -> None:
    """With huge variances the groups explain all that they can: something must be left for the residual.

    First the inner groups alone (they are split without loss of digits), then the outer ones of what these leave.
    """
    theta = np.zeros(criterion.theta_size)
    inner, outer = np.split(criterion.diagonal(), [criterion.widths[0]])
    theta[inner] = 1e8
    left = _left_over(take_out(criterion, theta))
    theta[outer] = 1e5
    rest = _left_over(take_out(criterion, theta))
    if left <= 1e-13 * criterion.n or rest <= 1e-9 * left:
        raise ValueError("nothing varies within the groups: the model cannot tell groups from chance")


def _left_over(remains: Remains) -> float:
    """y'y - b'X'y, by least squares: a column that is constant within groups has vanished beside huge variances."""
    m, xy = remains.m.real, remains.xy.real
    return float(remains.yy.real - xy @ np.linalg.lstsq(m, xy, rcond=None)[0])


def _inverse_of_curved(matrix: np.ndarray, size: np.ndarray) -> np.ndarray:
    """The inverse over the directions that curve upwards, as lmerTest does at a boundary; entries are told in `size`."""
    values, vectors = np.linalg.eigh(matrix * np.outer(size, size))
    keep = values > 1e-8 * max(1.0, float(values[-1]))
    return (vectors[:, keep] / values[keep]) @ vectors[:, keep].T * np.outer(size, size)


def likelihood_ratio(small: MixedFit, large: MixedFit) -> Check:
    """Twice the difference of the log-likelihoods as a chi-square test on the difference in parameters.

    Both models on the same rows, both ML; or both REML with the same fixed effects. A variance is tested at the edge of
    what it can be, so that the p is on the careful side. ValueError for models that cannot be compared.
    """
    from scipy.special import chdtrc

    names = [[found.name for found in fit.coefficients] for fit in (small, large)]
    if small.reml != large.reml or (small.reml and names[0] != names[1]):
        raise ValueError("compare models by ML, or by REML with the same fixed effects")
    extra = large.parameters - small.parameters
    if extra < 1 or not np.array_equal(small.rows, large.rows):
        raise ValueError("models can be compared when the larger one adds parameters on the same rows")
    statistic = max(0.0, 2 * (large.log_likelihood - small.log_likelihood))
    return Check(statistic, extra, float(chdtrc(extra, statistic)))


def icc_reml(values: Sequence[Any] | np.ndarray, groups: Sequence[Hashable] | np.ndarray) -> float:
    """Share of the variance that lies between groups, var / (var + residual), REML random-intercept model; 0 to 1.

    Differs from the ANOVA ICC(1) where groups are unequal. ValueError as `fit_mixed`.
    """
    fit = fit_mixed(values, {}, [Grouping("group", groups)])
    between, residual = fit.variances["group.Intercept"], fit.variances["Residual"]
    return between / (between + residual)
