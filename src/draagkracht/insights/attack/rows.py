"""From the rows of all releases to the histories that the attacker works on: one for each measure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from draagkracht.insights.models import (
    EffectStructure,
    Release,
    ReleasedBreakdown,
    ReleasedCell,
    ReleasedEffect,
    ReleasedStructure,
)
from draagkracht.science.attack import Wave, hidden_share, wave

Label = tuple[str, int]


@dataclass(frozen=True)
class Published:
    """One measure with all that was published of it, oldest first. `edges` are its cut-offs as shares of the range, `ends` lowest and highest score.

    `rounds` is in how many rounds; `history` has a wave for the units of a round, one for each further breakdown of it and
    one for the groups of each study. `distributions` and `effects` were published; `certain` distributions leave no doubt about
    somebody's band. Of a `total` only the parts tell something; its history is theirs, its edges are its own.
    `key` is equal for measures that tell the same about everybody when answers are made up: one attack is enough for them.
    """

    measure: str
    title: Mapping[str, str]
    rounds: int
    history: tuple[Wave, ...]
    edges: tuple[float, ...]
    ends: tuple[float, float]
    least: float
    c: int
    distributions: int
    certain: int
    effects: int
    total: bool
    key: tuple


@dataclass
class Rows:
    """Everything that was published, read once. Equal waves are one object."""

    releases: list[Release]
    structures: dict[tuple[int, int], ReleasedStructure]
    breakdowns: dict[tuple[int, int], list[ReleasedBreakdown]]
    effects: dict[str, list[ReleasedEffect]]
    arms: dict[tuple[int, int], EffectStructure]
    waves: dict[tuple[Label, float], Wave] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Rows:
        """Call inside the organisation's scope."""
        breakdowns: dict[tuple[int, int], list[ReleasedBreakdown]] = defaultdict(list)
        for one in ReleasedBreakdown.objects.order_by("id"):
            breakdowns[one.release_id, one.k].append(one)
        effects: dict[str, list[ReleasedEffect]] = defaultdict(list)
        for effect in ReleasedEffect.objects.filter(reason="").order_by("id"):
            effects[effect.measure].append(effect)
        return cls(
            list(Release.objects.order_by("closed_on", "id")),
            {(one.release_id, one.k): one for one in ReleasedStructure.objects.all()},
            breakdowns,
            effects,
            {(one.study_id, one.k): one for one in EffectStructure.objects.all()},
        )

    def asked(self, data: Mapping[str, Any]) -> list[tuple[Release, dict[str, Any]]]:
        """The releases of a measure, oldest first, with what each says of it; one with another range or other parts is another."""
        return [
            (release, one)
            for release in self.releases
            for one in release.measures
            if same(one) == same(data) and (release.pk, one["k"]) in self.structures
        ]

    def history(self, data: Mapping[str, Any]) -> tuple[Wave, ...]:
        """All waves of a measure: units, breakdowns, and the groups of studies."""
        return tuple(found for label, found in self.labelled(data))

    def labelled(self, data: Mapping[str, Any]) -> Iterator[tuple[tuple[Label, float], Wave]]:
        """The waves of a measure with what tells equal ones apart."""
        hidden = 1.5
        for release, one in self.asked(data):
            hidden = hidden_sum(one, release.measures, release.policy[str(one["k"])])
            key = (("units", self.structures[release.pk, one["k"]].pk), hidden)
            yield key, self._wave(key, release.wave_name)
            for other in self.breakdowns.get((release.pk, one["k"]), ()):
                if other.atoms:
                    key = (("breakdown", other.pk), hidden)
                    yield key, self._wave(key, release.wave_name, _categories(other))
        for effect in self.effects.get(data["id"], ()):
            arms = self.arms.get((effect.study_id, effect.data["k"]))
            if arms is not None:
                key = (("effect", arms.pk), hidden)
                yield key, self._wave(key, f"study {effect.study_id}", arms.arms)

    def _wave(self, key: tuple[Label, float], name: str, atoms: Mapping[str, Sequence[str]] | None = None) -> Wave:
        (kind, number), hidden = key
        if key not in self.waves and atoms is None:
            stored = next(one for one in self.structures.values() if one.pk == number)
            self.waves[key] = wave(name, stored.atoms, stored.units, stored.groups, hidden)
        elif key not in self.waves:
            named = {f"{kind} {place}": tuple(people) for place, people in (atoms or {}).items()}
            # Beside the units: how many of a team put their heads together is asked of the units alone.
            self.waves[key] = Wave(name, named, {}, hidden, beside=True)
        return self.waves[key]


def _categories(stored: ReleasedBreakdown) -> dict[str, Sequence[str]]:
    return {f"{stored.breakdown} {number}": people for number, people in enumerate(stored.atoms)}


def histories() -> list[Published]:
    """Every measure that was ever published, in the order of the newest release. Call inside the organisation's scope.

    Raises Damaged when the rows contradict each other.
    """
    rows = Rows.read()
    newest: dict[tuple, dict[str, Any]] = {}
    for release in reversed(rows.releases):
        for data in release.measures:
            if (release.pk, data["k"]) in rows.structures:
                newest.setdefault(same(data), data)
    return [_published(rows, data) for data in newest.values()]


def same(data: Mapping[str, Any]) -> tuple:
    """What makes a measure the same one in two releases: its answers can be compared."""
    return data["id"], data["low"], data["high"], tuple(sorted(data["weights"].items()))


def _published(rows: Rows, data: Mapping[str, Any]) -> Published:
    found, labelled = rows.asked(data), list(rows.labelled(data))
    release, latest = found[-1]
    policy = release.policy[str(latest["k"])]
    cut = edges(latest)
    return Published(
        measure=data["id"],
        title=data["title"],
        rounds=len(found),
        history=tuple(one for _, one in labelled),
        edges=cut,
        ends=(latest["low"], latest["high"]),
        least=policy["rho"],
        c=policy["c"],
        **_bands(data["id"], [one for one, _ in found], policy["c"]),
        effects=len(rows.effects.get(data["id"], ())),
        total=bool(data["weights"]),
        key=(tuple(label for label, _ in labelled), cut, policy["rho"], policy["c"]),
    )


def _bands(measure: str, releases: Sequence[Release], c: int) -> dict[str, int]:
    """Published distributions of a measure, and how many of them leave somebody only one band."""
    told: dict[tuple[int, int], list[tuple[float, int]]] = defaultdict(list)
    cells = ReleasedCell.objects.filter(
        measure=measure, release__in=[release.pk for release in releases], statistic__startswith="band-", reason=""
    )
    for release, unit, low, n in cells.values_list("release_id", "unit_id", "low", "n"):
        told[release, unit].append((low or 0, n or 0))
    return {"distributions": len(told), "certain": sum(is_certain(bands, c) for bands in told.values())}


def is_certain(bands: Iterable[tuple[float, int]], c: int) -> bool:
    """Whether c people who tell their own answers leave only one band for somebody: the fewest people in it are n - c or more.

    `bands` are (fewest people in the band, n) of each band of one distribution.
    """
    return any(fewest >= n - c for fewest, n in bands)


def hidden_sum(data: Mapping[str, Any], measures: Iterable[Mapping[str, Any]], policy: Mapping[str, Any]) -> float:
    """c + the hidden share of what is published: of a total that of the part that tells most."""
    parts = [one for one in measures if one["id"] in data["weights"]] or [data]
    return float(policy["c"] + min(hidden_share(policy["rho"], edges(one)) for one in parts))


def edges(data: Mapping[str, Any]) -> tuple[float, ...]:
    """The cut-offs as shares of the range."""
    span = data["high"] - data["low"]
    return tuple((start - data["low"]) / span for start in data["starts"])
