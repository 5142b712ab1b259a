"""The rule that suggests what to talk about: never from noise, what weighs most first, what is heavy before what is good."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from draagkracht.science.focus import Link, Place, choose, heaviest

ORGANISATION = (2.9, 3.1)


def place(
    theme: str, value: float, *links: Link, high_is_favourable: bool = False, half: float = 0.3, **changes
) -> Place:
    made = Place(theme, value, (value - half, value + half), 3.0, ORGANISATION, 1.0, high_is_favourable, tuple(links))
    return replace(made, **changes)


def link(strength: float, half: float = 0.1, outcome: str = "exhaustion") -> Link:
    return Link(outcome, strength, strength - half, strength + half)


numbers = st.floats(1, 5, allow_nan=False)
strengths = st.floats(-1, 1, allow_nan=False)


@st.composite
def places(draw) -> Place:
    own, other = (sorted(draw(st.tuples(numbers, numbers, numbers))) for _ in range(2))
    drawn = draw(st.none() | st.lists(st.tuples(strengths, strengths, strengths).map(sorted), max_size=3))
    links = None if drawn is None else tuple(Link(f"o{at}", one[1], one[0], one[2]) for at, one in enumerate(drawn))
    return Place(
        draw(st.sampled_from("abcdefghij")), draw(st.none() | st.just(own[1])), (own[0], own[2]), other[1],
        draw(st.none() | st.just((other[0], other[2]))), draw(st.floats(0, 2)), draw(st.booleans()), links,
    )  # fmt: skip


@given(st.lists(places(), max_size=8, unique_by=lambda one: one.theme))
def test_nothing_inside_the_noise_is_ever_chosen(given_places):
    known = {one.theme: one for one in given_places}
    chosen = choose(given_places)
    assert len(chosen) <= 2
    for focus in chosen:
        one = known[focus.theme]
        assert one.own[0] > one.other[1] or one.own[1] < one.other[0]
        higher = one.value > one.benchmark
        assert focus.keep == (higher if one.high_is_favourable else not higher)
        assert all(found.low > 0 for found in focus.links)
    assert len(chosen) == min(2, sum(one.clear for one in given_places))
    assert [focus.keep for focus in chosen] == sorted(focus.keep for focus in chosen)


@given(st.lists(places(), max_size=6, unique_by=lambda one: one.theme), st.randoms())
def test_the_order_in_which_themes_come_plays_no_part(given_places, draw):
    shuffled = list(given_places)
    draw.shuffle(shuffled)
    assert choose(shuffled) == choose(given_places)


def test_distance_times_impact_decides():
    near_and_heavy = place("work_pressure", 3.6, link(0.6))
    far_and_light = place("role_conflict", 4.0, link(0.2))
    assert [one.theme for one in choose([far_and_light, near_and_heavy])] == ["work_pressure", "role_conflict"]
    assert choose([near_and_heavy])[0].score == 0.6 * (3.6 - 3.0)
    lighter = replace(near_and_heavy, links=(link(0.15, 0.1),))
    assert [one.theme for one in choose([far_and_light, lighter])] == ["role_conflict", "work_pressure"]


def test_a_theme_without_a_clear_relation_comes_after_those_with_one_however_far_it_stands():
    found = choose([place("far", 4.8, link(0.2, 0.3)), place("near", 3.5, link(0.2))])
    assert [(one.theme, bool(one.links)) for one in found] == [("near", True), ("far", False)]


def test_where_nothing_is_known_of_relations_distance_alone_decides():
    found = choose([place("near", 3.5, links=None), place("far", 4.2, links=None)])
    assert [one.theme for one in found] == ["far", "near"]
    assert all(one.links == () for one in found)


def test_what_weighs_on_people_comes_before_what_carries_them():
    good = place("support", 4.8, link(0.9), high_is_favourable=True)
    bad = place("work_pressure", 3.5, links=None)
    assert [(one.theme, one.keep) for one in choose([good, bad])] == [("work_pressure", False), ("support", True)]
    assert [one.theme for one in choose([good, bad, place("role_conflict", 3.6, link(0.1, 0.05))])] == [
        "role_conflict", "work_pressure",
    ]  # fmt: skip


def test_both_ways_of_reading_a_scale():
    assert not choose([place("demand", 4.0)])[0].keep and choose([place("demand", 2.0)])[0].keep
    assert choose([place("r", 4.0, high_is_favourable=True)])[0].keep
    assert not choose([place("r", 2.0, high_is_favourable=True)])[0].keep


def test_a_relation_that_runs_the_other_way_gives_no_weight():
    odd = place("emotional_demands", 4.0, Link("engagement", -0.5, -0.6, -0.4))
    assert choose([odd])[0].links == ()


def test_intervals_that_touch_choose_nothing():
    assert choose([place("a", 3.4, link(0.9))]) == []
    assert choose([place("a", 4.5, other=None), place("b", 4.5, own=None), replace(place("c", 4.5), value=None)]) == []


def test_themes_to_choose_from_come_by_weight():
    given_places = [place("a", 3.0), place("b", 3.0, link(0.2)), place("c", 3.0, link(0.5)), place("d", 3.0)]
    assert heaviest(given_places) == ["c", "b", "a"]
    assert heaviest([]) == []
