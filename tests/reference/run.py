"""`make reference`: every reference value from R beside what the public functions of science make of the same data.

    run.py [--write] [FOLDER]

FOLDER (by default the reference folder beside the project) holds `expected.json`, `inputs/` and the R functions. The
modules beside this one supply the values. Prints every value that lies outside its tolerance, and a last line that
counts. The exit code is 0 only if all values were supplied and none failed. `--write` also writes the table of
docs/explanation/compared-with-r.md anew.

A value passes within its own relative tolerance, or within 1e-9. A variance at its border (0) passes within 1e-4. A p
value that is 0 to twelve decimals passes below 1e-9.
"""

from __future__ import annotations

import importlib
import json
import math
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "explanation" / "compared-with-r.md"
FOLDER = HERE.parents[2] / "shared" / "reference" / "statistics"
SUPPLIERS = ("reliability", "effects")
BEGIN, END = "<!-- table: written by tests/reference/run.py -->", "<!-- end of table -->"

# What a row of the table is about; the first pattern that an id matches decides.
SUBJECTS = (
    ("Alpha, standardised alpha, mean correlation", r"bfi\..*(alpha_(raw|std)|avg_r)"),
    ("Interval of alpha (Feldt)", r"bfi\..*alpha_ci"),
    ("Item-total correlation, alpha if dropped", r"bfi\..*(r_drop|alpha_if)"),
    ("Omega, ML", r"bfi\..*omega.*_ml_"),
    ("Omega, minres", r"bfi\..*omega.*_minres_"),
    ("Careless response: runs, variability, distance", r"bfi\.quality"),
    ("Scores, SEM, smallest change", r"bfi\."),
    ("Six ICCs with F and interval", r"shrout\."),
    ("ICC from a mixed model", r"lq\..*icc_reml"),
    ("ANOVA over teams, ICC(1), ICC(2)", r"lq\.(lead|tsig)\."),
    ("rwg and rwg(j)", r"lq\.(tsig03|lead11)"),
    ("Mixed models: fixed effects and errors", r"(lq\.lmm|sleep).*\.(b|se)\."),
    ("Mixed models: degrees of freedom and p", r"(lq\.lmm|sleep).*\.(df|p)_"),
    ("Mixed models: variances", r"(lq\.lmm|sleep).*\.var\."),
    ("Mixed models: likelihood, AIC, comparison", r"(lq\.lmm|sleep)"),
    ("Analysis of covariance", r"an\.ancova"),
    ("Reliable change", r"an\.rci"),
    ("Effect sizes and tests, two groups", r"an\.gain"),
    ("Effect sizes and tests, before and after", r"an\."),
    ("p values adjusted for several tests", r"padj\."),
    ("Trend over waves, Wilson interval", r"trend\."),
    ("Composition, post-stratification, effective n", r"nr\."),
)


@dataclass(frozen=True)
class Compared:
    """One reference value: what was expected, what was found (None if nobody supplied it), how far it may be off."""

    id: str
    expected: float
    found: float | None
    tolerance: float
    tiny_p: bool
    definition: str

    @property
    def passes(self) -> bool:
        if self.found is None or not math.isfinite(self.found):
            return False
        return self.found < 1e-9 if self.tiny_p else abs(self.found - self.expected) <= self.tolerance

    @property
    def apart(self) -> float:
        """The relative difference; from a value of 0, the difference itself."""
        difference = abs((self.found if self.found is not None else math.nan) - self.expected)
        return difference / abs(self.expected) if self.expected else difference


def main(arguments: list[str]) -> int:
    folder = Path(next((one for one in arguments if not one.startswith("--")), FOLDER))
    if not (folder / "expected.json").exists():
        print(f"there are no reference values: {folder.name}/expected.json is missing")
        return 2
    compared = compare(folder)
    missing = [one for one in compared if one.found is None]
    failed = [one for one in compared if one.found is not None and not one.passes]
    for one in failed:
        print(f"FAILED {one.id}: {one.found!r}, not {one.expected!r} +- {one.tolerance:.3g} ({one.definition})")
    for one in missing:
        print(f"NOT SUPPLIED {one.id}: {one.definition}")
    if "--write" in arguments:
        write(compared, folder)
    passed = len(compared) - len(failed) - len(missing)
    print(f"{passed} ok, {len(failed)} failed, {len(missing)} not supplied of {len(compared)}")
    return 1 if failed or missing else 0


def compare(folder: Path) -> list[Compared]:
    """All reference values of `folder` with what the suppliers make of its inputs."""
    values: dict[str, float] = {}
    for name in SUPPLIERS:
        values |= importlib.import_module(name).supplied(folder)
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return [_compared(name, entry, values) for name, entry in expected.items()]


def _compared(name: str, entry: Mapping, values: Mapping[str, float]) -> Compared:
    value, definition = float(entry["value"]), entry["definition"]
    tolerance = 1e-4 if "AT THE BOUNDARY" in definition else max(entry["tol_rel"] * abs(value), 1e-9)
    about_p = "p" in name.rpartition(".")[2] + definition[:20] and not name.endswith("mean")
    return Compared(name, value, values.get(name), tolerance, abs(value) < 1e-12 and about_p, definition)


def write(compared: list[Compared], folder: Path) -> None:
    """The table of the page anew; what is written around it stays."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{table(compared, folder)}\n{END}{after}", encoding="utf-8")


def table(compared: list[Compared], folder: Path) -> str:
    """Markdown: per subject the number of values, the largest relative difference and the tolerance where it lies."""
    lines = [f"{_versions(folder)}\n", "| What | values | largest relative difference | where |", "|---|---:|---:|---|"]
    left = list(compared)
    for subject, pattern in SUBJECTS:
        mine = [one for one in left if re.match(pattern, one.id)]
        left = [one for one in left if one not in mine]
        lines += [_row(subject, mine)] if mine else []
    if left:
        raise SystemExit(f"no subject for {left[0].id}")
    return "\n".join(lines)


def _row(subject: str, mine: list[Compared]) -> str:
    counted = [one for one in mine if not one.tiny_p and one.expected] or mine
    worst = max(counted, key=lambda one: one.apart if one.found is not None else math.inf)
    # 1e-9 is closer than the twelve digits that R wrote can tell for certain.
    far = "not supplied" if worst.found is None else "below 1e-9" if worst.apart < 1e-9 else f"{worst.apart:.0e}"
    return f"| {subject} | {len(mine)} | {far} | {'' if far.startswith('below') else f'`{worst.id}`'} |"


def _versions(folder: Path) -> str:
    head = (folder / "ref_functions.R").read_text(encoding="utf-8").splitlines()[:3]
    of_r = re.search(r"R \d[^(]*\([^)]*\)", " ".join(line.lstrip("# ") for line in head))
    of_python = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy"))
    python = ".".join(map(str, sys.version_info[:3]))
    today = datetime.now(UTC).date().isoformat()
    return f"Measured on {today}. {of_r.group().strip() if of_r else 'R'}; Python {python}, {of_python}."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
