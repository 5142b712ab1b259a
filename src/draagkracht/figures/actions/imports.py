"""A file with own figures: kept sealed while somebody looks at what it would change, then confirmed, and undone if need be."""

import datetime
import hashlib
import zlib
from collections import defaultdict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from draagkracht.people.actions import audit
from draagkracht.people.bulk import insert
from draagkracht.people.models import Account, Organisation
from draagkracht.people.sealing import Unreadable, seal, unseal
from draagkracht.ui import sheets
from draagkracht.ui.refusal import Refusal
from draagkracht.ui.sheets import Sheet

from .. import plan as plans
from .. import queries
from ..columns import MONTHS, guess, guess_figure, problems
from ..entries import Reading
from ..models import FigureCell, FigureImport, FigureUpload
from ..plan import Plan

KEPT = datetime.timedelta(hours=1)


def keep_upload(organisation: Organisation, account: Account | None, name: str, data: bytes) -> FigureUpload:
    """Reads the file once, to see that it can be read, and keeps it sealed for an hour. Raises Refusal."""
    sheet = sheets.read(data)
    now = timezone.now()
    layout, columns = guess(sheet.header)
    with transaction.atomic():
        FigureUpload.objects.filter(expires_at__lt=now, figure_import=None).delete()
        upload = FigureUpload(
            organisation=organisation,
            file_name=name[:200],
            file_hash=hashlib.sha256(data).hexdigest(),
            layout=layout,
            columns=columns,
            figure=guess_figure(name) if layout == MONTHS and "figure" not in columns else "",
            uploaded_by=account,
            expires_at=now + KEPT,
        )
        upload.sealed = seal(zlib.compress(data, 1), context_of(upload))
        upload.save(force_insert=True)
        audit(organisation, account, "figures.uploaded", rows=len(sheet.rows))
    return upload


def context_of(upload: FigureUpload) -> bytes:
    """Binds the sealed file to its upload."""
    return f"figure-upload:{upload.code}".encode()


def find_upload(code: str) -> FigureUpload:
    """An upload of the organisation in scope. Raises Refusal: 404 when there is none, 410 when its hour is over."""
    upload = FigureUpload.objects.filter(code=code).select_related("organisation").first()
    if upload is None:
        raise Refusal(_("We do not know this file. Upload it once more."), 404)
    if upload.figure_import_id is None and upload.expires_at <= timezone.now():
        raise Refusal(_("We keep an uploaded file for one hour. That hour is over: upload it once more."), 410)
    return upload


def sheet_of(upload: FigureUpload) -> Sheet:
    """The rows of an upload that was not confirmed yet. Raises Refusal."""
    try:
        return sheets.read(zlib.decompress(unseal(upload.sealed, context_of(upload))))
    except (Unreadable, zlib.error) as error:
        raise Refusal(_("The uploaded file can no longer be read. Upload it once more."), 410) from error


def choose(upload: FigureUpload, reading: Reading) -> None:
    """Stores how the file is laid out. Raises Refusal when something is missing."""
    _complete(reading, sheet_of(upload))
    chosen = {"layout": reading.layout, "columns": reading.columns, "figure": reading.figure, "plan_hash": ""}
    FigureUpload.objects.filter(pk=upload.pk).update(**chosen)
    for name, value in chosen.items():
        setattr(upload, name, value)


def reading_of(upload: FigureUpload) -> Reading:
    """How the upload is read."""
    return Reading(upload.layout, upload.columns, upload.figure)


def plan_of(sheet: Sheet, reading: Reading) -> Plan:
    """What the file would change as things stand now. Raises Refusal when the columns do not suffice."""
    _complete(reading, sheet)
    return plans.make(sheet, reading, queries.places(), queries.current(), timezone.localdate())


def _complete(reading: Reading, sheet: Sheet) -> None:
    missing = problems(reading.layout, reading.columns, reading.figure, sheet.header)
    if missing:
        raise Refusal(" ".join(str(sentence) for sentence in missing))


def show(upload: FigureUpload) -> Plan:
    """The plan to look at; from now on only this very plan can be confirmed. Raises Refusal."""
    plan = plan_of(sheet_of(upload), reading_of(upload))
    FigureUpload.objects.filter(pk=upload.pk, figure_import=None).update(plan_hash=plan.digest)
    upload.plan_hash = plan.digest
    return plan


def confirm(upload: FigureUpload, account: Account | None, digest: str) -> FigureImport:
    """Carries out the plan that was shown; a second time gives the import that the first one made. Raises Refusal."""
    sheet = None if upload.figure_import_id else sheet_of(upload)
    with transaction.atomic():
        lock(upload.organisation)
        upload.refresh_from_db()
        if upload.figure_import is not None:
            return upload.figure_import
        plan = plan_of(sheet or sheet_of(upload), reading_of(upload))
        if plan.digest != digest:
            raise Refusal(
                _("Something changed since you looked at this list. Nothing was stored; look at it once more."), 409
            )
        made = carry_out(upload.organisation, account, plan, upload.file_name, upload.file_hash)
        FigureUpload.objects.filter(pk=upload.pk).update(figure_import=made, sealed=b"")
    return made


def lock(organisation: Organisation) -> None:
    """One import at a time in an organisation (SQLite lets one writer in anyway)."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)


def carry_out(
    organisation: Organisation, account: Account | None, plan: Plan, file_name: str, file_hash: str
) -> FigureImport:
    """Stores a plan as one import with one audit line; call it inside a transaction. Raises Refusal."""
    if plan.faults:
        raise Refusal(_("The file still holds rows with mistakes. Nothing was stored."), 409)
    if plan.empty:
        raise Refusal(_("Nothing would change: everything in the file is known already."), 409)
    made = FigureImport(
        organisation=organisation,
        file_name=file_name[:200],
        file_hash=file_hash,
        counts=plan.counts,
        imported_by=account,
    )
    made.save(force_insert=True)
    insert(
        FigureCell,
        ("organisation", "figure_import", "unit", "key", "month", "amount"),
        [
            (organisation.pk, made.pk, c.entry.unit, c.entry.key, c.entry.month, c.entry.amount)
            for c in (*plan.new, *plan.changed)
        ],
    )
    audit(organisation, account, "figures.imported", figure_import=made.pk, **plan.counts)
    return made


def would_undo(made: FigureImport) -> dict[str, int]:
    """What taking an import back would do: how many numbers go, how many become what they were before, how many stay because
    a later file changed them. Numbers of an import are never overwritten, so any import can be taken back, not only the last."""
    own = {(c.unit_id, c.key, c.month) for c in FigureCell.objects.filter(figure_import=made)}
    others: dict[tuple, list[int]] = defaultdict(list)
    rows = FigureCell.objects.filter(figure_import__undone_at=None).exclude(figure_import=made)
    for unit, key, month, number in rows.values_list("unit_id", "key", "month", "figure_import_id").iterator():
        others[unit, key, month].append(number)
    stay = sum(1 for cell in own if any(number > made.pk for number in others[cell]))
    gone = sum(1 for cell in own if not others[cell])
    return {"gone": gone, "back": len(own) - stay - gone, "stay": stay}


def undo(made: FigureImport, account: Account | None) -> dict[str, int]:
    """The numbers of this import no longer count. Raises Refusal 409 when it was undone before."""
    with transaction.atomic():
        lock(made.organisation)
        made.refresh_from_db()
        if made.undone_at is not None:
            raise Refusal(_("This import was undone before."), 409)
        counts = would_undo(made)
        made.undone_at, made.undone_by = timezone.now(), account
        made.save(update_fields=["undone_at", "undone_by"])
        audit(made.organisation, account, "figures.import-undone", figure_import=made.pk, **counts)
    return counts
