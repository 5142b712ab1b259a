"""An instrument in the language of the reader, ready for a template. No arithmetic on answers happens here."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from draagkracht.instruments.definition import Instrument, ScaleInfo, in_language


@dataclass(frozen=True)
class Sheet:
    """Words for one instrument."""

    instrument: Instrument
    language: str

    @property
    def title(self) -> str:
        return in_language(self.instrument.title, self.language)

    @property
    def construct(self) -> str:
        return in_language(self.instrument.construct, self.language)

    @property
    def population(self) -> str:
        return in_language(self.instrument.population, self.language)

    @property
    def notes(self) -> str:
        return in_language(self.instrument.notes, self.language)

    @property
    def licence_text(self) -> str:
        return in_language(self.instrument.licence.text, self.language)

    @property
    def licence_kind(self) -> str:
        return {"free": _("free to use"), "permission": _("ask permission"), "paid": _("paid licence")}[
            self.instrument.licence.kind
        ]

    @property
    def role(self) -> str:
        """Of the scales, which may stand in several places of the model; of a template, its own."""
        roles = [scale.role for scale in self.instrument.scales] or [self.instrument.role]
        return ", ".join(dict.fromkeys(map(role_name, roles)))

    @property
    def iglo(self) -> str:
        levels = [level for scale in self.instrument.scales for level in scale.iglo] or self.instrument.iglo
        return ", ".join(dict.fromkeys(map(iglo_name, levels)))

    @property
    def to_complete(self) -> list[str]:
        """What an organisation has to fill in before a template can be used."""
        return [in_language(step, self.language) for step in self.instrument.to_complete]

    @property
    def evidence(self) -> list[tuple[str, bool, str]]:
        """(what, whether it is settled, where it comes from)."""
        return [
            (evidence_name(name), entry.status == "settled", in_language(entry.source, self.language))
            for name, entry in self.instrument.evidence.items()
        ]

    @property
    def doubt(self) -> str:
        """'' if every fact on which a result rests is settled, 'unstudied' if only its validity is not, else 'provisional'."""
        open_ends = set(self.instrument.provisional) - {"licence"}
        return "" if not open_ends else "unstudied" if open_ends == {"validity"} else "provisional"

    @property
    def scales(self) -> list[tuple[ScaleInfo, str, str, str]]:
        """(scale, title, role, what a higher value means)."""
        up = {"favourable": _("higher is more favourable"), "unfavourable": _("higher is less favourable")}
        return [
            (scale, in_language(scale.title, self.language), role_name(scale.role), up[scale.direction])
            for scale in self.instrument.scales
        ]

    @property
    def cutoffs(self) -> list[dict[str, object]]:
        """Tables of cut-offs, each for one population."""
        return [
            {
                "population": in_language(cutoff.population, self.language),
                "country": "" if cutoff.country == "any" else cutoff.country,
                "source": in_language(cutoff.source, self.language),
                "settled": cutoff.status == "settled",
                "for_reader": cutoff.for_reader,
                "bands": cutoff.bands.get(self.language) or next(iter(cutoff.bands.values())),
                "rows": [
                    (in_language(self.instrument.scale[scale].title, self.language), starts)
                    for scale, starts in cutoff.starts.items()
                ],
            }
            for cutoff in self.instrument.cutoffs
        ]


def role_name(role: str) -> str:
    """The place in the JD-R model, in words."""
    return {
        "demand": pgettext("JD-R", "demand"),
        "resource": pgettext("JD-R", "resource"),
        "strain": pgettext("JD-R", "strain"),
        "engagement": pgettext("JD-R", "engagement"),
        "outcome": pgettext("JD-R", "outcome"),
    }[role]


def iglo_name(level: str) -> str:
    """The IGLO level, in words."""
    return {
        "individual": pgettext("IGLO", "individual"),
        "group": pgettext("IGLO", "group"),
        "leader": pgettext("IGLO", "leader"),
        "organisation": pgettext("IGLO", "organisation"),
    }[level]


def evidence_name(name: str) -> str:
    """What a line of evidence is about, in words."""
    return {
        "items": _("questions and answers"),
        "scoring": _("scoring"),
        "missing": _("missing answers"),
        "cutoffs": _("cut-offs"),
        "norms": _("norms"),
        "validity": _("validity"),
        "licence": _("licence"),
    }[name]
