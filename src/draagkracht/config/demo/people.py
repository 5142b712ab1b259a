"""Writes the organisation of the demo: units, people with their memberships and keys, roles, consent."""

import datetime
import random
import uuid
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.utils import timezone
from django_scopes import scope

from draagkracht.config.demo.generate import Study
from draagkracht.config.demo.organisation import DemoPerson, Work, address
from draagkracht.consent import purposes
from draagkracht.consent.models import Grant
from draagkracht.consent.vault import keys
from draagkracht.people.models import Account, Membership, Organisation, Person, Role, RoleAssignment, Unit

PURPOSE, RESEARCH, RESEARCH_SHARE = "measure", "research", 0.75


@dataclass(frozen=True)
class Written:
    """What was made: the organisation, its units by code, its persons in the order of the study."""

    organisation: Organisation
    units: dict[str, Unit]
    persons: list[Person]


def write(study: Study) -> Written:
    """Everything about people, in a few bulk statements. Call inside a transaction."""
    plan = study.plan
    organisation = Organisation.objects.create(slug=plan["slug"], name=plan["name"], country=plan["country"])
    with scope(organisation=organisation):
        units = _units(organisation, plan)
        persons = _persons(organisation, study.people, plan["seed"])
        written = Written(organisation, units, persons)
        Membership.objects.bulk_create(_memberships(written, study))
        RoleAssignment.objects.bulk_create(_roles(written, study))
        Grant.objects.bulk_create([*_grants(written, study), *_research_grants(written, study)])
    return written


def moment(day: datetime.date, hour: int = 9) -> datetime.datetime:
    """A time on that day, in the time zone of the installation."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour)))


def _units(organisation: Organisation, plan: dict) -> dict[str, Unit]:
    units = {plan["slug"]: Unit.objects.create(organisation=organisation, code=plan["slug"], name=plan["name"])}
    for department in plan["departments"]:
        code = department["code"]
        units[code] = Unit.objects.create(
            organisation=organisation, parent=units[plan["slug"]], code=code, name=department["name"]
        )
        for team in department["teams"]:
            units[team["code"]] = Unit.objects.create(
                organisation=organisation, parent=units[code], code=team["code"], name=team["name"]
            )
    return units


def _persons(organisation: Organisation, people: list[DemoPerson], seed: int) -> list[Person]:
    accounts = Account.objects.bulk_create(
        Account(email=p.email, name=p.name, language=p.language, password=make_password(None)) for p in people
    )
    key_ids = [uuid.uuid4() for _ in people]
    keys.add_keys(key_ids)
    # Drawn from the seed, unlike real ones: a release may choose by pseudonym, and pictures must come out the same.
    chance = random.Random(seed)
    return Person.objects.bulk_create(
        Person(
            organisation=organisation,
            account=account,
            staff_number=p.staff_number,
            name=p.name,
            email=p.email,
            language=p.language,
            key_id=key_id,
            pseudonym=uuid.UUID(int=chance.getrandbits(128), version=4),
        )
        for p, account, key_id in zip(people, accounts, key_ids, strict=True)
    )


def _memberships(written: Written, study: Study) -> list[Membership]:
    chance, rows = random.Random(study.plan["seed"]), []
    worked = Work(study.plan)
    for person, invented in zip(written.persons, study.people, strict=True):
        contract = worked.contract(invented)
        last = max(invented.teams)
        starts = [_start(study, wave, chance) for _, wave, _ in invented.periods()]
        leaves = _start(study, last + 1, chance) if last < len(study.waves) else None
        for (team, _, _), begins, ends in zip(invented.periods(), starts, [*starts[1:], leaves], strict=True):
            rows.append(
                Membership(
                    organisation=written.organisation,
                    person=person,
                    unit=written.units[team],
                    profession=invented.profession,
                    contract=contract,
                    shift=worked.shift(team),
                    starts_on=begins,
                    ends_on=ends,
                )
            )
    return rows


def _start(study: Study, wave: int, chance: random.Random) -> datetime.date:
    """A day on which something changed: in the pause before that wave, or years before the first."""
    opens = study.waves[wave - 1].opens
    if wave == 1:
        return opens - datetime.timedelta(days=chance.randint(60, 6000))
    pause = (opens - study.waves[wave - 2].closes).days
    return opens - datetime.timedelta(days=chance.randint(1, max(1, pause - 1)))


def _roles(written: Written, study: Study) -> list[RoleAssignment]:
    plan, rows = study.plan, []
    for invented, person in zip(study.people, written.persons, strict=True):
        if invented.leads:
            rows.append(_role(written, person.account, Role.TEAM_LEAD, written.units[invented.leads]))
    for role, face in plan["cast"].items():
        if "team" not in face:
            account = Account.objects.create_user(address(face["name"], plan["domain"]), name=face["name"])
            rows.append(_role(written, account, Role(role), None))
    return rows


def _role(written: Written, account: Account | None, role: Role, unit: Unit | None) -> RoleAssignment:
    return RoleAssignment(organisation=written.organisation, account=account, role=role, unit=unit)


def _grants(written: Written, study: Study) -> list[Grant]:
    """Consent of everybody who ever answered, on the first day that they did."""
    chance, rows = random.Random(study.plan["seed"] + 1), []
    for index, (person, invented) in enumerate(zip(written.persons, study.people, strict=True)):
        sent = [wave for wave in study.waves if study.sent[index, wave.number - 1]]
        if sent:
            text = purposes.current(PURPOSE, invented.language)
            rows.append(
                Grant(
                    organisation=written.organisation,
                    person=person,
                    purpose=PURPOSE,
                    version=text.number,
                    language=text.language,
                    text_hash=text.hash,
                    granted_at=moment(study.day(index, sent[0].number - 1), chance.randint(7, 21)),
                )
            )
    return rows


def _research_grants(written: Written, study: Study) -> list[Grant]:
    """Three of four who ever answered say yes to research too; the faces of the demo can be asked."""
    chance, rows = random.Random(study.plan["seed"] + 2), []
    faces = {person.pk for person, one in zip(written.persons, study.people, strict=True) if one.role}
    for given in _grants(written, study):
        if chance.random() < RESEARCH_SHARE and given.person.pk not in faces:
            text = purposes.current(RESEARCH, given.language)
            given.purpose, given.version, given.text_hash = RESEARCH, text.number, text.hash
            rows.append(given)
    return rows
