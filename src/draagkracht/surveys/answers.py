"""What one person has answered so far, and how saves that come late, twice or in another order are merged. Pure.

The sealed payload of an unfinished submission is
    {"version": hash, "rev": r, "answers": {code: whole number or None}, "seen": {code: [rev, tab, {tab: counter}]}}
None means "rather not say"; an item without an entry was not answered yet. `rev` counts accepted changes. `seen` keeps
for each item the revision and the tab of the last accepted change, and for each tab the highest counter it sent.

No clock is trusted. A change carries the tab that made it, that tab's counter and `base`: the revision that the tab knew
when the answer was given.
    the same tab, a counter not above its last one       a retry, or an older change that arrives late: nothing happens
    the last change of the item is another tab's, and it
    came after `base`                                     given without sight of a newer answer: the newer one stays
    otherwise                                             it becomes the answer
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# A browser that reloads makes a new tab id: enough for any person, and a bound for who plays with the address.
MOST_TABS = 40


class OutOfRange(ValueError):
    """The item has no such answer; args = (code,)."""


class UnknownItem(ValueError):
    """The questionnaire has no such item; args = (code,)."""


@dataclass(frozen=True, slots=True)
class Change:
    """One answer as a tab sends it."""

    code: str
    value: int | None
    tab: str
    counter: int
    base: int


def blank(version: str) -> dict:
    """The payload of somebody who has just begun."""
    return {"version": version, "rev": 0, "answers": {}, "seen": {}}


def check(ranges: Mapping[str, tuple[int, int]], changes: Iterable[Change]) -> None:
    """Raises UnknownItem or OutOfRange for the first change that the questionnaire does not know."""
    for change in changes:
        if change.code not in ranges:
            raise UnknownItem(change.code)
        low, high = ranges[change.code]
        if change.value is not None and not low <= change.value <= high:
            raise OutOfRange(change.code)


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
        payload["answers"][change.code] = change.value
        entry[0], entry[1] = payload["rev"], change.tab
    return kept
