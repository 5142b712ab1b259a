"""Own figures and moments of the demo: thirty months by department, drawn with the seed, brought in through the usual import."""

import csv
import datetime
import hashlib
import io
import math
import random
from typing import Any

from draagkracht.config.demo.generate import Study
from draagkracht.config.demo.organisation import read
from draagkracht.config.demo.people import Written
from draagkracht.figures.actions.imports import carry_out, plan_of
from draagkracht.figures.actions.moments import write as write_moment
from draagkracht.figures.columns import COLUMNS
from draagkracht.figures.entries import Reading
from draagkracht.figures.months import later, through
from draagkracht.people.models import Account
from draagkracht.ui import sheets

FILE = "eigen-cijfers.csv"
KEYS = (
    "absence-rate.rate", "absence-rate.short", "absence-rate.long", "absence-frequency.frequency", "turnover.leavers",
    "turnover.average-staff", "incidents.count", "incidents.care-days", "aggression.count", "aggression.fte",
    "client-satisfaction.score", "client-satisfaction.clients", "exit-interviews.count", "stay-interviews.count",
)  # fmt: skip
Row = dict[str, float | str]


def figures(study: Study, written: Written, today: datetime.date, by: Account) -> None:
    """The file, read and stored as any other. Call inside the scope, in a transaction."""
    story = read("figures")
    reasons = [
        *(f"exit-interviews.{name}" for name in story["reasons"]),
        *(f"stay-interviews.{name}" for name in story["themes"]),
    ]
    header = ("unit", "month", *KEYS, *reasons)
    data = _file(header, rows(study, story, today))
    sheet = sheets.read(data)
    plan = plan_of(sheet, Reading(COLUMNS, {name: at for at, name in enumerate(sheet.header)}))
    carry_out(written.organisation, by, plan, FILE, hashlib.sha256(data).hexdigest())


def moments(study: Study, written: Written, number: int, by: Account) -> None:
    """What happened after the round of that number."""
    for one in read("figures")["moments"]:
        if one["wave"] == number:
            starts = study.waves[number - 1].closes + datetime.timedelta(days=one["after"])
            ends = starts + datetime.timedelta(days=one["days"]) if "days" in one else None
            unit = written.units[one["unit"]] if "unit" in one else None
            write_moment(
                written.organisation,
                by,
                title=one["title"],
                kind=one["kind"],
                starts_on=starts,
                ends_on=ends,
                unit=unit,
            )


def rows(study: Study, story: dict[str, Any], today: datetime.date) -> list[Row]:
    """A row for each department and month, and one for the whole: sums of counts, means by the size of a department."""
    chance = random.Random(study.plan["seed"] + 9)
    last = later(today.replace(day=1), -1)
    axis = through(later(last, 1 - story["months"]), last)
    sizes = {one["code"]: sum(team["size"] for team in one["teams"]) for one in study.plan["departments"]}
    drift = dict.fromkeys(sizes, 0.0)
    found: list[Row] = []
    for at, month in enumerate(axis):
        left = len(axis) - 1 - at
        parts = []
        for code, size in sizes.items():
            drift[code] = 0.35 * drift[code] + chance.gauss(0, story["noise"])
            parts.append(_department(story, code, size, month, left, drift[code], chance))
        found += [*parts, _whole(story, study.plan["slug"], parts, sizes, chance)]
    return found


def _department(
    story: dict, code: str, size: int, month: datetime.date, left: int, drift: float, chance: random.Random
) -> Row:
    base = dict(story["departments"][code])
    for shift in story["shifts"]:
        if shift["unit"] == code and left < shift["from"]:
            base |= {name: base[name] + shift[name] for name in ("absence", "leave", "aggression") if name in shift}
    season = story["season"] * math.cos(2 * math.pi * (month.month - 1) / 12)
    rate = round(max(1.0, base["absence"] + season + drift), 1)
    short = round(rate * (base["short"] + 0.04 * season), 1)
    staff = size + chance.randint(-1, 1)
    row: Row = {
        "unit": code, "month": f"{month:%Y-%m}", "absence-rate.rate": rate, "absence-rate.short": short,
        "absence-rate.long": round(rate - short, 1),
        "absence-frequency.frequency": round(base["frequency"] * (1 + 0.3 * season) + chance.gauss(0, 0.1), 2),
        "turnover.leavers": _count(chance, size * base["leave"] / 100), "turnover.average-staff": staff,
        "aggression.count": _count(chance, base["aggression"]), "aggression.fte": base["fte"],
        "client-satisfaction.score": round(base["mark"] + chance.gauss(0, 0.12), 1),
        "client-satisfaction.clients": max(12, round(chance.gauss(base["clients"], 4))),
    }  # fmt: skip
    if left != story["gap"]:
        row["incidents.count"] = _count(chance, base["incidents"])
        if base["care_days"]:
            row["incidents.care-days"] = round(chance.gauss(base["care_days"], 60))
    row["exit-interviews.count"] = round(0.7 * float(row["turnover.leavers"]))
    row["stay-interviews.count"] = _count(chance, 1.2)
    return row


def _whole(story: dict, slug: str, parts: list[Row], sizes: dict[str, int], chance: random.Random) -> Row:
    total, row = sum(sizes.values()), Row(unit=slug, month=parts[0]["month"])
    for key in KEYS:
        known = [(part[key], sizes[str(part["unit"])]) for part in parts if key in part]
        if not known or key == "incidents.care-days":
            continue
        summed = key.endswith((".count", ".leavers", ".average-staff", ".fte", ".clients"))
        if summed:
            row[key] = sum(float(amount) for amount, _size in known)
        else:
            row[key] = round(sum(float(amount) * size for amount, size in known) / total, 1)
    for kind, weights in (("exit-interviews", story["reasons"]), ("stay-interviews", story["themes"])):
        named = chance.choices(list(weights), list(weights.values()), k=int(float(row[f"{kind}.count"])))
        row |= {f"{kind}.{name}": named.count(name) for name in weights}
    return row


def _count(chance: random.Random, mean: float) -> int:
    """How often something happened that happens `mean` times on average (Poisson, by Knuth's product of draws)."""
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product, count = product * chance.random(), count + 1
    return count


def _file(header: tuple[str, ...], found: list[Row]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(header)
    for row in found:
        writer.writerow(
            [
                str(row.get(name, "")).replace(".", ",") if name not in ("unit", "month") else row[name]
                for name in header
            ]
        )
    return out.getvalue().encode("utf-8-sig")
