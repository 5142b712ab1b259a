"""What a researcher asks for, and from how fine to how coarse each kind of background can be given. No Django."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

LEAST_K, USUAL_K = 5, 10
OUT, ANSWER, EXACT, COARSE, GROUPED = "out", "answer", "exact", "coarse", "grouped"
UNIT, PROFESSION, SENIORITY = "unit", "profession", "seniority"
# Kinds whose answer somebody else may know of a person: such a question is left out unless it is asked for.
KNOWN_TO_OTHERS = ("choice", "multiple", "yesno", "number", "date", "time", "text")
WITH_CLASSES = ("number", "date", "time")
# Kinds that always count as what others may know, whatever a researcher says of them: hours, shifts and days are seen.
ONLY_BACKGROUND = ("choice", "number", "date", "time")
# Kinds of which everybody gives one of a few answers: in a file they must be diverse, also where they are background.
FEW_ANSWERS = ("choice", "multiple", "yesno", "likert", "scale")


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

    def settled(self, kinds: Mapping[str, Collection[str]]) -> Choices:
        """The same, with everything as background that can be nothing else. `kinds`: of each own question, in any wave."""
        moved = [code for code in self.answers if set(kinds.get(code, ())) & set(ONLY_BACKGROUND)]
        answers = tuple(code for code in self.answers if code not in moved and code not in self.background)
        return replace(self, answers=answers, background={**dict.fromkeys(moved, EXACT), **self.background})

    @property
    def own(self) -> frozenset[str]:
        """Codes of the own questions that are in the file."""
        return frozenset(self.answers) | {name for name in self.background if "." in name}


def steps(name: str, depth: int, kinds: Collection[str] = ()) -> tuple[str, ...]:
    """The ladder of one kind of background, fine to coarse; leaving it out comes after the last step.

    `depth`: how many levels the tree of units has below the organisation. A step of `unit` is such a level. `kinds`: of an
    own question, which can have another kind in another wave.
    """
    if name == UNIT:
        return tuple(str(level) for level in range(depth, 0, -1))
    if name == PROFESSION:
        return EXACT, GROUPED
    if name == SENIORITY:
        return EXACT, COARSE
    return (EXACT, COARSE) if set(kinds) & set(WITH_CLASSES) else (EXACT,)


def united(several: Sequence[Choices], ladder: Mapping[str, Sequence[str]]) -> Choices:
    """One request for everything that any of these ask for: what whoever holds all of the files would have. The first
    says whether people may be left out; the largest k holds, because a file that left promised it."""
    background = finest([one.background for one in several], ladder)
    answers = dict.fromkeys(code for one in several for code in one.answers if code not in background)
    return Choices(
        waves=tuple(dict.fromkeys(wave for one in several for wave in one.waves)),
        instruments=tuple(dict.fromkeys(name for one in several for name in one.instruments)),
        background=background,
        answers=tuple(answers),
        k=max(one.k for one in several),
        leave_out=several[0].leave_out,
    )


def finest(several: Sequence[Mapping[str, str]], ladder: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Each background at the finest step at which any of these asks for it."""
    found: dict[str, str] = {}
    for background in several:
        for name, step in background.items():
            known = ladder.get(name, (step,))
            if name not in found or known.index(step) < known.index(found[name]):
                found[name] = step
    return found
