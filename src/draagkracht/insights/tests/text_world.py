"""A closed and published round in which people wrote: two open questions for all and one under a condition."""

import datetime
from types import SimpleNamespace

from django.utils import timezone
from django_scopes import scope

from draagkracht.consent import purposes
from draagkracht.consent.actions import ensure_key, grant
from draagkracht.consent.models import Grant
from draagkracht.insights import release as door
from draagkracht.surveys.actions import close_wave, store_complete
from draagkracht.surveys.tests import kinds
from draagkracht.surveys.tests.kinds import both, question

BETTER, PROUD, MORE = "own.better", "own.proud", "own.more"
DOCUMENT = {
    "format": 1,
    "title": both("Eigen woorden", "Own words"),
    "languages": ["nl", "en"],
    "sections": [
        {
            "id": "all",
            "elements": [
                question("mood", "scale", "Hoe gaat het?", "How are you?", ends=[both("slecht", "bad"), both("goed", "good")],
                         direction="favourable", strain=False),
                question("better", "text", "Wat kan beter?", "What could be better?", longest=4000),
                question("proud", "text", "Waar ben je fier op?", "What are you proud of?"),
                question("more", "text", "Wat is er gebeurd?", "What happened?", show_if="{own.mood} < 3"),
            ],
        }
    ],
}  # fmt: skip
# A text of everybody names its writer, so that whatever is seen can be traced in a test; it must not be in a page.
HIDDEN = "Alleen-voor-mij-4711"


def better(key: str) -> str:
    return f"Meer rust tijdens de late, zegt {key}."


def world(cast, answers=None, told: bool = True, unit: str = "brug") -> SimpleNamespace:
    """De Brug answered; `answers(key)` gives one person's texts by code (None: did not take part). `told`: people agreed
    to words that say who reads texts; False: to the words before those."""
    organisation = cast.brug.organisation
    wave = kinds.open_link(cast, DOCUMENT).wave
    with scope(organisation=organisation):
        type(wave).objects.filter(pk=wave.pk).update(unit=cast.brug.units[unit])
        rows = []
        for key, person in cast.brug.people.items():
            ensure_key(person)
            agree(person, told)
            texts = (answers or everybody)(key)
            if texts is not None:
                rows.append((person, {"own.mood": 1, **texts}, timezone.localdate()))
        store_complete(wave, rows)
        wave.refresh_from_db()
        close_wave(wave)
        wave.refresh_from_db()
        made = door.release(wave)
    return SimpleNamespace(cast=cast, organisation=organisation, wave=wave, release=made, reader=_reader(cast))


def _reader(cast):
    return cast.accounts["privacy-officer"]


def everybody(key: str) -> dict[str, str]:
    return {BETTER: better(key), PROUD: f"Op mijn ploeg, {key}!", MORE: HIDDEN}


def agree(person, told: bool = True, days_ago: int = 0) -> None:
    """A grant of the newest words, or of the version before anybody was told about texts."""
    if told:
        made = grant(person, "measure", "nl", purposes.current("measure", "nl").hash)
        if days_ago:
            Grant.objects.filter(pk=made.pk).update(granted_at=timezone.now() - datetime.timedelta(days=days_ago))
        return
    old = purposes.as_read("measure", 1, "nl")
    Grant.objects.create(
        organisation=person.organisation, person=person, purpose="measure", version=1, language="nl", text_hash=old.hash
    )
