"""Importing the wording of an instrument, and publishing a questionnaire: one transaction and one audit line each."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from draagkracht.instruments import catalogue, content, document, queries, tables, texts
from draagkracht.instruments.definition import Instrument, in_language
from draagkracht.instruments.models import InstrumentText, Questionnaire, QuestionnaireVersion
from draagkracht.people.actions import audit
from draagkracht.people.models import Account, Organisation
from draagkracht.ui.refusal import Refusal

LARGEST_FILE = 2 * 2**20


class UnknownInstrument(Refusal):
    """The id is not in the catalogue; the message lists the near ones."""


class BrokenCatalogue(Refusal):
    """A file of the installation's own catalogue cannot be used; the message names file, line and field."""

    def __init__(self, error: catalogue.InstrumentError) -> None:
        super().__init__(_("A file with questionnaires is not right: %(fault)s") % {"fault": error}, status=500)


class TextsRefused(Refusal):
    """A file of texts with faults; `errors` are (row, sentence), row 0 for the file as a whole."""

    def __init__(self, errors: list[tuple[int, str]]) -> None:
        lines = [_("row %(row)s: %(fault)s") % {"row": row, "fault": fault} if row else fault for row, fault in errors]
        super().__init__("\n".join([_("Nothing was imported. Mend the file and try again."), *lines]))
        self.errors = errors


class NotReady(Refusal):
    """A questionnaire cannot be published or open yet: something of one of its instruments is missing."""


class NotCompleted(NotReady):
    """An instrument is a template: nobody filled in how it is answered and scored."""

    def __init__(self, instrument: Instrument) -> None:
        sentence = _(
            "%(title)s is a template: first fill in how it is answered and scored. Its page says what is missing."
        )
        super().__init__(sentence % {"title": in_language(instrument.title, get_language() or "nl")}, status=409)


class MissingPermission(NotReady):
    """No permission stands for these protected instruments."""

    def __init__(self, missing: list[Instrument]) -> None:
        super().__init__("\n".join(map(told_permission, missing)), status=409)
        self.missing = missing


class MissingTexts(NotReady):
    """A questionnaire cannot open: `missing` are the files that have to be imported first."""

    def __init__(self, missing: list[queries.MissingText]) -> None:
        super().__init__("\n".join(map(told_missing, missing)), status=409)
        self.missing = missing


def told_missing(missing: queries.MissingText) -> str:
    """Which file is missing, and where to ask for it."""
    licence, language = missing.instrument.licence, get_language_info(missing.language)["name_translated"].lower()
    sentence = _("The wording of %(id)s (%(language)s) is missing. Import the file %(file)s.") % {
        "id": missing.instrument.id,
        "language": language,
        "file": missing.file,
    }
    where = " ".join(filter(None, [licence.ask_name or licence.holder, licence.ask_url]))
    ask = _("Ask for it here: %(where)s") % {"where": where}
    return f"{sentence} {ask}"


def told_permission(instrument: Instrument) -> str:
    """For which instrument permission is missing, what to do, and where to ask."""
    sentence = _(
        "We do not have the permission to use %(id)s on file, or it is over. Add the letter on the page of this questionnaire."
    ) % {"id": instrument.id}
    licence = instrument.licence
    where = " ".join(filter(None, [licence.ask_name or licence.holder, licence.ask_url]))
    ask = _("Ask for it here: %(where)s") % {"where": where}
    return f"{sentence} {ask}"


def import_texts(
    organisation: Organisation,
    instrument_id: str,
    language: str,
    data: bytes,
    name: str,
    *,
    validated: bool,
    by: Account | None,
    source_note: str = "",
    invented: bool = False,
) -> InstrumentText:
    """Stores the wording in a CSV or XLSX file; a newer import supersedes an older one, published versions keep theirs.

    `validated`: whoever imports attests that this is the validated text and that the organisation may use it; a file
    that says `# validated: false` is never stored as validated. `invented`, or `# invented: true` in the file: a made-up
    example with nothing of the protected text in it. Call inside the organisation's scope. Raises UnknownInstrument,
    NotCompleted or TextsRefused and stores nothing.
    """
    instrument = one_instrument(instrument_id)
    if instrument.template:
        raise NotCompleted(instrument)
    if language not in dict(settings.LANGUAGES):
        raise Refusal(_("There is no language %(language)s here.") % {"language": language})
    if len(data) > LARGEST_FILE:
        raise Refusal(_("The file is too large: 2 MB at most."), status=413)
    wording = read_wording(instrument, language, data, name)
    made_up = invented or wording.invented is True
    row = InstrumentText(
        organisation=organisation,
        instrument=instrument.id,
        language=language,
        texts=wording.stored(),
        content_hash=content.content_hash(wording.stored()),
        validated=validated and wording.validated is not False and not made_up,
        invented=made_up,
        source_note=(source_note or wording.source)[:300],
        attested_by=by,
    )
    with transaction.atomic():
        row.save()
        audit(
            organisation,
            by,
            "instrument.texts-imported",
            instrument=instrument.id,
            language=language,
            validated=row.validated,
            hash=row.content_hash,
        )
    return row


def read_wording(instrument: Instrument, language: str, data: bytes, name: str) -> texts.Wording:
    """The wording in a file. Raises TextsRefused in the language of the reader."""
    try:
        return texts.parse(instrument, language, tables.read(data, name))
    except tables.Fault as fault:
        raise TextsRefused([(0, fault.told(_))]) from fault
    except texts.TextsError as error:
        raise TextsRefused([(one.row, _(one.template).format(**one.values)) for one in error.errors]) from error


def compose(
    title: Mapping[str, str],
    instrument_ids: Sequence[str],
    languages: Sequence[str],
    *,
    folders: Sequence[catalogue.Place] = (),
) -> dict[str, Any]:
    """The content of a questionnaire of these instruments, in this order. Writes nothing; call inside a scope.

    Raises MissingTexts naming every file that has to be imported first. With no languages the content holds no texts:
    only for answers that were gathered elsewhere.
    """
    chosen = [one_instrument(name, folders) for name in dict.fromkeys(instrument_ids)]
    if not chosen:
        raise Refusal(_("Choose at least one instrument."))
    draft = document.of_instruments(title, [one.id for one in chosen], languages)
    return built(draft, {one.id: one for one in chosen})


def built(draft: document.Document, known: Mapping[str, Instrument]) -> dict[str, Any]:
    """The content made from a document that passes its checks. Writes nothing; call inside a scope. Raises NotReady."""
    chosen = [known[name] for name in document.instrument_ids(draft)]
    for one in chosen:
        if one.template:
            raise NotCompleted(one)
    missing = queries.missing_texts(chosen, draft["languages"])
    if missing:
        raise MissingTexts(missing)
    return content.build(draft, known, queries.wordings(chosen, draft["languages"]))


def publish(
    organisation: Organisation, slug: str, composed: Mapping[str, Any], *, by: Account | None
) -> QuestionnaireVersion:
    """Makes the next immutable version of a questionnaire, and the questionnaire itself if it is new.

    Publishing the same content again gives the version that exists. Call inside the organisation's scope. Raises
    MissingPermission where no attestation stands for a protected instrument of which texts are asked.
    """
    unlicensed = queries.unlicensed(composed)
    if unlicensed:
        raise MissingPermission(unlicensed)
    digest = content.content_hash(composed)
    with transaction.atomic():
        questionnaire, _new = Questionnaire.objects.get_or_create(
            organisation=organisation, slug=slug, defaults={"title": composed["title"]}
        )
        # The row is locked so that two publications at once get two numbers.
        questionnaire = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
        last = QuestionnaireVersion.objects.filter(questionnaire=questionnaire).order_by("-number").first()
        if last is not None and last.content_hash == digest:
            return last
        version = QuestionnaireVersion.objects.create(
            organisation=organisation,
            questionnaire=questionnaire,
            number=last.number + 1 if last else 1,
            content=composed,
            content_hash=digest,
            published_by=by,
        )
        audit(organisation, by, "questionnaire.published", version=version.pk, number=version.number, hash=digest)
    return version


def one_instrument(instrument_id: str, folders: Sequence[catalogue.Place] = ()) -> Instrument:
    """An instrument by id. Raises UnknownInstrument that lists the near ids."""
    try:
        return queries.instrument(instrument_id, folders)
    except catalogue.UnknownIdError as error:
        near = ", ".join(error.near) or ", ".join(error.known)
        message = _("There is no instrument %(id)s. These come nearest: %(near)s.")
        raise UnknownInstrument(message % {"id": instrument_id, "near": near}, status=404) from error
    except catalogue.InstrumentError as error:
        raise BrokenCatalogue(error) from error


def all_instruments() -> dict[str, Instrument]:
    """Every instrument by id. Raises BrokenCatalogue."""
    try:
        return queries.instruments()
    except catalogue.InstrumentError as error:
        raise BrokenCatalogue(error) from error
