"""The calendar of moments: who wrote what when stays known; of a unit only what concerns it."""

import datetime

import pytest
from django_scopes import scope

from draagkracht.figures import queries
from draagkracht.figures.actions import moments as acts
from draagkracht.figures.models import Moment
from draagkracht.people.models import AuditLine
from draagkracht.ui.refusal import Refusal

DAY = datetime.date(2026, 3, 2)


def test_a_moment_is_written_changed_and_removed_on_the_pages(cast, sign_in):
    browser = sign_in(cast.accounts["coordinator"])
    told = {"title": "Nieuw rooster", "kind": "roster", "starts_on": "2026-03-02", "ends_on": "", "unit": ""}
    assert browser.post("/figures/moments/", told).status_code == 302
    with scope(organisation=cast.brug.organisation):
        first = Moment.objects.get()
        unit = cast.brug.units["woonzorg"]
    changed = {**told, "title": "Rooster Woonzorg", "ends_on": "2026-04-02", "unit": unit.pk}
    assert browser.post(f"/figures/moments/{first.pk}/", changed).status_code == 302
    page = browser.get("/figures/moments/").content.decode()
    assert "Rooster Woonzorg" in page and "Nieuw rooster" not in page.split("<form")[0]
    with scope(organisation=cast.brug.organisation):
        second = Moment.objects.get(removed_at=None)
        first.refresh_from_db()
        assert first.removed_by == cast.accounts["coordinator"] and first.title == "Nieuw rooster"
    assert browser.post(f"/figures/moments/{second.pk}/remove/").status_code == 302
    assert browser.get(f"/figures/moments/{second.pk}/").status_code == 404
    with scope(organisation=cast.brug.organisation):
        acts_told = list(
            AuditLine.objects.filter(act__startswith="moment.").order_by("id").values_list("act", flat=True)
        )
        assert acts_told == ["moment.written", "moment.changed", "moment.removed"]
        assert not any("ooster" in str(line.detail) for line in AuditLine.objects.all())


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"title": "x" * 81}, {"starts_on": "gisteren"}, {"ends_on": "2026-03-01"}, {"starts_on": "0026-03-02"}, {"kind": "feest"}, {"unit": "999999"}],
)  # fmt: skip
def test_a_moment_with_a_mistake_is_told_and_nothing_is_stored(wrong, cast, sign_in):
    browser = sign_in(cast.accounts["coordinator"])
    told = {"title": "Rooster", "kind": "roster", "starts_on": "2026-03-02", "ends_on": "", "unit": ""}
    assert browser.post("/figures/moments/", {**told, **wrong}).status_code == 400
    with scope(organisation=cast.brug.organisation):
        assert not Moment.objects.exists()


def test_a_unit_of_another_organisation_cannot_be_chosen(cast, sign_in):
    browser = sign_in(cast.accounts["coordinator"])
    told = {"title": "R", "kind": "roster", "starts_on": "2026-03-02", "unit": cast.buurt.units["linde"].pk}
    assert browser.post("/figures/moments/", told).status_code == 400


def test_two_who_change_the_same_moment_lose_nothing(cast):
    with scope(organisation=cast.brug.organisation):
        made = acts.write(cast.brug.organisation, None, title="A", kind="action", starts_on=DAY)
        acts.remove(made, None)
        with pytest.raises(Refusal):
            acts.change(made, None, title="B", kind="action", starts_on=DAY)
        assert not Moment.objects.filter(title="B").exists()


def test_a_department_sees_its_own_moments_and_those_of_everybody(cast):
    units, organisation = cast.brug.units, cast.brug.organisation
    with scope(organisation=organisation):
        for title, code in (("all", None), ("woon", "woonzorg"), ("linde", "linde"), ("thuis", "thuiszorg")):
            unit = units[code] if code else None
            acts.write(organisation, None, title=title, kind="action", starts_on=DAY, unit=unit)
        titles = {
            code: [one.title for one in queries.moments(units[code].pk)] for code in ("woonzorg", "linde", "brug")
        }
    assert titles == {
        "woonzorg": ["all", "woon"], "linde": ["all", "woon", "linde"], "brug": ["all", "woon", "linde", "thuis"]
    }  # fmt: skip
