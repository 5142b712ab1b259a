"""How factors go together within the organisation, read from what was released of it."""

from __future__ import annotations

from dataclasses import dataclass

from draagkracht.insights.models import Release, ReleasedRelation

OUTCOMES = ("strain", "engagement")


@dataclass(frozen=True)
class Relation:
    """A released coefficient (standardised) with its 95 % interval; or, without a value, the reason why it is withheld.

    `n`: how many people it rests on. `tangled`: the other factors tell most of this one, so that what is told of it alone
    is unsure (the wide interval says so too).
    """

    value: float | None
    low: float | None
    high: float | None
    n: int | None = None
    reason: str = ""
    tangled: bool = False

    @property
    def clear(self) -> bool:
        """0 lies outside the interval: something may be said."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


Impacts = dict[str, dict[str, Relation]]


def impact(release: Release, statistic: str = "simple") -> Impacts:
    """{measure id: {"strain": Relation, "engagement": Relation}} for every demand and resource of a round. One query.

    A coefficient above 0: a higher score of the measure goes together with more strain, or with more engagement (of these two
    more is higher, whichever end of their scales is favourable). `statistic`: "simple" tells each factor alone, which is what
    "goes together with" says; "partial" what is left of it beside all others, which few organisations have people enough to
    see. An outcome that was not asked is absent. A part of a published total has no entry: look up its `family`. A round
    that was published before this was built gives an empty dictionary. Call inside the organisation's scope.
    """
    found: Impacts = {}
    rows = ReleasedRelation.objects.filter(release=release, kind="impact", statistic=statistic)
    for row in rows.order_by("id"):
        found.setdefault(row.source, {})[row.target] = of(row)
    return found


def of(row: ReleasedRelation) -> Relation:
    """A stored row as pages use it."""
    return Relation(row.value, row.low, row.high, row.n, row.reason, bool(row.detail.get("tangled")))
