"""What is said when a link or an answer is not accepted: one sentence per code."""

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from draagkracht.instruments.hints import fault
from draagkracht.people.work import BREAKDOWNS

from .entry import Refused
from .models import Wave

SAID = {
    "unknown-link": _("This link does not exist. Is a letter missing?"),
    "revoked-link": _("This link was taken back."),
    "replaced-link": _("This link was replaced by a newer one. Open the newest mail: your answers are still there."),
    "not-open": _("This questionnaire is not open yet."),
    "closed": _("This questionnaire is closed. Thank you all the same; this answer was not added."),
    "completed": _("You already sent this questionnaire. It can not be changed any more."),
    "other-version": _("The questionnaire was renewed since this page was opened. Reload the page."),
    "consent-missing": _("Read the first page and press Begin. Then your answers can be kept."),
    "consent-changed": _("The text of the first page changed. Reload the page and read it once more."),
    "unknown-item": _("This question is not in the questionnaire. Reload the page."),
    "out-of-range": _("This answer is not possible here. Choose one of the answers that are shown."),
    "nothing-answered": _("You did not answer any question yet."),
    "malformed": _("The page sent something that we can not read. Reload the page."),
    "too-large": _("That is more than a questionnaire can hold."),
}


def breakdown_words(wave: Wave) -> str:
    """By what its figures are broken down beside the units, as the words of a sentence; empty for nothing."""
    names = [str(label) for name, label in BREAKDOWNS.items() if name in wave.breakdowns]
    return ", ".join(name[:1].lower() + name[1:] for name in names)


def said(refused: Refused) -> str:
    """The sentence for a refusal, in the language of the moment; for a bad answer, what its question asks for."""
    if refused.question is not None:
        return fault(refused.question, get_language() or "nl")
    return str(SAID[refused.code])
