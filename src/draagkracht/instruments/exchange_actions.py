"""Questionnaires of an organisation out to a file, and a file in as a draft. Call everything inside the scope."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from draagkracht.instruments import actions, drafts, exchange, queries
from draagkracht.instruments.document import Document, instrument_ids
from draagkracht.instruments.exchange.xlsform_out import FOR_US
from draagkracht.instruments.models import QuestionnaireDraft, QuestionnaireVersion
from draagkracht.instruments.tables import gettext_noop
from draagkracht.people.actions import audit
from draagkracht.people.models import Account, Organisation
from draagkracht.ui.refusal import Refusal

MOST_TOLD = 30
# What XLSForm has no column for, by its name in the file, as people call it.
PARTS = {
    "direction": gettext_noop("what a high answer means"),
    "low": gettext_noop("the word at 0"),
    "high": gettext_noop("the word at 10"),
    "unit": gettext_noop("the unit"),
    "min, max": gettext_noop("the earliest and the latest moment"),
}


class Unreadable(Refusal):
    """A file that is not a questionnaire we can read; `faults` are (place, sentence) in the language of the reader."""

    def __init__(self, error: exchange.Broken) -> None:
        self.faults = [(note.place.told(_), note.told(_)) for note in error.notes[:MOST_TOLD]]
        lines = [f"{place}: {fault}" for place, fault in self.faults]
        super().__init__("\n".join([_("Nothing was brought in. This is wrong in the file:"), *lines]))


@dataclass(frozen=True)
class Understood:
    """What a file says: the title of its format, the document, and what is not carried over."""

    format: str
    document: Document
    left: exchange.Left

    @property
    def told(self) -> list[tuple[str, list[str]]]:
        """(sentence, its places) of what is not carried over, in the language of the reader."""
        return exchange.together(self.left, _)


def _called(left: exchange.Left, translate: Callable[[str], str]) -> exchange.Left:
    """The same notes with the parts that PARTS knows called by their words."""
    return [
        replace(one, values={**one.values, "part": translate(PARTS[str(one.values["part"])])})
        if one.template == FOR_US and str(one.values.get("part")) in PARTS
        else one
        for one in left
    ]


def understand(data: bytes, name: str) -> Understood:
    """Reads a file; stores nothing. Raises Unreadable."""
    try:
        return Understood(*exchange.read(data, actions.all_instruments(), name))
    except exchange.Broken as error:
        raise Unreadable(error) from error


def bring_in(organisation: Organisation, found: Document, by: Account | None, source: str) -> QuestionnaireDraft:
    """A draft from a document that was understood; `source` is the format it came from."""
    draft = drafts.start(organisation, found, by)
    audit(organisation, by, "draft.brought-in", draft=draft.pk, format=source)
    return draft


def address(version: QuestionnaireVersion) -> str:
    """The canonical address of a questionnaire: the same for all its versions."""
    return f"{settings.SITE_URL}/fhir/Questionnaire/{version.questionnaire.slug}"


def of_version(version: QuestionnaireVersion, *, wording: bool) -> exchange.Source:
    """A published version, ready to be written."""
    content = queries.content(version)
    return exchange.of_version(
        content,
        wording=wording,
        withheld={one.id for one in queries.unlicensed(content.raw)},
        address=address(version),
        number=version.number,
        digest=version.content_hash,
        published=timezone.localdate(version.published_at),
    )


def of_draft(draft: QuestionnaireDraft, *, wording: bool) -> exchange.Source:
    """A draft as it stands, ready to be written."""
    known = actions.all_instruments()
    chosen = [known[name] for name in instrument_ids(draft.document) if name in known and not known[name].template]
    languages = draft.document["languages"]
    return exchange.of_draft(
        draft.document,
        known,
        queries.wordings(chosen, languages),
        wording=wording,
        withheld={one.id for one in queries.missing_permissions(chosen, languages)},
    )


def written(source: exchange.Source, name: str) -> tuple[bytes, list[tuple[str, list[str]]]]:
    """(file, what it leaves behind) in one of exchange.FORMATS. Raises Unreadable for what the format cannot hold."""
    try:
        data, left = exchange.write(source, name)
    except exchange.Broken as error:
        raise Unreadable(error) from error
    return data, exchange.together(_called(left, _), _)


def hand_out(organisation: Organisation, source: exchange.Source, name: str, by: Account | None, of: str) -> bytes:
    """The file, with a line in the audit; `of` says which version or draft it is."""
    data, _left = written(source, name)
    with_wording = [one for one, asked in source.questions.items() if any(each.text for each in asked)]
    audit(organisation, by, "questionnaire.handed-out", of=of, format=name, wording=with_wording)
    return data
