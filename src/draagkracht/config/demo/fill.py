"""Fills an empty installation with the demo organisation."""

import datetime
import random
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django_scopes import scope

from draagkracht.config.demo import people, writing
from draagkracht.config.demo.clock import at
from draagkracht.config.demo.figures import figures, moments
from draagkracht.config.demo.generate import INSTRUMENTS, Study, make_study
from draagkracht.config.demo.organisation import FOLDER, WaveDates, address, read
from draagkracht.config.demo.people import Written, moment
from draagkracht.insights import benchmark_file
from draagkracht.insights.models import EffectStudy
from draagkracht.insights.release import effects, release, studies
from draagkracht.instruments.actions import import_texts
from draagkracht.instruments.models import QuestionnaireVersion
from draagkracht.people.actions import audit
from draagkracht.people.models import Account, Organisation, Role
from draagkracht.surveys import actions as surveys

# The share of those who will answer the open wave that did so already.
SO_FAR = 0.5


def fill(today: datetime.date | None = None, times: int = 1, closed: int | None = None) -> None:
    """Everything or nothing: people, closed and published waves, one that is open, and the effect of a trajectory."""
    study = make_study(today or timezone.localdate(), times=times, rounds=closed)
    first = moment(study.waves[0].opens - datetime.timedelta(days=14))
    with transaction.atomic():
        with at(first):
            written = people.write(study)
        benchmark_file.bring_in(benchmark_file.read(FOLDER / "benchmark.yaml"))
        with scope(organisation=written.organisation):
            coordinator = cast(written.organisation)[Role.COORDINATOR]
            with at(first):
                audit(written.organisation, None, "demo.made", people=len(written.persons))
                texts(written.organisation, coordinator)
                campaign = surveys.make_campaign(
                    written.organisation, study.plan["campaign"], INSTRUMENTS, by=coordinator
                )
                *before, last = study.waves[:-1]
                rounds = [_planned(written, campaign, dates, coordinator) for dates in before]
                version = writing.ask(written.organisation, campaign.questionnaire, coordinator)
                rounds.append(_planned(written, campaign, last, coordinator, study.plan["breakdowns"]))
            for wave, dates in zip(rounds, study.waves[:-1], strict=True):
                closed_wave(study, written, wave, dates, coordinator)
                effect(study, rounds, dates, coordinator)
                with at(moment(dates.closes, 21)):
                    moments(study, written, dates.number, coordinator)
            open_wave(study, written, campaign, study.waves[-1], coordinator, version)
            imported = study.waves[-1].opens + datetime.timedelta(days=3)
            with at(moment(imported, 10)):
                figures(study, written, imported, coordinator)


def cast(organisation: Organisation) -> dict[Role, Account]:
    """The faces of the demo by role."""
    plan = read("organisation")
    addresses = {Role(role): address(face["name"], plan["domain"]) for role, face in plan["cast"].items()}
    known = Account.objects.in_bulk(addresses.values(), field_name="email")
    return {role: known[email] for role, email in addresses.items()}


def texts(organisation: Organisation, by: Account) -> None:
    """The demo's own wording of protected questionnaires; each file says that it is not the validated text."""
    for path in sorted((FOLDER / "texts").glob("*.csv")):
        instrument, language, _ = path.name.split(".")
        import_texts(organisation, instrument, language, path.read_bytes(), path.name, validated=False, by=by)


def closed_wave(study: Study, written: Written, wave, dates: WaveDates, by: Account) -> None:
    """One wave of the past, through the same acts as a real one, each on its day: opened, answered, closed, published."""
    with at(moment(dates.opens, 7)):
        surveys.open_wave(wave, by=by, mail=False)
        wave.refresh_from_db()
    surveys.store_complete(wave, list(_answers(study, written, dates)))
    with at(moment(dates.closes, 18)):
        surveys.close_wave(wave, by=by)
        wave.refresh_from_db()
        release(wave)


def effect(study: Study, rounds: list, dates: WaveDates, by: Account) -> None:
    """The trajectory of the story: its question is written down after the round before, and answered after the last one."""
    asked = study.plan["effect"]
    if dates.number == asked["rounds"][0]:
        with at(moment(dates.closes, 19)):
            chosen = [rounds[number - 1].pk for number in asked["rounds"]]
            units = {"participants": asked["participants"], "comparison": asked["comparison"]}
            themes = {"primary": asked["primary"], "secondary": asked["secondary"]}
            studies.register(rounds[0].organisation, asked["title"], chosen, by=by, **units, **themes)
    if dates.number == asked["rounds"][-1]:
        with at(moment(dates.closes, 20)):
            effects.publish(EffectStudy.objects.get(title=asked["title"]), by)


def open_wave(
    study: Study, written: Written, campaign, dates: WaveDates, by: Account, version: QuestionnaireVersion
) -> None:
    """The wave that runs now: everybody is invited by mail, about half of the answers came in; the worker's did not."""
    with at(moment(dates.opens, 7)):
        wave = _planned(written, campaign, dates, by, study.plan["breakdowns"], version)
        surveys.open_wave(wave, by=by)
        wave.refresh_from_db()
    chance = random.Random(f"{study.plan['seed']} {dates.number}")
    faces = {person.pk for person, p in zip(written.persons, study.people, strict=True) if p.role}
    rows = [row for row in _answers(study, written, dates) if chance.random() < SO_FAR and row[0].pk not in faces]
    surveys.store_complete(wave, rows)
    surveys.refresh_participation(wave)


def _planned(
    written: Written, campaign, dates: WaveDates, by: Account, breakdowns: Sequence[str] = (),
    version: QuestionnaireVersion | None = None,
):  # fmt: skip
    root = written.units[written.organisation.slug]
    return surveys.make_wave(
        campaign,
        dates.name,
        root,
        moment(dates.opens, 7),
        moment(dates.closes, 18),
        by=by,
        breakdowns=breakdowns,
        version=version,
    )


def _answers(study: Study, written: Written, dates: WaveDates):
    """(person, answers by question code, day) of everybody who sends this wave in."""
    instrument = {question.code: question.scale.partition(".")[0] for question in study.questions}
    written_by = writing.writings(study, dates)
    for index, person in enumerate(written.persons):
        if study.sent[index, dates.number - 1]:
            given = study.given(index, dates.number - 1)
            answered = {f"{instrument[code]}.{code}": value for code, value in given.items()}
            yield person, answered | written_by.get(index, {}), study.day(index, dates.number - 1)
