"""Step 6: what is about to be published is attacked before any answer is read, together with everything published before."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from draagkracht.insights.attack.rows import Rows, edges, hidden_sum
from draagkracht.insights.release.breakdowns import Broken
from draagkracht.insights.release.measures import Measured
from draagkracht.science.attack import Wave
from draagkracht.science.disclosure import Path, Plan, Policy
from draagkracht.science.disclosure.breakdown import nothing
from draagkracht.science.disclosure.structure import PROTECTED
from draagkracht.science.gate import Question, as_published, assaults, gated

Drafts = Mapping[int, Callable[[frozenset[Path]], Plan]]


class Gate:
    """The gate of one release. `found` are its measures, `policies` the thresholds by k. It reads rows of releases only."""

    def __init__(self, found: Sequence[Measured], policies: Mapping[int, Policy]):
        self.found, self.policies = found, policies
        self.rows = Rows.read()
        self.outcomes: dict[int, dict[str, Any]] = {}

    def plans(self, drafts: Drafts) -> dict[int, Plan]:
        """For each k the plan of units that is not broken; where somebody is found whatever is withheld, one without figures."""
        made = {}
        for k, draft in sorted(drafts.items()):
            plan, outcome = gated(partial(_drafted, draft), self._questions(k))
            made[k] = _keyed(_protected(plan) if outcome.left else plan, uuid.UUID)
            self.outcomes[k] = outcome.stored()
        return made

    def breakdowns(self, broken: Sequence[Broken], plans: Mapping[int, Plan]) -> list[Broken]:
        """Those that do not break beside the units and each other; of the others nothing is shown."""
        passed: list[Broken] = []
        for one in broken:
            beside = [plans[one.k], *(other.plan for other in passed if other.k == one.k)]
            tree = _keyed(one.plan, _hex)
            cases = assaults(tree, self._questions(one.k, beside), beside=True)
            if any(case.people for case in cases):
                self.outcomes[one.k].setdefault("breakdowns", []).append(one.breakdown)
                one = replace(one, plan=nothing(one.plan))
            passed.append(one)
        return passed

    def _questions(self, k: int, beside: Sequence[Plan] = ()) -> list[Question]:
        """One for each way in which figures of this k are read; `beside` are other trees of the same round."""
        every = [measure.data for measure in self.found]
        made: dict[tuple, Question] = {}
        for data in every:
            if data["k"] == k:
                policy = self.policies[k]
                hidden = hidden_sum(data, every, {"c": policy.c, "rho": policy.rho})
                past = self.rows.history(data)
                key = (tuple(map(id, past)), edges(data), hidden)
                if key not in made:
                    now = tuple(_wave(number, plan, hidden) for number, plan in enumerate(beside))
                    made[key] = Question((*past, *now), edges(data), policy.rho, policy.c, hidden)
        return list(made.values())


def _wave(number: int, made: Plan, hidden: float) -> Wave:
    """The units of the round come first; whatever follows is seen beside them."""
    return replace(as_published(f"beside {number}", _keyed(made, _hex), hidden), beside=number > 0)


def _drafted(draft: Callable[[frozenset[Path]], Plan], avoid: frozenset[Path]) -> Plan:
    return _keyed(draft(avoid), _hex)


def _protected(made: Plan) -> Plan:
    units = {
        path: replace(unit, n=0, reason=unit.reason or PROTECTED, grouped_with=(), held_back=0, atoms=())
        for path, unit in made.units.items()
    }
    return replace(made, units=units, atoms={}, held_back=frozenset())


def _keyed(made: Plan, key: Callable[[Any], Any]) -> Plan:
    """A plan with other names of people: rows know them by the hexadecimal form of their pseudonym."""
    atoms = {path: tuple(key(person) for person in people) for path, people in made.atoms.items()}
    return replace(made, atoms=atoms, held_back=frozenset(key(person) for person in made.held_back))


def _hex(person: uuid.UUID) -> str:
    return person.hex
