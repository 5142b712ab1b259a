"""Figures: how long a release takes as an organisation grows, and whether pages care how many people answered.

python bench/release.py [--quick] [--rounds 2]: makes organisations of 10,000, 30,000 and 100,000 respondents (60 scales, 20 people a
team; demands, resources, strain and engagement; by profession and by contract) in databases of its own, publishes each wave
of each in a process of its own, and prints seconds of the last wave and of its parts, the most memory and their ratios.
With `--rounds 2` the last wave stands beside an earlier one: the gate attacks both, and the cycles are computed. Then it asks for the pages of two organisations with the same number of units, one of 100 and one of
100,000 respondents.
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

SCALES, TEAM, DEPARTMENT = 60, 20, 25
ROLES = ("demand", "resource", "strain", "engagement")
PROFESSIONS = tuple(f"functie {n}" for n in range(12))
CONTRACTS = ("permanent", "temporary")
# What a release is made of, told apart: the module, the name in it, and what it is called here.
PARTS = (
    ("gate", "Gate.plans", "gate of units"),
    ("gate", "Gate.breakdowns", "gate of breakdowns"),
    ("", "sealed_scores", "unsealing"),
    ("", "tabulate", "table"),
    ("", "relations_of", "relations"),
    ("", "write", "writing"),
)


def start() -> None:
    """Django on an empty folder that goes away with this process."""
    os.environ.update(
        DRAAGKRACHT_DATA=tempfile.mkdtemp(prefix="draagkracht-bench-"),
        DRAAGKRACHT_SECRET_KEY="bench",
        DRAAGKRACHT_MASTER_KEY="bench",
        DJANGO_SETTINGS_MODULE="draagkracht.config.settings",
    )
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS.append("testserver")
    for alias in ("default", "vault"):
        call_command("migrate", database=alias, verbosity=0, interactive=False)


def instrument():
    """Sixty scales of two questions each, from 1 to 5."""
    from draagkracht.instruments.definition import from_raw

    def both(text: str) -> dict[str, str]:
        return {"nl": text, "en": text}

    items = [f"q{number}" for number in range(2 * SCALES)]
    return from_raw(
        {
            "id": "bench", "version": "1", "title": both("Bench"), "construct": both("Bench"), "role": "resource",
            "iglo": ["group"], "strain": False, "population": both("Bench"), "minutes": 5,
            "response": {"min": 1, "max": 5}, "items": items,
            "scales": [
                {"id": f"s{n}", "title": both(f"Schaal {n}"), "direction": "favourable", "items": items[2 * n : 2 * n + 2],
                 "method": "mean", "role": ROLES[n % 4]}
                for n in range(SCALES)
            ],
            "licence": {"kind": "free", "holder": "-", "text": both("-")}, "citation": "-",
            "evidence": {"scoring": {"status": "settled", "source": "-"}},
        }
    )  # fmt: skip


def organisation(respondents: int, units: int, rounds: int = 1):
    """Closed waves of so many respondents in so many teams: (organisation, waves, a coordinator, a team)."""
    from django_scopes import scope

    from draagkracht.consent.vault import keys
    from draagkracht.instruments import content, document
    from draagkracht.instruments.models import Questionnaire, QuestionnaireVersion
    from draagkracht.people.models import Account, Organisation, Person, RoleAssignment, Unit
    from draagkracht.surveys.models import Campaign

    slug, draw = f"o{respondents}-{units}", random.Random(respondents)
    made = Organisation.objects.create(slug=slug, name=slug)
    with scope(organisation=made):
        root = Unit.objects.create(organisation=made, code=slug, name=slug)
        heads = Unit.objects.bulk_create(
            Unit(organisation=made, parent=root, code=f"d{n}", name=f"Afdeling {n}")
            for n in range(-(-units // DEPARTMENT))
        )
        teams = Unit.objects.bulk_create(
            Unit(organisation=made, parent=heads[n // DEPARTMENT], code=f"t{n}", name=f"Team {n}") for n in range(units)
        )
        one = instrument()
        raw = content.build(document.of_instruments({"nl": "Bench"}, [one.id], []), {one.id: one}, {})
        questionnaire = Questionnaire.objects.create(organisation=made, slug="bench")
        version = QuestionnaireVersion.objects.create(
            organisation=made,
            questionnaire=questionnaire,
            number=1,
            content=raw,
            content_hash=content.content_hash(raw),
        )
        campaign = Campaign.objects.create(organisation=made, name="Bench", questionnaire=questionnaire)
        names = [uuid.uuid4() for _ in range(respondents)]
        keys.add_keys(names)
        people = Person.objects.bulk_create((Person(organisation=made, key_id=name) for name in names), batch_size=1000)
        paths = [[slug, heads[n // DEPARTMENT].code, team.code] for n, team in enumerate(teams)]
        waves = [closed(made, campaign, version, root, people, paths, number, draw) for number in range(rounds)]
        account = Account.objects.create_user(f"coordinator@{slug}.example")
        RoleAssignment.objects.create(organisation=made, account=account, role="coordinator")
    return made, waves, account, teams[0].id


def closed(made, campaign, version, root, people, paths, number: int, draw: random.Random):
    """One closed wave in which everybody answered; from the second on one in fifty works in another team by then."""
    import datetime

    from django.utils import timezone
    from django_scopes import scopes_disabled

    from draagkracht.consent.vault import keys
    from draagkracht.surveys.models import Invitation, RosterEntry, Submission, Wave

    now = timezone.now()
    wave = Wave.objects.create(
        organisation=made, campaign=campaign, name=f"Bench {number}", unit=root, version=version, opened_at=now, closed_at=now,
        opens_at=now, closes_at=now + datetime.timedelta(days=1), breakdowns=["profession", "contract"],
    )  # fmt: skip
    invited = Invitation.objects.bulk_create(
        (Invitation(organisation=made, wave=wave, person=person) for person in people), batch_size=1000
    )
    with scopes_disabled():  # ids are shared by all organisations of this bench
        first = (Submission.objects.order_by("-id").values_list("id", flat=True).first() or 0) + 1
    plain = [payload(draw) for _ in people]
    sealed = keys.seal_many(
        (person.key_id, text, b"submission:%d" % (first + n))
        for n, (person, text) in enumerate(zip(people, plain, strict=True))
    )
    Submission.objects.bulk_create(
        (
            Submission(id=first + n, organisation=made, invitation=invitation, wave=wave, person=person, version=version,
                       key_id=person.key_id, sealed=text, started_on=now.date(), completed_on=now.date())
            for n, (invitation, person, text) in enumerate(zip(invited, people, sealed, strict=True))
        ),
        batch_size=1000,
    )  # fmt: skip
    moved = {n for n in range(len(people)) if number and draw.random() < 0.02}
    RosterEntry.objects.bulk_create(
        (
            RosterEntry(organisation=made, wave=wave, pseudonym=person.pseudonym, path=paths[(n + (n in moved)) % len(paths)],
                        groups={"profession": PROFESSIONS[n % 12], "contract": CONTRACTS[n % 7 == 0]}, invited=True, answered=True)
            for n, person in enumerate(people)
        ),
        batch_size=1000,
    )  # fmt: skip
    return wave


def payload(draw: random.Random) -> bytes:
    """What one respondent answered and scored, as the answer page seals it."""
    answers = [draw.randint(1, 5) for _ in range(2 * SCALES)]
    scores = {f"bench.s{n}": (answers[2 * n] + answers[2 * n + 1]) / 2 for n in range(SCALES)}
    return json.dumps({"answers": {f"bench.q{n}": a for n, a in enumerate(answers)}, "scores": scores}).encode()


def publish(made_of):
    """Publishes every wave: (seconds of the last one, its cells, a coordinator, a team, seconds of its parts)."""
    from django_scopes import scope

    from draagkracht.insights.release import release

    made, waves, account, unit = made_of
    with scope(organisation=made), timed_parts() as parts:
        for one in waves:
            wave = type(one).objects.select_related("organisation", "campaign", "version").get(id=one.id)
            parts.clear()
            began = time.perf_counter()
            done = release(wave)
            seconds = time.perf_counter() - began
        cells = done.cells.count()
        told = dict(parts)
    return seconds, cells, account, unit, told


@contextmanager
def timed_parts():
    """Adds up the seconds that each of PARTS takes."""
    from draagkracht.insights import release as door

    spent, kept = Counter(), []
    for module, name, called in PARTS:
        holder = getattr(door, module) if module else door
        holder = getattr(holder, name.split(".")[0]) if "." in name else holder
        name = name.rpartition(".")[2]
        kept.append((holder, name, getattr(holder, name)))
        setattr(holder, name, _timed_part(getattr(holder, name), called, spent))
    try:
        yield spent
    finally:
        for holder, name, before in kept:
            setattr(holder, name, before)


def _timed_part(work, called: str, spent: Counter):
    def run(*given, **named):
        began = time.perf_counter()
        try:
            return work(*given, **named)
        finally:
            spent[called] += time.perf_counter() - began

    return run


def page_times(account, unit: int, rounds: int = 15) -> dict[str, tuple[float, float, int]]:
    """Per page: server CPU in ms the first time and afterwards (median), and its bytes."""
    from django.test import Client

    from draagkracht.insights.shared import benchmark, breakdowns, coverage, own_figures, relations
    from draagkracht.insights.shared import organisation as whole
    from draagkracht.insights.shared import unit as one

    kept = [whole.about, one.about]
    kept += [section._section for section in (benchmark, breakdowns, coverage, own_figures, relations)]

    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["account_authentication_methods_user"] = str(account.pk)
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": 0}]
    session.save()
    found = {}
    for name, address in (("organisation", "/organisation/"), ("team", f"/units/{unit}/")):
        client.get(address)
        first, later = [], []
        for _ in range(rounds):
            for each in kept:
                each.cache_clear()
            first.append(_timed(client, address)[0])
            seconds, size = _timed(client, address)
            later.append(seconds)
        found[name] = (1000 * sorted(first)[rounds // 2], 1000 * sorted(later)[rounds // 2], size)
    return found


def _timed(client, address: str) -> tuple[float, int]:
    began = time.process_time()
    answer = client.get(address)
    seconds = time.process_time() - began
    assert answer.status_code == 200, (address, answer.status_code)
    return seconds, len(answer.content)


def one(size: int, rounds: int) -> dict:
    """Seconds, cells and peak memory (MB, of making the organisation too) of one release, measured in a process of its own."""
    command = [sys.executable, __file__, "--one", str(size), "--rounds", str(rounds)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def alone(size: int, rounds: int) -> None:
    """What `one` asks for."""
    start()
    made = organisation(size, size // TEAM, rounds)
    before = resource.getrusage(resource.RUSAGE_SELF)
    seconds, cells, _account, _unit, parts = publish(made)
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    told = {
        "seconds": seconds,
        "cpu": cpu,
        "parts": parts,
        "cells": cells,
        "before": before.ru_maxrss / 1024,
        "peak": after.ru_maxrss / 1024,
    }
    sys.stdout.write(json.dumps(told))


def main(quick: bool, rounds: int) -> None:
    say = sys.stdout.write
    first = None
    say(f"release of round {rounds}, {SCALES} scales, {TEAM} people a team (budget for 100,000: 60 s and 4,096 MB)\n")
    for size in (1_000, 10_000) if quick else (10_000, 30_000, 100_000):
        told = one(size, rounds)
        first = first or told["seconds"]
        say(
            f"  {size:>7} respondents in {size // TEAM:>5} teams: {told['seconds']:6.2f} s, {told['cpu']:6.2f} s of CPU, "
            f"{told['peak']:.0f} MB ({told['before']:.0f} before it began); {told['cells']} cells, x{told['seconds'] / first:.1f}\n"
        )
        parts = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in told["parts"].items())
        say(f"          of which {parts}\n")
    start()
    many = 10_000 if quick else 100_000
    say(f"pages, 5 teams, 100 or {many} respondents: server CPU in ms, first view and later views\n")
    few_times, many_times = (page_times(*publish(organisation(size, 5))[2:4]) for size in (100, many))
    for name, (cold, warm, size) in few_times.items():
        cold_many, warm_many, size_many = many_times[name]
        say(
            f"  {name:<12} {cold:5.1f} {warm:5.1f} ({size // 1000} KB)   {cold_many:5.1f} {warm_many:5.1f} "
            f"({size_many // 1000} KB)   ratio {cold_many / cold:.2f} {warm_many / warm:.2f}\n"
        )


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))
    rounds = int(sys.argv[sys.argv.index("--rounds") + 1]) if "--rounds" in sys.argv else 1
    if "--one" in sys.argv:
        alone(int(sys.argv[sys.argv.index("--one") + 1]), rounds)
    else:
        main("--quick" in sys.argv, rounds)
