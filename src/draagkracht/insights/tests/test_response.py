"""Participation unit by unit: in bands, from ten invited, each unit once."""

from hypothesis import given
from hypothesis import strategies as st

from draagkracht.insights.models import Release, ReleasedUnit
from draagkracht.insights.shared.published import Figures
from draagkracht.insights.shared.response import band, response, sentence
from draagkracht.science.disclosure import participation_band


def units(*rates: tuple[int, int] | None) -> list[ReleasedUnit]:
    bands = [participation_band(*rate) if rate else None for rate in rates]
    return [
        ReleasedUnit(id=at, release_id=1, position=at, depth=1, name=f"Team {at}", response_low=b and b[0], response_high=b and b[1])
        for at, b in enumerate(bands, 1)
    ]  # fmt: skip


def page(found: list[ReleasedUnit]):
    root = ReleasedUnit(id=99, release_id=1, position=0, depth=0, name="All")
    return response(Figures([Release(id=1, scope=["all"])], [root, *found], []), Release(id=1, scope=["all"]))


def test_units_stand_in_their_band_from_high_to_low_and_small_ones_apart():
    made = page(units((10, 10), (20, 17), (20, 16), (9, 9), (30, 1)))
    assert [(text, count, names) for text, count, names in made["rows"]] == [
        ("minstens 90 %", 1, "Team 1"),
        ("80 tot 90 %", 2, "Team 2, Team 3"),
        ("hoogstens 10 %", 1, "Team 5"),
    ]
    assert made["untold"] == ["Team 4"]
    assert made["sentence"] == "In 3 van de 4 eenheden vulde minstens de helft het in."


def test_where_nothing_may_be_told_the_page_says_so():
    assert "minder dan tien" in sentence(units((5, 5), (9, 1)))
    assert page([]) is None


@given(
    st.lists(st.tuples(st.integers(1, 60), st.integers(0, 60)).map(lambda t: (t[0], min(t))), min_size=1, max_size=30)
)
def test_each_unit_stands_once_and_none_below_ten_in_a_band(rates):
    made = page(units(*rates))
    told = [name for _band, _count, names in made["rows"] for name in names.split(", ")]
    assert sorted(told + made["untold"]) == sorted(f"Team {at}" for at in range(1, len(rates) + 1))
    assert len(made["untold"]) == sum(invited < 10 for invited, _answered in rates)
    assert sum(count for _band, count, _names in made["rows"]) == len(told)


def test_no_band_tells_that_everybody_or_nobody_took_part():
    assert band(90, 100) == "minstens 90 %" and band(0, 10) == "hoogstens 10 %"
