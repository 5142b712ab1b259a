"""The cast that every test shares: one organisation, three departments, people with names and roles.

Zorggroep De Brug (BE): Woonzorg (teams Linde, Eik), Thuiszorg (teams Noord, Zuid), Jeugd (team Horizon). Each team has
six people; a second organisation, Buurthuis (NL), holds look-alikes, so that a leak across the border shows.
"""

import datetime
import os
import time
from types import SimpleNamespace

import pytest
from django_scopes import scope

DAY = datetime.date(2026, 1, 5)
TREE = {"woonzorg": ["linde", "eik"], "thuiszorg": ["noord", "zuid"], "jeugd": ["horizon"]}
FIRST_NAMES = ["Amina", "Bram", "Céline", "Daan", "Eva", "Farid"]


def build_organisation(slug: str, name: str, country: str) -> SimpleNamespace:
    """One organisation of the cast: units by code, persons by 'team.first name', all with an account."""
    from draagkracht.people.models import Account, Membership, Organisation, Person, Unit

    organisation = Organisation.objects.create(slug=slug, name=name, country=country)
    units, people = {}, {}
    with scope(organisation=organisation):
        units[slug] = Unit.objects.create(organisation=organisation, code=slug, name=name)
        for department, teams in TREE.items():
            units[department] = Unit.objects.create(
                organisation=organisation, parent=units[slug], code=department, name=department.capitalize()
            )
            for team in teams:
                units[team] = Unit.objects.create(
                    organisation=organisation, parent=units[department], code=team, name=f"Team {team.capitalize()}"
                )
                for number, first in enumerate(FIRST_NAMES):
                    email = f"{first.lower().replace('é', 'e')}.{team}@{slug}.example"
                    account = Account.objects.create_user(email, name=f"{first} {team}")
                    person = Person.objects.create(
                        organisation=organisation,
                        account=account,
                        email=email,
                        name=f"{first} {team}",
                        staff_number=f"{team}-{number}",
                    )
                    Membership.objects.create(organisation=organisation, person=person, unit=units[team], starts_on=DAY)
                    people[f"{team}.{first.lower()}"] = person
    return SimpleNamespace(organisation=organisation, units=units, people=people)


def give_role(place: SimpleNamespace, email: str, role: str, unit: str | None = None):
    """An account (made when new) that holds a role in an organisation of the cast."""
    from draagkracht.people.models import Account, RoleAssignment

    account = Account.objects.filter(email=email).first() or Account.objects.create_user(email, name=role)
    with scope(organisation=place.organisation):
        RoleAssignment.objects.create(
            organisation=place.organisation, account=account, role=role, unit=place.units[unit] if unit else None
        )
    return account


def build_cast() -> SimpleNamespace:
    """brug and buurt (two organisations), accounts by role for brug: cast.accounts['coordinator'], ..."""
    from draagkracht.people.models import Role

    brug = build_organisation("brug", "Zorggroep De Brug", "BE")
    buurt = build_organisation("buurt", "Buurthuis", "NL")
    accounts = {"worker": brug.people["linde.amina"].account}
    for role in Role:
        if role is not Role.WORKER:
            unit = "linde" if role is Role.TEAM_LEAD else None
            accounts[role.value] = give_role(brug, f"{role.value}@brug.example", role.value, unit)
    stranger = give_role(buurt, "coordinator@buurt.example", "coordinator")
    return SimpleNamespace(brug=brug, buurt=buurt, accounts=accounts, stranger=stranger)


@pytest.fixture
def cast(db) -> SimpleNamespace:
    """The cast, for one test."""
    return build_cast()


OPENS_A_DATABASE = {"db", "transactional_db", "live_server"}


def pytest_collection_modifyitems(config, items) -> None:
    """Whatever touches data may touch the vault too: both databases are open to every test that opens one.

    With ONLY_DATABASE set, tests that open no database of the suite, and those that only look at how a page is laid out,
    are left out: they would do the same once more.
    """
    elsewhere = []
    for item in items:
        marker = item.get_closest_marker("django_db")
        fixtures = set(getattr(item, "fixturenames", ()))
        if marker or OPENS_A_DATABASE & fixtures:
            given = dict(marker.kwargs) if marker else {}
            if {"transactional_db", "live_server"} & fixtures:
                given["transaction"] = True
            item.add_marker(pytest.mark.django_db(**{**given, "databases": "__all__"}), append=False)
        elif not item.get_closest_marker("postgresql"):
            elsewhere.append(item)
        if item.get_closest_marker("layout"):
            elsewhere.append(item)
    if os.environ.get("ONLY_DATABASE"):
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if item not in set(elsewhere)]


@pytest.fixture
def sign_in(client):
    """sign_in(account, second_factor=True) -> a test client in a session of that account."""
    from django.test import Client

    def enter(account, second_factor: bool = True) -> Client:
        browser = Client()
        browser.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = browser.session
        session["account_authentication_methods_user"] = str(account.pk)
        session["account_authentication_methods"] = [{"method": "code", "at": time.time(), "email": account.email}]
        if second_factor:
            session["account_authentication_methods"] += [{"method": "mfa", "type": "totp", "at": time.time()}]
        session.save()
        return browser

    return enter
