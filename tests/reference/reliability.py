"""Reference values about scales, agreement, several tests, trends and non-response, made with the public functions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from draagkracht.science.agreement import rwg, shrout_fleiss, team_icc, uniform_null
from draagkracht.science.careless import distance, longstring, variability
from draagkracht.science.change import mdc95, sem
from draagkracht.science.comparison import welch
from draagkracht.science.interval import wilson
from draagkracht.science.multiplicity import adjust
from draagkracht.science.nonresponse import composition, poststratify
from draagkracht.science.reliability import alpha, omega
from draagkracht.science.scoring import Item, Scale, ScoringKey, score_columns
from draagkracht.science.trend import cochran_armitage, kendall, theil_sen

AGREE, NEURO = tuple(f"A{n}" for n in range(1, 6)), tuple(f"N{n}" for n in range(1, 6))
KEY = ScoringKey(
    "bfi",
    "half of the items",
    tuple(Item(code, 1, 6) for code in AGREE + NEURO),
    (
        Scale("agree", AGREE, reverse=frozenset({"A1"}), at_least=3),
        Scale("neuro", NEURO, at_least=3),
        Scale("agree, complete", AGREE, reverse=frozenset({"A1"})),
        Scale("neuro, complete", NEURO),
    ),
)
ADJUSTMENTS = {"bonferroni": "bonferroni", "holm": "holm", "BH": "benjamini-hochberg", "BY": "benjamini-yekutieli"}
EDUCATION = {1: 0.12, 2: 0.16, 3: 0.40, 4: 0.16, 5: 0.16}


def supplied(folder: Path) -> dict[str, float]:
    """Id to number, from the files in `folder`/inputs."""
    personality, companies, raters, waves = (
        _columns(folder / "inputs" / f"{name}.csv") for name in ("bfi", "lq2002", "shrout_fleiss", "waves")
    )
    scores = score_columns(KEY, {code: personality[code] for code in AGREE + NEURO})
    turned = {code: personality[code] for code in AGREE + NEURO} | {"A1": 7 - personality["A1"]}
    return (
        _scale("bfi.agree", _table(turned, AGREE), AGREE, scores["agree"], scores["agree, complete"])
        | _scale("bfi.neuro", _table(turned, NEURO), NEURO, scores["neuro"], scores["neuro, complete"])
        | _quality(_table(personality, AGREE + NEURO))
        | _raters(_table(raters, tuple(f"X{n}" for n in range(1, 5))))
        | _teams(companies)
        | _several_tests(personality)
        | _trend(waves)
        | _response(scores["agree, complete"], personality["education"])
    )


def _columns(path: Path) -> dict[str, np.ndarray]:
    table = np.genfromtxt(path, delimiter=",", names=True, deletechars="")
    return {name.strip('"'): table[name] for name in table.dtype.names}


def _table(columns: Mapping[str, np.ndarray], codes: tuple[str, ...]) -> np.ndarray:
    return np.column_stack([columns[code] for code in codes])


def _scale(prefix: str, items: np.ndarray, codes: tuple[str, ...], half: np.ndarray, complete: np.ndarray):
    found, pairwise = alpha(items), alpha(items, missing="pairwise")
    spread = float(np.nanstd(complete, ddof=1))
    made = {
        "n_rows": len(items),
        "n_complete": found.n,
        "alpha_raw_listwise": found.raw,
        "alpha_raw_pairwise": pairwise.raw,
        "alpha_std_listwise": found.standardised,
        "avg_r_listwise": found.mean_r,
        "alpha_ci95_low": found.low,
        "alpha_ci95_high": found.high,
        "omega_total_1f_minres_cor": omega(items, "minres").value,
        "omega_total_1f_ml_cov": omega(items).value,
        "omega_total_1f_ml_cov_obsvar": omega(items, variance="observed").value,
        "scale_mean": float(np.nanmean(complete)),
        "scale_sd": spread,
        "sem": sem(spread, found.raw),
        "mdc95": mdc95(spread, found.raw),
        "half_rule_n": int((~np.isnan(half)).sum()),
        "half_rule_mean": float(np.nanmean(half)),
        "half_rule_sd": float(np.nanstd(half, ddof=1)),
    }
    made |= {f"r_drop.{code}": float(r) for code, r in zip(codes, found.item_total, strict=True)}
    made |= {f"alpha_if_dropped.{code}": float(a) for code, a in zip(codes, found.if_dropped, strict=True)}
    return {f"{prefix}.{name}": value for name, value in made.items()}


def _quality(raw: np.ndarray) -> dict[str, float]:
    complete = raw[~np.isnan(raw).any(axis=1)]
    runs, spread, (squared, p) = longstring(complete), variability(complete), distance(complete)
    made = {
        "longstring_mean": runs.mean(),
        "longstring_max": runs.max(),
        "longstring_n_ge_half": (runs >= raw.shape[1] / 2).sum(),
        "irv_mean": spread.mean(),
        "irv_zero": (spread == 0).sum(),
        "mahal_max": squared.max(),
        "mahal_n_p001": (p < 0.001).sum(),
        "mahal_mean": squared.mean(),
    }
    return {f"bfi.quality.{name}": float(value) for name, value in made.items()}


def _raters(ratings: np.ndarray) -> dict[str, float]:
    made = {}
    for name, icc in shrout_fleiss(ratings).items():
        for part, value in (("ICC", icc.value), ("F", icc.f), ("lower_bound", icc.low), ("upper_bound", icc.high)):
            made[f"shrout.{name}.{part}"] = value
    return made


def _teams(companies: Mapping[str, np.ndarray]) -> dict[str, float]:
    made: dict[str, float] = {}
    labels = companies["COMPID"].astype(int)
    for scale in ("LEAD", "TSIG"):
        found = team_icc(companies[scale], labels)
        parts = ("n", "msb", "msw", "icc1_mean_n", "icc1_n0", "n0", "icc2")
        made |= {f"lq.{scale.lower()}.{part}": getattr(found, part) for part in parts}
        made |= {f"lq.{scale.lower()}.n_groups": found.groups, f"lq.{scale.lower()}.F": found.f}
    null = uniform_null(5)
    made |= _agreement("lq.tsig03.rwg", rwg(companies["TSIG03"], labels, null))
    lead = tuple(f"LEAD{n:02}" for n in range(1, 12))
    return made | _agreement("lq.lead11.rwgj", rwg(_table(companies, lead), labels, null))


def _agreement(prefix: str, found) -> dict[str, float]:
    made = {
        f"{prefix}_n_groups": found.groups,
        f"{prefix}_mean": found.mean,
        f"{prefix}_median": found.median,
        f"{prefix}_share_ge_.70": found.share,
    }
    return made | {f"{prefix}.group_{label}": value for label, value in zip(found.labels, found.values, strict=True)}


def _several_tests(personality: Mapping[str, np.ndarray]) -> dict[str, float]:
    gender = personality["gender"]
    p = [welch(personality[code][gender == 1], personality[code][gender == 2]).p for code in AGREE + NEURO]
    columns = {"raw": p} | {name: adjust(p, method) for name, method in ADJUSTMENTS.items()}
    return {
        f"padj.{name}.{code}": float(value)
        for name, values in columns.items()
        for code, value in zip(AGREE + NEURO, values, strict=True)
    }


def _trend(waves: Mapping[str, np.ndarray]) -> dict[str, float]:
    wave, events, totals = waves["wave"], waves["at_risk"], waves["n"]
    proportions, order = cochran_armitage(events, totals), kendall(wave, events / totals)
    made = {
        "trend.chisq": proportions.chi_square,
        "trend.p": proportions.p,
        "trend.kendall_tau": order.tau,
        "trend.kendall_p_exact": order.p,
        "trend.sen_slope": theil_sen(wave, events / totals).slope,
    }
    for number in (1, 6):
        low, high = wilson(int(events[number - 1]), int(totals[number - 1]))
        made |= {f"trend.wilson_low.w{number}": low, f"trend.wilson_high.w{number}": high}
    return made


def _response(agree: np.ndarray, education: np.ndarray) -> dict[str, float]:
    answered = ~np.isnan(agree)
    who, weighted = composition(education[answered], EDUCATION), poststratify(agree, education, EDUCATION)
    return {
        "nr.chisq": who.chi_square,
        "nr.p": who.p,
        "nr.mean_raw": weighted.raw,
        "nr.mean_poststrat": weighted.mean,
        "nr.kish_neff": weighted.effective_n,
    }
