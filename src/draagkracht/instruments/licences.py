"""That an organisation may use a protected instrument: attested with the letter that says so, and withdrawn again."""

import datetime
import hashlib

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from draagkracht.instruments import letters
from draagkracht.instruments.actions import one_instrument
from draagkracht.instruments.models import LicenceAttestation
from draagkracht.people.actions import audit
from draagkracht.people.models import Account, Organisation
from draagkracht.ui.refusal import Refusal


class LetterRefused(Refusal):
    """The file cannot serve as a letter of permission."""


def attest(
    organisation: Organisation,
    instrument_id: str,
    data: bytes,
    name: str,
    *,
    statement: str,
    valid_until: datetime.date | None,
    by: Account | None,
) -> LicenceAttestation:
    """Stores the word of somebody that the organisation may use an instrument, in every language, with the letter.

    The same letter and the same words once more give the attestation that stands. Call inside the organisation's scope.
    Raises LetterRefused for the file, Refusal for an instrument that needs no permission or a last day in the past.
    """
    instrument = one_instrument(instrument_id)
    if instrument.licence.kind == "free":
        raise Refusal(_("This questionnaire is free to use: it needs no permission."))
    if valid_until is not None and valid_until < timezone.localdate():
        raise Refusal(_("The last day of the permission is over already."))
    given = {
        "instrument": instrument.id,
        "kind": instrument.licence.kind,
        "statement": statement.strip()[:300],
        "valid_until": valid_until,
        "letter_hash": hashlib.sha256(data).hexdigest(),
    }
    kind = _kind(data)
    with transaction.atomic():
        # Somebody who presses twice stores it once: the second waits here for the first.
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        same = LicenceAttestation.objects.filter(**given, withdrawn_at=None).defer("letter").first()
        if same is not None:
            return same
        row = LicenceAttestation.objects.create(
            organisation=organisation,
            letter=data,
            letter_name=letters.safe_name(name, kind),
            letter_type=kind,
            attested_by=by,
            **given,
        )
        audit(
            organisation,
            by,
            "instrument.permission-attested",
            attestation=row.pk,
            instrument=row.instrument,
            hash=row.letter_hash,
        )
    return row


def withdraw(organisation: Organisation, attestation: LicenceAttestation, *, by: Account | None) -> bool:
    """The attestation no longer counts; what was published with it stays. False when that was so already."""
    with transaction.atomic():
        row = LicenceAttestation.objects.select_for_update().defer("letter").get(pk=attestation.pk)
        if row.withdrawn_at is not None:
            return False
        row.withdrawn_at, row.withdrawn_by = timezone.now(), by
        row.save(update_fields=["withdrawn_at", "withdrawn_by"])
        audit(
            organisation, by, "instrument.permission-withdrawn", attestation=row.pk, instrument=row.instrument
        )  # fmt: skip
    return True


def _kind(data: bytes) -> str:
    try:
        return letters.kind_of(data)
    except letters.LetterError as error:
        raise LetterRefused(error.told(_), status=413 if len(data) > letters.LARGEST else 400) from error
