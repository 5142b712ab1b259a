"""Groups on the page of the organisation: one breakdown at a time, by name, with n and uncertainty or the reason why not."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django_scopes import scope

from draagkracht.insights import publish
from draagkracht.insights.models import ReleasedCategory, ReleasedUnit
from draagkracht.insights.shared import breakdowns, organisation
from draagkracht.insights.shared.breakdowns import name_of, sentence
from draagkracht.insights.shared.published import Measure
from draagkracht.insights.tests.test_shared_pages import RAW
from draagkracht.ui.charts import Estimate

from . import breakdown_world as growing
from . import build

ORGANISATION = "/organisation/"


@pytest.fixture
def world(cast):
    return growing.grow(cast)


@pytest.fixture
def body(world, sign_in):
    """body(query, who) -> the page of the organisation, in Dutch."""

    def of(query: str = "", who: str = "coordinator", name: str = "organisation") -> str:
        answer = sign_in(world.cast.accounts[who]).get(reverse(f"insights:{name}") + query)
        assert answer.status_code == 200
        return answer.content.decode()

    return of


def part(page: str) -> str:
    """The section alone."""
    return page.split('<h2 id="by">')[1].split("<h2")[0]


def test_a_round_without_a_breakdown_has_no_heading_of_it(world, body):
    growing.published(world, "Maart")
    page = body()
    assert 'id="by"' not in page and "Per functie" not in page


def test_free_text_in_an_address_fills_no_memory(world, body):
    growing.published(world, "Maart", "profession")
    plain = part(body())
    kept = [breakdowns._section.cache_info().currsize, organisation.about.cache_info().currsize]
    for number in range(3):
        assert part(body(f"?by=x{number}&theme=y{number}")) == plain
    assert [breakdowns._section.cache_info().currsize, organisation.about.cache_info().currsize] == kept


def test_groups_stand_by_name_with_how_many_and_beside_everybody(world, body):
    growing.published(world, "Maart", "profession")
    page = part(body())
    names = re.findall(r'<div class="name">([^<]+)', page)
    assert names[:3] == ["Verpleegkundige", "Zorgkundige", "Kleine groepen samen"]
    assert "Kleine groepen samen: Kok / keukenhulp, Planner." in page and page.startswith("Per functie · ")
    assert re.search(r'<th scope="col"[^>]*>Functie</th>', page), "the table says what its rows are"
    assert page.count("mensen") >= 2 and "organisatie" in page
    assert build.SECRET not in page and not [p.name for p in world.home if p.name in page]


def test_one_breakdown_at_a_time_and_an_unknown_one_is_the_first(world, body):
    growing.published(world, "Maart", "profession", "shift")
    first, second, unknown = (part(body(query)) for query in ("", "?by=shift", "?by=age"))
    assert "Verpleegkundige" in first and "afwisselend vroeg en laat" not in first.lower()
    assert "afwisselend vroeg en laat" in second.lower() and "Verpleegkundige" not in second
    assert unknown == first


def test_a_withheld_group_says_why_and_shows_no_number(world, body):
    people = [
        person for person in world.groups if world.groups[person]["profession"] in ("Planner", "Kok / keukenhulp")
    ]
    for person in people[2:]:
        world.groups[person]["profession"] = "Zorgkundige"
    made = growing.published(world, "Maart", "profession")
    with scope(organisation=world.organisation):
        assert ReleasedCategory.objects.filter(release=made, position=2, reason="too-few").exists()
    assert "te weinig antwoorden" in part(body())


def test_no_page_of_a_unit_changes_and_no_group_becomes_a_unit(world, body, sign_in):
    growing.published(world, "Maart")
    unit = reverse("insights:unit", args=[world.cast.brug.units["linde"].pk])
    growing.published(world, "Juni", "profession", number=1)
    page = sign_in(world.cast.accounts["coordinator"]).get(unit).content.decode()
    assert "Verpleegkundige" not in page and 'id="by"' not in page
    heat = body().split('<h2 id="units">')[1].split("<h2")[0]
    assert "Verpleegkundige" not in heat
    with scope(organisation=world.organisation):
        counts = ReleasedUnit.objects.values_list("release_id").order_by("release_id")
        assert len({list(counts).count(one) for one in set(counts)}) == 1


def test_paper_and_file_hold_the_groups_too(world, body, sign_in):
    growing.published(world, "Maart", "profession")
    rows = list(csv.DictReader(io.StringIO(body(name="organisation-cells"))))
    groups = [row for row in rows if row["breakdown"]]
    assert {row["breakdown"] for row in groups} == {"profession"}
    assert {row["category"] for row in groups} == {"Verpleegkundige", "Zorgkundige", "Kok / keukenhulp + Planner"}
    assert all(row["value"] or row["reason"] for row in groups)
    assert all(not row["category"] for row in rows if not row["breakdown"]) and len(rows) > len(groups)
    pdf = sign_in(world.cast.accounts["coordinator"]).get(reverse("insights:organisation-paper"))
    import pypdf

    text = " ".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(pdf.content)).pages)
    assert "Verpleegkundige" in text and "Per functie" in text


def test_questions_to_the_database_do_not_grow_with_groups_and_reach_no_answer(world, sign_in):
    client = sign_in(world.cast.accounts["coordinator"])
    asked = []
    for name, jobs in (("Maart", 3), ("Juni", 9)):
        for number, person in enumerate(world.groups):
            world.groups[person]["profession"] = f"Functie {number % jobs}"
        made = growing.published(world, name, "profession", number=len(asked))
        breakdowns._section.cache_clear()
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get(reverse("insights:organisation") + f"?wave={made.pk}")
        asked.append([query["sql"] for query in caught if "releasedcategory" in query["sql"]])
        assert not [sql["sql"] for sql in caught if RAW.search(sql["sql"]) and "SELECT" in sql["sql"]]
    assert len(asked[0]) == len(asked[1]) == 1


def test_the_privacy_officer_reads_why_a_group_is_not_shown(world, sign_in):
    made = growing.published(world, "Maart", "profession")
    page = sign_in(world.cast.accounts["privacy-officer"]).get(reverse("insights:release", args=[made.pk]))
    text = page.content.decode()
    assert text.count("Kok / keukenhulp, Planner") == 2 and "· Functie" in text
    with scope(organisation=world.organisation), translation.override("en"):
        assert "Profession, groups of at least 5:" in publish.summary(made)


# -- what may be said ----------------------------------------------------------------------------------------------------


def measure(name: str) -> Measure:
    return Measure(name, {"id": name, "title": {"en": name}, "family": name, "total_of": []})


def group(**values: tuple) -> tuple:
    return "Group", "", {name: Estimate(*told) for name, told in values.items()}


@pytest.mark.parametrize(
    "groups, expected",
    [
        ([group(rest=(3.0, 2.5, 3.5, 9)), group(rest=(3.3, 2.9, 3.7, 9))], "No group differs clearly"),
        ([group(rest=(1.0, 0.8, 1.2, 9)), group(rest=(3.0, 2.5, 3.5, 9))], "On rest at least one group differs"),
        ([group(rest=(1.0, 0.8, 1.2, 9), load=(1.0, 0.8, 1.2, 9))], "On rest and load at least one group differs"),
        ([group(rest=(None, None, None, None, "too few"))], "Too few people answered"),
        ([], "Too few people answered"),
    ],
)
def test_the_sentence_claims_nothing_inside_the_noise_and_names_no_group(groups, expected):
    whole = {name: (Estimate(3.0, 2.8, 3.2, 90), 0.5) for name in ("rest", "load")}
    with translation.override("en"):
        said = sentence([measure("rest"), measure("load")], groups, whole, "the organisation")
    assert said.startswith(expected) and "Group" not in said.replace("No group", "")
    assert not re.search(r"best|worst|most|least [^o]|because|cause", said)


def test_names_of_groups():
    with translation.override("nl"):
        assert name_of("contract", ["permanent"]) == ("Vast", "")
        assert name_of("profession", [""]) == ("Niet ingevuld", "")
        assert name_of("profession", ["kok", ""]) == ("Kleine groepen samen", "kok, niet ingevuld")
        assert name_of("seniority", ["0-1"])[0] == "Minder dan 2 jaar"
