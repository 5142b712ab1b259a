"""How somebody works: kind of contract and type of shift in words that organisations share, and years in service in bands.

A word of a staff file that is known here is kept as its key ("permanent", "night"); any other word is kept as it was
written, for it may be the organisation's own. Empty means that nobody said.
"""

import datetime
import re
import unicodedata

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# What a membership tells of the work itself.
WORK = ("profession", "contract", "shift")
# By what figures of a wave can be broken down, beside the units.
BREAKDOWNS: dict[str, Promise] = {
    "profession": _("Profession"),
    "seniority": _("Years in service"),
    "contract": _("Kind of contract"),
    "shift": _("Type of shift"),
}
# Key -> what it is called on a page, and how Dutch and English files write it: letters and figures only, small.
_CONTRACTS: dict[str, tuple[Promise, str]] = {
    "permanent": (
        _("permanent"),
        "permanent vast vastcontract vastdienstverband onbepaald onbepaaldetijd onbepaaldeduur cdi statutair vastbenoemd "
        "openended indefinite",
    ),
    "temporary": (
        _("temporary"),
        "temporary tijdelijk tijdelijkcontract bepaald bepaaldetijd bepaaldeduur cdd vervanging vervangingscontract "
        "fixedterm",
    ),
    "agency": (_("through an agency"), "agency uitzend uitzendkracht uitzendcontract interim interimaris gedetacheerd"),
    "self-employed": (_("self-employed"), "selfemployed zelfstandig zelfstandige zzp zzper freelance freelancer"),
    "on-call": (_("on call"), "oncall oproep oproepkracht oproepcontract nuluren nulurencontract flexi flexijob zerohours"),
    "student": (_("student or trainee"), "student jobstudent studentenjob stagiair stage leerling trainee intern"),
    "volunteer": (_("volunteer"), "volunteer vrijwilliger vrijwilligerswerk"),
}  # fmt: skip
_SHIFTS: dict[str, tuple[Promise, str]] = {
    "day": (_("day"), "day dayshift dag dagdienst kantooruren officehours"),
    "early-late": (_("early and late in turn"), "earlylate earlyandlate vroeglaat vroegenlaat vroegelate 2ploegen"),
    "evening": (_("evening"), "evening eveningshift avond avonddienst late laat latedienst"),
    "night": (_("night"), "night nightshift nights nacht nachtdienst nachten vastenacht"),
    "rotating": (
        _("rotating, nights too"),
        "rotating rotatingshift roterend wisseldienst wisseldiensten wisselend ploegen ploegendienst 3ploegen 5ploegen "
        "continudienst volcontinu",
    ),
    "weekend": (_("weekend"), "weekend weekends weekenddienst"),
    "irregular": (_("irregular"), "irregular onregelmatig onregelmatigedienst flexibel flexible"),
}  # fmt: skip
KINDS = {"contract": _CONTRACTS, "shift": _SHIFTS}
_KEY_OF = {
    kind: {word: key for key, (_label, words) in known.items() for word in (key.replace("-", ""), *words.split())}
    for kind, known in KINDS.items()
}

# Band -> the first whole year of it and what it is called. Under two years is a starter in the programme's own sense
# (the trajectory for starters); the other borders are a choice of this product, not of a source.
SENIORITY: dict[str, tuple[int, Promise]] = {
    "0-1": (0, _("less than 2 years")),
    "2-5": (2, _("2 to 5 years")),
    "6-10": (6, _("6 to 10 years")),
    "11+": (11, _("11 years or more")),
}


def normal(kind: str, text: str) -> str:
    """The key of a known word of this kind ("contract" or "shift"), else the word as it was written."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _KEY_OF[kind].get(re.sub(r"[^a-z0-9]", "", plain), text)


def label(kind: str, value: str) -> str:
    """What a stored value is called in the reader's language; an organisation's own word stays itself."""
    if kind == "seniority":
        return str(SENIORITY[value][1]) if value in SENIORITY else value
    known = KINDS.get(kind, {})
    return str(known[value][0]) if value in known else value


def seniority(first_day: datetime.date, on: datetime.date) -> str:
    """The band of whole years in service since the first day; "" for a day to come."""
    if first_day > on:
        return ""
    years = on.year - first_day.year - ((on.month, on.day) < (first_day.month, first_day.day))
    return [band for band, (least, _label) in SENIORITY.items() if years >= least][-1]
