"""Acts: begin a study, close it, let a file leave. Each is one transaction with one audit line."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from typing import IO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from draagkracht.consent.actions import log_access
from draagkracht.consent.vault import keys
from draagkracht.insights.models import ResearchExport, ResearchInclusion, ResearchStudy
from draagkracht.people.actions import audit
from draagkracht.people.bulk import insert
from draagkracht.people.models import Account, Organisation, Role
from draagkracht.ui.refusal import Refusal

from .choices import Choices
from .dataset import About, Dataset, build
from .decision import Decision, decide
from .files.package import write_package
from .gather import Material, earlier_files, gather
from .records import closed_waves, consenting


@dataclass(frozen=True)
class Parcel:
    """A file that may leave: `file` stands at its beginning."""

    export: ResearchExport
    file: IO[bytes]
    name: str


def begin_study(
    organisation: Organisation, title: str, question: str, approval: str, by: Account | None
) -> ResearchStudy:
    """A study with a secret of its own for its pseudonyms. Raises Refusal 409 when the title is taken. Call in the scope."""
    key_id = keys.new_key()
    try:
        with transaction.atomic():
            study = ResearchStudy.objects.create(
                organisation=organisation, title=title, question=question, approval=approval, key_id=key_id, made_by=by
            )
            study.sealed = keys.seal(key_id, os.urandom(32), _place(study))
            study.save(update_fields=["sealed"])
            audit(organisation, by, "research.study-begun", study=study.pk)
    except IntegrityError as error:
        keys.drop(key_id)
        raise Refusal(_("There is already a study with this title."), 409) from error
    return study


def close_study(study: ResearchStudy, by: Account | None) -> bool:
    """No more files, and nobody can lead a pseudonym back; False when that was done before. Call inside the scope."""
    with transaction.atomic():
        if not ResearchStudy.objects.filter(pk=study.pk, closed_at=None).update(closed_at=timezone.now(), sealed=b""):
            return False
        audit(study.organisation, by, "research.study-closed", study=study.pk)
    keys.drop(study.key_id)
    return True


def examine(study: ResearchStudy, choices: Choices, language: str) -> tuple[Material, Decision]:
    """Opens what is asked for and checks it. Call inside the scope. Raises Refusal 410 when the study is closed."""
    if study.closed_at:
        raise Refusal(_("This study is closed."), 410)
    earlier = earlier_files(study, choices)
    # Labels are made on the way, in the language of the file and not of the page.
    with override(language):
        material = gather(study.organisation, choices, earlier, closed_waves(), language)
    return material, decide(material)


def consider(study: ResearchStudy, choices: Choices, language: str, by: Account | None) -> tuple[Material, Decision]:
    """The same for somebody who looks: what was asked for is written down, because the answer tells something too."""
    material, decision = examine(study, choices, language)
    with transaction.atomic():
        asked = {**choices.stored(), "passed": decision.passed}
        audit(study.organisation, by, "research.checked", study=study.pk, **asked)
    return material, decision


def export(study: ResearchStudy, choices: Choices, language: str, by: Account | None) -> Parcel:
    """Checks once more, writes the file, and writes down that it left: for the study, and for each person in it.

    Raises Refusal: 409 when the check does not pass or when somebody withdrew meanwhile, 410 when the study is closed.
    Call inside the scope.
    """
    # Reading and writing files takes seconds, in which nobody who answers may wait: only the note of it is a transaction.
    last, newest = _last(study), _newest()
    material, decision = examine(study, choices, language)
    if not decision.passed:
        raise Refusal(_("This file may not leave: the check does not pass. Nothing was made."), 409)
    with override(language):
        data = build(material, decision, _secret(study), _about(study, last + 1, language))
    file = tempfile.TemporaryFile(dir=settings.DATA)  # noqa: SIM115 - the answer closes it
    try:
        digest = write_package(data, file, settings.DATA)
        with transaction.atomic():
            _nothing_changed(study, newest, decision)
            made = _write_down(study, data, choices, digest, by)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return Parcel(made, file, f"{slugify(study.title)[:60] or 'study'}-{made.number}.zip")


def _last(study: ResearchStudy) -> int:
    return ResearchExport.objects.filter(study=study).aggregate(last=Max("number"))["last"] or 0


def _newest() -> int:
    """The last file of the organisation: files of other studies count in the check as well."""
    return ResearchExport.objects.aggregate(last=Max("id"))["last"] or 0


def _nothing_changed(study: ResearchStudy, newest: int, decision: Decision) -> None:
    """One file of an organisation at a time: another one, the end of the study, or a yes taken back while it was made, and
    it does not leave."""
    Organisation.objects.select_for_update(no_key=True).get(pk=study.organisation_id)
    now = ResearchStudy.objects.select_for_update().get(pk=study.pk)
    standing = consenting().keys()
    if now.closed_at or _newest() != newest or not standing >= set(decision.people):
        raise Refusal(_("Something changed while the file was made, so it was thrown away. Please try again."), 409)


def _write_down(
    study: ResearchStudy, data: Dataset, choices: Choices, digest: str, by: Account | None
) -> ResearchExport:
    decision, number = data.decision, data.about.number
    counts = {
        "people": len(decision.people),
        "rows": len(data.rows),
        "left_out": decision.left_out,
        "smallest": decision.verdict.smallest,
        "k": data.material.demand.k,
    }
    made = ResearchExport(
        study=study,
        organisation=study.organisation,
        number=number,
        choices=choices.stored(),
        counts=counts,
        digest=digest,
        made_by=by,
    )
    made.save()
    rows = [(study.organisation_id, made.pk, person) for person in decision.people]
    insert(ResearchInclusion, ("organisation", "export", "person"), rows)
    log_access(decision.people, by, Role.RESEARCHER, "export.research", f"{study.title} ({number})")
    audit(study.organisation, by, "research.exported", study=study.pk, number=number, hash=digest, **counts)
    return made


def _secret(study: ResearchStudy) -> bytes:
    return keys.unseal(study.key_id, study.sealed, _place(study))


def _place(study: ResearchStudy) -> bytes:
    return b"research-study:%d" % study.pk


def _about(study: ResearchStudy, number: int, language: str) -> About:
    return About(
        title=study.title,
        question=study.question,
        approval=study.approval,
        organisation=study.organisation.name,
        number=number,
        day=timezone.localdate(),
        language=language,
    )
