"""The variables of an export: names that every statistics program takes, labels, codes of what is missing. No Django."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

NOT_ANSWERED, RATHER_NOT, NOT_ASKED, NOT_IN_WAVE = -9, -8, -7, -6
REASONS = (NOT_ANSWERED, RATHER_NOT, NOT_ASKED, NOT_IN_WAVE)
# Stata has letters of its own for what is missing.
LETTERS = {NOT_ANSWERED: "a", RATHER_NOT: "b", NOT_ASKED: "c", NOT_IN_WAVE: "d"}
# Where -9 to -6 could be answers, the codes stand far below every number that can be answered.
FAR = -2_000_000_000
# Stata has room for 32; the library that writes its files names a set of labels by the variable and its number.
LONGEST_NAME = 28
NOMINAL, ORDINAL, SCALE = "nominal", "ordinal", "scale"
WHOLE, DECIMAL, TEXT = "whole", "decimal", "text"


@dataclass(frozen=True)
class Variable:
    """One column. `group`: design, background, item or score. `values`: (code, words) of its categories; `low`, `high`:
    what can be answered, None without a bound. `reasons`: which of REASONS can occur. `source` is the code of the question
    or scale it comes from, `question` the words that were asked ('' where they may not be passed on)."""

    name: str
    label: str
    group: str
    kind: str = WHOLE
    measure: str = NOMINAL
    values: tuple[tuple[int, str], ...] = ()
    low: float | None = None
    high: float | None = None
    reasons: tuple[int, ...] = ()
    source: str = ""
    question: str = ""
    note: str = ""
    decimals: int = field(default=0)

    @property
    def shift(self) -> int:
        """What is added to each of REASONS in this column."""
        lowest = min((value for value, _ in self.values), default=self.low)
        return FAR if self.kind != TEXT and self.reasons and (lowest is None or lowest < 0) else 0

    def missing(self, reason: int) -> int:
        """The code that stands in this column for one of REASONS."""
        return reason + self.shift

    @property
    def codes(self) -> dict[int, int]:
        """Code in the column -> reason, for the reasons that can occur."""
        return {self.missing(reason): reason for reason in self.reasons}


def unique_names(wanted: Iterable[str]) -> list[str]:
    """Names of letters, digits and _ that begin with a letter, at most 28 long, different also when case is ignored.

    The same list gives the same names, and one more name at its end changes none before it.
    """
    found: list[str] = []
    used: set[str] = set()
    for given in wanted:
        name, number = _plain(given), 1
        while name in used:
            number += 1
            tail = f"_{number}"
            name = _plain(given)[: LONGEST_NAME - len(tail)] + tail
        used.add(name)
        found.append(name)
    return found


def _plain(given: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", given.lower()).strip("_") or "v"
    name = name if name[0].isalpha() else f"v_{name}"
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[: LONGEST_NAME - 5]}_{hashlib.sha256(given.encode()).hexdigest()[:4]}"


def words_of_missing(told: Mapping[int, str], variable: Variable) -> list[tuple[int, str]]:
    """(code in the column, words) of everything that can be missing there; `told` has the words by reason."""
    return [(code, told[reason]) for code, reason in variable.codes.items()]
