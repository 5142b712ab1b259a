"""Two closed waves with questions of every kind, answered by thirty people of De Brug of whom most said yes to research."""

import datetime
import random
from types import SimpleNamespace

from django.utils import timezone
from django_scopes import scope

from draagkracht.consent import actions as consent
from draagkracht.consent import purposes
from draagkracht.insights.research import actions
from draagkracht.insights.research.choices import Choices
from draagkracht.instruments import catalogue, content
from draagkracht.instruments.actions import publish
from draagkracht.instruments.texts import shipped
from draagkracht.people.models import Membership
from draagkracht.people.queries import unit_paths
from draagkracht.surveys import actions as surveys
from draagkracht.surveys.models import Campaign, RosterEntry, Wave

DAY = datetime.datetime(2026, 3, 2, 8, tzinfo=datetime.UTC)
# An answer that must never be seen by anybody else.
SECRET = "ik-werd-gepest-4711"
RISKY = '=HYPERLINK("http://evil.example")'


def options(*words):
    return [{"value": value, "text": {"en": word}} for value, word in enumerate(words, start=1)]


def question(code, kind, text, **more):
    return {"type": "question", "code": code, "kind": kind, "text": {"en": text}, **more}


def draft(second=False):
    """Questions of every kind; `nights_hard` is asked only of who works nights. The second wave asks one more."""
    asked = [
        {"type": "instrument", "id": "pulse"},
        question("shift", "choice", RISKY, options=options("Days", "Nights", '=1+1 "both"')),
        question("nights_hard", "likert", "How hard are your nights?", options=options("light", "even", "hard"),
                 show_if="{own.shift} = 2", strain=False),
        question("helps", "multiple", "What helps you?", options=options("Talking", "Walking", "Music")),
        question("first", "ranking", "What comes first?", options=options("Rest", "Time", "People")),
        question("again", "yesno", "Would you choose this work again?", strain=False),
        question("mood", "scale", "How are you, from 0 to 10?", ends=[{"en": "bad"}, {"en": "good"}], strain=False),
        question("hours", "number", "Hours a week", min=0, max=80, decimals=1),
        question("change", "number", "Change in hours"),
        question("since", "date", "When did you begin?"),
        question("bed", "time", "When do you sleep?"),
        question("remark", "text", "What else?"),
    ]  # fmt: skip
    if second:
        asked.append(question("extra", "likert", "New in this wave", options=options("no", "yes"), strain=False))
    section = {"id": "s1", "title": {}, "elements": asked}
    return {"format": 1, "title": {"en": "Work"}, "languages": ["en"], "sections": [section]}


def answers(number, second=False):
    """The answers of person `number`: plausible, with every kind of missing in a known place."""
    draw = random.Random(f"{number} {second}")
    given = {f"pulse.{code}": draw.randint(1, 5) for code in catalogue.find("pulse").codes}
    given |= {
        "own.shift": 1 + number % 2,
        "own.nights_hard": 1 + number % 3,
        "own.helps": [] if number // 2 % 2 else [1, 3],
        "own.first": [2, 3, 1],
        "own.again": 1 - number // 2 % 2,
        "own.mood": number % 11,
        "own.hours": 20.5 + 4 * (number % 2),
        "own.change": -9 if number % 2 else 3,
        "own.since": f"20{10 + number % 10}-05-17",
        "own.bed": "23:47",
        "own.remark": SECRET,
    }
    if second:
        given["own.extra"] = 1 + number // 2 % 2
    if number == 0:
        del given["pulse.wp1"], given["own.mood"]
    if number == 1:
        given["own.helps"] = given["own.again"] = given["pulse.wp1"] = None
    return given


def world(cast, people=30, refuse=0, ask=draft, answer=answers) -> SimpleNamespace:
    """Both waves closed; the last `refuse` people never said yes to research. `study` belongs to the researcher. `ask(second)`
    is what a wave asks, `answer(number, second)` what a person answers: None for who skips that wave."""
    organisation = cast.brug.organisation
    with scope(organisation=organisation):
        persons = list(cast.brug.people.values())[:people]
        for person in persons:
            consent.ensure_key(person)
        text = purposes.current("research", "nl")
        for person in persons[: people - refuse]:
            consent.grant(person, "research", "nl", text.hash)
        _professions(persons)
        made = [wave(organisation, persons, second, ask, answer) for second in (False, True)]
        study = actions.begin_study(organisation, "Sleep", "How?", "EC 1", cast.accounts["researcher"])
    return SimpleNamespace(
        cast=cast, organisation=organisation, persons=persons, waves=made, study=study,
        researcher=cast.accounts["researcher"],
    )  # fmt: skip


def _professions(persons):
    for number, person in enumerate(persons):
        name = "Nurse" if number % 3 else "=Cook"
        Membership.objects.filter(person=person).update(profession=name)


def wave(organisation, persons, second, ask, answer):
    pulse = catalogue.find("pulse")
    built = content.build(ask(second), {"pulse": pulse}, {"en": {"pulse": shipped(pulse, "en")}})
    version = publish(organisation, "work", built, by=None)
    campaign, _ = Campaign.objects.get_or_create(
        organisation=organisation, name="Barometer", defaults={"questionnaire": version.questionnaire}
    )
    opens = DAY + datetime.timedelta(days=91 * second)
    made = Wave.objects.create(
        organisation=organisation,
        campaign=campaign,
        name=f"Wave {1 + second}",
        unit=organisation.units.get(parent=None),
        version=version,
        opens_at=opens,
        closes_at=opens + datetime.timedelta(days=14),
        opened_at=opens,
        closed_at=opens + datetime.timedelta(days=14),
    )
    day = timezone.localdate(opens)
    given = [(person, answer(number, second), day) for number, person in enumerate(persons)]
    surveys.store_complete(made, [row for row in given if row[1] is not None])
    paths, homes = unit_paths(organisation), dict(Membership.objects.values_list("person_id", "unit_id"))
    RosterEntry.objects.bulk_create(
        RosterEntry(
            organisation=organisation,
            wave=made,
            pseudonym=person.pseudonym,
            path=list(paths[homes[person.pk]]),
            invited=True,
            answered=True,
        )
        for person in persons
    )
    return made


def everything(world, **more) -> Choices:
    """Both waves with a question of every kind that may go along; no unit, profession or years."""
    codes = ("nights_hard", "helps", "first", "again", "mood", "extra")
    background = {f"own.{code}": "exact" for code in ("shift", "hours", "change", "bed")}
    return opinions(world, **{"answers": tuple(f"own.{code}" for code in codes), "background": background, **more})


def opinions(world, **more) -> Choices:
    """Both waves with answers that nobody else knows, and no background."""
    told = {"k": 5, "answers": tuple(f"own.{code}" for code in ("helps", "first", "again", "mood", "extra"))}
    return Choices(waves=tuple(wave.pk for wave in world.waves), instruments=("pulse",), **told | more)
