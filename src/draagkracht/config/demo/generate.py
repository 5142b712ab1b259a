"""The whole demo as plain values: people, rounds, questions and answers, from the catalogue and one seed. No Django."""

import datetime
import random
from dataclasses import dataclass
from typing import Any

import numpy as np

from draagkracht.config.demo import psychometrics
from draagkracht.config.demo.larger import larger, longer
from draagkracht.config.demo.organisation import DemoPerson, WaveDates, make_staff, quarters, read, teams_of
from draagkracht.config.demo.psychometrics import Places, Question, Table
from draagkracht.instruments.catalogue import find

INSTRUMENTS = ("pulse", "bat-12", "uwes-9")


@dataclass(frozen=True)
class Study:
    """`answers[code]` and `sent` have one row a person and one column a wave (the last one is open); NaN = not said."""

    plan: dict[str, Any]
    waves: list[WaveDates]
    people: list[DemoPerson]
    places: Places
    questions: list[Question]
    answers: dict[str, Table]
    sent: np.ndarray

    def given(self, person: int, wave: int) -> dict[str, int | None]:
        """The answers of one person in one wave (index from 0) by code."""
        row = {code: table[person, wave] for code, table in self.answers.items()}
        return {code: None if np.isnan(value) else int(value) for code, value in row.items()}

    def day(self, person: int, wave: int) -> datetime.date:
        """When this person sends this wave (index from 0) in: most of them soon; in the open wave by today."""
        dates, chance = self.waves[wave], random.Random(f"{self.plan['seed']} {person} {wave}")
        latest = 9 if wave == len(self.waves) - 1 else (dates.closes - dates.opens).days - 1
        return dates.opens + datetime.timedelta(days=min(int(chance.expovariate(0.2)), latest))


def questions_of(instrument_id: str) -> list[Question]:
    """The questions of a catalogue instrument, each with the smallest scale it belongs to."""
    instrument = find(instrument_id)
    scales = sorted((scale for scale in instrument.key.scales if scale.items), key=lambda scale: len(scale.items))
    return [
        Question(
            item.code,
            f"{instrument_id}.{next(s.id for s in scales if item.code in s.items)}",
            item.minimum,
            item.maximum,
        )
        for item in instrument.key.items
    ]


def make_study(
    today: datetime.date | None = None, seed: int | None = None, times: int = 1, rounds: int | None = None
) -> Study:
    """Draws everything. The same seed gives the same people and answers; `today` only shifts the calendar.

    `times` as many teams, and so many closed `rounds` (as the catalogue says where it is None).
    """
    plan, story = read("organisation"), read("story")
    if times > 1:
        plan = larger(plan, times)
    if rounds is not None:
        plan, story = longer(plan, story, rounds)
    seed = plan["seed"] if seed is None else seed
    people, teams = make_staff(plan, read("names"), seed), teams_of(plan)
    waves = quarters(plan, today or plan["anchor"])
    codes = list(teams)
    at = [[codes.index(p.teams[w.number]) if w.number in p.teams else -1 for w in waves] for p in people]
    places = Places(np.array(at), codes, [teams[code]["department"] for code in codes])
    chance = np.random.default_rng(seed)
    questions = [question for name in INSTRUMENTS for question in questions_of(name)]
    answers = psychometrics.answers(story, psychometrics.latents(story, places, chance), questions, chance)
    worker = [index for index, person in enumerate(people) if person.role == "worker"]
    sent = psychometrics.responded(places, [teams[code]["response"] for code in codes], worker, chance)
    return Study(plan, waves, people, places, questions, answers, sent)
