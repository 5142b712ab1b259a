"""Numbers as people write them in Dutch and in English. What can be read in two ways is refused, never guessed."""

import re

from draagkracht.ui.sheets import Exact

# 7,5 or 7.5: a sign with one or two digits behind it (or more than three) can only mark decimals.
_PLAIN = re.compile(r"-?\d+(?:[.,]\d+)?", re.ASCII)
_GROUPED = re.compile(
    r"-?\d{1,3}(?:\.\d{3})+(?:,\d+)?|-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d+)?", re.ASCII
)
_EITHER = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
EMPTY = frozenset({"", "-", "–", "—", "n.v.t.", "nvt", "n/a", "na", "n.b.", "nb", "onbekend", "unknown"})


class NoNumber(Exception):
    """The text is no number."""


class TwoWays(Exception):
    """The text can be read in two ways: 1.250 is a thousand and more, or one and a quarter."""


def amount_of(text: str) -> tuple[float | None, bool]:
    """The number and whether a percent sign stood with it; None for a cell that says nothing. Raises NoNumber, TwoWays."""
    exact = isinstance(text, Exact)
    bare = " ".join(str(text).replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ").split())
    percent = bare.endswith("%")
    bare = bare.rstrip("%").strip().replace("−", "-")
    if bare.casefold() in EMPTY:
        return None, percent
    if exact:
        return float(bare), percent
    if _EITHER.fullmatch(bare):
        raise TwoWays
    if _PLAIN.fullmatch(bare):
        return float(bare.replace(",", ".")), percent
    if not _GROUPED.fullmatch(bare):
        raise NoNumber
    decimals = max(bare.rfind(","), bare.rfind("."))
    groups = bare.count(bare[decimals]) if decimals >= 0 else 0
    others = set(re.findall(r"[.,]", bare))
    # Of two signs the last one marks the decimals; one sign alone that comes more than once parts thousands.
    if decimals >= 0 and (len(others) == 2 or (groups == 1 and re.search(r"[ '’]", bare))):
        whole, part = bare[:decimals], bare[decimals + 1 :]
        return float(re.sub(r"[., '’]", "", whole) + "." + part), percent
    return float(re.sub(r"[., '’]", "", bare)), percent
