"""Shared reads: instruments on offer, the wording an organisation may use, the content of a published version."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.text import slugify

from draagkracht.instruments import catalogue
from draagkracht.instruments.content import Content, content_hash
from draagkracht.instruments.definition import Instrument, from_raw
from draagkracht.instruments.models import (
    InstrumentText,
    LicenceAttestation,
    Questionnaire,
    QuestionnaireDraft,
    QuestionnaireVersion,
)
from draagkracht.instruments.texts import Wording, shipped

MOST_CACHED = 64
_cache: OrderedDict[str, Content] = OrderedDict()


class BrokenVersionError(Exception):
    """The stored content of a published version does not match its hash: somebody or something changed it."""


@dataclass(frozen=True)
class MissingText:
    """The wording of an instrument that an organisation has to import before a questionnaire can open."""

    instrument: Instrument
    language: str

    @property
    def file(self) -> str:
        return self.instrument.texts_file(self.language)


def instruments(extra: Sequence[catalogue.Place] = ()) -> dict[str, Instrument]:
    """Every instrument by id: shipped, of this installation (setting CATALOGUE), and in the extra folders."""
    return catalogue.load_all([*settings.CATALOGUE_DIRS, *extra])


def askable(extra: Sequence[catalogue.Place] = ()) -> dict[str, Instrument]:
    """Every instrument that can be asked: all but the templates that nobody completed."""
    return {name: one for name, one in instruments(extra).items() if not one.template}


def instrument(instrument_id: str, extra: Sequence[catalogue.Place] = ()) -> Instrument:
    """One instrument. Raises catalogue.InstrumentError that lists the near ids."""
    return catalogue.find(instrument_id, [*settings.CATALOGUE_DIRS, *extra])


def newest_texts(instrument_ids: Iterable[str]) -> dict[tuple[str, str], InstrumentText]:
    """The newest import by (instrument, language). One query; call inside the organisation's scope."""
    rows = InstrumentText.objects.filter(instrument__in=list(instrument_ids)).order_by("attested_at", "id")
    return {(row.instrument, row.language): row for row in rows}


def wordings(wanted: Sequence[Instrument], languages: Sequence[str]) -> dict[str, dict[str, Wording]]:
    """language -> instrument id -> wording, as far as it exists: imported, else shipped. Call inside a scope.

    An import that no longer fits the items of the catalogue does not count.
    """
    imported = newest_texts(one.id for one in wanted)
    found: dict[str, dict[str, Wording]] = {language: {} for language in languages}
    for language in languages:
        for one in wanted:
            row = imported.get((one.id, language))
            wording = _fitting(one, row) if row else None
            wording = wording or shipped(one, language)
            if wording:
                found[language][one.id] = wording
    return found


def missing_texts(wanted: Sequence[Instrument], languages: Sequence[str]) -> list[MissingText]:
    """What has to be imported before these instruments can be asked in these languages. Call inside a scope."""
    found = wordings(wanted, languages)
    return [MissingText(one, language) for one in wanted for language in languages if one.id not in found[language]]


def attestations(instrument_ids: Iterable[str]) -> dict[str, list[LicenceAttestation]]:
    """Who attested that the organisation may use an instrument, by its id, newest first, without the letters. One query."""
    rows = LicenceAttestation.objects.filter(instrument__in=list(instrument_ids)).defer("letter")
    found: dict[str, list[LicenceAttestation]] = {}
    for row in rows.select_related("attested_by", "withdrawn_by").order_by("-attested_at", "-id"):
        found.setdefault(row.instrument, []).append(row)
    return found


def missing_permissions(wanted: Iterable[Instrument], languages: Sequence[str]) -> list[Instrument]:
    """Protected instruments that may not be asked in these languages yet: no attestation stands. Call inside a scope.

    A wording that was made up (`invented`) holds nothing that is protected and needs none.
    """
    guarded = [one for one in wanted if one.licence.kind != "free"] if languages else []
    rows = newest_texts(one.id for one in guarded) if guarded else {}
    own = {(name, language) for (name, language), row in rows.items() if row.invented}
    needing = [one for one in guarded if not all((one.id, language) in own for language in languages)]
    return _without_permission(needing)


def unlicensed(composed: Mapping[str, Any]) -> list[Instrument]:
    """The protected instruments in the content of a questionnaire for which no attestation stands. Call inside a scope."""
    guarded = {
        entry["id"]: entry
        for entry in composed["instruments"]
        if entry["definition"]["licence"]["kind"] != "free" and entry["texts"]
    }
    rows = InstrumentText.objects.filter(instrument__in=list(guarded), invented=True) if guarded else []
    own = {(row.instrument, row.content_hash) for row in rows}
    needing = [
        from_raw(entry["definition"])
        for name, entry in guarded.items()
        if not all((name, texts["hash"]) in own for texts in entry["texts"].values())
    ]
    return _without_permission(needing)


def _without_permission(needing: Sequence[Instrument]) -> list[Instrument]:
    today = timezone.localdate()
    known = attestations(one.id for one in needing) if needing else {}
    return [one for one in needing if not any(row.stands(today) for row in known.get(one.id, ()))]


def content(version: QuestionnaireVersion) -> Content:
    """The content of a version; defer its field `content` and it is only read when it is not in memory.

    Raises BrokenVersionError if the stored content is not what was published.
    """
    known = _cache.get(version.content_hash)
    if known is None:
        if content_hash(version.content) != version.content_hash:
            raise BrokenVersionError(f"questionnaire version {version.pk} was changed after it was published")
        known = Content(version.content, version.content_hash)
        _cache[version.content_hash] = known
        while len(_cache) > MOST_CACHED:
            _cache.popitem(last=False)
    return known


def free_slug(name: str) -> str:
    """A name for addresses and files that no questionnaire of the organisation has. Call inside a scope."""
    wanted = slugify(name)[:40] or "questionnaire"
    taken = set(Questionnaire.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    numbered = (wanted if number == 1 else f"{wanted}-{number}" for number in range(1, len(taken) + 2))
    return next(slug for slug in numbered if slug not in taken)


def composed_versions(questionnaire_id: int | None = None) -> list[QuestionnaireVersion]:
    """Versions that somebody composed, reviewed and published, the newest first, without their content.

    Of one questionnaire, or of all of them. Call inside a scope.
    """
    published = QuestionnaireDraft.objects.filter(version__isnull=False).values("version")
    found = QuestionnaireVersion.objects.filter(pk__in=published).select_related("questionnaire").defer("content")
    if questionnaire_id is not None:
        found = found.filter(questionnaire=questionnaire_id)
    return list(found.order_by("-published_at", "-number"))


def version(version_id: int) -> QuestionnaireVersion:
    """A version without its content, for `content`. Call inside a scope."""
    return QuestionnaireVersion.objects.defer("content").get(pk=version_id)


def _fitting(one: Instrument, row: InstrumentText) -> Wording | None:
    texts = row.texts
    wording = Wording(texts["items"], texts["labels"], texts.get("instruction", ""), row.validated, row.source_note)
    return wording if wording.complete(one) else None
