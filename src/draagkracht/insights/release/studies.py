"""Effect studies: which rounds and measures can be compared, and writing down what is asked before the answer is known."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from draagkracht.insights.models import EffectStudy
from draagkracht.insights.release.measures import Measured, published
from draagkracht.instruments.content import Content
from draagkracht.people.actions import audit
from draagkracht.people.models import Account, Organisation, Person, Unit
from draagkracht.people.queries import unit_paths
from draagkracht.surveys.models import Wave
from draagkracht.ui.refusal import Refusal

MOST_PRIMARY, MOST_SECONDARY = 2, 8


@dataclass(frozen=True)
class Round:
    """A wave as the page about studies shows it: nothing of what was answered."""

    id: int
    name: str
    opens_on: datetime.date
    closed: bool


def rounds() -> list[Round]:
    """Every wave of the organisation, the first to open first. Call inside its scope."""
    return [
        Round(wave.pk, wave.name, timezone.localdate(wave.opens_at), wave.closed_at is not None)
        for wave in Wave.objects.order_by("opens_at", "id")
    ]


def shared_measures(wave_ids: Sequence[int]) -> list[Measured]:
    """Measures that all these waves ask in the same way: same id, range and parts. In the order of the last of them."""
    waves = Wave.objects.select_related("version", "organisation").in_bulk(wave_ids)
    found = [
        published(
            Content(waves[number].version.content, waves[number].version.content_hash), waves[number].organisation
        )
        for number in wave_ids
        if number in waves
    ]
    if len(found) < len(wave_ids) or not found:
        return []
    known = [{measure.id: measure for measure in one} for one in found[:-1]]
    return [measure for measure in found[-1] if all(_alike(measure, one.get(measure.id)) for one in known)]


def _alike(one: Measured, other: Measured | None) -> bool:
    return other is not None and one.scale[:2] == other.scale[:2] and one.weights == other.weights


def register(
    organisation: Organisation, title: str, wave_ids: Sequence[int], *, primary: Sequence[str],
    secondary: Sequence[str] = (), participants: Sequence[str] = (), persons: Collection[uuid.UUID] = (),
    comparison: Sequence[str] = (), by: Account | None = None,
) -> EffectStudy:  # fmt: skip
    """Writes a study down; it can not be changed afterwards. Call inside the organisation's scope.

    `wave_ids`: before, after and perhaps a follow-up. Who took part: codes of units, or pseudonyms of persons.
    `comparison`: codes of other units, or nothing. `primary`: one or two ids of measures, `secondary`: up to eight more.
    Raises Refusal (400) with what is wrong, 409 for a title that exists.
    """
    waves = _waves(wave_ids)
    units = {unit.code: unit for unit in Unit.objects.all()}
    _check_units(organisation, units, participants, comparison)
    if bool(participants) == bool(persons):
        raise Refusal(_("Say who took part: units, or persons."), 400)
    if persons and Person.objects.filter(pseudonym__in=persons).count() != len(set(persons)):
        raise Refusal(_("Not everybody who is named works here."), 400)
    _check_outcomes([measure.id for measure in shared_measures(wave_ids)], primary, secondary)
    study = EffectStudy(
        organisation=organisation,
        title=" ".join(title.split()),
        waves=[{"id": wave.pk, "name": wave.name} for wave in waves],
        participants=[{"code": code, "name": units[code].name} for code in participants],
        pseudonyms=sorted(person.hex for person in set(persons)),
        comparison=[{"code": code, "name": units[code].name} for code in comparison],
        primary=list(primary),
        secondary=list(secondary),
        late=waves[1].closed_at is not None,
        registered_by=by,
    )
    return _write(study, by)


def _write(study: EffectStudy, by: Account | None) -> EffectStudy:
    if not study.title:
        raise Refusal(_("Give the study a name."), 400)
    try:
        with transaction.atomic():
            study.save()
            audit(study.organisation, by, "effect.registered", study=study.pk, late=study.late)
    except IntegrityError as error:
        raise Refusal(_("There is a study of this name already."), 409) from error
    return study


def _waves(wave_ids: Sequence[int]) -> list[Wave]:
    known = Wave.objects.in_bulk(wave_ids)
    waves = [known[number] for number in wave_ids if number in known]
    if len(set(wave_ids)) not in (2, 3) or len(waves) != len(wave_ids):
        raise Refusal(_("Choose a round before and a round after the trajectory, and perhaps a follow-up."), 400)
    if [wave.pk for wave in waves] != [wave.pk for wave in sorted(waves, key=lambda wave: wave.opens_at)]:
        raise Refusal(_("The round after comes later than the round before, and the follow-up later still."), 400)
    return waves


def _check_units(
    organisation: Organisation, units: dict[str, Unit], participants: Sequence[str], comparison: Sequence[str]
) -> None:
    if not set(participants) | set(comparison) <= set(units):
        raise Refusal(_("Choose units of this organisation."), 400)
    paths = unit_paths(organisation)
    for one in participants:
        for other in comparison:
            if one in paths[units[other].pk] or other in paths[units[one].pk]:
                names = {"one": units[one].name, "other": units[other].name}
                raise Refusal(_("A unit takes part or is compared, not both: %(one)s and %(other)s.") % names, 400)


def _check_outcomes(known: Sequence[str], primary: Sequence[str], secondary: Sequence[str]) -> None:
    if not 1 <= len(set(primary)) <= MOST_PRIMARY or len(set(secondary)) > MOST_SECONDARY:
        raise Refusal(
            _("Choose one or two main questions, and at most %(most)s others.") % {"most": MOST_SECONDARY}, 400
        )
    chosen = [*primary, *secondary]
    if len(set(chosen)) != len(chosen):
        raise Refusal(_("Choose a theme once: as a main question or as another one."), 400)
    if not set(chosen) <= set(known):
        raise Refusal(_("Choose themes that every chosen round asks."), 400)
