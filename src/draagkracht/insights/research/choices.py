"""What a researcher asks for, and from how fine to how coarse each kind of background can be given. No Django."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from draagkracht.instruments.questions import Question

LEAST_K, USUAL_K = 5, 10
OUT, ANSWER, EXACT, COARSE, GROUPED = "out", "answer", "exact", "coarse", "grouped"
UNIT, PROFESSION, SENIORITY = "unit", "profession", "seniority"
# Kinds whose answer somebody else may know of a person: such a question is left out unless it is asked for.
KNOWN_TO_OTHERS = ("choice", "multiple", "yesno", "number", "date", "time", "text")
WITH_CLASSES = ("number", "date", "time")


@dataclass(frozen=True)
class Choices:
    """`waves` and `instruments` by id; `background`: name -> step of its ladder; `answers`: codes of own questions that go
    along as answers; `leave_out`: people in groups that are too small may be left out. What is not named stays behind."""

    waves: tuple[int, ...]
    instruments: tuple[str, ...] = ()
    background: Mapping[str, str] = field(default_factory=dict)
    answers: tuple[str, ...] = ()
    k: int = USUAL_K
    leave_out: bool = False

    def stored(self) -> dict[str, Any]:
        """As JSON; `read` gives it back."""
        return asdict(self)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Choices:
        listed = {name: tuple(stored[name]) for name in ("waves", "instruments", "answers")}
        return cls(**listed, background=dict(stored["background"]), k=stored["k"], leave_out=stored["leave_out"])

    @property
    def own(self) -> frozenset[str]:
        """Codes of the own questions that are in the file."""
        return frozenset(self.answers) | {name for name in self.background if "." in name}


def steps(name: str, depth: int, question: Question | None = None) -> tuple[str, ...]:
    """The ladder of one kind of background, fine to coarse; leaving it out comes after the last step.

    `depth`: how many levels the tree of units has below the organisation. A step of `unit` is such a level.
    """
    if name == UNIT:
        return tuple(str(level) for level in range(depth, 0, -1))
    if name == PROFESSION:
        return EXACT, GROUPED
    if name == SENIORITY:
        return EXACT, COARSE
    return (EXACT, COARSE) if question is not None and question.kind in WITH_CLASSES else (EXACT,)


def finest(several: Sequence[Mapping[str, str]], ladder: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Each background at the finest step at which any of these asks for it."""
    found: dict[str, str] = {}
    for background in several:
        for name, step in background.items():
            known = ladder.get(name, (step,))
            if name not in found or known.index(step) < known.index(found[name]):
                found[name] = step
    return found
