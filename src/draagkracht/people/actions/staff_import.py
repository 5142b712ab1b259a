"""Staff file: kept sealed while somebody looks at what it would change, then confirmed, and undone if need be."""

import datetime
import hashlib
import zlib

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from draagkracht.ui.refusal import Refusal

from .. import staff_file, staff_plan, staff_state
from ..models import Account, Organisation, StaffChange, StaffImport, StaffUpload
from ..sealing import Unreadable, seal, unseal
from ..staff_columns import guess, problems
from ..staff_file import Sheet
from ..staff_plan import Plan
from . import audit
from .staff_apply import apply

KEPT = datetime.timedelta(hours=1)


def keep_upload(organisation: Organisation, account: Account | None, name: str, data: bytes) -> StaffUpload:
    """Reads the file once, to see that it can be read, and keeps it sealed for an hour. Raises Refusal."""
    sheet = staff_file.read(data)
    now = timezone.now()
    with transaction.atomic():
        StaffUpload.objects.filter(expires_at__lt=now, staff_import=None).delete()
        upload = StaffUpload(
            organisation=organisation,
            file_name=name[:200],
            file_hash=hashlib.sha256(data).hexdigest(),
            columns=guess(sheet.header),
            uploaded_by=account,
            expires_at=now + KEPT,
        )
        upload.sealed = seal(zlib.compress(data, 1), context_of(upload))
        upload.save(force_insert=True)
        audit(organisation, account, "staff.uploaded", rows=len(sheet.rows))
    return upload


def context_of(upload: StaffUpload) -> bytes:
    """Binds the sealed file to its upload."""
    return f"staff-upload:{upload.code}".encode()


def find_upload(code: str) -> StaffUpload:
    """An upload of the organisation in scope. Raises Refusal: 404 when there is none, 410 when its hour is over."""
    upload = StaffUpload.objects.filter(code=code).first()
    if upload is None:
        raise Refusal(_("We do not know this staff file. Upload it once more."), 404)
    if upload.staff_import_id is None and upload.expires_at <= timezone.now():
        raise Refusal(_("We keep an uploaded file for one hour. That hour is over: upload it once more."), 410)
    return upload


def sheet_of(upload: StaffUpload) -> Sheet:
    """The rows of an upload that was not confirmed yet. Raises Refusal."""
    try:
        return staff_file.read(zlib.decompress(unseal(upload.sealed, context_of(upload))))
    except (Unreadable, zlib.error) as error:
        raise Refusal(_("The uploaded file can no longer be read. Upload it once more."), 410) from error


def choose_columns(upload: StaffUpload, columns: dict[str, int], complete: bool) -> None:
    """Stores which column is what. Raises Refusal when something is missing."""
    missing = problems(columns)
    if missing:
        raise Refusal(" ".join(str(sentence) for sentence in missing))
    StaffUpload.objects.filter(pk=upload.pk).update(columns=columns, complete=complete, plan_hash="")
    upload.columns, upload.complete, upload.plan_hash = columns, complete, ""


def plan_of(sheet: Sheet, columns: dict[str, int], complete: bool) -> Plan:
    """What the file would change as things stand now. Raises Refusal when the columns do not suffice."""
    missing = problems(columns)
    if missing:
        raise Refusal(" ".join(str(sentence) for sentence in missing))
    today = timezone.localdate()
    return staff_plan.make(sheet, columns, staff_state.units(), staff_state.people(today), today, complete)


def show(upload: StaffUpload) -> Plan:
    """The plan to look at; from now on only this very plan can be confirmed. Raises Refusal."""
    plan = plan_of(sheet_of(upload), upload.columns, upload.complete)
    StaffUpload.objects.filter(pk=upload.pk, staff_import=None).update(plan_hash=plan.digest)
    upload.plan_hash = plan.digest
    return plan


def confirm(upload: StaffUpload, account: Account | None, digest: str, many_may_leave: bool = False) -> StaffImport:
    """Carries out the plan that was shown; a second time gives the import that the first one made. Raises Refusal."""
    sheet = None if upload.staff_import_id else sheet_of(upload)
    with transaction.atomic():
        lock(upload.organisation)
        upload.refresh_from_db()
        if upload.staff_import is not None:
            return upload.staff_import
        plan = plan_of(sheet or sheet_of(upload), upload.columns, upload.complete)
        if plan.digest != digest:
            raise Refusal(
                _("Something changed since you looked at this list. Nothing was stored; look at it once more."), 409
            )
        made = carry_out(upload.organisation, account, plan, upload.file_name, upload.file_hash, many_may_leave)
        StaffUpload.objects.filter(pk=upload.pk).update(staff_import=made, sealed=b"")
    return made


def lock(organisation: Organisation) -> None:
    """One import at a time in an organisation (SQLite lets one writer in anyway)."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)


def carry_out(
    organisation: Organisation,
    account: Account | None,
    plan: Plan,
    file_name: str,
    file_hash: str,
    many_may_leave: bool,
) -> StaffImport:
    """Stores a plan as one import with one audit line; call it inside a transaction. Raises Refusal."""
    if plan.faults:
        raise Refusal(_("The file still holds rows with mistakes. Nothing was stored."), 409)
    if plan.many_leave and not many_may_leave:
        raise Refusal(
            _("%(leaves)s of %(present)s people would leave. Confirm that the file is complete.")
            % {"leaves": len(plan.leaves), "present": plan.present},
            409,
        )
    # Only the last import can be undone; what an earlier one remembered about people is not needed any more.
    StaffChange.objects.all().delete()
    made = StaffImport(
        organisation=organisation,
        file_name=file_name[:200],
        file_hash=file_hash,
        counts=plan.counts,
        imported_by=account,
    )
    made.save(force_insert=True)
    apply(made, plan)
    audit(organisation, account, "staff.imported", staff_import=made.pk, **plan.counts)
    return made
