"""Answers in own words, through the one door: what a reader may see of a round, and what is published of it.

Nothing here is stored. Texts are unsealed for the page that shows one and for the moment of publishing, and every time anew:
who was erased or withdrew in between is no longer there. Whatever leaves is drawn by content, so that it does not matter
whose text it was.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from draagkracht.insights.models import Release, ReleasedStructure, TextDecision, Verdict
from draagkracht.insights.release.measures import policy_for
from draagkracht.insights.release.rows import SEPARATOR, atoms_of, person_ids
from draagkracht.insights.release.words import cleaned, shortened
from draagkracht.instruments.content import Content
from draagkracht.science.disclosure import Member, Path, Plan, Policy, plan
from draagkracht.science.disclosure.structure import UnitPlan
from draagkracht.science.disclosure.texts import Text, TextRelease, may_be_shown, release_texts, shows_texts
from draagkracht.surveys import sheet
from draagkracht.surveys.models import Wave
from draagkracht.surveys.queries import roster, text_answers, told_who_reads

Decisions = Mapping[str, TextDecision]


@dataclass(frozen=True)
class OpenQuestion:
    """A question in own words that everybody was asked; `place` counts the questions of the version from 1."""

    code: str
    title: Mapping[str, str]
    place: int


@dataclass(frozen=True)
class Piece:
    """One text that waits for a reader, or was read: `mark` names it, `times` people wrote exactly this."""

    mark: str
    question: OpenQuestion
    text: str
    times: int


@dataclass(frozen=True)
class Material:
    """What may be read of one round. `plan` and `policy` come from who took part alone; `given` = {code: [(person, text)]}."""

    questions: Sequence[OpenQuestion]
    plan: Plan
    policy: Policy
    given: Mapping[str, Sequence[tuple[uuid.UUID, str]]]


def open_questions(content: Content) -> list[OpenQuestion]:
    """The questions in own words whose answers may be read. One that only some are asked is for the person alone: that
    somebody answered it would tell what the condition looked at."""
    return [
        OpenQuestion(question.code, question.text, place)
        for place, question in enumerate(content.question.values(), 1)
        if question.kind == "text" and question.code not in content.conditional
    ]


def questions_of(releases: Sequence[Release]) -> dict[int, list[OpenQuestion]]:
    """The questions in own words of each of these rounds, by release; rounds without any are left out. One query."""
    waves = Wave.objects.filter(id__in=[one.wave_id for one in releases])
    asked = {
        number: open_questions(sheet.content(version, hash_))
        for number, version, hash_ in waves.values_list("id", "version_id", "version__content_hash")
    }
    return {one.id: found for one in releases if (found := asked.get(one.wave_id))}


def material(release: Release) -> Material:
    """Opens the texts of a published round: of people who knew who would read them, in units that have enough of these."""
    wave = Wave.objects.select_related("version", "organisation").get(pk=release.wave_id)
    found = open_questions(sheet.content(wave.version_id, wave.version.content_hash))
    planned, policy = planned_for(release, wave)
    shown = may_be_shown(planned, policy)
    given = text_answers(wave, [one.code for one in found]) if shown else {}
    kept = {
        code: [(person, text) for person, written in answers if person in shown and (text := cleaned(written))]
        for code, answers in given.items()
    }
    return Material(found, planned, policy, kept)


def planned_for(release: Release, wave: Wave) -> tuple[Plan, Policy]:
    """Whose text a list may hold: who is counted in the figures of the round with the smallest groups, so that no list tells
    more about that, and knew beforehand who reads. A round without figures is planned anew, from who took part.
    """
    policy = policy_for(wave.organisation, strain=False)
    policy = replace(policy, text_from=max(policy.text_from, policy.k))
    stored = ReleasedStructure.objects.filter(release=release).order_by("k").first()
    if stored:
        return possible_writers(plan_of(stored), told_who_reads(wave)), policy
    members = [
        Member(person, path, answered) for person, path, invited, answered in roster(wave) if invited or answered
    ]
    made = plan(members, policy, seed=f"{wave.organisation.slug} texts", new_groups=False)
    return possible_writers(made, told_who_reads(wave)), policy


def possible_writers(made: Plan, told: Collection[uuid.UUID]) -> Plan:
    """The plan with those people only whose texts may be read: a text may be theirs and nobody else's, so they are counted."""
    kept = {path: tuple(person for person in people if person in told) for path, people in made.atoms.items()}
    atoms = {path: people for path, people in kept.items() if people}
    counts = {
        unit: sum(len(people) for path, people in atoms.items() if path[: len(unit)] == unit) for unit in made.units
    }
    units = {path: replace(unit, n=0 if unit.reason else counts[path]) for path, unit in made.units.items()}
    return replace(made, units=units, atoms=atoms)


def plan_of(stored: ReleasedStructure) -> Plan:
    """The plan of a release as far as lists need it. Groups are left out: only units without units below them form any."""
    units = {
        (path := tuple(name.split(SEPARATOR))): UnitPlan(
            path, unit["n"], unit["invited"], unit["answered"], unit["reason"] or None, (), unit["held_back"], ()
        )
        for name, unit in stored.units.items()
    }
    atoms = {path: tuple(people) for path, people in atoms_of(stored).items()}
    return Plan(units, atoms, frozenset(), ())


def pieces(found: Material, secret: bytes) -> list[Piece]:
    """The different texts, question by question, each in an order that only the secret of the reading knows."""
    made = []
    for question in found.questions:
        times: dict[str, int] = {}
        for _person, text in found.given.get(question.code, ()):
            times[text] = times.get(text, 0) + 1
        of_this = [Piece(mark(secret, question.code, text), question, text, count) for text, count in times.items()]
        made += sorted(of_this, key=lambda piece: piece.mark)
    return made


def mark(secret: bytes, code: str, text: str) -> str:
    """Names a text of a question; who has not the secret can not tell for a text that they guess whether it was this one."""
    return blake2b(f"{code}\x1f{text}".encode(), key=secret, digest_size=16).hexdigest()


def made_of(found: Material, secret: bytes, decisions: Decisions) -> dict[str, dict[Path, TextRelease]]:
    """What would be published: by question, for each unit that shows lists. Undecided texts are not in it.

    The draw is another one for each question, so that two lists tell nothing about who wrote in both.
    """
    shows = shows_texts(found.plan)
    made = {}
    for question in found.questions:
        texts = [
            Text(person, *_as_decided(text, decisions.get(mark(secret, question.code, text))))
            for person, text in found.given.get(question.code, ())
        ]
        draw = blake2b(question.code.encode(), key=secret, person=b"order of list").hexdigest()
        released = release_texts(found.plan, texts, found.policy, seed=draw)
        made[question.code] = {path: one for path, one in released.items() if path in shows}
    return made


def _as_decided(text: str, decision: TextDecision | None) -> tuple[str, bool]:
    if decision is None or decision.verdict == Verdict.LEFT_OUT:
        return "", False
    return shortened(text, set(decision.without)), True


def people_read(release: Release) -> list[int]:
    """Ids of the people of a round whose answers are opened to read texts, whether or not they wrote any: a list of those
    who did would tell something that they answered."""
    wave = Wave.objects.select_related("organisation").get(pk=release.wave_id)
    return person_ids(may_be_shown(*planned_for(release, wave)))
