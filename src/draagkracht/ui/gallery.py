"""Invented data for the page that shows every component and chart in every state. Nothing of it is a measurement."""

from typing import Any

from django import forms
from django.core.paginator import Paginator

from draagkracht.ui.charts import (
    Arrow,
    Band,
    BandRow,
    Course,
    DotRow,
    Estimate,
    HeatColumn,
    HeatRow,
    Mark,
    Moment,
    Scale,
    Weight,
    Zone,
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

FIVE = Scale(1, 5, "nooit", "altijd")
FEW = "er zijn te weinig antwoorden om mensen te beschermen."
PROTECT = "samen met de andere cijfers zou een kleinere groep herkenbaar zijn."
LONG = "Voorspelbaarheid van het rooster en zelf kunnen kiezen wanneer je vrij bent"
BANDS = (Band("gunstig", "low"), Band("eerder gunstig", "mid"), Band("eerder zwaar", "warm"), Band("zwaar", "high"))


class GalleryForm(forms.Form):
    """One field of each kind, with an error where `data` is given."""

    name = forms.CharField(label="Naam van de ronde", help_text="Zo heet de ronde op elke pagina.")
    mail = forms.EmailField(label="E-mail", required=False)
    start = forms.DateField(label="Begint op", widget=forms.DateInput(attrs={"type": "date"}))
    unit = forms.ChoiceField(label="Afdeling", choices=[("a", "Woonzorg"), ("b", "Thuiszorg")])
    often = forms.ChoiceField(
        label="Ik kan na het werk tot rust komen.", widget=forms.RadioSelect, initial="3",
        choices=[(str(at), word) for at, word in enumerate(["Nooit", "Zelden", "Soms", "Vaak", "Altijd"])],
    )  # fmt: skip
    file = forms.FileField(label="Personeelslijst", required=False, help_text="CSV of XLSX, ten hoogste 20 MB.")
    words = forms.CharField(label="Uitleg", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    agree = forms.BooleanField(label="Ik heb gelezen wie wat ziet.")


def showcase() -> dict[str, Any]:
    """Context of the gallery."""
    return {
        "form": GalleryForm(), "wrong": GalleryForm({"mail": "geen adres", "often": "3"}, auto_id="wrong_%s"),
        "page": Paginator(range(240), 10).page(5), "facts": [("Ronde", "November 2026"), ("Antwoorden", "ongeveer 80 %")],
        **dots(), **trends(), **by_month(), **distributions(), **cycles(), **heats(),
    }  # fmt: skip


def dots() -> dict[str, Any]:
    """Dot with interval: the usual, long names, withheld, no data, forty rows; and the balance."""
    rows = [
        DotRow("Werkdruk", Estimate(3.5, 3.1, 3.9, 12), 3.4),
        DotRow("Steun van collega's", Estimate(4.25, 3.9, 4.5, 12), 3.7),
        DotRow(LONG, Estimate(3.25, 2.8, 3.6, 12), 3.3),
        DotRow("Herstel na het werk", Estimate(1, 1, 1.4, 12), 3.3),
        DotRow("Klachten van burn-out", Estimate(reason=PROTECT)),
        DotRow("Leiding", Estimate()),
    ]
    many = [
        DotRow(f"Thema {at}", Estimate(1 + at % 9 / 2.25, max(1, at % 9 / 2.25), 2 + at % 9 / 3, 8 + at))
        for at in range(40)
    ]
    weights = [
        Weight("werkdruk", -88), Weight("lastige contacten", -52), Weight("steun van collega's", 96),
        Weight("zinvol werk", 84), Weight(LONG, 45), Weight("een grapje op de gang", 0), Weight("pauze", None),
    ]  # fmt: skip
    return {
        "dots": dot_interval(rows, FIVE, title="Waar jullie staan", who="jullie team"),
        "dots_many": dot_interval(many, FIVE, title="Veertig thema's", who="jullie team"),
        "balance": diverging_bars(weights, title="Wat kost, wat geeft", limit=100),
    }


def trends() -> dict[str, Any]:
    """Trend: own with zone, unit with gaps and reference, one wave, twelve waves, nothing; and sparklines."""
    own = [3.4, 3.1, 2.3, 2.6, 3.2]
    labels = ["dec", "mrt", "jun", "sep", "nov"]
    mine = [Moment(label, Estimate(value, value - 0.3, value + 0.3)) for label, value in zip(labels, own, strict=True)]
    team = [
        Moment("dec 25", Estimate(3.25, 2.9, 3.6, 11), 3.4), Moment("mrt 26", Estimate(reason=FEW), 3.4),
        Moment("jun 26", Estimate(3.5, 3.1, 3.9, 12), 3.3), Moment("sep 26", Estimate(), 3.3),
        Moment("nov 26", Estimate(4.75, 4.4, 5, 12), 3.5),
    ]  # fmt: skip
    long = [Moment(f"maand {at}", Estimate(2 + at % 4 / 2)) for at in range(1, 13)]
    ours, theirs = ((3.1, 2.8, 3.4), (3.8, 3.5, 4.1), (3.6, 3.2, 4.0)), ((3.2, 3.0, 3.4), (3.2, 3.0, 3.4), None)
    both = [
        Course(name, tuple(Estimate(*one, n=24) if one else Estimate(reason=FEW) for one in course))
        for name, course in (("deelnemers", ours), ("vergelijkingsgroep", theirs))
    ]
    return {
        "courses": before_after(both, ["mrt 26", "jun 26", "nov 26"], FIVE, title="Herstel", sure="zo zeker zijn we"),
        "own": trend_line(mine, FIVE, title="Energie", who="jij", zone=Zone(2.7, 3.7, "jouw gewone zone")),
        "team": trend_line(team, FIVE, title="Werkdruk", who="jullie team"),
        "single": trend_line(mine[:1], FIVE, title="Energie, eerste keer", who="jij"),
        "twelve": trend_line(long, FIVE, title="Twaalf maanden", who="jij"),
        "nothing": trend_line([Moment("nov", Estimate())], FIVE, title="Nog niets", who="jij"),
        "spark": sparkline(mine, FIVE, title="Energie in vijf rondes"),
        "spark_gap": sparkline(team, FIVE, title="Werkdruk in vijf rondes"),
    }


def by_month() -> dict[str, Any]:
    """By month: with moments and a gap, the survey beside it, withheld months, one month, crowded moments, nothing."""
    names = ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"]
    labels = [f"{names[at % 12]} {24 + at // 12}" for at in range(30)]
    values = [7.6 + 1.4 * ((at % 12) in (0, 1, 2, 11)) - 0.3 * (at % 5) for at in range(30)]
    months = [Moment(label, Estimate(value)) for label, value in zip(labels, values, strict=True)]
    months[7:9] = [Moment(labels[at], Estimate()) for at in (7, 8)]
    hidden = [Moment(m.label, Estimate(reason=FEW) if 3 < at < 7 else m.estimate) for at, m in enumerate(months[:12])]
    marks = [
        Mark(6.2, "Nieuw rooster voor de nacht", "6 juli 2024"),
        Mark(14, "Traject", "maart - juli 2025", 18),
        Mark(14.5, LONG, "18 maart 2025"),
    ]
    crowd = [Mark(10 + at / 2, f"Moment {at + 1}", "november 2024") for at in range(8)]
    rounds = {13: 3.2, 16: 3.4, 19: 3.3, 22: 3.6, 25: 3.4, 28: 3.2}
    beside = [
        Moment(label, Estimate(rounds[at], rounds[at] - 0.2, rounds[at] + 0.2, 180) if at in rounds else Estimate())
        for at, label in enumerate(labels)
    ]
    ten, own = Scale(0, 10), "hele organisatie"
    return {
        "months": month_line(months, ten, title="Ziekteverzuim", who=own, unit="%", marks=marks, rounds=list(rounds)),
        "months_beside": month_line(
            beside, FIVE, title="Vermoeidheid", who=own, marks=marks, bridged=True, listed=False
        ),
        "months_hidden": month_line(hidden, ten, title="Verzuim van een afdeling", who="Woonzorg", unit="%"),
        "months_crowd": month_line(months, ten, title="Veel momenten", who=own, unit="%", marks=crowd),
        "months_one": month_line(months[:1], ten, title="Eén maand", who=own, unit="%"),
        "months_none": month_line([Moment("nov 26", Estimate())], ten, title="Nog geen maanden", who=own, unit="%"),
    }


def distributions() -> dict[str, Any]:
    """Stacked bands: the usual, a share too small for its figure, withheld, no data."""
    rows = [
        BandRow("Vermoeidheid", (28, 34, 24, 14), 412), BandRow("Werkdruk", (3, 35, 38, 24), 412),
        BandRow("Steun", (100, 0, 0, 0), 64), BandRow("Vertrekwens", None, None, FEW), BandRow("Leiding", None),
    ]  # fmt: skip
    five = (
        Band("heel gunstig", "low"),
        Band("gunstig", "mid"),
        Band("midden", "even"),
        Band("zwaar", "high"),
        Band("heel zwaar", "top"),
    )
    return {
        "bands": stacked_bands(rows, BANDS, title="Hoe het over iedereen verdeeld is"),
        "bands_five": stacked_bands([BandRow(LONG, (20, 30, 20, 18, 12), 1234)], five, title="Vijf klassen"),
    }


def cycles() -> dict[str, Any]:
    """Gain and loss cycle: both ways clear, one way, less of it, none, withheld and no data, before the second round."""
    clear, other = Arrow(Estimate(0.2, 0.1, 0.35, 220)), Arrow(Estimate(0.15, 0.05, 0.25, 220))
    less, none = Arrow(Estimate(-0.2, -0.3, -0.05, 220)), Arrow(Estimate(0.05, -0.05, 0.15, 220))
    later = Arrow(Estimate(), "na de volgende ronde")
    gain, loss = ("Wat draagt", "Bevlogenheid"), ("Wat werk vraagt", "Klachten")
    return {
        "cycles": [
            cycle(*gain, clear, other, title="Winstcyclus"),
            cycle(*loss, clear, none, title="Verliescyclus", tone="high"),
            cycle(LONG, "Bevlogenheid", less, none, title="Lange namen, omgekeerd verband"),
            cycle(*loss, none, none, title="Geen duidelijk verband", tone="high"),
            cycle(*gain, Arrow(Estimate(reason=FEW)), Arrow(Estimate()), title="Niet getoond, geen gegevens"),
            cycle(*loss, later, later, title="Na één ronde", tone="high"),
        ]
    }


def heats() -> dict[str, Any]:
    """Heat table: all states, and forty units."""
    columns = [
        HeatColumn("Vermoeidheid", FIVE), HeatColumn("Werkdruk", FIVE), HeatColumn("Steun", FIVE, "low"),
        HeatColumn("Vertrekwens", FIVE, "high", 2.8), HeatColumn("Uren", Scale(0, 40), ""),
    ]  # fmt: skip
    values = {
        "Hele organisatie": (2.9, 3.4, 3.6, 2.8, 28), "Spoed": (3.6, 3.9, 3.1, 3.3, 32), "Nachtzorg": (4.9, 3.5, 4.8, None, 24),
        "De Linde": (1.1, 1.6, 2.3, 2.5, 20), "Thuiszorg Noord": (2.8, 3.6, 1.2, "", 19),
    }  # fmt: skip
    rows = [
        HeatRow(name, tuple(_cell(value) for value in given), "Ziekenhuis" if at else "", "#")
        for at, (name, given) in enumerate(values.items())
    ]
    many = [
        HeatRow(f"Team {at}", tuple(_cell(1 + (at * (step + 3)) % 40 / 10) for step in range(5))) for at in range(40)
    ]
    return {
        "heat": heat_table(columns, rows, title="Per team en thema"),
        "heat_many": heat_table(columns, many, title="Veertig teams"),
        "heat_withheld": heat_table(
            columns[:2],
            [HeatRow("Team Eik", (Estimate(reason=FEW), Estimate(reason=PROTECT)))],
            title="Alles beschermd",
        ),
    }


def _cell(value: float | str | None) -> Estimate:
    if isinstance(value, str):
        return Estimate()
    return Estimate(reason=PROTECT) if value is None else Estimate(value, value - 0.3, value + 0.3, 12)
