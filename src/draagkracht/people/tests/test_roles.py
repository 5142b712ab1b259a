"""Giving and taking back roles."""

import pytest
from django_scopes import scope

from draagkracht.people.actions.roles import grant_role, revoke_role
from draagkracht.people.models import Account, AuditLine, Role, RoleAssignment
from draagkracht.people.queries import standing_in
from draagkracht.people.rules import may_import_staff, staff_units
from draagkracht.ui.refusal import Refusal


@pytest.fixture
def admin(cast, sign_in):
    return sign_in(cast.accounts["platform-admin"])


def test_administrator_gives_a_role_for_a_unit_and_takes_it_back(cast, admin):
    linde = cast.brug.units["linde"]
    given = {"email": "Nieuw@Brug.example", "role": "team-lead", "unit": linde.pk}
    assert admin.post("/roles/", given).status_code == 302
    account = Account.objects.get(email="nieuw@brug.example")
    assert standing_in(account, cast.brug.organisation).units == {Role.TEAM_LEAD: frozenset([linde.pk])}
    assert "nieuw@brug.example" in admin.get("/roles/").content.decode()
    with scope(organisation=cast.brug.organisation):
        assignment = RoleAssignment.objects.get(account=account)
    page = f"/roles/{assignment.pk}/revoke/"
    assert "nieuw@brug.example" in admin.get(page).content.decode()
    for _ in range(2):
        assert admin.post(page).status_code == 302
    assert standing_in(account, cast.brug.organisation).units == {}
    with scope(organisation=cast.brug.organisation):
        acts = list(AuditLine.objects.filter(account=cast.accounts["platform-admin"]).values_list("act", flat=True))
    assert acts == ["role.granted", "role.revoked"], "one line an act, and none for what changes nothing"


@pytest.mark.parametrize(
    "given, status",
    [
        ({"email": "a@b.be", "role": "team-lead"}, 400),
        ({"email": "a@b.be", "role": "worker"}, 400),
        ({"email": "a@b.be", "role": "king"}, 400),
        ({"email": "geen adres", "role": "adviser"}, 400),
        ({"email": "coordinator@brug.example", "role": "coordinator"}, 409),
    ],
)
def test_a_role_that_cannot_be_given_is_explained_and_not_stored(cast, admin, given, status):
    with scope(organisation=cast.brug.organisation):
        before = RoleAssignment.objects.count()
        answer = admin.post("/roles/", given)
        assert answer.status_code == status and "errorlist" in answer.content.decode()
        assert RoleAssignment.objects.count() == before


def test_a_unit_of_another_organisation_cannot_be_chosen(cast, admin):
    foreign = cast.buurt.units["linde"].pk
    assert admin.post("/roles/", {"email": "a@b.be", "role": "team-lead", "unit": foreign}).status_code == 400


def test_the_last_administrator_stays(cast, admin):
    with scope(organisation=cast.brug.organisation):
        own = RoleAssignment.objects.get(role="platform-admin")
        assert admin.post(f"/roles/{own.pk}/revoke/").status_code == 409
        grant_role(cast.brug.organisation, "tweede@brug.example", Role.PLATFORM_ADMIN, None, None)
        revoke_role(own, None)
        with pytest.raises(Refusal):
            revoke_role(RoleAssignment.objects.get(role="platform-admin", revoked_at=None), None)


def test_a_role_for_a_part_sees_the_people_of_that_part(cast):
    account, organisation = cast.accounts["adviser"], cast.brug.organisation
    assert may_import_staff(standing_in(account, organisation))
    with scope(organisation=organisation):
        RoleAssignment.objects.filter(account=account).update(unit=cast.brug.units["woonzorg"])
    standing = standing_in(account, organisation)
    units = {cast.brug.units[code].pk for code in ("woonzorg", "linde", "eik")}
    assert staff_units(standing) == units and not may_import_staff(standing)
    assert staff_units(standing_in(cast.accounts["worker"], organisation)) == frozenset()


def test_somebody_whose_last_day_is_known_still_belongs_to_the_unit(cast):
    import datetime

    from draagkracht.people.models import Membership

    amina, today = cast.brug.people["linde.amina"], datetime.date.today()
    with scope(organisation=cast.brug.organisation):
        Membership.objects.filter(person=amina).update(ends_on=today + datetime.timedelta(days=1))
    assert standing_in(amina.account, cast.brug.organisation).own_unit_id == cast.brug.units["linde"].pk
    with scope(organisation=cast.brug.organisation):
        Membership.objects.filter(person=amina).update(ends_on=today)
    assert standing_in(amina.account, cast.brug.organisation).own_unit_id is None
