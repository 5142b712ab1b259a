"""Every chart in every state, from invented data: what the gallery shows and what tests look at. Nothing is a measurement."""

from collections.abc import Callable

from draagkracht.ui.charts import (
    Arrow,
    Band,
    BandRow,
    Course,
    DotRow,
    Estimate,
    HeatColumn,
    HeatRow,
    Moment,
    Scale,
    Weight,
    before_after,
    cycle,
    diverging_bars,
    dot_interval,
    heat_table,
    month_line,
    sparkline,
    stacked_bands,
    trend_line,
)  # fmt: skip

STATES = {
    "normal": "Gewoon",
    "withheld": "Niet getoond",
    "no data": "Geen gegevens",
    "one wave": "Eén ronde",
    "forty": "Veertig",
    "long names": "Lange namen",
}
FIVE = Scale(1, 5, "nooit", "altijd")
FEW = "er zijn te weinig antwoorden om iedereen te beschermen."
LONG = "Voorspelbaarheid van het rooster en zelf kunnen kiezen wanneer je vrij bent, ook in de vakantie"
BANDS = (Band("gunstig", "low"), Band("eerder gunstig", "mid"), Band("eerder zwaar", "warm"), Band("zwaar", "high"))
SHOWN, HIDDEN, VOID = Estimate(3.5, 3.1, 3.9, 12), Estimate(reason=FEW), Estimate()
# In place of a picture: why a chart never has that state.
Drawn = object


def states() -> list[tuple[str, list[tuple[str, Drawn]]]]:
    """(chart, [(state in words, its picture, or why there is none)]), each chart with every state."""
    return [(name, [(word, draw(state)) for state, word in STATES.items()]) for name, draw in CHARTS.items()]


def _estimates(state: str) -> tuple[list[Estimate], str]:
    """What a list of themes or units holds in a state, and the name of its rows."""
    name = LONG if state == "long names" else "Werkdruk"
    if state == "forty":
        return [Estimate(1 + at % 9 / 2.25, max(1, at % 9 / 2.25), 2 + at % 9 / 3, 8 + at) for at in range(40)], "Team"
    return [{"withheld": HIDDEN, "no data": VOID}.get(state, SHOWN)] * (1 if state == "one wave" else 3), name


def _title(name: str, state: str) -> str:
    """A name of its own for each picture, without the word of its state: that word must come from the chart."""
    return f"{name} {list(STATES).index(state) + 1}"


def _named(name: str, at: int) -> str:
    return f"{name} {at + 1}"


def _dots(state: str) -> Drawn:
    found, name = _estimates(state)
    rows = [DotRow(_named(name, at), one, 3.4) for at, one in enumerate(found)]
    return dot_interval(rows, FIVE, title=_title("Stip", state), who=name)


def _trend(state: str) -> Drawn:
    found, name = _estimates(state)
    moments = [Moment(f"nov {at}", one, 3.2) for at, one in enumerate(found)]
    return trend_line(moments, FIVE, title=_title("Verloop", state), who=name)


def _bands(state: str) -> Drawn:
    found, name = _estimates(state)
    shares = [None if one.value is None else (28, 34, 24, 14) for one in found]
    rows = [
        BandRow(_named(name, at), share, share and 412, one.reason)
        for at, (one, share) in enumerate(zip(found, shares, strict=True))
    ]
    return stacked_bands(rows, BANDS, title=_title("Verdeling", state))


def _heat(state: str) -> Drawn:
    found, name = _estimates(state)
    head = LONG if state == "long names" else "Werkdruk"
    columns = [HeatColumn(head, FIVE), HeatColumn("Steun", FIVE, "low")]
    rows = [HeatRow(_named(name, at), (one, one), "Woonzorg", "#units") for at, one in enumerate(found)]
    return heat_table(columns, rows, title=_title("Tabel", state))


def _balance(state: str) -> Drawn:
    if state == "withheld":
        return "Eigen cijfers worden voor jezelf nooit achtergehouden."
    found, name = _estimates(state)
    weights = [
        Weight(_named(name, at), None if one.value is None else (one.value - 3) * 40) for at, one in enumerate(found)
    ]
    return diverging_bars(weights, title=_title("Balans", state), limit=100)


def _courses(state: str) -> Drawn:
    if state == "forty":
        return "Vóór en na: ten hoogste twee groepen."
    found, name = _estimates(state)
    labels = [f"nov {at}" for at in range(len(found))]
    both = [Course(name, tuple(found)), Course("vergelijkingsgroep", tuple(found))]
    return before_after(both, labels, FIVE, title=_title("Vóór en na", state), sure="zo zeker zijn we")


def _spark(state: str) -> Drawn:
    found, name = _estimates(state)
    moments = [Moment(f"nov {at}", one) for at, one in enumerate(found)]
    return sparkline(moments, FIVE, title=_title(name, state))


def _cycle(state: str) -> Drawn:
    if state == "forty":
        return "Een kringloop gaat over twee dingen."
    there = {"withheld": Arrow(HIDDEN), "no data": Arrow(VOID)}.get(state, Arrow(Estimate(0.31, 0.12, 0.5, 180)))
    back = there if state in ("withheld", "no data") else Arrow(Estimate(0.06, -0.11, 0.23, 180))
    if state == "one wave":
        there = back = Arrow(VOID, "Dit kan pas na een tweede ronde.")
    first, second = (LONG, LONG.upper()) if state == "long names" else ("Werkdruk", "Uitputting")
    return cycle(first, second, there, back, title=_title("Kringloop", state))


def _months(state: str) -> Drawn:
    found, name = _estimates(state)
    months = [Moment(f"nov {at}", one) for at, one in enumerate(found)]
    return month_line(months, FIVE, title=_title("Per maand", state), who=name)


CHARTS: dict[str, Callable[[str], Drawn]] = {
    "Stip met interval": _dots,
    "Verloop": _trend,
    "Verdeling": _bands,
    "Tabel met tinten": _heat,
    "Balans": _balance,
    "Vóór en na": _courses,
    "In een zin": _spark,
    "Kringloop": _cycle,
    "Per maand": _months,
}
