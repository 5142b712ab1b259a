"""How fast questionnaires are scored: all people at once (columns) beside one person at a time, the same answers."""

import random
import sys
import time

import numpy as np

from draagkracht.instruments.catalogue import find
from draagkracht.science.scoring import score, score_columns

PEOPLE = 20_000


def main() -> int:
    key = find("bat-23").key
    draw = random.Random(1)
    table = {item.code: np.array([draw.choice((1, 2, 3, 4, 5, np.nan)) for _ in range(PEOPLE)]) for item in key.items}
    rows = [
        {code: None if np.isnan(column[i]) else int(column[i]) for code, column in table.items()} for i in range(PEOPLE)
    ]
    start = time.perf_counter()
    at_once = score_columns(key, table)
    columns = time.perf_counter() - start
    start = time.perf_counter()
    one_by_one = [score(key, row) for row in rows]
    singles = time.perf_counter() - start
    for name, column in at_once.items():
        for value, found in zip(column, (row[name] for row in one_by_one), strict=True):
            if (found is None) != bool(np.isnan(value)) or (found is not None and found != value):
                sys.exit(f"the two ways to score differ in {name}")
    sys.stdout.write(
        f"bat-23, {PEOPLE} people: columns {columns * 1000:.0f} ms, one by one {singles * 1000:.0f} ms, "
        f"ratio {singles / columns:.0f}; the same {len(at_once)} scores to the last bit\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
