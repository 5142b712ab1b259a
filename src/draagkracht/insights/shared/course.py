"""The whole over time: the sentence above the page, how many units differ from it, and its trends."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from draagkracht.insights.models import Release
from draagkracht.insights.shared import heat, pages, rounds, words
from draagkracht.insights.shared.published import Figures, Measure, short_date
from draagkracht.ui.charts import Figure, Moment, trend_line


def headline(figures: Figures, until: list[Release], measures: Sequence[Measure], words_of: rounds.Wordings) -> str:
    if len(until) < 2:
        return words.first(until[-1].whole, until[-1].scope_name)
    earlier, release = until[-2:]
    then, now = figures.root(earlier), figures.root(release)
    moves = [
        (
            m,
            "reworded"
            if rounds.reworded(words_of, earlier, release, m.id)
            else words.moved(m, figures.estimate(now, m), figures.estimate(then, m)),
        )
        for m in measures
        if not m.part_of
    ]
    return words.course(moves, pages.month(earlier))


def differing(figures: Figures, release: Release, measures: Sequence[Measure]) -> str:
    """In how many of the units that are shown a difference from the whole is larger than the uncertainty."""
    whom = rounds.whom(release)
    root = figures.root(release)
    of_all = {m.id: figures.estimate(root, m) for m in measures}
    below = [u for u in heat.below(figures, release) if any(figures.estimate(u, m).value is not None for m in measures)]
    if not below:
        return ""
    clear = [u for u in below if any(words.apart(figures.estimate(u, m), of_all[m.id]) for m in measures)]
    if not clear:
        return _("No unit differs clearly from %(whom)s.") % {"whom": whom}
    text = ngettext(
        "%(clear)s of %(all)s units differs clearly from %(whom)s on at least one theme.",
        "%(clear)s of %(all)s units differ clearly from %(whom)s on at least one theme.",
        len(clear),
    )
    return text % {"clear": len(clear), "all": len(below), "whom": whom}


def trends(
    figures: Figures, until: list[Release], chosen: Sequence[Measure], words_of: rounds.Wordings
) -> list[tuple[Figure, list[str]]]:
    """The course of each measure that was asked before: what may be said since the round before, and of its wording."""
    found = []
    for m in chosen:
        having = rounds.since_asked(words_of, until, m.id)
        if len(having) > 1:
            moments = [Moment(short_date(r), figures.estimate(figures.root(r), m)) for r in having]
            chart = trend_line(moments, m.scale, title=m.title, who=rounds.everybody(until[-1]))
            when = pages.month(having[-2])
            anew = rounds.reworded(words_of, having[-2], having[-1], m.id)
            now, before = moments[-1].estimate, moments[-2].estimate
            said = [words.change(now, before, when, anew) or words.untold(now, when)]
            said += [] if anew else [words.reworded(rounds.changed_within(words_of, having, m.id))]
            found.append((chart, [one for one in said if one]))
    return found
