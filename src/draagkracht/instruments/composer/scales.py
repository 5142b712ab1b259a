"""The scales of the catalogue as somebody chooses among them: what they measure, how long, and whether they can be used."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from draagkracht.instruments import actions, queries
from draagkracht.instruments.definition import Instrument
from draagkracht.instruments.presentation import Sheet

READY, TEXTS, PERMISSION, TEMPLATE = "ready", "texts", "permission", "template"


@dataclass(frozen=True)
class Offer:
    """One scale on offer. `state`: ready, texts or permission (missing), template (not complete). `used`: asked already."""

    instrument: Instrument
    title: str
    construct: str
    role: str
    state: str
    used: bool

    @property
    def size(self) -> int:
        return self.instrument.size or 0


def offers(languages: Sequence[str], language: str, used: Sequence[str] = ()) -> list[Offer]:
    """Every scale, those that can be used at once first. A fixed number of queries; call inside a scope."""
    known = list(actions.all_instruments().values())
    whole = [one for one in known if not one.template]
    texts = {one.instrument.id for one in queries.missing_texts(whole, languages)}
    permission = {one.id for one in queries.missing_permissions(whole, languages)}
    found = []
    for one in known:
        state = (
            TEMPLATE if one.template else PERMISSION if one.id in permission else TEXTS if one.id in texts else READY
        )
        sheet = Sheet(one, language)
        found.append(Offer(one, sheet.title, sheet.construct, sheet.role, state, one.id in used))
    order = (READY, TEXTS, PERMISSION, TEMPLATE)
    return sorted(found, key=lambda offer: (order.index(offer.state), offer.title.casefold()))


def scale_choices() -> list[tuple[str, str]]:
    """(id, words) of the scales that are complete, for a form."""
    from draagkracht.instruments.composer.visit import language

    return [(offer.instrument.id, choice_words(offer)) for offer in offers([], language()) if offer.state != TEMPLATE]


def choice_words(offer: Offer) -> str:
    """One scale on one line."""
    return _("%(title)s · %(count)s questions, about %(minutes)s min.") % {
        "title": offer.title,
        "count": offer.size,
        "minutes": number_format(offer.instrument.minutes),
    }
