"""What one person has answered so far, and how saves that come late, twice or in another order are merged. Pure.

The sealed payload of an unfinished submission is
    {"version": hash, "rev": r, "answers": {code: answer}, "seen": {code: [rev, tab, {tab: counter}]}}
An answer is what `instruments.questions` stores for its kind: a number, a text, a list; None means "rather not say". An
item without an entry was not answered yet. A change to "" takes an answer back: nobody answered that any more. `rev` counts accepted changes. `seen` keeps
for each item the revision and the tab of the last accepted change, and for each tab the highest counter it sent.

No clock is trusted. A change carries the tab that made it, that tab's counter and `base`: the revision that the tab knew
when the answer was given.
    the same tab, a counter not above its last one       a retry, or an older change that arrives late: nothing happens
    the last change of the item is another tab's, and it
    came after `base`                                     given without sight of a newer answer: the newer one stays
    otherwise                                             it becomes the answer
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from draagkracht.instruments.questions import NotAnAnswer, Question

# A browser that reloads makes a new tab id: enough for any person, and a bound for who plays with the address.
MOST_TABS = 40
TAKEN_BACK = ""


class OutOfRange(ValueError):
    """The item has no such answer; args = (code,)."""


class UnknownItem(ValueError):
    """The questionnaire has no such item; args = (code,)."""


@dataclass(frozen=True, slots=True)
class Change:
    """One answer as a tab sends it."""

    code: str
    value: Any
    tab: str
    counter: int
    base: int


def blank(version: str) -> dict:
    """The payload of somebody who has just begun."""
    return {"version": version, "rev": 0, "answers": {}, "seen": {}}


def check(questions: Mapping[str, Question], changes: Iterable[Change]) -> list[Change]:
    """The changes with each value as it is stored. Raises UnknownItem or OutOfRange for the first that cannot be."""
    return [_checked(questions, change) for change in changes]


def _checked(questions: Mapping[str, Question], change: Change) -> Change:
    question = questions.get(change.code)
    if question is None:
        raise UnknownItem(change.code)
    if change.value == TAKEN_BACK:
        return change
    try:
        value = question.answer(change.value)
    except NotAnAnswer as error:
        raise OutOfRange(change.code) from error
    return change if value is change.value else replace(change, value=value)


def merge(payload: dict, changes: Iterable[Change]) -> list[str]:
    """Applies the changes to the payload in place; returns the codes where a newer answer of another tab stayed."""
    kept = []
    for change in changes:
        entry = payload["seen"].get(change.code)
        if entry is None:
            entry = payload["seen"][change.code] = [0, change.tab, {}]
        rev, last_tab, counters = entry
        if change.counter <= counters.get(change.tab, 0):
            continue
        counters[change.tab] = change.counter
        if len(counters) > MOST_TABS:
            # Forgotten tabs are still held off by `base`.
            del counters[next(tab for tab in counters if tab not in (change.tab, last_tab))]
        if last_tab != change.tab and rev > change.base:
            kept.append(change.code)
            continue
        payload["rev"] += 1
        if change.value == TAKEN_BACK:
            payload["answers"].pop(change.code, None)
        else:
            payload["answers"][change.code] = change.value
        entry[0], entry[1] = payload["rev"], change.tab
    return kept
