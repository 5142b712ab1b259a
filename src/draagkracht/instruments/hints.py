"""What a question asks for in its field, in the language of the page: before (a hint) and when it was not that (a fault)."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from draagkracht.instruments.questions import Question
from draagkracht.instruments.readable import written


def hint(question: Question, language: str) -> str:
    """What to know before answering; '' where the fields say it themselves."""
    if question.kind == "multiple":
        return _("You may choose more than one.")
    if question.kind in ("number", "date", "time"):
        return _bounds(question, language)
    return ""


def fault(question: Question, language: str) -> str:
    """What to do about something that is not an answer to this question."""
    if question.kind == "number":
        said = [_("Fill in a number."), _decimals(question), _bounds(question, language)]
    elif question.kind in ("date", "time"):
        said = [
            _("Fill in a date.") if question.kind == "date" else _("Fill in a time, such as 23:30."),
            _bounds(question, language),
        ]
    elif question.kind == "text":
        said = [_("At most %(count)s characters fit here.") % {"count": question.longest}]
    elif question.kind == "ranking":
        said = [_("Give each a number from 1 to %(count)s, and each number once.") % {"count": len(question.options)}]
    else:
        said = [_("This answer is not possible here. Choose one of the answers that are shown.")]
    return " ".join(filter(None, said))


def _decimals(question: Question) -> str:
    if question.decimals == 0:
        return _("Without decimals.")
    return ngettext("At most one decimal.", "At most %(count)s decimals.", question.decimals) % {
        "count": question.decimals
    }


def _bounds(question: Question, language: str) -> str:
    low, high = (
        None if bound is None else written(question.kind, bound, language)
        for bound in (question.minimum, question.maximum)
    )
    if low is not None and high is not None:
        return _("From %(low)s to %(high)s.") % {"low": low, "high": high}
    if low is not None:
        return _("From %(low)s on.") % {"low": low}
    return _("Up to %(high)s.") % {"high": high} if high is not None else ""
