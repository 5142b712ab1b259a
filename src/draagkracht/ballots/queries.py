"""Shared reads: whose ticket this is, which evaluations there are, and what closed ones say. Call inside a scope."""

import csv
import datetime
import io
import math
import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from scipy import stats

from . import rules
from .models import Ballot, Evaluation, Signal
from .questions import Question, questions

SCALE = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Outcome:
    """What was answered to one closed question. `counts` of 1 to 5; with fewer than k answers `n`, counts and mean are None.

    `low` to `high`: 95 % interval of the mean (Student's t); None where all answers are equal.
    """

    question: Question
    n: int | None = None
    counts: tuple[int, ...] | None = None
    mean: float | None = None
    low: float | None = None
    high: float | None = None


def evaluations() -> list[Evaluation]:
    """Every evaluation, newest first. One query."""
    return list(Evaluation.objects.order_by("-made_at", "-id"))


def has_results(evaluation: Evaluation) -> bool:
    """Closed, with k ballots or more."""
    return bool(evaluation.closed_at and (evaluation.ballots_counted or 0) >= rules.policy(evaluation.organisation).k)


def outcomes(found: Iterable[Evaluation], language: str) -> list[Outcome]:
    """Each closed question over all of these evaluations together (of one organisation and one sheet of questions)."""
    found = [one for one in found if has_results(one)]
    if not found:
        return []
    k = rules.policy(found[0].organisation).k
    ballots = list(Ballot.objects.filter(evaluation__in=found).values_list("answers", flat=True))
    asked = [one for one in questions(found[0].questions, language) if one.closed]
    return [_outcome(one, [b[one.id] for b in ballots if one.id in b], k) for one in asked]


def _outcome(question: Question, given: list[int], k: int) -> Outcome:
    n = len(given)
    if n < k:
        return Outcome(question)
    tally = Counter(given)
    mean = sum(given) / n
    spread = math.sqrt(sum((value - mean) ** 2 for value in given) / (n - 1))
    half = float(stats.t.ppf(0.975, n - 1)) * spread / math.sqrt(n)
    low, high = (max(1.0, mean - half), min(5.0, mean + half)) if spread else (None, None)
    return Outcome(question, n, tuple(tally[value] for value in SCALE), mean, low, high)


def may_read_texts(evaluation: Evaluation) -> bool:
    """From ten ballots on somebody looks at the texts, and may publish them."""
    return (
        has_results(evaluation) and (evaluation.ballots_counted or 0) >= rules.policy(evaluation.organisation).text_from
    )


def texts(evaluation: Evaluation, language: str) -> list[tuple[Question, list[str]]]:
    """What was written to each open question, each question in an order of its own, so that nothing joins two of them."""
    ballots = list(Ballot.objects.filter(evaluation=evaluation).values_list("answers", flat=True))
    found = []
    for question in questions(evaluation.questions, language):
        if not question.closed:
            written = sorted(b[question.id] for b in ballots if question.id in b)
            found.append((question, secrets.SystemRandom().sample(written, len(written))))
    return found


@dataclass(frozen=True)
class HalfYear:
    """One programme in one half year: evaluations that count, those left out for too few ballots, and the outcomes."""

    programme: str
    counted: list[Evaluation]
    left_out: int
    outcomes: list[Outcome]


def half_of(day: datetime.date) -> tuple[int, int]:
    """(year, 1 or 2)."""
    return day.year, 1 if day.month <= 6 else 2


def day_of(evaluation: Evaluation) -> datetime.date:
    """When it was held; else the day on which voting closed."""
    return evaluation.held_on or timezone.localdate(evaluation.closed_at)


def halves() -> list[tuple[int, int]]:
    """The half years in which an evaluation closed, newest first."""
    return sorted({half_of(day_of(one)) for one in Evaluation.objects.exclude(closed_at=None)}, reverse=True)


def half_year(year: int, half: int, language: str) -> list[HalfYear]:
    """Every programme of a half year, by name. Two queries and one for each programme."""
    closed = Evaluation.objects.exclude(closed_at=None).select_related("organisation").order_by("programme", "id")
    by_programme: dict[tuple[str, str], list[Evaluation]] = {}
    for one in closed:
        if half_of(day_of(one)) == (year, half):
            by_programme.setdefault((one.programme, str(one.questions)), []).append(one)
    reports = []
    for (programme, _sheet), found in by_programme.items():
        counted = [one for one in found if has_results(one)]
        reports.append(HalfYear(programme, counted, len(found) - len(counted), outcomes(counted, language)))
    return reports


def half_year_csv(reports: list[HalfYear], withheld: str) -> str:
    """One line for each programme and closed question; what is withheld has the reason in the last column."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["programme", "evaluations", "left_out", "question", "n", *SCALE, "mean", "low", "high", "withheld"]
    )
    for one in reports:
        head = [_plain(one.programme), len(one.counted), one.left_out]
        if not one.outcomes:
            writer.writerow([*head, "", *[""] * 9, withheld])
        for row in one.outcomes:
            counts = row.counts or ("",) * len(SCALE)
            numbers = ["" if value is None else f"{value:.2f}" for value in (row.mean, row.low, row.high)]
            n = "" if row.n is None else row.n
            writer.writerow([*head, row.question.id, n, *counts, *numbers, withheld if row.n is None else ""])
    return out.getvalue()


def _plain(text: str) -> str:
    # A spreadsheet takes a cell that begins so for a formula.
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def signals() -> list[Signal]:
    """Every signal, newest first. One query."""
    return list(Signal.objects.order_by("-said_on", "-id"))
