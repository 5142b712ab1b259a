"""Charts as SVG, drawn on the server by pure functions: data in, a `Figure` out (`{{ figure }}` in a template).

Every figure carries a name, a description and the same numbers as a table. Across runs in percentages and down in
pixels, so text keeps its size on a phone, on a wide screen and on paper. No script and no style attribute: classes for
screens, presentation attributes for paper. The same input gives the same bytes.
"""

from draagkracht.ui.charts.balance import Weight, diverging_bars
from draagkracht.ui.charts.bands import Band, BandRow, stacked_bands
from draagkracht.ui.charts.courses import Course, before_after
from draagkracht.ui.charts.cycle import Arrow, cycle
from draagkracht.ui.charts.dots import DotRow, dot_interval
from draagkracht.ui.charts.figure import Estimate, Figure, Scale
from draagkracht.ui.charts.heat import HeatColumn, HeatRow, heat_table
from draagkracht.ui.charts.months import Mark, month_line
from draagkracht.ui.charts.trend import Moment, Zone, sparkline, trend_line

__all__ = [
    "Arrow",
    "Band",
    "BandRow",
    "Course",
    "DotRow",
    "Estimate",
    "Figure",
    "HeatColumn",
    "HeatRow",
    "Mark",
    "Moment",
    "Scale",
    "Weight",
    "Zone",
    "before_after",
    "cycle",
    "diverging_bars",
    "dot_interval",
    "heat_table",
    "month_line",
    "sparkline",
    "stacked_bands",
    "trend_line",
]
