"""Two focuses with their reason: nothing inside the noise is called a difference, and the words are right both ways."""

import re
from dataclasses import replace

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from draagkracht.insights.shared import focus
from draagkracht.insights.shared.benchmark import Beside
from draagkracht.insights.shared.published import Measure
from draagkracht.insights.shared.relations import Relation
from draagkracht.insights.shared.words import Comparison
from draagkracht.ui.charts import Estimate

WHOLE = {"nl": "de organisatie", "en": "the organisation"}
CLAIMS = {"nl": ("Gunstiger dan", "Minder gunstig dan"), "en": ("More favourable than", "Less favourable than")}
CAUSE = re.compile(r"\b(door|omdat|doordat|zorgt voor|leidt tot|veroorza\w*|because|causes?|due to|leads? to)\b", re.I)
numbers = st.floats(1, 5, allow_nan=False)


def measure(name: str, favourable: str = "high", role: str = "resource", **changes) -> Measure:
    """A measure as a release holds it; "own.x" from 0 to 1 is a question with yes or no."""
    data = {
        "favourable": favourable, "role": role, "family": name, "total_of": [], "title": {"nl": name, "en": name},
        "low": 1, "high": 5, "labels": {"nl": ["nooit", "altijd"], "en": ["never", "always"]},
    }  # fmt: skip
    return Measure(name, data | changes)


def yes(name: str, **changes) -> Measure:
    labels = {"nl": ["nee", "ja"], "en": ["no", "yes"]}
    return measure(f"own.{name}", **({"low": 0, "high": 1, "labels": labels} | changes))


def beside(one: Measure, own: tuple[float, float, float], other: tuple[float, float, float] = (2.9, 3.0, 3.1)):
    return Comparison(one, Estimate(own[1], own[0], own[2], 9), Estimate(other[1], other[0], other[2], 90), 1.0)


def related(strain: float | None = None, engagement: float | None = None, half: float = 0.1) -> dict[str, Relation]:
    given_ones = {"strain": strain, "engagement": engagement}
    return {to: Relation(v, v - half, v + half, 300) for to, v in given_ones.items() if v is not None}


benchmarks = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.tuples(numbers, numbers, numbers).map(sorted).map(lambda at: Beside(at[1], at[0], at[2], 500, 2025, "x", "y")),
    max_size=3,
)

HEAVY, LIGHT = (3.7, 4.0, 4.3), (1.7, 2.0, 2.3)


@st.composite
def comparisons(draw) -> Comparison:
    name, shares = draw(st.sampled_from("abcdefgh")), draw(st.booleans())
    make = yes if shares else measure
    one = make(
        name,
        favourable=draw(st.sampled_from(["high", "low"])),
        role=draw(st.sampled_from(["demand", "resource", "strain"])),
    )
    own, other = (sorted(draw(st.tuples(numbers, numbers, numbers))) for _ in range(2))
    if shares:
        own, other = ([(value - 1) / 4 for value in three] for three in (own, other))
    gone = draw(st.sampled_from(["own", "other", "", "", "", ""]))
    return Comparison(
        one,
        Estimate(reason="x") if gone == "own" else Estimate(own[1], own[0], own[2], 9),
        Estimate() if gone == "other" else Estimate(other[1], other[0], other[2], 90),
        draw(st.floats(0, 1)),
    )  # fmt: skip


relations = st.builds(
    lambda three: Relation(sorted(three)[1], sorted(three)[0], sorted(three)[2], 300),
    st.tuples(*[st.floats(-1, 1, allow_nan=False)] * 3),
)
impacts = st.dictionaries(
    st.sampled_from([f"{kind}{name}" for kind in ("", "own.") for name in "abcdefgh"]),
    st.dictionaries(st.sampled_from(["strain", "engagement"]), relations, max_size=2), max_size=8,
)  # fmt: skip


@given(
    st.lists(comparisons(), max_size=7, unique_by=lambda one: one.measure.id),
    impacts,
    benchmarks,
    st.sampled_from(["nl", "en"]),
)
def test_no_sentence_claims_a_difference_inside_the_noise_or_a_cause(compared, impact, others, language):
    known = {one.measure.title: one for one in compared}
    known |= {name: replace(known[name], other=one.estimate) for name, one in others.items() if name in known}
    with translation.override(language):
        made = focus.suggestions(compared, {}, WHOLE[language], impact, others)
    assert len(made.points) <= 2
    better, worse = CLAIMS[language]
    for point in made.points:
        one = known[point.title]
        assert one.own.interval[0] > one.other.interval[1] or one.own.interval[1] < one.other.interval[0]
        assert one.measure.role in ("demand", "resource")
        higher = one.own.value > one.other.value
        good = higher if one.measure.favourable == "high" else not higher
        assert point.why.startswith(better if good else worse) and point.keep == good
        assert point.why.endswith(".") and point.why.count(". ") == 0 and "%(" not in point.why
    said = [made.note, *(point.why for point in made.points), *([made.choice.why] if made.choice else [])]
    assert not [
        text
        for text in said
        if CAUSE.search(
            text.replace("over een oorzaak", "").replace("about a cause", "").replace("about its cause", "")
        )
    ]
    assert bool(made.step) == bool(made.points or made.choice)


@given(comparisons())
def test_a_reason_is_given_only_for_what_is_clear(one):
    with translation.override("en"):
        for outcomes, known in ((["strain"], True), ([], True), ([], False)):
            said = focus.reason(one, outcomes, "the organisation", known)
            assert bool(said) == one.clear
            assert ("goes together with strain" in said) <= bool(outcomes)


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (beside(measure("Werkdruk", "low", "demand"), HEAVY), "Minder gunstig dan in de organisatie (hier 4,0, daar 3,0)"),
        (beside(measure("Werkdruk", "low", "demand"), LIGHT), "Gunstiger dan in de organisatie (hier 2,0, daar 3,0)"),
        (beside(measure("Steun"), HEAVY), "Gunstiger dan in de organisatie (hier 4,0, daar 3,0)"),
        (beside(measure("Steun"), LIGHT), "Minder gunstig dan in de organisatie (hier 2,0, daar 3,0)"),
        (beside(yes("Pauze"), (0.1, 0.2, 0.3), (0.6, 0.65, 0.7)), "Minder gunstig dan in de organisatie (hier 20\N{NO-BREAK SPACE}% “ja”, daar 65\N{NO-BREAK SPACE}% “ja”)"),
        (beside(yes("Agressie", favourable="low"), (0.1, 0.2, 0.3), (0.6, 0.65, 0.7)), "Gunstiger dan in de organisatie (hier 20\N{NO-BREAK SPACE}% “ja”"),
    ],
)  # fmt: skip
def test_words_are_right_both_ways(one, words):
    with translation.override("nl"):
        assert focus.reason(one, ["spanningsklachten"], "de organisatie", True).startswith(words)


def test_the_reason_names_what_a_theme_goes_together_with():
    compared = [beside(measure("Werkdruk", "low", "demand"), HEAVY), beside(measure("Steun"), LIGHT)]
    impact = {"Werkdruk": related(0.4, -0.2), "Steun": related(-0.3, 0.05)}
    with translation.override("nl"):
        first, second = focus.suggestions(compared, {"Werkdruk": "anders"}, "de organisatie", impact).points
    assert (first.tag, first.title, first.change) == ("eerst dit", "Werkdruk", "anders")
    assert first.why.endswith("hangt dit thema samen met spanningsklachten en bevlogenheid.")
    assert (second.tag, second.title) == ("daarna", "Steun")
    assert second.why.endswith("hangt dit thema samen met spanningsklachten.")


def test_impact_puts_a_nearer_theme_first():
    compared = [beside(measure("ver", "low", "demand"), (4.4, 4.7, 5.0)), beside(measure("dichtbij"), (2.2, 2.4, 2.6))]
    with translation.override("nl"):
        alone = focus.suggestions(compared, {}, "de organisatie", {})
        weighed = focus.suggestions(compared, {}, "de organisatie", {"ver": related(0.15), "dichtbij": related(-0.6)})
    assert [point.title for point in alone.points] == ["ver", "dichtbij"]
    assert [point.title for point in weighed.points] == ["dichtbij", "ver"]
    assert "alleen" in alone.note and "niet gepubliceerd" in alone.note and "spanningsklachten" in weighed.note


def test_relations_that_were_all_withheld_count_as_none_published():
    compared = [beside(measure("Steun"), LIGHT)]
    withheld = {"Steun": {"strain": Relation(None, None, None, reason="too-few")}}
    with translation.override("nl"):
        found = focus.suggestions(compared, {}, "de organisatie", withheld)
    assert (
        found.points[0].why.endswith("het verschil is groter dan de onzekerheid.") and "niet gepubliceerd" in found.note
    )


def test_a_part_weighs_as_much_as_its_total():
    part = measure("deel", family="totaal")
    assert focus.place(beside(part, LIGHT), {"totaal": related(-0.4)}).telling[0].strength == 0.4


@pytest.mark.parametrize(
    ("outcome", "value", "high", "strength"),
    [("strain", 0.4, False, 0.4), ("strain", -0.4, True, 0.4), ("engagement", 0.4, True, 0.4), ("engagement", -0.4, False, 0.4)],
)  # fmt: skip
def test_a_relation_is_turned_so_that_worse_goes_with_worse(outcome, value, high, strength):
    turned = focus.link(outcome, Relation(value, value - 0.1, value + 0.1, 90), high)
    assert turned.strength == strength and turned.clear and turned.low < turned.strength < turned.high


def test_how_people_feel_is_never_something_to_work_on_but_opens_the_choice():
    felt = beside(measure("pulse.energy", role="strain", title={"nl": "Energie"}), LIGHT)
    calm = beside(measure("pulse.recovery", title={"nl": "Herstel"}), (2.5, 3.0, 3.5))
    with translation.override("nl"):
        made = focus.suggestions([felt, calm], {}, "de organisatie", {})
    assert made.points == () and "één ding" in made.step.what and made.note == ""
    assert [one.title for one in made.choice.talks] == ["Energie", "Herstel"] and made.choice.talks[0].id == "energy"
    assert "kleiner dan de onzekerheid" in made.choice.why


def test_where_one_theme_stands_out_the_second_is_a_choice_by_weight():
    compared = [beside(measure("uit", "low", "demand"), HEAVY)] + [
        beside(measure(name), (2.5, 3.0, 3.5)) for name in ("licht", "zwaar")
    ]
    with translation.override("nl"):
        made = focus.suggestions(compared, {}, "de organisatie", {"zwaar": related(-0.5), "licht": related(-0.2)})
    assert [point.title for point in made.points] == ["uit"] and made.choice.title == "Geen ander thema springt eruit"
    assert [one.title for one in made.choice.talks] == ["zwaar", "licht"]
    assert made.choice.lead == "Deze hangen bij alle deelnemers samen met spanningsklachten of bevlogenheid:"


def test_only_themes_with_a_clear_relation_are_said_to_have_one():
    compared = [beside(measure(name), (2.5, 3.0, 3.5)) for name in "abc"]
    with translation.override("nl"):
        some = focus.suggestions(
            compared, {}, "de organisatie", {"a": related(-0.02), "b": related(-0.3), "c": related(0.4)}
        )
        none = focus.suggestions(compared, {}, "de organisatie", {})
    assert [one.title for one in some.choice.talks] == ["b"] and some.choice.lead.startswith("Deze hangen")
    assert [one.title for one in none.choice.talks] == ["a", "b", "c"] and none.choice.lead == "Bijvoorbeeld:"


def test_where_nothing_is_shown_the_conversation_can_go_on():
    gone = Comparison(measure("Steun"), Estimate(reason="te weinig"), Estimate(3.0, 2.9, 3.1, 90), 1.0)
    with translation.override("nl"):
        made = focus.suggestions([gone], {}, "de organisatie", {})
    assert made.points == () and made.choice.title == "Geen cijfers om te vergelijken"
    assert "kleiner dan" not in made.choice.why and [one.title for one in made.choice.talks] == ["Steun"]


def test_what_stands_out_in_a_good_way_is_kept():
    with translation.override("nl"):
        made = focus.suggestions([beside(measure("pulse.social_support"), HEAVY)], {}, "de organisatie", {})
    assert made.points[0].tag == "om te houden" and "blijft" in made.step.what


def test_a_benchmark_takes_the_place_of_the_organisation_for_the_themes_that_have_one():
    compared = [beside(measure("Steun"), (2.5, 3.0, 3.5)), beside(measure("Herstel"), (2.6, 3.0, 3.4))]
    others = {"Steun": Beside(4.0, 3.9, 4.1, 812, 2025, "Zorg in Vlaanderen", "bron")}
    with translation.override("nl"):
        (point,) = focus.suggestions(compared, {}, "de organisatie", {}, others).points
        made = focus.suggestions(compared, {}, "de organisatie", {}, others)
        near = focus.suggestions(
            compared, {}, "de organisatie", {}, {"Steun": Beside(3.2, 3.1, 3.3, 812, 2025, "a", "b")}
        )
    assert point.why.startswith("Minder gunstig dan in de vergelijkingsgroep (hier 3,0, daar 4,0)")
    assert "het verschil met de vergelijkingsgroep en de organisatie alleen" in made.note
    assert "Zorg in Vlaanderen (812 mensen, 2025). Bron: bron" in made.note
    assert near.points == () and "met de vergelijkingsgroep en de organisatie kleiner dan" in near.choice.why


def test_without_anything_asked_nothing_is_suggested():
    made = focus.suggestions([beside(measure("bat-12.total", "low", "strain"), (2.9, 3.0, 3.1))], {}, "x", {})
    assert made.points == () and made.choice is None
