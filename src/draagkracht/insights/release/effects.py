"""The effect of a trajectory, made once from the answers of its rounds, under the same rules as every published figure."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from draagkracht.insights.models import (
    EffectStructure,
    EffectStudy,
    Release,
    ReleasedBreakdown,
    ReleasedCell,
    ReleasedEffect,
    ReleasedStructure,
)
from draagkracht.insights.release.effect_figures import Answers, Outcome, figures
from draagkracht.insights.release.effect_rows import write
from draagkracht.insights.release.measures import Measured
from draagkracht.people.models import Account
from draagkracht.science.disclosure import Policy
from draagkracht.science.disclosure.pairs import Counted, count_pairs
from draagkracht.science.disclosure.pairs import Measured as At
from draagkracht.science.disclosure.participation import participation_band
from draagkracht.science.prepost.result import COMPARISON, PARTICIPANTS
from draagkracht.surveys.models import Wave
from draagkracht.surveys.queries import roster, sealed_scores
from draagkracht.ui.refusal import Refusal

ALGORITHM = "effect-1"


@dataclass(frozen=True)
class Arms:
    """Who could be counted: by arm everybody who answered at every moment, how many answered before, everybody's team."""

    people: dict[str, list[uuid.UUID]]
    began: dict[str, int]
    teams: dict[uuid.UUID, tuple[str, ...]]


def publish(study: EffectStudy, by: Account | None = None) -> list[ReleasedEffect]:
    """Makes the answer of a study, once, after all of its rounds were published. Call inside the organisation's scope.

    Who is counted is decided from rosters and earlier releases alone; only then are answers read. What can not be told
    is stored with its reason: it does not change afterwards either.

    Raises Refusal: 409 while a round is not published yet, and for a study that has its answer.
    """
    if ReleasedEffect.objects.filter(study=study).exists():
        raise Refusal(_("This effect was calculated already. What is published never changes."), 409)
    releases = _releases(study)
    outcomes = _outcomes(study, releases)
    arms = _arms(study)
    counted = {k: _counted(study, releases, chosen, arms, k) for k, chosen in _by_k(outcomes).items()}
    answers = Answers([sealed_scores(wave) for wave in _waves(study)], arms.teams)
    rows = [_row(study, outcome, counted[outcome.k], arms, answers, releases[0]) for outcome in outcomes]
    return write(study, rows, list(_structures(study, outcomes, counted)), by)


def _waves(study: EffectStudy) -> list[Wave]:
    known = Wave.objects.in_bulk([wave["id"] for wave in study.waves])
    return [known[wave["id"]] for wave in study.waves]


def _releases(study: EffectStudy) -> list[Release]:
    known = {release.wave_id: release for release in Release.objects.filter(wave_id__in=[w["id"] for w in study.waves])}
    missing = [wave["name"] for wave in study.waves if wave["id"] not in known]
    if missing:
        raise Refusal(
            _("Not published yet: %(rounds)s. The effect follows after that.") % {"rounds": ", ".join(missing)}, 409
        )
    return [known[wave["id"]] for wave in study.waves]


def _outcomes(study: EffectStudy, releases: Sequence[Release]) -> list[Outcome]:
    """The measures of the study as they were published, with the strictest k of the rounds."""
    every = [{data["id"]: Measured(data["id"], data) for data in release.measures} for release in releases]
    found = []
    for measure in (*study.primary, *study.secondary):
        published = [one[measure] for one in every]
        k = max(one.data["k"] for one in published)
        parts = [every[-1][part] for part in published[-1].weights]
        found.append(Outcome(published[-1], parts, measure in study.primary, k, [one.data["k"] for one in published]))
    return found


def _by_k(outcomes: Sequence[Outcome]) -> dict[int, list[Outcome]]:
    return {k: [one for one in outcomes if one.k == k] for k in sorted({one.k for one in outcomes})}


def _arms(study: EffectStudy) -> Arms:
    """From the frozen lists: the arm and the team are those of the round before."""
    lists = [{person: (path, answered) for person, path, _, answered in roster(wave)} for wave in _waves(study)]
    named, chosen = set(study.pseudonyms), {PARTICIPANTS: study.participants, COMPARISON: study.comparison}
    codes = {arm: {unit["code"] for unit in units} for arm, units in chosen.items()}
    people: dict[str, list[uuid.UUID]] = {
        arm: [] for arm in (PARTICIPANTS, *([COMPARISON] if study.comparison else []))
    }
    began = dict.fromkeys(people, 0)
    for person, (path, answered) in lists[0].items():
        inside = PARTICIPANTS if person.hex in named or codes[PARTICIPANTS] & set(path) else COMPARISON
        if not answered or (inside == COMPARISON and not codes[COMPARISON] & set(path)):
            continue
        began[inside] += 1
        if all(person in later and later[person][1] for later in lists[1:]):
            people[inside].append(person)
    return Arms(people, began, {person: path for person, (path, _) in lists[0].items()})


def _counted(
    study: EffectStudy, releases: Sequence[Release], outcomes: Sequence[Outcome], arms: Arms, k: int
) -> Counted:
    """Whom the outcomes of one k count. It is the same for all of them, so it heeds the earlier effects of each."""
    families = {outcome.family for outcome in outcomes}
    earlier = [one for one in EffectStructure.objects.order_by("id") if families & set(one.families)]
    moments, elsewhere = [], []
    for at, release in enumerate(releases):
        same = [people for one in earlier if release.wave_id in one.waves for people in _sets(one)]
        ks = {outcome.ks[at] for outcome in outcomes}
        moments += [At(atoms, same) for atoms in (*_atoms(release, ks), *_categories(release, ks))]
        elsewhere += [people for one in earlier if release.wave_id not in one.waves for people in _sets(one)]
    seed = f"{study.organisation.slug} {k}"
    return count_pairs(arms.people, moments, Policy(k=k), seed=seed, elsewhere=elsewhere)


def _sets(structure: EffectStructure) -> list[set[uuid.UUID]]:
    return [{uuid.UUID(person) for person in people} for people in structure.arms.values()]


def _atoms(release: Release, ks: set[int]) -> Iterator[list[list[uuid.UUID]]]:
    for structure in ReleasedStructure.objects.filter(release=release, k__in=ks).order_by("k"):
        yield [[uuid.UUID(person) for person in people] for people in structure.atoms.values()]


def _categories(release: Release, ks: set[int]) -> Iterator[list[list[uuid.UUID]]]:
    """Figures by profession and such are figures of the same people: an effect keeps apart from them as well."""
    for structure in ReleasedBreakdown.objects.filter(release=release, k__in=ks).order_by("id"):
        if structure.atoms:
            yield [[uuid.UUID(person) for person in people] for people in structure.atoms]


def _row(
    study: EffectStudy, outcome: Outcome, counted: Counted, arms: Arms, answers: Answers, before: Release
) -> ReleasedEffect:
    measure = outcome.measure
    row = ReleasedEffect(
        study=study, organisation=study.organisation, measure=measure.id, primary=outcome.primary,
        position=[*study.primary, *study.secondary].index(measure.id),
        data=measure.data | {"k": outcome.k}, reason=counted.reason or "", algorithm=ALGORITHM,
    )  # fmt: skip
    if counted.reason is None:
        made = figures(outcome, counted, answers, _spread_before(before, measure.id))
        row.reason, row.figures = made.reason, made.figures
        row.arms = {
            arm: told | {"again": list(participation_band(arms.began[arm], len(arms.people[arm])) or []) or None}
            for arm, told in made.arms.items()
        }
    return row


def _spread_before(release: Release, measure: str) -> float | None:
    cell = ReleasedCell.objects.filter(release=release, measure=measure, statistic="spread", unit__depth=0).first()
    return cell.value if cell else None


def _structures(
    study: EffectStudy, outcomes: Sequence[Outcome], counted: Mapping[int, Counted]
) -> Iterator[EffectStructure]:
    for k, chosen in _by_k(outcomes).items():
        if counted[k].reason is None:
            yield EffectStructure(
                study=study, organisation=study.organisation, k=k, waves=[wave["id"] for wave in study.waves],
                families=sorted({outcome.family for outcome in chosen}), held_back=counted[k].held_back,
                arms={arm: [person.hex for person in people] for arm, people in counted[k].arms.items()},
            )  # fmt: skip
