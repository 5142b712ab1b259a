"""Acts of a reader: begin, decide about one text, publish what was decided. Nothing that was written is stored before that."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from draagkracht.consent.actions import log_access
from draagkracht.consent.vault import keys
from draagkracht.insights.models import (
    Release,
    ReleasedQuestion,
    ReleasedText,
    ReleasedUnit,
    TextDecision,
    TextReader,
    TextReading,
    Verdict,
)
from draagkracht.insights.release import texts
from draagkracht.insights.release.rows import named
from draagkracht.insights.release.words import words
from draagkracht.people.actions import audit
from draagkracht.people.models import Account, Role
from draagkracht.science.disclosure import Path, TextRelease
from draagkracht.ui.refusal import Refusal

BATCH = 500


@dataclass(frozen=True)
class Desk:
    """What lies before a reader: the reading, what may be read, its texts in their order, the last decision about each."""

    reading: TextReading
    found: texts.Material
    pieces: Sequence[texts.Piece]
    decisions: Mapping[str, TextDecision]

    @property
    def waiting(self) -> list[texts.Piece]:
        return [piece for piece in self.pieces if piece.mark not in self.decisions]


def begin(release: Release, by: Account) -> TextReading:
    """Opens the reading of a round, or joins it; everybody whose answers are opened can read that. Call in the scope.

    Raises Refusal: 409 when its texts were published.
    """
    reading = TextReading.objects.filter(release=release).first() or _opened(release, by)
    if reading.published_at:
        raise Refusal(_("These texts were published already. What is published never changes."), 409)
    with transaction.atomic():
        _reader, new = TextReader.objects.get_or_create(
            reading=reading, account=by, defaults={"organisation": release.organisation}
        )
        if new:
            people = texts.people_read(release)
            log_access(people, by, Role.PRIVACY_OFFICER, "texts.read", release.wave_name)
            audit(release.organisation, by, "texts.reading-begun", release=release.pk, people=len(people))
    return reading


def _opened(release: Release, by: Account) -> TextReading:
    key_id = keys.new_key()
    try:
        with transaction.atomic():
            reading = TextReading(organisation=release.organisation, release=release, key_id=key_id, begun_by=by)
            reading.sealed = keys.seal(key_id, os.urandom(32), _place(release))
            reading.save()
    except IntegrityError:
        # Another reader was a moment quicker: there is one secret for all.
        keys.drop(key_id)
        return TextReading.objects.get(release=release)
    return reading


def reads(release: Release, account: Account) -> TextReading | None:
    """The reading of a round that this account began or joined, while it goes on."""
    found = TextReader.objects.filter(reading__release=release, account=account, reading__published_at=None)
    reader = found.select_related("reading__release", "reading__organisation").first()
    return reader.reading if reader else None


def desk(reading: TextReading) -> Desk:
    """Unseals the texts of a round. Call inside the scope, for who may read them."""
    found = texts.material(reading.release)
    return Desk(reading, found, texts.pieces(found, secret(reading)), decisions(reading))


def decisions(reading: TextReading) -> dict[str, TextDecision]:
    """The last decision about each text, by its mark."""
    rows = TextDecision.objects.filter(reading=reading).order_by("number")
    return {row.mark: row for row in rows.select_related("decided_by")}


def decide(
    reading: TextReading, piece: texts.Piece, verdict: str, without: Collection[int], seen: int, by: Account
) -> None:
    """Writes one decision down. `seen` is the number of the last one that the reader saw, 0 for none.

    Raises Refusal: 400 for what can not be meant, 409 when somebody else decided since, or published.
    """
    chosen = _checked(piece, verdict, sorted(set(without)))
    try:
        with transaction.atomic():
            if TextReading.objects.select_for_update().get(pk=reading.pk).published_at:
                raise Refusal(_("These texts were published already. What is published never changes."), 409)
            last = TextDecision.objects.filter(reading=reading, mark=piece.mark).order_by("-number").first()
            if (last.number if last else 0) != seen:
                raise Refusal(_elsewhere(), 409)
            TextDecision.objects.create(
                organisation=reading.organisation, reading=reading, mark=piece.mark, number=seen + 1,
                verdict=verdict, without=chosen, decided_by=by,
            )  # fmt: skip
            audit(reading.organisation, by, "texts.decided", release=reading.release_id, verdict=verdict)
    except IntegrityError as error:
        raise Refusal(_elsewhere(), 409) from error


def _elsewhere() -> str:
    return _("Somebody else decided about this text in the meantime. Nothing was changed: look at it once more.")


def _checked(piece: texts.Piece, verdict: str, without: Sequence[int]) -> list[int]:
    every = len(words(piece.text))
    if verdict not in Verdict.values or any(not 0 <= number < every for number in without):
        raise Refusal(_("Choose what has to happen with this text."), 400)
    if verdict == Verdict.SHORTENED:
        if not without:
            raise Refusal(_("Mark the words that have to go, or choose to show the text as it is."), 400)
        if len(without) == every:
            raise Refusal(_("Nothing would be left of this text. Leave it out instead."), 400)
        return list(without)
    if verdict == Verdict.WHOLE and without:
        raise Refusal(_("You marked words to take out. Choose to show it without them, or take the marks away."), 400)
    return []


def publish(reading: TextReading, by: Account) -> int:
    """Publishes every approved text of a round, once; returns how many different ones the organisation as a whole shows.

    Raises Refusal 409: texts wait for a decision, or they were published already. Call inside the scope.
    """
    with transaction.atomic():
        locked = TextReading.objects.select_for_update().select_related("release", "organisation").get(pk=reading.pk)
        if locked.published_at:
            raise Refusal(_("These texts were published already. What is published never changes."), 409)
        before = desk(locked)
        if before.waiting:
            raise Refusal(_("There are still texts that nobody decided about."), 409)
        made = texts.made_of(before.found, secret(locked), before.decisions)
        now = timezone.now()
        if not TextReading.objects.filter(pk=locked.pk, published_at=None).update(
            published_at=now, published_by=by, sealed=b""
        ):
            raise Refusal(_("These texts were published already. What is published never changes."), 409)
        shown = _write(locked, before.found.questions, made, now)
        verdicts = [one.verdict for mark, one in before.decisions.items() if mark in {p.mark for p in before.pieces}]
        audit(
            locked.organisation, by, "texts.published", release=locked.release_id, texts=shown,
            shortened=verdicts.count(Verdict.SHORTENED), left_out=verdicts.count(Verdict.LEFT_OUT),
        )  # fmt: skip
    keys.drop(locked.key_id)
    return shown


def _write(
    reading: TextReading, questions: Sequence[texts.OpenQuestion], made: Mapping[str, Mapping[Path, TextRelease]], now
) -> int:
    units = {unit.path: unit for unit in ReleasedUnit.objects.filter(release=reading.release)}
    shown = 0
    for question in questions:
        for path, released in sorted(made[question.code].items()):
            unit = units[named(path)]
            row = ReleasedQuestion.objects.create(
                organisation=reading.organisation, unit=unit, code=question.code, title=dict(question.title),
                place=question.place, n=released.n, reason=released.reason or "", released_at=now,
            )  # fmt: skip
            listed = [(text, len(list(same))) for text, same in groupby(released.texts)]
            ReleasedText.objects.bulk_create(
                [
                    ReleasedText(organisation=reading.organisation, question=row, place=place, text=text, times=times)
                    for place, (text, times) in enumerate(listed, 1)
                ],
                batch_size=BATCH,
            )
            shown += len(listed) if unit.depth == 0 else 0
    return shown


def secret(reading: TextReading) -> bytes:
    """What the order and the marks of a reading are drawn from. Raises keys.KeyGone after publishing."""
    return keys.unseal(reading.key_id, reading.sealed, _place(reading.release))


def _place(release: Release) -> bytes:
    return b"texts-of-release:%d" % release.pk
