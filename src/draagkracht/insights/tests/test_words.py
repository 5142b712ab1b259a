"""Sentences follow from the numbers, and nothing inside the uncertainty is called a difference or a change."""

from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from draagkracht.insights.shared import words
from draagkracht.insights.shared.published import Measure
from draagkracht.ui.charts import Estimate


def measure(name: str, favourable: str = "high", role: str = "resource", family: str = "", parts=()) -> Measure:
    data = {
        "favourable": favourable,
        "role": role,
        "family": family or name,
        "total_of": list(parts),
        "title": {"nl": name, "en": name},
    }
    return Measure(name, data)


def beside(name: str, own: tuple[float, float, float], other: tuple[float, float, float], **fields) -> words.Comparison:
    low, value, high = own
    return words.Comparison(
        measure(name, **fields), Estimate(value, low, high, 9), Estimate(other[1], other[0], other[2], 90), 1.0
    )


ORGANISATION = (2.9, 3.0, 3.1)
WHOLE = "de organisatie"
numbers = st.floats(1, 5)


@given(st.lists(numbers, min_size=6, max_size=6))
def test_overlapping_intervals_never_make_a_claim(drawn):
    one, other = sorted(drawn[:3]), sorted(drawn[3:])
    comparison = beside("Herstel", tuple(one), tuple(other))
    touching = one[0] <= other[2] and other[0] <= one[2]
    with translation.override("nl"):
        said = words.headline([comparison], True, WHOLE)
        moved = words.change(comparison.own, comparison.other, "juni 2026")
    assert (said == "Geen duidelijk verschil met de organisatie.") == touching
    assert moved.startswith("Te weinig verschil") == touching
    assert (words.moved(comparison.measure, comparison.own, comparison.other) == "") == touching


def test_the_sentence_names_what_stands_out_on_either_side():
    good = beside("Steun", (3.8, 4.2, 4.6), ORGANISATION)
    bad = beside("Werkdruk", (3.5, 4.0, 4.5), ORGANISATION, favourable="low", role="demand")
    with translation.override("nl"):
        assert words.headline([good, bad], True, WHOLE) == "Steun valt gunstig op. Werkdruk vraagt aandacht."
        assert words.headline([bad], True, WHOLE) == "Werkdruk vraagt aandacht."
        assert "geen cijfers" in words.headline([], False, WHOLE)
    with translation.override("en"):
        assert words.headline([good], True, WHOLE) == "Steun stands out in a good way."


def test_a_lower_demand_is_favourable_and_a_lower_resource_is_not():
    low = (1.5, 2.0, 2.5)
    assert beside("a", low, ORGANISATION, favourable="low").favourable
    assert not beside("b", low, ORGANISATION).favourable


def test_parts_give_way_to_their_total():
    total = beside("t", (4.0, 4.5, 5.0), ORGANISATION, parts=["p"])
    part = beside("p", (4.2, 4.6, 5.0), ORGANISATION, family="t")
    good, _bad = words.clear_ones([part, total])
    assert [c.measure.id for c in good] == ["t"]
    assert [c.measure.id for c in words.clear_ones([part])[0]] == ["p"]


def test_a_missing_figure_claims_nothing():
    gone, there = Estimate(reason="te weinig"), Estimate(3.0, 2.0, 4.0, 9)
    assert (
        not words.apart(gone, there)
        and words.change(gone, there, "juni") == ""
        and words.change(there, gone, "juni") == ""
    )


def test_a_course_says_which_of_two_figures_is_not_there():
    with translation.override("nl"):
        assert "Van deze ronde is er geen cijfer" in words.untold(Estimate(reason="te weinig"), "juni 2026")
        assert "Van juni 2026 is er geen cijfer" in words.untold(Estimate(3.0, 2.0, 4.0, 9), "juni 2026")


def test_response_bands_at_the_ends_stay_open():
    with translation.override("nl"):
        assert [words.response(*band) for band in ((0, 10), (70, 80), (90, 100), (None, None))] == [
            "Ten hoogste 10 % vulde in", "70 tot 80 % vulde in", "Minstens 90 % vulde in", "",
        ]  # fmt: skip


def test_the_organisation_names_two_themes_and_counts_the_rest():
    moves = [(measure(name), "better") for name in "abcd"] + [(measure("e"), "worse"), (measure("f"), "")]
    with translation.override("nl"):
        assert (
            words.course(moves, "juni 2026")
            == "Gunstiger dan in juni 2026: a, b en 2 andere thema's. Minder gunstig dan in juni 2026: e."
        )
        assert words.course([], "juni 2026") == "Geen duidelijke verandering sinds juni 2026."
        assert words.first(True, "De Brug").startswith("Dit is de eerste ronde: ")
        assert words.first(False, "Noord") == "Dit is de eerste ronde over Noord alleen."
