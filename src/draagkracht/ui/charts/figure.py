"""What all charts share: the number with its uncertainty, the scale, the finished figure and its table."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

# Colours on paper; on a screen the class of the same name gives them (dark scheme, forced colours).
PAPER = {
    "low": "#2073bc", "mid": "#8fb8dc", "even": "#d9d2c5", "warm": "#f7b58c", "high": "#f46a25", "top": "#801650",
    "sand": "#f6f1e7", "line": "#e2dacb", "ink": "#1d2733", "soft": "#55616e", "card": "#ffffff",
}  # fmt: skip
# Tones that carry dark words.
PALE = ("mid", "even", "warm", "high")
_SHAPE = re.compile(r"<(line|rect|circle|path|text)\b((?![^>]*\s(?:fill|stroke)=)[^>]*>)")
_CLASSES = re.compile(r'\sclass="([^"]*)"')
DASH = "–"
NOTHING = SafeString("")
WIDE, SPARK = SafeString(' width="100%"'), SafeString(' class="spark" width="96"')


@dataclass(frozen=True)
class Estimate:
    """A number with its uncertainty and how many people it rests on, or the reason why it is not there.

    `value` None with a `reason` is withheld; None without one means that there are no data. `low` and `high` bound the
    interval in the unit of the scale; `n` counts respondents. The reason is a sentence for readers, already translated.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    reason: str = ""

    @property
    def withheld(self) -> bool:
        return self.value is None and bool(self.reason)

    @property
    def interval(self) -> tuple[float, float] | None:
        """Low and high of a number that is shown; None where one of the three is missing."""
        if self.value is None or self.low is None or self.high is None:
            return None
        return self.low, self.high


@dataclass(frozen=True)
class Scale:
    """Range of a measure, with the words at its ends; `high` must lie above `low`, else ValueError.

    `shares`: a value is the part of the people who gave the answer at the high end, and is told in per cent.
    """

    low: float
    high: float
    low_word: str = ""
    high_word: str = ""
    shares: bool = False

    def __post_init__(self) -> None:
        if not self.high > self.low:
            raise ValueError(f"scale from {self.low} to {self.high}")

    def share(self, value: float) -> float:
        """Place of a value on the scale, 0 to 1; values outside stand at the edge."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))

    def said(self, value: float | None) -> str:
        """A value in the reader's language: one or two decimals on a short scale (3.0), none or one on a long one.

        39 % on a scale of shares; the space does not break.
        """
        if self.shares and value is not None:
            return f"{number(100 * self.share(value), 0)}\N{NO-BREAK SPACE}%"
        return number(value, 2, 1) if self.high - self.low <= 10 else number(value, 1)

    def about(self, value: float) -> str:
        """ "about 3.4", or "about 39 % say “yes”", translated."""
        if self.shares and self.high_word:
            return _("about %(value)s say “%(word)s”") % {"value": self.said(value), "word": self.high_word}
        return _("about %(value)s") % {"value": self.said(value)}

    def end(self, at: float, word: str) -> str:
        """A number at an end of the scale with its word, unless the word is that number: "5 always", "10"."""
        shown = self.said(at) if self.shares else number(at)
        return shown if self.shares and at == self.low else f"{shown} {'' if word == shown else word}".strip()

    def words(self) -> str:
        """ "from 1 (never) to 5 (always)", translated; empty on a scale of shares, where the numbers say so themselves."""
        if self.shares:
            return ""
        ends = [f"{number(at)} ({word})" if word not in ("", number(at)) else number(at) for at, word in self._ends()]
        return _("from %(low)s to %(high)s") % {"low": ends[0], "high": ends[1]}

    def _ends(self) -> tuple[tuple[float, str], tuple[float, str]]:
        return (self.low, self.low_word), (self.high, self.high_word)


@dataclass(frozen=True)
class Figure:
    """A finished chart. `{{ figure }}` gives all; `picture` and `table` may be placed apart."""

    title: str
    picture: SafeString
    table: SafeString
    legend: SafeString = NOTHING

    def __html__(self) -> str:
        as_table = (
            format_html("<details><summary>{}</summary>{}</details>", _("As a table"), self.table) if self.table else ""
        )
        return format_html(
            '<figure class="chart"><figcaption class="unseen">{}</figcaption>{}{}{}</figure>',
            self.title, self.legend, self.picture, as_table,
        )  # fmt: skip

    def __str__(self) -> str:
        return self.__html__()


def number(value: float | None, digits: int = 2, least: int = 0) -> str:
    """A number in the reader's language: at most `digits` decimals and no needless zeros beyond `least`; None is a dash."""
    if value is None:
        return DASH
    return _number(float(value), digits, least, get_language() or "")


@lru_cache(maxsize=4096)
def _number(value: float, digits: int, least: int, language: str) -> str:
    """Pages tell the same few numbers over and over: they are written once for each language."""
    shown = round(value, digits) + 0.0
    places = next(p for p in range(least, digits + 1) if p == digits or round(shown, p) == shown)
    return number_format(f"{shown:.{places}f}", decimal_pos=places, force_grouping=True)


def took_part(n: int | None) -> str:
    """ "12 people took part", translated; empty for None."""
    return "" if n is None else ngettext("%(n)s person took part", "%(n)s people took part", n) % {"n": number(n)}


def between(estimate: Estimate, scale: Scale) -> str:
    """ "between 3.1 and 3.9", translated; empty without an interval."""
    if not estimate.interval:
        return ""
    low, high = (scale.said(end) for end in estimate.interval)
    return _("between %(low)s and %(high)s") % {"low": low, "high": high}


def absence(estimate: Estimate) -> str:
    """Why there is no number: the reason, or that there are no data."""
    return _("Not shown: %(reason)s") % {"reason": estimate.reason} if estimate.withheld else _("No data")


def percent(share: float) -> str:
    """Coordinate for SVG: 0.625 gives "62.5%"; always with a point, whatever the language."""
    return f"{round(share * 100, 2):g}%"


def key_of(*parts: object) -> str:
    """Name for the ids inside one figure: follows from its content, so that the same input gives the same bytes."""
    return "g" + sha256(repr(parts).encode()).hexdigest()[:8]


def drawing(
    key: str, title: str, description: str, height: int, shapes: Iterable[SafeString], spark: bool = False
) -> SafeString:
    """An SVG that fills its column (or 96 px as a `spark`): name and description by id, `height` in pixels."""
    size = SPARK if spark else WIDE
    name, told = conditional_escape(title), conditional_escape(description)
    return SafeString(
        f'<svg{size} height="{height}" role="img" aria-labelledby="{key}-t {key}-d"><title id="{key}-t">{name}</title>'
        f'<desc id="{key}-d">{told}</desc>{joined(shapes)}</svg>'
    )


def joined(parts: Iterable[SafeString | str]) -> SafeString:
    """Parts one after the other; what is not marked safe is escaped."""
    return SafeString("".join(map(conditional_escape, parts)))


def painted(html: str) -> str:
    """A page with its drawings in the colours of PAPER, as attributes: a document on paper knows no classes inside a drawing."""
    return _SHAPE.sub(_with_paint, html)


def _with_paint(shape: re.Match[str]) -> str:
    tag, rest = shape[1], shape[2]
    css = found[1].split() if (found := _CLASSES.search(rest)) else []
    if tag == "text":
        tone = next((one[2:] for one in css if one.startswith("t-")), "")
        ink = ("ink" if tone in PALE else "card") if tone else "ink" if "said" in css else "soft"
        return f'<text font-size="13" font-family="sans-serif" fill="{PAPER[ink]}"{rest}'
    kinds = {"f-": "fill", "s-": "stroke"}
    paint = "".join(f' {kinds[one[:2]]}="{PAPER[one[2:]]}"' for one in css if one[:2] in kinds)
    return f"<{tag}{paint}{rest}"


def line(x1: str, x2: str, y1: float, y2: float, tone: str, width: float, cap: str = "round") -> SafeString:
    """A stroke in one of the tones of PAPER. What is not said is what a browser takes anyway: flat ends."""
    ends = "" if cap == "butt" else f' stroke-linecap="{cap}"'
    return SafeString(
        f'<line class="s-{tone}" x1="{x1}" x2="{x2}" y1="{y1:g}" y2="{y2:g}" stroke-width="{width:g}"{ends}/>'
    )


def dot(x: str, y: float, radius: float, tone: str = "low") -> SafeString:
    """A filled point with a thin rim in the colour of the card, so that it stands out from what lies under it."""
    return SafeString(f'<circle class="f-{tone} s-card" cx="{x}" cy="{y:g}" r="{radius:g}" stroke-width="1.5"/>')


def square(x: str, y: float, tone: str = "high") -> SafeString:
    """A filled square with the same rim: the mark of a second group."""
    return SafeString(
        f'<rect class="f-{tone} s-card" x="{x}" y="{y - 6:g}" width="12" height="12" transform="translate(-6)" stroke-width="1.5"/>'
    )


def words(x: str, y: float, text: str, anchor: str = "middle", css: str = "") -> SafeString:
    """Text in a drawing, 13 px on every screen."""
    kind = f' class="{css}"' if css else ""
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return SafeString(f'<text{kind} x="{x}" y="{y:g}"{place}>{conditional_escape(text)}</text>')


def legend(entries: Sequence[tuple[str, str]], closing: str = "") -> SafeString:
    """Marks with their words. A mark is `dot`, `square`, `range`, `tick`, `level`, `gap` or a tone; `closing` is a last plain word."""
    items = format_html_join("", "<li>{}{}</li>", ((_mark(mark), word) for mark, word in entries if word))
    last = format_html("<li>{}</li>", closing) if closing else ""
    return format_html('<ul class="legend">{}{}</ul>', items, last)


def _mark(mark: str) -> SafeString:
    if mark == "dot":
        shape = dot("7", 7, 6)
    elif mark == "square":
        shape = square("7", 7)
    elif mark == "range":
        shape = line("3", "11", 7, 7, "mid", 8)
    elif mark == "tick":
        shape = line("7", "7", 1, 13, "ink", 2.5, "butt")
    elif mark == "level":
        shape = line("0", "14", 7, 7, "ink", 2.5, "butt")
    elif mark == "gap":
        shape = open_mark("7", 7)
    else:
        shape = SafeString(f'<rect class="f-{mark}" y="1" width="13" height="12" rx="3"/>')
    return SafeString(f'<svg width="14" height="14" aria-hidden="true">{shape}</svg>')


def open_mark(x: str, y: float) -> SafeString:
    """An open ring: something belongs here but is not shown."""
    return SafeString(
        f'<circle class="f-card s-soft" cx="{x}" cy="{y:g}" r="5" stroke-width="1.5" stroke-dasharray="3 2"/>'
    )


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> SafeString:
    """The numbers of a figure as a table: the first cell of a row names it. Scrolls by keyboard when it is too wide."""
    head = "".join(f'<th scope="col">{conditional_escape(text)}</th>' for text in heads)
    body = "".join(_table_row(row) for row in rows)
    name = conditional_escape(title)
    return SafeString(
        f'<div class="scroll" role="region" tabindex="0" aria-label="{name}"><table><caption>{name}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _table_row(row: Sequence[str]) -> str:
    cells = "".join(f"<td>{conditional_escape(text)}</td>" for text in row[1:])
    return f'<tr><th scope="row">{conditional_escape(row[0])}</th>{cells}</tr>'


def told(estimate: Estimate, scale: Scale) -> tuple[str, str, str, str]:
    """The four cells of an estimate in a table: value (or why not), from, to, people."""
    shown = scale.said(estimate.value) if estimate.value is not None else absence(estimate)
    # A withheld figure shows no n either: which n would be shown depends on why it is withheld.
    count = number(estimate.n) if estimate.n is not None and estimate.value is not None else DASH
    low, high = estimate.interval or (None, None)
    return shown, scale.said(low), scale.said(high), count


def told_heads() -> tuple[str, str, str, str]:
    """Heads of the columns that `told` fills."""
    return (
        pgettext("column of a chart", "About"),
        pgettext("column of a chart", "From"),
        pgettext("column of a chart", "To"),
        pgettext("column of a chart", "Took part"),
    )
