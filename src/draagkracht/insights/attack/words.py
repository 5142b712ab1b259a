"""The outcome of an attack in calm sentences, for the privacy officer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from draagkracht.insights.attack.rows import Published
from draagkracht.science.attack import Verdict


def opening(organisation: str, chosen: Sequence[Published]) -> str:
    """What is about to happen, and that no answer is read."""
    if not chosen:
        return _("%(name)s has published nothing yet: there is nothing to attack.") % {"name": organisation} + "\n"
    said = _(
        "What do the published figures of %(name)s give away? Tried with made-up answers; no real answer was read."
    )
    return said % {"name": organisation} + "\n"


def warning(organisation: str) -> str:
    """What the alarm is, and what acting on it gives away."""
    said = [
        _("What do the published figures of %(name)s give away of what people really answered?")
        % {"name": organisation},
        _(
            "This is an alarm, not a rule. Supposed is that everybody had always answered as in one round, for each round in "
            "turn. Whoever acts on the outcome, by withholding a figure for instance, gives something away about answers: keep "
            "it to yourself. Everybody who is counted reads in their log that it was looked at."
        ),
    ]
    return "\n".join(said) + "\n"


def lines(one: Published, verdicts: Mapping[str, Verdict]) -> str:
    """One measure: its waves, the narrowest range that anybody keeps, and how many are found."""
    title = one.title.get(get_language() or "nl") or next(iter(one.title.values()), one.measure)
    count = one.rounds
    rounds = ngettext("%(n)s round", "%(n)s rounds", count) % {"n": count}
    said = [f"\n{title} ({one.measure}), {rounds}"]
    if one.total and not verdicts:
        said.append(_("is added up from its parts; look there."))
    for kind, verdict in verdicts.items():
        said += [_head(kind), *(f"  {line}" for line in [*_found(verdict), _narrowest(verdict)])]
    return "\n  ".join(said) + "\n"


def _head(kind: str) -> str:
    heads = {"usual": _("With usual answers:"), "hostile": _("With hostile answers:"), "real": _("With real answers:")}
    return heads[kind]


def _narrowest(verdict: Verdict) -> str:
    if verdict.narrowest is None:
        return _("nobody was counted.")
    words = {
        "width": _percent(verdict.narrowest.width),
        "low": _percent(verdict.narrowest.low),
        "high": _percent(verdict.narrowest.high),
        "least": _percent(verdict.least),
        "answers": _answers(verdict.narrowest.answers),
        "insiders": _insiders(verdict.narrowest.insiders),
    }
    return (
        _(
            "narrowest range that is left for anybody: %(width)s %% of the scale, from %(low)s to %(high)s "
            "(at least %(least)s must stay). Tried: %(answers)s; %(insiders)s."
        )
        % words
    )


def _answers(name: str) -> str:
    """Which answers were tried, in words; a number tells one draw from another."""
    kind, _dash, number = name.rpartition("-")
    if number.isdecimal():
        drawn = {"usual": _("usual answers, draw %(number)s"), "drawn": _("hostile answers, draw %(number)s")}
        return drawn[kind] % {"number": number} if kind in drawn else name
    words = {
        "changers-highest": _("whoever came, left or moved answers highest"),
        "changers-lowest": _("whoever came, left or moved answers lowest"),
        "divided": _("half of the people answer highest, the others lowest"),
        "mostly-low": _("most people answer lowest"),
        "mostly-high": _("most people answer highest"),
        "middle": _("everybody answers in the middle"),
        "lowest": _("everybody answers lowest"),
        "highest": _("everybody answers highest"),
    }
    return words.get(name, name)


def _insiders(name: str) -> str:
    """Who helps whoever searches, in words."""
    if name.startswith("draw-"):
        return _("with the help of colleagues who were drawn")
    words = {"nobody": _("without help"), "companions": _("with the help of colleagues who moved along")}
    return words.get(name, name)


def _found(verdict: Verdict) -> list[str]:
    if not verdict.found:
        return [_("nobody of %(people)s is found.") % {"people": verdict.people}]
    words = {"n": len(verdict.found), "people": verdict.people, "outside": len(verdict.outside)}
    said = [
        ngettext(
            "%(n)s of %(people)s could be found; without help from a colleague %(outside)s.",
            "%(n)s of %(people)s could be found; without help from colleagues %(outside)s.",
            len(verdict.found),
        )
        % words
    ]
    if verdict.fixed:
        said.append(
            ngettext("the band of %(n)s is certain.", "the bands of %(n)s are certain.", len(verdict.fixed))
            % {"n": len(verdict.fixed)}
        )
    return said


def closing(chosen: Sequence[Published], found: bool) -> str:
    """The verdict in one sentence, and what was not looked at."""
    if not chosen:
        return ""
    if found:
        said = [_("Some people are not protected as promised. Do not share more figures before this was looked into.")]
    else:
        said = [_("Nobody is found in the cases that were tried.")]
    certain = sum(one.certain for one in chosen)
    if certain:
        said.append(
            ngettext(
                "%(n)s published distribution leaves somebody only one band.",
                "%(n)s published distributions leave somebody only one band.",
                certain,
            )
            % {"n": certain}
        )
    counts = {"bands": sum(one.distributions for one in chosen), "effects": sum(one.effects for one in chosen)}
    said.append(
        _(
            "Looked at: units, breakdowns, means of the groups of studies (%(effects)s effects published), bands of totals, and "
            "each distribution on its own (%(bands)s published). Not looked at: distributions together with means, spreads, "
            "relations between factors, what else is told of an effect, and guessing."
        )
        % counts
    )
    return "\n" + "\n".join(said) + "\n"


def _percent(share: float) -> str:
    return str(round(100 * share))
