"""What an organisation can measure with, and what is missing before it can: the list of questionnaires."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from draagkracht.instruments import queries
from draagkracht.instruments.definition import Instrument
from draagkracht.instruments.models import InstrumentText, LicenceAttestation
from draagkracht.instruments.presentation import Sheet

READY, TEXTS, PERMISSION, TEMPLATE = "ready", "texts", "permission", "template"
GROUPS = ("demand", "resource", "engagement", "strain", "outcome", "health")


@dataclass(frozen=True)
class Language:
    """What there is of one language: shipped, imported (with its row), or missing."""

    language: str
    name: str
    state: str
    file: str
    row: InstrumentText | None = None


@dataclass(frozen=True)
class Entry:
    """One instrument with everything that an organisation has for it."""

    sheet: Sheet
    languages: list[Language]
    attestations: list[LicenceAttestation]
    first: str  # the language of the organisation: what is missing is told for that one

    @property
    def instrument(self) -> Instrument:
        return self.sheet.instrument

    @property
    def standing(self) -> list[LicenceAttestation]:
        """Attestations that count today."""
        return [row for row in self.attestations if row.stands(timezone.localdate())]

    @property
    def past(self) -> list[LicenceAttestation]:
        return [row for row in self.attestations if not row.stands(timezone.localdate())]

    @property
    def guarded(self) -> bool:
        """Whether a permission is needed to ask the protected text."""
        return self.instrument.licence.kind != "free" and not self.instrument.template

    @property
    def main(self) -> Language:
        """What there is of the organisation's own language."""
        return next(one for one in self.languages if one.language == self.first)

    @property
    def made_up(self) -> bool:
        """The wording in the organisation's language is an invented example, which needs no permission."""
        return self.main.row is not None and self.main.row.invented

    @property
    def states(self) -> list[str]:
        """What it is: a template, ready, or what is missing."""
        if self.instrument.template:
            return [TEMPLATE]
        missing = [TEXTS] if self.main.state == "missing" else []
        if self.guarded and not self.standing and not self.made_up:
            missing.append(PERMISSION)
        return missing or [READY]

    @property
    def tags(self) -> list[str]:
        return [state_name(state) for state in self.states]

    @property
    def group(self) -> str:
        return "health" if self.instrument.health else self.instrument.role

    def matches(self, words: str, state: str) -> bool:
        """Whether it is meant by a search: every word stands in its title, subject, id or scales."""
        scales = " ".join(title for _scale, title, _role, _up in self.sheet.scales)
        text = f"{self.instrument.id} {self.sheet.title} {self.sheet.construct} {scales}".casefold()
        return (not state or state in self.states) and all(word in text for word in words.casefold().split())


@dataclass(frozen=True)
class Group:
    """Instruments of one place in the JD-R model; those about somebody's health stand apart."""

    slug: str
    title: str
    explained: str
    entries: list[Entry]


def entries(instruments: Iterable[Instrument], reader: str, first: str) -> list[Entry]:
    """Instruments with what there is of them, by title. Two queries, whatever their number; call inside a scope."""
    known = list(instruments)
    imported = queries.newest_texts(one.id for one in known)
    attested = queries.attestations(one.id for one in known)
    found = [Entry(Sheet(one, reader), _languages(one, imported), attested.get(one.id, []), first) for one in known]
    return sorted(found, key=lambda entry: entry.sheet.title.casefold())


@dataclass(frozen=True)
class Imported:
    """The texts of one language that an organisation brought in, as people will read them."""

    language: str
    name: str
    instruction: str
    texts: list[str]
    answers: list[str]


def imported(one: Instrument) -> list[Imported]:
    """What was imported of an instrument, in every language, the questions in their order. One query; call inside a scope."""
    rows = queries.newest_texts([one.id])
    return [
        Imported(
            language,
            _(name),
            row.texts.get("instruction", ""),
            [row.texts["items"][code] for code in one.codes if code in row.texts["items"]],
            list(dict.fromkeys(row.texts["labels"].values())),
        )
        for language, name in settings.LANGUAGES
        if (row := rows.get((one.id, language)))
    ]


def grouped(found: Sequence[Entry]) -> list[Group]:
    """The groups that hold anything, in the order of the model."""
    groups = [(slug, [entry for entry in found if entry.group == slug]) for slug in GROUPS]
    return [Group(slug, *_told(slug), inside) for slug, inside in groups if inside]


def state_name(state: str) -> str:
    """A state in words."""
    return {
        READY: _("ready to use"),
        TEXTS: _("wording missing"),
        PERMISSION: _("permission missing"),
        TEMPLATE: _("template"),
    }[state]


def _told(slug: str) -> tuple[str, str]:
    return {
        "demand": (pgettext("group of questionnaires", "Demands"), _("What work asks.")),
        "resource": (pgettext("group of questionnaires", "Resources"), _("What work and people give.")),
        "engagement": (pgettext("group of questionnaires", "Engagement"), _("Energy and joy in work.")),
        "strain": (pgettext("group of questionnaires", "Strain"), _("What work costs people.")),
        "outcome": (pgettext("group of questionnaires", "Outcomes"), _("What comes of it.")),
        "health": (
            pgettext("group of questionnaires", "Health"),
            _("For the self-screener and one's own picture. Not meant to compare groups."),
        ),
    }[slug]


def _languages(one: Instrument, imported: Mapping[tuple[str, str], InstrumentText]) -> list[Language]:
    found = []
    for language, name in settings.LANGUAGES:
        row = imported.get((one.id, language))
        state = "imported" if row else "shipped" if one.carries_texts(language) else "missing"
        found.append(Language(language, _(name), state, one.texts_file(language), row))
    return found
