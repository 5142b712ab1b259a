"""What was published of a wave: computed once when it closes, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils import timezone

from draagkracht.people.models import Account, Organisation, Unit

from .frozen import FrozenRow, Reason, frozen_rows


class Release(FrozenRow):
    """One wave, published once. Names and labels are copied, so that a shared page needs nothing else.

    `measures` = [{"id", "title": {lang: text}, "instrument": {lang: text}, "low", "high", "favourable": "high"|"low",
    "strain": bool, "role", "iglo": [levels], "family", "weights": {part id: weight} and "total_of": [part ids] (a total only), "bands":
    {lang: [text]}, "starts": [number], "population": {lang: text}, "labels": {lang: [text]}, "provisional": bool,
    "validated": bool, "mdc": change of one person that is more than noise or None, "k": int, "wording": {lang: short hash of
    the texts and answers as they were asked}}]; `bands` and `starts` are empty for a measure without cut-offs; "wording" and
    "iglo" are absent in older rows. `policy` = {k: the thresholds under which its measures were released}. `scope` = codes from the
    organisation down to the unit that the wave was about, `scope_name` the name of that unit. `without_figures`: how many
    questions were asked of which nothing is published; None in older rows, which do not know. `gate` = {k: what the attacker
    found before any answer was read, as `science.gate.Outcome`, and "breakdowns": those that were withheld}; empty in rows
    from before there was a gate.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    wave_id = models.BigIntegerField()
    wave_name = models.CharField(max_length=120)
    campaign_name = models.CharField(max_length=120)
    closed_on = models.DateField()
    scope = models.JSONField(default=list)
    scope_name = models.CharField(max_length=200, blank=True)
    without_figures = models.PositiveSmallIntegerField(null=True, blank=True)
    measures = models.JSONField(default=list)
    policy = models.JSONField(default=dict)
    algorithm = models.CharField(max_length=60)
    gate = models.JSONField(default=dict)
    released_at = models.DateTimeField(default=timezone.now)
    released_by = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    objects = frozen_rows()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "wave_id"], name="release_once_per_wave")]

    def __str__(self) -> str:
        return self.wave_name

    @property
    def whole(self) -> bool:
        """The round was about the whole organisation."""
        return len(self.scope) < 2

    def alike(self, other: Release) -> bool:
        """Both rounds were about the whole organisation, or about the same unit, wherever it stood."""
        return (self.whole and other.whole) or (
            not self.whole and not other.whole and self.scope[-1] == other.scope[-1]
        )


def reworded(then: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """A measure as two releases describe it was asked in other words, in a language that both had. Unknown counts as the same."""
    before, after = then.get("wording", {}), now.get("wording", {})
    shared = before.keys() & after.keys()
    return any(before[name] != after[name] for name in shared) or bool(before and after and not shared)


class ReleasedStructure(FrozenRow):
    """Who was counted where, for one smallest group size k: what later waves are compared with. It holds no answer.

    `atoms` = {unit path: [pseudonyms]}: the respondents counted in that unit and in no published unit below it;
    `groups` = [[paths as lists of codes]]: units that share one figure, kept for a year; `units` = {unit path: {"n", "invited",
    "answered", "held_back", "reason"}}: the detail that only the privacy officer reads. No shared page reads `atoms`.
    """

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="structures")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    k = models.PositiveSmallIntegerField()
    groups = models.JSONField(default=list)
    units = models.JSONField(default=dict)
    atoms = models.JSONField(default=dict)
    objects = frozen_rows()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "k"], name="released_structure_once_per_k")]


class ReleasedUnit(FrozenRow):
    """A unit as it stood when the wave closed: its place, its name, and the response as it may be told.

    `groups` = {k: [names of other units]}: for measures of that k the figures are those of all these units together.
    """

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="units")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    # Codes from the organisation down, joined by " / "; `position` is the place in the tree, parents first.
    path = models.CharField(max_length=800)
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    depth = models.PositiveSmallIntegerField()
    groups = models.JSONField(default=dict)
    response_low = models.PositiveSmallIntegerField(null=True, blank=True)
    response_high = models.PositiveSmallIntegerField(null=True, blank=True)
    objects = frozen_rows()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "path"], name="released_unit_path_unique")]

    def __str__(self) -> str:
        return self.name


class ReleasedCell(FrozenRow):
    """One published figure, or the reason why it is withheld. `low`..`high` is all that is known; `value` its point.

    `statistic` is "mean", "spread" (pooled over the organisation), "band-1", "band-2" ... (people), or "mean-of-units":
    for the organisation as a whole, the mean of the published units just below it, weighted by their n.
    """

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="cells")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(ReleasedUnit, on_delete=models.CASCADE, related_name="cells")
    measure = models.CharField(max_length=120)
    statistic = models.CharField(max_length=40)
    low = models.FloatField(null=True, blank=True)
    value = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    n = models.PositiveIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=20, blank=True, choices=Reason.choices)
    objects = frozen_rows()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "measure", "statistic"], name="released_cell_unique"),
            models.CheckConstraint(
                condition=models.Q(reason="", value__isnull=False) | (~models.Q(reason="") & models.Q(value=None)),
                name="released_cell_value_or_reason",
            ),
        ]
        # A page reads a unit's cells of many rounds; without this all cells of the organisation are gone through.
        indexes = [models.Index(fields=["organisation", "unit"], name="released_cell_of_unit")]
