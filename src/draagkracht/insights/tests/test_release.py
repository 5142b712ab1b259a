"""The one door: what it writes, what it refuses, and that it never changes."""

import numpy as np
import pytest
from django.db.models.deletion import ProtectedError
from django_scopes import scope, scopes_disabled

from draagkracht.consent.models import AccessEntry
from draagkracht.consent.vault import keys
from draagkracht.insights import release as door
from draagkracht.insights.models import Frozen, Release, ReleasedCell, ReleasedStructure, ReleasedUnit
from draagkracht.insights.release.figures import exact_means, tabulate
from draagkracht.insights.release.measures import measures, policy_for
from draagkracht.insights.tasks import release_due
from draagkracht.instruments.content import Content
from draagkracht.people.models import AuditLine
from draagkracht.surveys.models import RosterEntry, Submission
from draagkracht.surveys.queries import sealed_scores
from draagkracht.ui.refusal import Refusal

from . import build


def figure(unit: str, measure: str, statistic: str = "mean") -> ReleasedCell:
    return ReleasedCell.objects.get(unit__name=unit, measure=measure, statistic=statistic)


def test_teams_publish_means_and_small_teams_no_strain(published):
    with scope(organisation=published.organisation):
        climate, strain = figure("Team Linde", "pulse.social_support"), figure("Team Linde", "bat-12.total")
    assert (climate.n, climate.reason) == (6, "")
    # Everybody answered 1.0: that must not show, so the figure is an interval that leaves room.
    assert climate.low == 1.0 and climate.high > 1.5 and climate.value > 1.0
    assert (strain.low, strain.value, strain.high, strain.n, strain.reason) == (None, None, None, None, "too-few")


def test_exact_means_inside_a_release_equal_a_direct_computation(published):
    with scope(organisation=published.organisation):
        made = door.prepare(published.wave)
        scores = sealed_scores(published.wave)
        table = tabulate(scores, ["pulse.work_pressure", "bat-12.exhaustion"])
        plan = made.plans[5]
        paths = {entry.pseudonym: tuple(entry.path) for entry in RosterEntry.objects.filter(wave=published.wave)}
    seen = 0
    for path, mean in exact_means(plan, table, "pulse.work_pressure").items():
        if mean is not None:
            counted = {p for atom in plan.units[path].atoms for p in plan.atoms[atom]}
            direct = np.mean([scores[p]["pulse.work_pressure"] for p in counted])
            assert mean == pytest.approx(direct, abs=1e-9)
            assert all(paths[p][: len(path)] == path for p in counted)
            seen += 1
    assert seen >= 7


def test_the_whole_shows_bands_or_a_mean_of_a_family_never_both(cast):
    organisation = cast.brug.organisation
    released = big_round(cast)
    with scope(organisation=organisation):
        whole = ReleasedCell.objects.filter(release=released, unit__depth=0)
        banded = {c.measure for c in whole if c.statistic.startswith("band-")}
        means = {c.measure for c in whole if c.statistic == "mean"}
        stand_in = {c.measure for c in whole if c.statistic == "mean-of-units"}
        bands = list(whole.filter(measure="bat-12.total", statistic__startswith="band-").order_by("statistic"))
        below = ReleasedCell.objects.filter(release=released, unit__depth__gt=0, statistic__startswith="band-")
        assert banded == {"bat-12.total"}
        assert not any(measure.startswith("bat-12") for measure in means)
        assert {m for m in stand_in if m.startswith("bat-12")} == stand_in and "bat-12.total" in stand_in
        assert not below.exists()
    assert len(bands) == 3 and all(c.low <= c.value <= c.high <= c.n for c in bands)


def big_round(cast) -> Release:
    """Sixty people in two departments answered: enough for a distribution."""
    import random

    from draagkracht.people.models import Person, Unit

    from .conftest import scores

    organisation, draw = cast.brug.organisation, random.Random(7)
    with scope(organisation=organisation):
        people = Person.objects.bulk_create(Person(organisation=organisation) for _ in range(60))
        homes = [Unit.objects.get(code=code).id for code in ("woonzorg", "thuiszorg")]
        home = {person: homes[at % 2] for at, person in enumerate(people)}
        wave = build.wave(organisation, "Groot", {person: scores(draw) for person in people}, home)
        return door.release(wave)


def test_a_total_follows_from_the_published_parts(cast):
    released = big_round(cast)
    with scope(organisation=cast.brug.organisation):
        cells = {
            c.measure: c for c in ReleasedCell.objects.filter(release=released, unit__name="Woonzorg", statistic="mean")
        }
    parts = [
        cells[f"bat-12.{name}"]
        for name in ("exhaustion", "mental_distance", "cognitive_impairment", "emotional_impairment")
    ]
    assert cells["bat-12.total"].low == pytest.approx(sum(c.low for c in parts) / 4)
    assert cells["bat-12.total"].high == pytest.approx(sum(c.high for c in parts) / 4)


def test_an_open_or_published_round_is_refused_and_nothing_is_half_stored(published):
    with scope(organisation=published.organisation):
        before = ReleasedCell.objects.count()
        for wave in (published.open, published.wave):
            with pytest.raises(Refusal) as refused:
                door.release(wave)
            assert refused.value.status == 409
        assert (Release.objects.count(), ReleasedCell.objects.count()) == (1, before)


def test_two_at_once_write_one_release(published):
    from draagkracht.insights.release.rows import write

    with scope(organisation=published.organisation):
        late = door.prepare(published.wave)
        with pytest.raises(Refusal) as refused:
            write(late, None)
        assert refused.value.status == 409 and Release.objects.count() == 1


def test_published_rows_cannot_be_changed_or_removed(published):
    with scope(organisation=published.organisation):
        for model in (Release, ReleasedUnit, ReleasedCell, ReleasedStructure):
            row = model.objects.first()
            for attempt in (
                row.save,
                row.delete,
                model.objects.all().delete,
                lambda m=model: m.objects.update(organisation=published.organisation),
                lambda m=model, r=row: m.objects.bulk_update([r], ["organisation"]),
            ):
                with pytest.raises(Frozen):
                    attempt()


def test_a_release_leaves_one_audit_line_and_a_line_for_everybody_counted(published):
    with scope(organisation=published.organisation):
        lines = AuditLine.objects.filter(act="release.made")
        assert lines.count() == 1 and lines[0].detail["counted"] == 29
        entries = AccessEntry.objects.filter(what="release.counted")
        assert entries.count() == 29
        assert not entries.filter(person=published.cast.brug.people["zuid.amina"]).exists()


def test_later_erasure_moves_and_renaming_change_no_published_figure(published):
    def rows():
        return list(ReleasedCell.objects.order_by("id").values()), list(
            ReleasedUnit.objects.order_by("id").values_list("path", "name", "response_low")
        )

    with scope(organisation=published.organisation):
        before = rows()
        person = published.cast.brug.people["linde.bram"]
        person.refresh_from_db()
        from draagkracht.consent.vault.models import PersonKey

        PersonKey.objects.filter(id=person.key_id).delete()
        Submission.objects.filter(person=person).delete()
        unit = published.cast.brug.units["linde"]
        unit.name, unit.parent = "Heel anders", published.cast.brug.units["jeugd"]
        unit.save()
        assert rows() == before


def test_somebody_whose_key_is_gone_before_the_release_still_counts_in_n(published, cast):
    organisation = published.organisation
    with scope(organisation=organisation):
        wave = build.wave(organisation, "Later", published.answers, published.home, number=2)
        person = cast.brug.people["linde.bram"]
        person.refresh_from_db()
        from draagkracht.consent.vault.models import PersonKey

        PersonKey.objects.filter(id=person.key_id).delete()
        with pytest.raises(keys.KeyGone):
            keys.unseal(person.key_id, b"", b"")
        made = door.release(wave)
        assert ReleasedCell.objects.get(release=made, unit__name="Team Linde", measure="pulse.recovery").n == 6


def test_the_worker_publishes_what_is_due_once(published):
    with scope(organisation=published.organisation):
        build.wave(published.organisation, "September 2026", published.answers, published.home, number=2)
    assert release_due() == 1
    assert release_due() == 0
    with scopes_disabled():
        assert Release.objects.count() == 2


def test_a_round_without_anybody_can_be_published(cast):
    with scope(organisation=cast.brug.organisation):
        made = door.release(build.wave(cast.brug.organisation, "Leeg", {}, {}))
        assert made.units.get().depth == 0 and not made.cells.exists()


def test_an_organisation_may_raise_k_and_never_lower_it(cast):
    organisation = cast.brug.organisation
    for raised, climate, strain in ((None, 5, 8), (3, 5, 8), (6, 6, 8), (12, 12, 12)):
        organisation.raised_k = raised
        assert (policy_for(organisation, False).k, policy_for(organisation, True).k) == (climate, strain)
    cast.buurt.organisation.raised_k = None
    assert policy_for(cast.buurt.organisation, True).k == 16


def test_health_is_published_for_the_strictest_smallest_group(cast):
    with scope(organisation=cast.brug.organisation):
        version = build.version(cast.brug.organisation, "who-5", "phq-4", "bat-12")
    found = {one.id: one.data for one in measures(Content(version.content, ""), cast.brug.organisation)}
    assert {found[name]["k"] for name in ("who-5.total", "phq-4.total", "phq-4.gad_2")} == {16}
    assert found["bat-12.total"]["k"] == 8 and found["who-5.total"]["high"] == 100
    with scope(organisation=cast.brug.organisation):
        made = build.wave(cast.brug.organisation, "Gezondheid", {}, {}, instruments=("who-5", "bat-12", "pes"))
        assert set(door.release(made).policy) == {"5", "8", "16"}


def test_words_of_answers_go_with_scales_in_their_metric_only(cast):
    with scope(organisation=cast.brug.organisation):
        version = build.version(cast.brug.organisation, "bat-12", "who-5", "pc-ptsd-5")
    found = {one.id: one.data for one in measures(Content(version.content, ""), cast.brug.organisation)}
    assert found["bat-12.total"]["labels"]["en"][0] == "never"
    assert found["who-5.total"]["labels"] == found["pc-ptsd-5.total"]["labels"] == {}


def test_a_published_unit_may_leave_the_staff_list_and_keeps_its_figures(published):
    with scope(organisation=published.organisation):
        linde = published.cast.brug.units["linde"]
        with pytest.raises(ProtectedError):
            linde.delete()  # people belong to it
        linde.memberships.all().delete()
        from draagkracht.people.models import RoleAssignment

        RoleAssignment.objects.filter(unit=linde).delete()
        linde.delete()
        assert ReleasedUnit.objects.get(name="Team Linde").unit_id is None
