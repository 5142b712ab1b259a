"""Text answers: which may be read by others, and in what order."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from hashlib import blake2b
from typing import NamedTuple

from draagkracht.science.disclosure.nested import Nested, nest
from draagkracht.science.disclosure.policy import Policy
from draagkracht.science.disclosure.structure import PROTECTED, Path, Person, Plan


class Text(NamedTuple):
    """One text answer; `approved` says that a human has read it and found nobody in it. No time belongs here."""

    person: Person
    text: str
    approved: bool


class TextRelease(NamedTuple):
    """The texts of a unit with n of its respondents, or the reason why there are none."""

    texts: tuple[str, ...]
    n: int | None
    reason: str | None


def release_texts(plan: Plan, texts: Sequence[Text], policy: Policy, *, seed: Hashable) -> dict[Path, TextRelease]:
    """The approved texts of every unit that may show them: from department upward, policy.text_from respondents or more.

    "Department upward" is a unit with units below it, or the organisation. Comparing the lists of two units must also
    leave at least policy.text_from respondents to whom a text may belong. The order is drawn from `seed` and the texts
    themselves, so it tells nothing about who wrote first or who sits beside whom.
    """
    nested = _nested(plan, policy)
    atom_of = {person: atom for atom, people in plan.atoms.items() for person in people}
    by_atom: dict[Path, list[str]] = {}
    for one in texts:
        if one.approved and one.text.strip() and one.person in atom_of:
            by_atom.setdefault(atom_of[one.person], []).append(one.text.strip())
    released = {}
    for path, unit in plan.units.items():
        if path not in nested.units:
            released[path] = TextRelease((), None, unit.reason or _reason(unit.n, policy))
            continue
        found = [
            text for block in nested.units[path] for atom in nested.blocks[block] for text in by_atom.get(atom, ())
        ]
        ordered = tuple(sorted(found, key=lambda text: _lot(seed, text)))
        released[path] = TextRelease(ordered, unit.n, None) if found else TextRelease((), None, "no-data")
    return released


def shows_texts(plan: Plan) -> frozenset[Path]:
    """The units that have a list, or a reason why not: those with units below them, and the organisation."""
    return frozenset(path[:-1] for path in plan.units if len(path) > 1) | frozenset(
        path for path in plan.units if len(path) == 1
    )


def may_be_shown(plan: Plan, policy: Policy) -> frozenset[Person]:
    """The people whose texts stand in at least one list, if a human approves: nobody else's need be read."""
    nested = _nested(plan, policy)
    blocks = {block for found in nested.units.values() for block in found}
    return frozenset(person for block in blocks for atom in nested.blocks[block] for person in plan.atoms[atom])


def _nested(plan: Plan, policy: Policy) -> Nested:
    shows = shows_texts(plan)
    return nest(plan, policy.text_from, lambda path: path in shows)


def _reason(n: int, policy: Policy) -> str:
    return "too-few" if n < policy.text_from else PROTECTED


def _lot(seed: Hashable, text: str) -> tuple[bytes, str]:
    return blake2b(f"{seed}\x1f{text}".encode(), digest_size=8).digest(), text
