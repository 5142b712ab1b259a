"""One measure before and after, for one group or for two: each moment a point with its interval, the points joined."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from draagkracht.ui.charts.figure import (
    Estimate,
    Figure,
    Scale,
    absence,
    between,
    dot,
    drawing,
    key_of,
    legend,
    line,
    number,
    percent,
    square,
    table,
    told,
    told_heads,
    words,
)  # fmt: skip

HEIGHT, TOP, BOTTOM, LABELS = 208, 30, 158, 196
FIRST, LAST = 0.16, 0.84
# Two groups stand beside each other, so that their intervals do not hide one another (share of the width).
ASIDE = 0.022
TONES = (("low", "mid"), ("high", "warm"))


@dataclass(frozen=True)
class Course:
    """One group over the moments: its name and an estimate for each of them."""

    name: str
    estimates: tuple[Estimate, ...]


def before_after(
    courses: Sequence[Course], labels: Sequence[str], scale: Scale, *, title: str, sure: str = "", key: str = ""
) -> Figure:
    """One or two groups on the whole scale. The first has round points and a full line, the second squares and a broken one.

    `labels` name the moments; every course has an estimate for each. `sure` is the word for the interval in the legend.
    Raises ValueError for more than two courses, or for a course of another length.
    """
    if not 1 <= len(courses) <= len(TONES) or any(len(course.estimates) != len(labels) for course in courses):
        raise ValueError("one or two courses, with an estimate for each moment")
    key = key or key_of("courses", courses, labels, scale, title)
    shapes = [*_ground(scale)]
    for number_of, course in enumerate(courses):
        shapes += _course(course, number_of, len(courses), scale)
    shapes += [words(percent(_x(at, len(labels))), LABELS, label) for at, label in enumerate(labels)]
    picture = drawing(key, title, _summary(courses, labels, scale), HEIGHT, shapes)
    entries = [(mark, course.name) for mark, course in zip(("dot", "square"), courses, strict=False)]
    shown = any(estimate.interval for course in courses for estimate in course.estimates)
    entries += [("range", sure)] if shown and sure else []
    return Figure(title, picture, _table(courses, labels, scale, title), legend(entries))


def _x(at: int, count: int) -> float:
    return 0.5 if count == 1 else FIRST + (LAST - FIRST) * at / (count - 1)


def _y(value: float, scale: Scale) -> float:
    return round(BOTTOM - scale.share(value) * (BOTTOM - TOP), 2)


def _ground(scale: Scale) -> Iterator[SafeString]:
    for value, word, y in ((scale.high, scale.high_word, TOP), (scale.low, scale.low_word, BOTTOM)):
        yield line("0%", "100%", y, y, "line", 1)
        yield words("0%", y - 6 if y == TOP else y + 15, f"{number(value)} {word}".strip(), "start")


def _course(course: Course, place: int, groups: int, scale: Scale) -> Iterator[SafeString]:
    tone, pale = TONES[place]
    aside = (2 * place - 1) * ASIDE if groups == 2 else 0.0
    spots = [(percent(_x(at, len(course.estimates)) + aside), estimate) for at, estimate in enumerate(course.estimates)]
    for (x1, one), (x2, two) in pairwise(spots):
        if one.value is not None and two.value is not None:
            yield _joint(x1, x2, _y(one.value, scale), _y(two.value, scale), tone, broken=place == 1)
    for x, estimate in spots:
        if estimate.interval:
            low, high = estimate.interval
            yield line(x, x, _y(low, scale), _y(high, scale), pale, 7)
        if estimate.value is not None:
            y = _y(estimate.value, scale)
            yield square(x, y) if place else dot(x, y, 6.5)


def _joint(x1: str, x2: str, y1: float, y2: float, tone: str, *, broken: bool) -> SafeString:
    return format_html(
        '<line class="s-{}" x1="{}" x2="{}" y1="{}" y2="{}" stroke-width="2.5" stroke-linecap="round"{}/>',
        tone, x1, x2, f"{y1:g}", f"{y2:g}", SafeString(' stroke-dasharray="2 6"') if broken else "",
    )  # fmt: skip


def _summary(courses: Sequence[Course], labels: Sequence[str], scale: Scale) -> str:
    said = [scale.words()]
    for course in courses:
        for label, estimate in zip(labels, course.estimates, strict=True):
            shown = scale.said(estimate.value) if estimate.value is not None else absence(estimate)
            said.append(f"{course.name}, {label}: {' '.join(p for p in (shown, between(estimate, scale)) if p)}")
    return "; ".join(said)


def _table(courses: Sequence[Course], labels: Sequence[str], scale: Scale, title: str) -> SafeString:
    rows = (
        (f"{label} · {course.name}", *told(estimate, scale))
        for at, label in enumerate(labels)
        for course in courses
        for estimate in (course.estimates[at],)
    )
    return table(title, (pgettext("column of a chart", "When"), *told_heads()), rows)
