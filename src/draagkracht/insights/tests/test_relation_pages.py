"""What the page of the organisation says of cycles and of what goes together: nothing inside an interval, never a cause."""

import re

import pytest
from django.urls import reverse
from django.utils import translation
from django_scopes import scope

from draagkracht.conftest import give_role
from draagkracht.insights.models import Release, ReleasedRelation
from draagkracht.insights.shared import relations
from draagkracht.insights.shared.relations import Relation, clearest, sentence

from . import relations_world
from .test_relations import here, publish

__all__ = ["here"]
UP, DOWN, NONE = Relation(0.2, 0.1, 0.3, 220), Relation(-0.2, -0.3, -0.1, 220), Relation(0.05, -0.05, 0.15, 220)
SHUT = Relation(None, None, None, reason="too-few")
GAIN, LOSS = ("resources", "engagement"), ("demands", "strain")
CAUSES = re.compile(r"caus|leads? to|because|effect|results? in|oorza|leidt|veroorz|omdat|gevolg|doordat|effect", re.I)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_sentence_claims_a_path_only_when_its_interval_leaves_out_nothing(language):
    with translation.override(language):
        both, one, none = (sentence("gain", found, GAIN) for found in ([UP, UP], [NONE, UP], [NONE, NONE]))
        assert both.count(".") == 3 and one.count(".") == 2
        assert none == {
            "nl": "Van de ene ronde op de volgende is geen duidelijk verband te zien. Dat bewijst niet dat het er niet is.",
            "en": "From one round to the next no clear link is seen. That does not prove that there is none.",
        }[language]  # fmt: skip
        assert ("winstcyclus" in both or "gain cycle" in both) and "cycl" not in one
        # More complaints later goes with less asked: no loss cycle, and the words turn.
        turned = sentence("loss", [UP, DOWN], LOSS)
        assert "cycl" not in turned and ("minder" in turned or "less" in turned)
        every = [
            sentence(kind, [a, b], sides)
            for kind, sides in (("gain", GAIN), ("loss", LOSS))
            for a in (UP, DOWN, NONE)
            for b in (UP, DOWN, NONE)
        ]
        assert not [one for one in every if CAUSES.search(one)]
        assert not any(re.search(r"\d", one) for one in every)


def test_an_interval_that_ends_at_nothing_claims_nothing():
    with translation.override("en"):
        edge = Relation(0.1, 0.0, 0.2, 220)
        assert "no clear link" in sentence("gain", [edge, edge], GAIN)
        assert clearest("strain", {"Work pressure": edge}) == ["No theme goes clearly together with strain."]


def test_before_the_second_round_a_sentence_says_so_and_withheld_says_nothing():
    with translation.override("en"):
        assert "after the next one" in sentence("gain", [], GAIN)
        assert sentence("gain", [SHUT, SHUT], GAIN) == ""


def test_themes_stand_on_the_side_where_they_belong_the_strongest_first():
    found = {"A": UP, "B": Relation(0.5, 0.3, 0.7, 90), "C": DOWN, "D": NONE, "E": SHUT}
    with translation.override("en"):
        assert clearest("engagement", found) == [
            "Goes together with more engagement: B and A.",
            "Goes together with less engagement: C.",
        ]
        assert clearest("engagement", {"E": SHUT}) == []


def opened(here, sign_in, release: Release) -> str:
    place = type("Place", (), {"organisation": here.organisation, "units": {}})
    account = give_role(place, f"coordinator-{release.id}@samen.example", "coordinator")
    answer = sign_in(account).get(reverse("insights:organisation"), {"wave": release.id})
    assert answer.status_code == 200 and len(answer.content) <= 120_000
    return answer.content.decode()


@pytest.mark.django_db
def test_the_page_shows_both_cycles_and_the_table_after_two_rounds_and_waits_after_one(here, sign_in):
    one, two = publish(here, relations_world.answers(here, 2))
    first, second = opened(here, sign_in, one), opened(here, sign_in, two)
    # Four arrows: beside each, in its description, in the table; and two sentences.
    assert first.count("na de volgende ronde") == 14
    assert "na de volgende ronde" not in second
    assert "Winstcyclus" in second and "Verliescyclus" in second
    assert "Van Ronde 1 tot Ronde 2; minstens 120 mensen" in second
    assert "Gaat samen met meer klachten: Werkdruk." in second
    assert "meer bevlogen dan collega" in second and "Samengaan is geen oorzaak" in second
    row = two.relations.get(statistic="simple", source="pulse.work_pressure", target="strain")
    assert f'<strong class="num">{str(row.value).replace(".", ",")}</strong>' in second
    assert "style=" not in second.split('id="relations"')[1].split("<h2")[0]


@pytest.mark.django_db
def test_the_page_says_why_nothing_is_shown_of_few_people(here, sign_in):
    given = relations_world.answers(here, 1)[0]
    (release,) = publish(here, [{person: own for at, (person, own) in enumerate(given.items()) if at < 40}])
    found = opened(here, sign_in, release).split('id="relations"')[1].split("<h2")[0]
    assert found.count("Niet getoond: er zijn te weinig antwoorden om iedereen te beschermen.") >= 16
    assert 'class="num">0' not in found


@pytest.mark.django_db
def test_a_round_without_relations_has_no_heading(here, sign_in):
    (release,) = publish(here, relations_world.answers(here, 1), instruments=("gse",))
    assert 'id="relations"' not in opened(here, sign_in, release)


@pytest.mark.django_db
def test_the_section_reads_released_rows_in_a_fixed_number_of_queries(here, django_assert_num_queries):
    from draagkracht.insights.shared.published import releases
    from draagkracht.insights.shared.sections import Shown

    publish(here, relations_world.answers(here, 3))
    with scope(organisation=here.organisation):
        every = tuple(releases())
        for release in (every[0], every[-1]):
            relations._section.cache_clear()
            with django_assert_num_queries(2):
                assert relations.section(Shown(release, every, None))
        with django_assert_num_queries(0):
            relations.section(Shown(every[-1], every, None))
        assert ReleasedRelation.objects.count() == 3 * 32 + 2 * 4


@pytest.mark.django_db
def test_the_file_of_published_figures_holds_every_relation_once(here):
    from draagkracht.insights.shared import cells

    _, two = publish(here, relations_world.answers(here, 2))
    found = [row for row in cells.rows(two) if " with " in row[3]]
    assert len(found) == 32 + 4 and len({row[2:4] for row in found}) == 36
    row = two.relations.get(source="resources", target="engagement")
    told = next(one for one in found if one[2:4] == ("resources", "gain: lagged with engagement"))
    assert told[4:9] == (row.low, row.value, row.high, 120, "")
    assert told[9] in {"settled", "provisional", "unstudied"} and told[0] == "Ronde 2"
