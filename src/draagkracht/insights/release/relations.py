"""From the scores of a round, and of the rounds before it, to what is published of how factors go together.

Everything is computed from people whom the release counts, in one plan: that of the strictest smallest group among the measures
involved. Groups are its atoms, so exchanging the records of two people of one atom changes no byte.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from draagkracht.insights.models import Release, ReleasedRelation, ReleasedStructure, reworded
from draagkracht.insights.release.figures import Table, tabulate
from draagkracht.insights.release.rows import atoms_of
from draagkracht.science.disclosure import Path, Policy
from draagkracht.science.disclosure.relations import ToldRelation, in_fives, may_tell, tell_relation, why_not
from draagkracht.science.disclosure.spread import spread_within
from draagkracht.science.disclosure.table import Floats, Ints
from draagkracht.science.relations import Pair, Within, composite, fit_lagged, fit_within
from draagkracht.surveys.models import Wave
from draagkracht.surveys.queries import sealed_scores

# The measures of a role together, by the name that rows and pages use.
ROLES = {"demands": "demand", "resources": "resource", "strain": "strain", "engagement": "engagement"}
FACTORS, OUTCOMES = ("demands", "resources"), ("strain", "engagement")
CYCLES = {"gain": ("resources", "engagement"), "loss": ("demands", "strain")}
# A cycle rests on the last rounds about the same whole, this one among them: relations may change, and reading takes time.
# Above so many people two rounds say enough.
ROUNDS, MANY_PEOPLE = 4, 10_000
# From this variance inflation on the other factors tell most of a factor.
TANGLED = 5.0
Data = Mapping[str, Any]
Spreads = Sequence[tuple[float, float]]


@dataclass(frozen=True, eq=False)
class Round:
    """The counted people of one round in the order of its atoms: pseudonyms, number of the atom, scores (NaN: missing)."""

    name: str
    measures: Mapping[str, Data]
    people: list[uuid.UUID]
    groups: Ints
    values: Mapping[str, Floats]
    _kept: dict[tuple[str, ...], Floats] = field(default_factory=dict)

    @classmethod
    def of(
        cls, name: str, measures: Iterable[Data], atoms: Mapping[Path, Sequence[uuid.UUID]], table: Table
    ) -> Round:  # fmt: skip
        """The people of these atoms; who has no row in `table` has no score."""
        described = {one["id"]: one for one in measures}
        people = [person for members in atoms.values() for person in members]
        sizes = np.array([len(members) for members in atoms.values()], dtype=np.int64)
        place = {person: number for number, person in enumerate(table.people)}
        order = np.array([place.get(person, -1) for person in people], dtype=np.int64)
        columns = np.concatenate((table.columns(list(described)), np.full((1, len(described)), np.nan)))[order]
        values = {measure: columns[:, at] for at, measure in enumerate(described)}
        return cls(name, described, people, np.repeat(np.arange(len(sizes)), sizes), values)

    def heads(self, name: str) -> list[str]:
        """Ids of the measures of a role: totals and scales on their own; parts where their total is not published."""
        of_role = [one for one in self.measures.values() if one["role"] == ROLES[name]]
        return [one["id"] for one in of_role if one["family"] == one["id"] or one["family"] not in self.measures]

    def turned(self, measure: str) -> bool:
        """A low score is more of what the role says, as a low score of energy is more strain."""
        one = self.measures[measure]
        return (one["favourable"] == "high") == (one["role"] in ("demand", "strain"))

    def together(self, measures: Sequence[str]) -> Floats:
        """The measures as one: mean of z-scores over everybody counted, more of their role upward."""
        key = tuple(measures)
        if key not in self._kept:
            self._kept[key] = composite([self.values[one] for one in key], [self.turned(one) for one in key])
        return self._kept[key]

    def spread(self, measures: Sequence[str], rows: Ints | None = None) -> tuple[float, float]:
        """(pooled spread within atoms, range) of the measure among these that differs most, for its range; of `rows` only."""
        chosen = np.arange(len(self.groups)) if rows is None else rows
        every = [
            (spread_within(self.values[one][chosen], self.groups[chosen]), data["high"] - data["low"])
            for one in measures
            for data in [self.measures[one]]
        ]
        return max(every, key=lambda one: one[0] / one[1])


class Asked(NamedTuple):
    """Which release gets the relations, under which thresholds, and the frozen number of people whom it counts."""

    release: Release
    policy: Policy
    n: int


def relations_of(
    release: Release, atoms: Mapping[int, Mapping[Path, Sequence[uuid.UUID]]], policies: Mapping[int, Policy], table: Table
) -> list[ReleasedRelation]:  # fmt: skip
    """Every relation that a release publishes, not saved yet: of this round, and of it with the rounds before.

    `atoms` and `policies` by smallest group, `table` the scores of the round. Empty where no factor or no outcome was asked.
    Earlier answers are read only where a cycle needs them. Call inside the organisation's scope.
    """
    measures = _involved(release)
    if not measures or not table.people:
        return []
    k = max(one["k"] for one in measures)
    now = Round.of(release.wave_name, measures, atoms[k], table)
    asked = Asked(release, policies[k], len(now.people))
    return [*_impacts(now, asked), *_cycles(now, asked)]


def _involved(release: Release) -> list[Data]:
    """The measures that take part in any relation."""
    return [one for one in release.measures if one["role"] in ROLES.values()]


def _impacts(now: Round, asked: Asked) -> Iterator[ReleasedRelation]:
    """Each factor as it was scored, beside all others and alone."""
    factors = [one for name in FACTORS for one in now.heads(name)]
    columns = [now.values[one] for one in factors]
    for outcome in OUTCOMES:
        made_of = now.heads(outcome)
        if made_of and factors:
            y = now.together(made_of)
            beside = _model(now, asked, y, columns)
            for at, factor in enumerate(factors):
                detail = {"source": [factor], "target": made_of}
                spreads = [now.spread([factor]), now.spread(made_of)]
                alone = _model(now, asked, y, [columns[at]])
                yield _impact(asked, ("partial", factor, outcome), beside, at, len(factors), detail, spreads)
                yield _impact(asked, ("simple", factor, outcome), alone, 0, 1, detail, spreads)


def _model(now: Round, asked: Asked, y: Floats, columns: Sequence[Floats]) -> Within | None:
    """None where the number of people is too small for so many factors; then nothing is computed."""
    few = why_not(asked.n, len(columns), asked.policy, rows=1, complete=1)
    return None if few else fit_within(y, columns, now.groups)


def _impact(
    asked: Asked, names: tuple[str, str, str], fit: Within | None, at: int, factors: int, detail: Data, spreads: Spreads
) -> ReleasedRelation:  # fmt: skip
    complete = fit.n + fit.alone if fit else 0
    reason = why_not(asked.n, factors, asked.policy, rows=asked.n, complete=complete)
    plain = fit is not None and may_tell(fit.carried[at], spreads)
    told = tell_relation(fit.coefficients[at] if fit and plain else None, asked.n, reason)
    # Said beside a figure only: it would tell the one kind of "nothing known" from the other.
    tangled = {"tangled": True} if fit and plain and not reason and fit.vif[at] >= TANGLED else {}
    return _row(asked, "impact", names, told, {**detail, **tangled})


def _row(
    asked: Asked, kind: str, names: tuple[str, str, str], told: ToldRelation, detail: Data
) -> ReleasedRelation:  # fmt: skip
    statistic, source, target = names
    return ReleasedRelation(
        release=asked.release, organisation=asked.release.organisation, kind=kind, statistic=statistic, source=source,
        target=target, low=told.low, value=told.value, high=told.high, n=told.n, reason=told.reason or "", detail=detail,
    )  # fmt: skip


def _cycles(now: Round, asked: Asked) -> Iterator[ReleasedRelation]:
    """Both paths of each cycle over the last rounds that asked for both its sides. Nothing after a first round."""
    read: dict[int, Round | None] = {}
    for kind, sides in CYCLES.items():
        if all(now.heads(side) for side in sides):
            before = [one for one in _earlier(asked.release) if all(_asks(one, side) for side in sides)]
            before = before[-1 if asked.n > MANY_PEOPLE else 1 - ROUNDS :]
            read |= {one.id: _read(one) for one in before if one.id not in read}
            rounds = [found for one in before if (found := read[one.id])]
            for source, target in (sides, sides[::-1]):
                yield from _lagged(asked, kind, source, target, [*rounds, now])


def _earlier(release: Release) -> list[Release]:
    """Rounds published before about the same whole that closed no later, oldest first."""
    found = Release.objects.filter(closed_on__lte=release.closed_on).order_by("closed_on", "id")
    return [one for one in found if one.alike(release)]


def _asks(release: Release, name: str) -> bool:
    return any(one["role"] == ROLES[name] for one in release.measures)


def _read(release: Release) -> Round | None:
    """An earlier round: whom it counted, with the answers that may still be read. None where its wave is gone."""
    measures = _involved(release)
    wave = Wave.objects.filter(id=release.wave_id).first()
    structure = ReleasedStructure.objects.filter(release=release, k=max(one["k"] for one in measures)).first()
    if wave is None or structure is None:
        return None
    table = tabulate(sealed_scores(wave), [one["id"] for one in measures])
    readable = set(table.people)
    atoms = {path: [one for one in people if one in readable] for path, people in atoms_of(structure).items()}
    return Round.of(release.wave_name, measures, atoms, table)


def _lagged(
    asked: Asked, kind: str, source: str, target: str, rounds: Sequence[Round]
) -> Iterator[ReleasedRelation]:  # fmt: skip
    """One path over every two rounds in a row, of the measures that both asked in the same words."""
    number: dict[uuid.UUID, int] = {}
    ids = [np.array([number.setdefault(one, len(number)) for one in each.people], np.int64) for each in rounds]
    pairs, spreads, detail = [], [], {"source": [], "target": [], "rounds": []}  # type: ignore[var-annotated]
    for (then, old), (now, new) in pairwise(zip(rounds, ids, strict=True)):
        used = {"source": _same(then, now, source), "target": _same(then, now, target)}
        if all(used.values()):
            both, first, second = np.intersect1d(old, new, assume_unique=True, return_indices=True)
            before, after = then.together(used["target"])[first], now.together(used["target"])[second]
            pairs.append(Pair(before, after, then.together(used["source"])[first], then.groups[first], both))
            spreads += [then.spread(used["source"], first), then.spread(used["target"], first)]
            spreads.append(now.spread(used["target"], second))
            detail["rounds"].append([then.name, now.name])
            for end, measures in used.items():
                detail[end] += [one for one in measures if one not in detail[end]]
    if pairs:
        yield _row(asked, kind, ("lagged", source, target), _told(asked.policy, pairs, spreads), detail)


def _told(policy: Policy, pairs: Sequence[Pair], spreads: Spreads) -> ToldRelation:
    everybody = np.concatenate([np.asarray(pair.person) for pair in pairs])
    people, found = len(np.unique(everybody)), fit_lagged(pairs)
    reason = why_not(people, 2, policy, rows=len(everybody), complete=found.n + found.alone)
    plain = may_tell(found.carried[0], spreads)
    return tell_relation(found.coefficients[0] if plain else None, in_fives(people), reason)


def _same(then: Round, now: Round, name: str) -> list[str]:
    """Measures of a role that both rounds asked in the same words."""
    return [
        one
        for one in now.heads(name)
        if one in then.heads(name) and not reworded(then.measures[one], now.measures[one])
    ]
