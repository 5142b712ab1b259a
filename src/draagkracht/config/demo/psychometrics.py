"""How people of the demo answer: latent states that follow the JD-R model, cut into the steps of each question. Pure.

Arrays have one row a person and one column a wave; a latent value has mean 0 and a spread of about 1 before any event.
What belongs to a team, to a person and to the moment is set in catalogue/demo/story.yaml, as are the events.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.float64]


@dataclass(frozen=True)
class Question:
    """One item: the scale ("instrument.scale") it belongs to, and its lowest and highest answer."""

    code: str
    scale: str
    low: int
    high: int


@dataclass(frozen=True)
class Places:
    """`team[person, wave]` is an index into `codes`, -1 where absent; `above[i]` is the department of team i."""

    team: NDArray[np.int64]
    codes: Sequence[str]
    above: Sequence[str]

    @property
    def shape(self) -> tuple[int, int]:
        return self.team.shape[0], self.team.shape[1]


def shifts(places: Places, events: Sequence[Mapping[str, Any]], construct: str) -> Table:
    """What the events of a team and of its department add, per person and wave."""
    total = np.zeros((len(places.codes), places.shape[1]))
    for event in events:
        series = event["shifts"].get(construct)
        if series is not None:
            for index, code in enumerate(places.codes):
                if event["unit"] in (code, places.above[index]):
                    total[index] += series
    return _by_person(places, total)


def _by_person(places: Places, by_team: Table) -> Table:
    """Values per team and wave, looked up for each person; 0 where absent."""
    waves = np.arange(places.shape[1])
    return np.where(places.team >= 0, by_team[places.team, waves], 0.0)


def _standard(draws: Table) -> Table:
    """The same draws with mean 0 and spread 1 along the first axis: few teams would miss both by chance."""
    return (draws - draws.mean(0)) / draws.std(0)


def correlated(story: Mapping[str, Any], rows: int, chance: np.random.Generator) -> dict[str, Table]:
    """One standard normal value a row for each factor, correlated as the story says."""
    groups = [factor["group"] for factor in story["factors"].values()]
    rho = story["correlation"]
    matrix = np.array(
        [[1.0 if i == j else _rho(rho, a, b) for j, b in enumerate(groups)] for i, a in enumerate(groups)]
    )
    values = chance.standard_normal((rows, len(groups))) @ np.linalg.cholesky(matrix).T
    return dict(zip(story["factors"], values.T, strict=True))


def _rho(rho: Mapping[str, float], first: str, second: str) -> float:
    return rho[first] if first == second else rho["between"]


def latents(story: Mapping[str, Any], places: Places, chance: np.random.Generator) -> dict[str, Table]:
    """Every construct of the story, per person and wave: factors first, then what follows from them."""
    people, waves = places.shape
    traits, team_levels = correlated(story, people, chance), correlated(story, len(places.codes), chance)
    moments = [correlated(story, people, chance) for _ in range(waves)]
    found: dict[str, Table] = {}
    for name, factor in story["factors"].items():
        moment = np.column_stack([m[name] for m in moments])
        state = (
            np.sqrt(factor["trait"]) * traits[name][:, None] + np.sqrt(1 - factor["team"] - factor["trait"]) * moment
        )
        level = _level(story, places, name, team_levels[name])
        found[name] = state + _team_part(story, places, chance, factor["team"], level)
        found[name] += shifts(places, story["events"], name)
    for name, outcome in story["outcomes"].items():
        follows = sum((weight * found[source] for source, weight in outcome["from"].items()), np.zeros((people, waves)))
        follows = follows + _later(outcome.get("later", {}), found, places)
        left = max(0.2, 1 - float(np.var(follows)))
        trait = chance.standard_normal((people, 1)) * np.sqrt(outcome["trait"] * left)
        moment = chance.standard_normal((people, waves)) * np.sqrt((1 - outcome["trait"] - outcome["team"]) * left)
        level = _level(story, places, name, chance.standard_normal(len(places.codes)))
        found[name] = follows + trait + moment + _team_part(story, places, chance, outcome["team"] * left, level)
        found[name] += shifts(places, story["events"], name)
    return found


def _later(weights: Mapping[str, float], found: Mapping[str, Table], places: Places) -> Table:
    """What follows from the round before; nothing in the first one."""
    total = np.zeros(places.shape)
    for source, weight in weights.items():
        total[:, 1:] += weight * found[source][:, :-1]
    return total


def _level(story: Mapping[str, Any], places: Places, construct: str, draws: Table) -> Table:
    """How each team differs from the others; what the story tells of a team is not blurred by such a difference."""
    told = {event["unit"] for event in story["events"] if construct in event["shifts"]}
    return np.where(np.isin(places.codes, list(told)), 0.0, _standard(draws))[:, None]


def _team_part(
    story: Mapping[str, Any], places: Places, chance: np.random.Generator, share: float, level: Table
) -> Table:
    drift = chance.standard_normal((len(places.codes), places.shape[1])) * story["drift"]
    return _by_person(places, np.sqrt(share) * level + drift)


def answers(
    story: Mapping[str, Any], states: Mapping[str, Table], questions: Sequence[Question], chance: np.random.Generator
) -> dict[str, Table]:
    """Answers per question code, in whole steps; NaN where somebody would rather not say."""
    found = {}
    for question in questions:
        setting = story["scales"][question.scale]
        state = states[question.scale.partition(".")[2]]
        kept = story["stable_question"]
        noise = np.sqrt(kept) * chance.standard_normal((state.shape[0], 1))
        noise = noise + np.sqrt(1 - kept) * chance.standard_normal(state.shape)
        value = setting["loading"] * state + np.sqrt(1 - setting["loading"] ** 2) * noise
        # Questions of one scale differ a little in how easily people say yes.
        value += setting["centre"] + 0.12 * chance.standard_normal()
        steps = question.high - question.low
        edges = (np.arange(steps) - (steps - 1) / 2) * setting["width"]
        step = question.low + np.searchsorted(edges, value.ravel()).reshape(value.shape).astype(float)
        step[chance.random(step.shape) < story["missing"]] = np.nan
        found[question.code] = step
    return found


def responded(places: Places, rates: Sequence[float], always: Sequence[int], chance: np.random.Generator) -> NDArray:
    """True where a person sends the questionnaire in: a team's rate, and people who mostly do or mostly do not."""
    people, waves = places.shape
    liking = 0.6 * chance.standard_normal((people, 1)) + np.sqrt(1 - 0.6**2) * chance.standard_normal((people, waves))
    # The normal quantile of a rate, without scipy: a large sorted sample is near enough.
    sample = np.sort(chance.standard_normal(20_000))
    edges = sample[(np.asarray(rates) * (len(sample) - 1)).astype(int)]
    sent = liking < edges[places.team]
    sent[list(always)] = True
    return sent & (places.team >= 0)
