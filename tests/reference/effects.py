"""Reference values about change and effect, made with the public functions of science from the stored inputs."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from draagkracht.science.change import (
    clinically_significant_change,
    count_classes,
    reliable_change_index,
    reliable_change_indices,
)
from draagkracht.science.comparison import mann_whitney, paired_t, welch, wilcoxon
from draagkracht.science.effect_size import group_effect, paired_effect
from draagkracht.science.linear import ancova
from draagkracht.science.mixed import Grouping, MixedFit, fit_mixed, icc_reml, likelihood_ratio


def supplied(folder: Path) -> dict[str, float]:
    """Every reference value about change and effect: id to number, from the files in `folder`/inputs."""
    companies = _columns(folder / "inputs" / "lq2002.csv")
    nights = _columns(folder / "inputs" / "sleepstudy.csv")
    weights = _columns(folder / "inputs" / "anorexia.csv")
    return _companies(companies) | _nights(nights) | _weights(weights)


def _columns(path: Path) -> dict[str, list[str]]:
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: ["" if row[name] == "NA" else row[name] for row in rows] for name in rows[0]}


def _numbers(values: list[str]) -> np.ndarray:
    return np.array([float(value) if value else np.nan for value in values])


def _companies(data: Mapping[str, list[str]]) -> dict[str, float]:
    lead, labels = _numbers(data["LEAD"]), [label or None for label in data["COMPID"]]
    fit = fit_mixed(_numbers(data["HOSTILE"]), {"LEADc": lead - np.nanmean(lead)}, [Grouping("COMPID", labels)])
    return {
        "lq.lead.icc_reml": icc_reml(lead, labels),
        "lq.tsig.icc_reml": icc_reml(_numbers(data["TSIG"]), labels),
    } | _mixed("lq.lmm", fit)


def _mixed(prefix: str, fit: MixedFit) -> dict[str, float]:
    made = {f"var.{name}": value for name, value in fit.variances.items()}
    made |= {"logLik": fit.log_likelihood, "nobs": fit.n}
    for found in fit.coefficients:
        for key, value in (("b", found.b), ("se", found.se), ("df_satt", found.df), ("p_satt", found.p)):
            made[f"{key}.{found.name}"] = value
    return {f"{prefix}.{key}": value for key, value in made.items()}


def _nights(data: Mapping[str, list[str]]) -> dict[str, float]:
    y, days, people = _numbers(data["Reaction"]), _numbers(data["Days"]), [label or None for label in data["Subject"]]
    random = {"ri": Grouping("Subject", people), "rs": Grouping("Subject", people, days, "Days")}
    fits = {
        f"sleep.{name}{suffix}": fit_mixed(y, {"Days": days}, [grouping], reml=not suffix)
        for name, grouping in random.items()
        for suffix in ("", "_ml")
    }
    made = {key: value for prefix, fit in fits.items() for key, value in _mixed(prefix, fit).items()}
    intercept, slope = fits["sleep.ri_ml"], fits["sleep.rs_ml"]
    made["sleep.lrt_chisq"] = likelihood_ratio(intercept, slope).statistic
    return made | {"sleep.aic_ri_ml": intercept.aic, "sleep.aic_rs_ml": slope.aic}


def _weights(data: Mapping[str, list[str]]) -> dict[str, float]:
    before, after, arm = _numbers(data["Prewt"]), _numbers(data["Postwt"]), np.array(data["Treat"])
    arms = {"ft": arm == "FT", "cbt": arm == "CBT", "cont": arm == "Cont"}
    made: dict[str, float] = {}
    for name, rows in arms.items():
        made |= _pairs(f"an.{name}", before[rows], after[rows])
    gains = {name: (after - before)[rows] for name, rows in arms.items()}
    for name in ("ft", "cbt"):
        made |= _groups(f"an.gain_{name}_vs_cont", gains[name], gains["cont"])
    return made | _persons("an.rci", before, after) | _covariance("an.ancova", before, after, arm)


def _pairs(prefix: str, before: np.ndarray, after: np.ndarray) -> dict[str, float]:
    effect, test, ranks = paired_effect(before, after), paired_t(before, after), wilcoxon(before, after)
    made = {
        "n_pairs": effect.n,
        "mean_change": effect.mean_change,
        "sd_change": effect.sd_change,
        "r_prepost": effect.r,
        "dz": effect.dz,
        "dz_ci95_low_nct": effect.dz_low,
        "dz_ci95_high_nct": effect.dz_high,
        "gz": effect.gz,
        "dav": effect.dav,
        "drm": effect.drm,
        "d_pre_sd": effect.d_pre,
        "g_pre_sd": effect.g_pre,
        "t": test.t,
        "p": test.p,
        "change_ci95_low": test.low,
        "change_ci95_high": test.high,
        "wilcoxon_V": ranks.statistic,
        "wilcoxon_p": ranks.p,
    }
    return {f"{prefix}.{key}": value for key, value in made.items() if value is not None}


def _groups(prefix: str, first: np.ndarray, second: np.ndarray) -> dict[str, float]:
    effect, test, ranks = group_effect(first, second), welch(first, second), mann_whitney(first, second)
    made = {
        "n1": effect.n1,
        "n2": effect.n2,
        "mean_diff": effect.mean_difference,
        "sd_pooled": effect.sd_pooled,
        "cohen_d": effect.d,
        "J_exact": effect.j,
        "hedges_g": effect.g,
        "hedges_g_approxJ": effect.g_approximate,
        "g_ci95_low_nct": effect.low,
        "g_ci95_high_nct": effect.high,
        "g_var_metafor": effect.variance,
        "g_ci95_low_normal": effect.normal_low,
        "g_ci95_high_normal": effect.normal_high,
        "welch_t": test.t,
        "welch_df": test.df,
        "welch_p": test.p,
        "welch_ci95_low": test.low,
        "welch_ci95_high": test.high,
        "mw_U": ranks.statistic,
        "mw_p": ranks.p,
    }
    return {f"{prefix}.{key}": value for key, value in made.items()}


def _persons(prefix: str, before: np.ndarray, after: np.ndarray) -> dict[str, float]:
    """Reliability .80, cut-off 85, heavier is better: as the reference defines."""
    reliability, cut_off, sd = 0.8, 85.0, float(np.nanstd(before, ddof=1))
    index = reliable_change_indices(before, after, sd, reliability)
    index = index[~np.isnan(index)]
    counts = count_classes(clinically_significant_change(before, after, sd, reliability, True, cut_off))
    recovered = counts.recovered or 0
    made = {
        "rxx": reliability,
        "ref_sd": sd,
        "se_diff": 1 / (reliable_change_index(0, 1, sd, reliability) or np.nan),
        "rci_mean": index.mean(),
        "rci_first": index[0],
        "rci_min": index.min(),
        "rci_max": index.max(),
        "n_reliably_improved": counts.improved + recovered,
        "n_reliably_deteriorated": counts.deteriorated,
        "n_unchanged": counts.unchanged,
        "cut_c": cut_off,
        "n_recovered": recovered,
    }
    return {f"{prefix}.{key}": float(value) for key, value in made.items()}


def _covariance(prefix: str, before: np.ndarray, after: np.ndarray, arm: np.ndarray) -> dict[str, float]:
    made = {}
    for found in ancova(after, before, list(arm), reference="Cont").fit.coefficients:
        name = found.name.replace("before", "Prewt").replace("group[", "T").rstrip("]")
        for key, value in (("b", found.b), ("se", found.se), ("p", found.p)):
            made[f"{prefix}.{key}.{name}"] = value
    return made
