"""The one door: the only code that reads the answers of many people at once, and what it writes never changes.

All six steps of the disclosure rules: freeze, exact suppression within a wave, comparison with all earlier releases,
coarsening, the rule for text answers, and the gate: an attacker tries to break the plan before any answer is read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from draagkracht.insights.models import Release, ReleasedStructure
from draagkracht.insights.release import breakdowns
from draagkracht.insights.release.figures import Table, cells_of, tabulate
from draagkracht.insights.release.gate import Gate
from draagkracht.insights.release.history import earlier
from draagkracht.insights.release.measures import Measured, policy_for, published, without_figures
from draagkracht.insights.release.relations import relations_of
from draagkracht.insights.release.rows import Atoms, Made, write
from draagkracht.instruments.content import Content
from draagkracht.people.models import Account, Organisation, Unit
from draagkracht.people.queries import unit_paths
from draagkracht.science.disclosure import Member, Path, Plan, Policy, plan
from draagkracht.surveys.models import Wave
from draagkracht.surveys.queries import roster, sealed_scores
from draagkracht.ui.refusal import Refusal

ALGORITHM = "release-3"


def release(wave: Wave, by: Account | None = None) -> Release:
    """Publishes a closed wave, once. Call inside the organisation's scope.

    Raises Refusal: 409 for a wave that is open or was published already.
    """
    if wave.closed_at is None:
        raise Refusal(_("This round is still open. It can be published after it has closed."), 409)
    if Release.objects.filter(wave_id=wave.id).exists():
        raise Refusal(_("This round was published already. What is published never changes."), 409)
    return write(prepare(wave), by)


def prepare(wave: Wave) -> Made:
    """Plans first, from the frozen roster alone; only then are scores unsealed and turned into figures."""
    organisation = wave.organisation
    content = Content(wave.version.content, wave.version.content_hash)
    found = published(content, organisation)
    members = [
        Member(person, path, answered) for person, path, invited, answered in roster(wave) if invited or answered
    ]
    root = members[0].path[:1] if members else (Unit.objects.get(parent=None).code,)
    policies = {k: policy for measure in found for k, policy in [_policy(measure, organisation)]}
    before = {k: earlier(k, found) for k in policies}
    gate = Gate(found, policies)
    plans = gate.plans(
        {k: partial(_plan, members, policy, organisation, wave, before[k]) for k, policy in policies.items()}
    )
    broken = gate.breakdowns(breakdowns.planned(wave, plans, policies, before, _scope(wave, members)), plans)
    # Nothing above has seen an answer. From here on nothing is decided any more about what is shown.
    table = tabulate(sealed_scores(wave), [measure.id for measure in found])
    cells = [cell for k in plans if plans[k].units for cell in _cells(k, plans[k], policies[k], found, table, root)]
    row = _release_row(wave, content, found, _scope(wave, members), gate.outcomes)
    by_category = breakdowns.cells(row, organisation, broken, policies, found, table)
    related = relations_of(row, {k: made.atoms for k, made in plans.items()}, policies, table)
    return Made(row, plans, policies, cells, root, related, broken, by_category)


def _cells(k: int, planned: Plan, policy: Policy, found: list[Measured], table: Table, root: Path) -> list:
    return list(cells_of(planned, policy, [measure for measure in found if measure.data["k"] == k], table, root))


def _policy(measure: Measured, organisation: Organisation) -> tuple[int, Policy]:
    """The thresholds under which a measure is published; a family has the strictest k among its scales."""
    kinds = ((measure.data["strain"], measure.data["health"]), (True, False), (True, True))
    k = measure.data["k"]
    return k, next(policy for kind in kinds if (policy := policy_for(organisation, *kind)).k == k)


def _plan(
    members: list[Member], policy: Policy, organisation: Organisation, wave: Wave, before: list[Atoms],
    avoid: Collection[Path] = (),
) -> Plan:  # fmt: skip
    # The seed stays the same from wave to wave: a plan that is made again is the same plan.
    seed = f"{organisation.slug} {policy.k}"
    return plan(members, policy, seed=seed, groups=_groups(policy.k, wave), earlier=before, avoid=avoid)


def _groups(k: int, wave: Wave) -> list[list[Path]]:
    """Units that share a figure since an earlier round of the same year: they keep doing so until it ends.

    The latest round that had a unit decides; one about a single department says nothing about the others.
    """
    structures = ReleasedStructure.objects.filter(k=k, release__closed_on__year=_closed_on(wave).year)
    found: list[list[Path]] = []
    placed: set[Path] = set()
    for groups in structures.order_by("-release__closed_on", "-id").values_list("groups", flat=True):
        for group in ([tuple(path) for path in one] for one in groups):
            if placed.isdisjoint(group):
                found.append(group)
                placed.update(group)
    return found


def _closed_on(wave: Wave):
    return timezone.localdate(wave.closed_at)


def _scope(wave: Wave, members: list[Member]) -> Path:
    """The path of the unit that the wave was about, as it stood when the wave closed."""
    code = wave.unit.code
    for member in members:
        if code in member.path:
            return member.path[: member.path.index(code) + 1]
    return unit_paths(wave.organisation)[wave.unit_id]


def _release_row(
    wave: Wave, content: Content, found: list[Measured], scope: Path, gate: Mapping[int, Mapping]
) -> Release:
    return Release(
        organisation=wave.organisation,
        wave_id=wave.id,
        wave_name=wave.name,
        campaign_name=wave.campaign.name,
        closed_on=_closed_on(wave),
        scope=list(scope),
        scope_name=wave.unit.name,
        without_figures=without_figures(content, found),
        measures=[measure.data for measure in found],
        algorithm=ALGORITHM,
        gate={str(k): dict(outcome) for k, outcome in gate.items()},
    )


def due() -> list[Wave]:
    """Closed waves that were not published yet, oldest first. Call inside the organisation's scope."""
    done = Release.objects.values("wave_id")
    return list(Wave.objects.filter(closed_at__isnull=False).exclude(id__in=done).order_by("closed_at", "id"))


def wave_named(name: str) -> Wave:
    """A wave by its name. Raises Refusal (404) that lists the waves that exist."""
    found = Wave.objects.filter(name=name).first()
    if found is None:
        names = ", ".join(Wave.objects.order_by("id").values_list("name", flat=True)) or "–"
        raise Refusal(_("There is no round “%(name)s”. Rounds: %(names)s") % {"name": name, "names": names}, 404)
    return found


__all__ = ["due", "prepare", "release", "wave_named"]
