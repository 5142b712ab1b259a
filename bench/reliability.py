"""How fast the statistics of a large organisation are: 100,000 people, 132 items in 12 scales, 5,000 teams.

Four acts, each beside a way that goes row by row (on fewer people where that is said):
    scores       12 scale values of everybody, with reversed items, missing answers and the half rule
    alpha        with its interval, item-total correlations and alpha if dropped, of all 12 scales
    omega        one factor by maximum likelihood, with its interval, of all 12 scales (nothing stands beside it)
    teams        n, mean, standard deviation and ICC of 12 scales in 5,000 teams
The figures of both ways are compared before any time is told. Loading scipy is not counted.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np
import scipy.special  # noqa: F401  loaded here, so that its loading is not measured as arithmetic

from draagkracht.science.aggregate import aggregate
from draagkracht.science.reliability import alpha, omega
from draagkracht.science.scoring import Item, Scale, ScoringKey, score, score_columns

PEOPLE, ITEMS, SCALES, TEAMS, FEW = 100_000, 11, 12, 5_000, 4_000
CODES = [[f"s{scale:02}i{item:02}" for item in range(ITEMS)] for scale in range(SCALES)]
KEY = ScoringKey(
    "large",
    "1",
    tuple(Item(code, 1, 5) for codes in CODES for code in codes),
    tuple(Scale(f"s{n:02}", tuple(codes), reverse=frozenset(codes[:2]), at_least=6) for n, codes in enumerate(CODES)),
)
LIMITS = {"scores": 1.0, "alpha, omega and teams": 2.0}


def main() -> int:
    table, teams = answers()
    columns = {code: table[:, place] for place, code in enumerate(code for codes in CODES for code in codes)}
    scored, of_all = timed(lambda: score_columns(KEY, columns))
    singles, one_by_one = timed(lambda: score_rows(columns))
    same(np.column_stack(list(of_all.values()))[:FEW], one_by_one)
    tell("scores", scored, singles * PEOPLE / FEW, f"{FEW} people one by one, times {PEOPLE // FEW}")

    scales = parts(table)
    alphas, _found = timed(lambda: [alpha(part) for part in scales])
    naive, plain = timed(lambda: [alpha_by_rows(part[:FEW]) for part in scales])
    same(np.array([alpha(part[:FEW]).raw for part in scales]), np.array(plain))
    tell(
        "alpha",
        alphas,
        naive * PEOPLE / FEW,
        f"without items and interval, {FEW} people row by row, times {PEOPLE // FEW}",
    )
    omegas, found = timed(lambda: [omega(part) for part in scales])
    if not all(one.fit.converged and one.low < one.value < one.high for one in found):
        sys.exit("an omega did not converge")
    sys.stdout.write(f"omega: {omegas:.2f} s\n")

    scores = np.column_stack(list(of_all.values()))
    gathered, by_team = timed(lambda: aggregate(scores, teams))
    looped, loop = timed(lambda: teams_by_rows(scores, teams))
    same(np.stack([by_team.mean, by_team.sd]), loop)
    tell("teams", gathered, looped, "all people row by row, means and standard deviations alone")
    together = alphas + omegas + gathered
    sys.stdout.write(f"alpha, omega and teams together: {together:.2f} s\n")
    late = [
        name for name, seconds in (("scores", scored), ("alpha, omega and teams", together)) if seconds > LIMITS[name]
    ]
    for name in late:
        sys.stdout.write(f"{name}: longer than {LIMITS[name]:.0f} s\n")
    return 1 if late else 0


def answers() -> tuple[np.ndarray, np.ndarray]:
    """Answers 1..5, two in a hundred missing, and the team of everybody; first items of a scale point the other way."""
    draw = np.random.default_rng(1)
    teams = draw.integers(0, TEAMS, PEOPLE)
    common = draw.normal(size=(PEOPLE, SCALES)) + draw.normal(size=(TEAMS, SCALES))[teams] * 0.4
    raw = np.repeat(common, ITEMS, axis=1) * 0.7 + draw.normal(size=(PEOPLE, SCALES * ITEMS))
    table = np.clip(np.round(3 + raw), 1, 5)
    table[draw.random(table.shape) < 0.02] = np.nan
    for scale in range(SCALES):
        turned = slice(scale * ITEMS, scale * ITEMS + 2)
        table[:, turned] = 6 - table[:, turned]
    return np.asfortranarray(table), teams


def parts(table: np.ndarray) -> list[np.ndarray]:
    """The items of every scale, all pointing one way."""
    made = []
    for scale in range(SCALES):
        part = table[:, scale * ITEMS : (scale + 1) * ITEMS].copy(order="F")
        part[:, :2] = 6 - part[:, :2]
        made.append(part)
    return made


def timed(act: Callable) -> tuple[float, object]:
    start = time.perf_counter()
    result = act()
    return time.perf_counter() - start, result


def same(ours: np.ndarray, theirs: np.ndarray) -> None:
    if not np.allclose(ours, theirs, rtol=1e-9, equal_nan=True):
        sys.exit("the two ways do not give the same figures")


def tell(name: str, seconds: float, naive: float, how: str) -> None:
    sys.stdout.write(f"{name}: {seconds:.2f} s; {how}: {naive:.1f} s, ratio {naive / seconds:.0f}\n")


def score_rows(columns: dict[str, np.ndarray]) -> np.ndarray:
    made = []
    for person in range(FEW):
        given = {
            code: None if column[person] != column[person] else int(column[person]) for code, column in columns.items()
        }
        made.append([np.nan if value is None else value for value in score(KEY, given).values()])
    return np.array(made)


def alpha_by_rows(part: np.ndarray) -> float:
    whole = [row for row in part.tolist() if not any(value != value for value in row)]
    total = variance([sum(row) for row in whole])
    return ITEMS / (ITEMS - 1) * (1 - sum(variance(item) for item in zip(*whole, strict=True)) / total)


def variance(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1)


def teams_by_rows(scores: np.ndarray, teams: np.ndarray) -> np.ndarray:
    held: dict[tuple[int, int], list[float]] = defaultdict(list)
    for team, row in zip(teams.tolist(), scores.tolist(), strict=True):
        for scale, value in enumerate(row):
            if value == value:
                held[team, scale].append(value)
    place = {team: number for number, team in enumerate(sorted(set(teams.tolist())))}
    made = np.full((2, len(place), SCALES), np.nan)
    for (team, scale), values in held.items():
        made[0, place[team], scale] = sum(values) / len(values)
        made[1, place[team], scale] = variance(values) ** 0.5 if len(values) > 1 else np.nan
    return made


if __name__ == "__main__":
    sys.exit(main())
