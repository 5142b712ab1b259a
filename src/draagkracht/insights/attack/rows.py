"""From the rows of all releases to the histories that the attacker works on: one for each measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from draagkracht.insights.models import Release, ReleasedCell, ReleasedEffect, ReleasedStructure
from draagkracht.science.attack import Wave, hidden_share, wave


@dataclass(frozen=True)
class Published:
    """One measure with all its waves, oldest first. `edges` are its cut-offs as shares of the range.

    `key` is equal for measures that tell the same about everybody when answers are made up: one attack is enough for them.
    """

    measure: str
    title: Mapping[str, str]
    history: tuple[Wave, ...]
    edges: tuple[float, ...]
    least: float
    c: int
    distributions: int
    effects: int
    total: bool
    key: tuple


def histories(only: str | None = None) -> list[Published]:
    """Every measure that was ever published, or one, in the order of the newest release. Call inside the scope.

    A measure whose range or parts differ from one release to the next counts as several: their answers are not the same.
    """
    releases = list(Release.objects.order_by("closed_on", "id"))
    structures = {(one.release_id, one.k): one for one in ReleasedStructure.objects.all()}
    asked: dict[tuple, list[tuple[Release, dict[str, Any]]]] = {}
    for release in reversed(releases):
        for data in release.measures:
            if only in (None, data["id"]) and (release.pk, data["k"]) in structures:
                asked.setdefault(_same(data), []).insert(0, (release, data))
    return [_published(found, structures) for found in asked.values()]


def _same(data: Mapping[str, Any]) -> tuple:
    return data["id"], data["low"], data["high"], tuple(sorted(data["weights"].items()))


def _published(
    found: Sequence[tuple[Release, dict[str, Any]]], structures: Mapping[tuple, ReleasedStructure]
) -> Published:
    data, policy = found[-1][1], _policy(*found[-1])
    waves = tuple(_wave(release, measure, structures[release.pk, measure["k"]]) for release, measure in found)
    told = ReleasedCell.objects.filter(measure=data["id"], release__in=[release.pk for release, _ in found])
    return Published(
        measure=data["id"],
        title=data["title"],
        history=waves,
        edges=_edges(data),
        least=policy["rho"],
        c=policy["c"],
        distributions=told.filter(statistic="band-1", reason="").count(),
        effects=ReleasedEffect.objects.filter(measure=data["id"], reason="").count(),
        total=bool(data["weights"]),
        key=(
            tuple((structures[release.pk, measure["k"]].pk, one.hidden_sum)
                  for (release, measure), one in zip(found, waves, strict=True)),
            _edges(data), policy["rho"], policy["c"],
        ),
    )  # fmt: skip


def _wave(release: Release, data: Mapping[str, Any], structure: ReleasedStructure) -> Wave:
    policy = _policy(release, data)
    hidden = policy["c"] + hidden_share(policy["rho"], _edges(data))
    return wave(release.wave_name, structure.atoms, structure.units, structure.groups, hidden)


def _policy(release: Release, data: Mapping[str, Any]) -> Mapping[str, Any]:
    return release.policy[str(data["k"])]


def _edges(data: Mapping[str, Any]) -> tuple[float, ...]:
    """The cut-offs as shares of the range."""
    span = data["high"] - data["low"]
    return tuple((start - data["low"]) / span for start in data["starts"])
