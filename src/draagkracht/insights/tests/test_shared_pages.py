"""Pages that others see: who may open them, that no answer can reach them, and that they stay light."""

import io
import random
import re

import pypdf
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_scopes import scope
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from draagkracht.insights import release as door
from draagkracht.insights.models import ReleasedCell, ReleasedUnit
from draagkracht.insights.shared import organisation as organisation_page
from draagkracht.insights.shared import unit as unit_page
from draagkracht.insights.shared.cells import COLUMNS, harmless, rows
from draagkracht.people.models import Person, Unit
from draagkracht.people.queries import members_on

from . import build
from .conftest import scores

RAW = re.compile(
    r'"(surveys_\w+|vault_\w+|insights_releasedstructure|insights_releasedbreakdown|consent_\w+|people_staffchange|people_auditline)"',
    re.I,
)


def url(published, name: str, unit: str = "linde", query: str = "") -> str:
    arguments = [published.cast.brug.units[unit].id] if name in ("unit", "unit-paper") else []
    return reverse(f"insights:{name}", args=arguments) + query


def page(sign_in, account, address: str) -> str:
    answer = sign_in(account).get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def every_shared_page(published, query: str = "") -> list[str]:
    found = [
        url(published, "organisation", query=query + f"{'&' if query else '?'}theme={t}")
        for t in ("demands", "wellbeing")
    ]
    found += [url(published, "unit", unit, query) for unit in ("brug", "woonzorg", "linde", "eik", "zuid")]
    return [*found, url(published, "organisation-cells")]


OPENS = {
    ("worker", "linde"): 200, ("worker", "eik"): 403, ("worker", "woonzorg"): 403, ("worker", "brug"): 403,
    ("team-lead", "linde"): 200, ("team-lead", "zuid"): 403, ("team-lead", "woonzorg"): 403,
    ("coordinator", "zuid"): 200, ("coordinator", "thuiszorg"): 200, ("adviser", "eik"): 200,
    ("privacy-officer", "eik"): 200, ("trainer", "linde"): 403, ("partner", "linde"): 403, ("editor", "linde"): 403,
    ("researcher", "linde"): 403, ("platform-admin", "linde"): 403,
}  # fmt: skip


def test_who_opens_the_page_of_which_unit(published, sign_in):
    for (who, unit), status in OPENS.items():
        client = sign_in(published.cast.accounts[who])
        names = ("unit",) if status == 200 else ("unit", "unit-paper")
        for name in names:
            answer = client.get(url(published, name, unit))
            assert answer.status_code == status, (who, unit, name)
            if status != 200:
                assert b"antwoorden" not in answer.content and b"Herstel" not in answer.content


def test_another_organisation_finds_nothing(published, sign_in):
    stranger = sign_in(published.cast.stranger)
    assert stranger.get(url(published, "unit")).status_code == 404
    assert stranger.get(url(published, "unit-paper")).status_code == 404
    assert "Team Linde" not in stranger.get(url(published, "organisation")).content.decode()
    assert stranger.get(url(published, "organisation-cells")).content.decode().strip() == ",".join(COLUMNS)
    chosen = stranger.get(url(published, "organisation", query=f"?wave={published.release.id}"))
    assert "Team Linde" not in chosen.content.decode()
    assert stranger.get(reverse("insights:release", args=[published.release.id])).status_code in (403, 404)


def test_without_a_second_factor_a_lead_sees_no_more_than_a_worker(published, sign_in):
    lead = published.cast.accounts["team-lead"]
    answer = sign_in(lead, second_factor=False).get(url(published, "unit"))
    assert answer.status_code == 302 and "figures" not in answer.content.decode()
    coordinator = sign_in(published.cast.accounts["coordinator"], second_factor=False)
    assert coordinator.get(url(published, "organisation")).status_code == 302


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_name_no_answer_and_nothing_of_an_open_round_is_on_a_shared_page(published, sign_in, language):
    client = sign_in(published.cast.accounts["coordinator"])
    names = [word for person in published.answers for word in (person.name, person.email, person.staff_number)]
    names += [str(person.pseudonym) for person in published.answers] + [p.pseudonym.hex for p in published.answers]
    for address in every_shared_page(published):
        body = client.get(address, headers={"accept-language": language}).content.decode()
        assert build.SECRET not in body and "Juni 2026" not in body and "juni 2026" not in body
        assert not [name for name in names if name in body]


def test_pages_before_the_first_publication_say_so_and_show_nothing(cast, sign_in):
    published = type("Nothing", (), {"cast": cast})
    for who, name in (("coordinator", "organisation"), ("team-lead", "unit"), ("privacy-officer", "releases")):
        body = page(sign_in, cast.accounts[who], url(published, name))
        assert "svg width" not in body.split("<main")[1] and "gepubliceerd" in body


def test_a_figure_of_five_is_shown_and_one_of_eight_withheld_with_its_reason(published, sign_in):
    body = page(sign_in, published.cast.accounts["worker"], url(published, "unit"))
    assert "6 mensen deden mee" in body
    assert "er zijn te weinig antwoorden om iedereen te beschermen." in body
    officer = page(
        sign_in, published.cast.accounts["privacy-officer"], reverse("insights:release", args=[published.release.id])
    )
    assert "te weinig antwoorden" in officer
    with scope(organisation=published.organisation):
        value = ReleasedCell.objects.get(unit__name="Team Linde", measure="pulse.recovery", statistic="mean").value
    assert f"{value:.2f}".replace(".", ",") not in officer


def test_no_data_is_told_apart_from_withheld(published, sign_in, cast):
    organisation = published.organisation
    with scope(organisation=organisation):
        nobody = {
            p: (None if published.home[p] == cast.brug.units["horizon"].id else s) for p, s in published.answers.items()
        }
        door.release(build.wave(organisation, "Zonder", nobody, published.home, number=2))
    coordinator = published.cast.accounts["coordinator"]
    empty = page(sign_in, coordinator, url(published, "unit", "horizon"))
    assert "Geen gegevens" in empty and "te weinig antwoorden om iedereen" not in empty


def test_shared_pages_touch_no_raw_table(published, sign_in):
    client = sign_in(published.cast.accounts["coordinator"])
    seen = 0
    for address in every_shared_page(published):
        unit_page.about.cache_clear()
        organisation_page.about.cache_clear()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        found = [query["sql"] for query in queries if RAW.search(query["sql"])]
        assert not found, found
        seen += any("insights_releasedcell" in query["sql"] for query in queries)
    assert seen == len(every_shared_page(published))


def test_the_number_of_queries_does_not_grow_with_rounds_units_or_people(published, sign_in):
    organisation = published.organisation
    client = sign_in(published.cast.accounts["coordinator"])
    pages = [url(published, "unit"), url(published, "organisation")]

    def counts() -> list[int]:
        found = []
        for address in pages:
            client.get(address)
            unit_page.about.cache_clear()
            organisation_page.about.cache_clear()
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            found.append(len(queries))
        return found

    once = counts()
    with scope(organisation=organisation):
        for number in (2, 3):
            new = [Unit.objects.create(organisation=organisation, parent=published.cast.brug.units["jeugd"], code=f"n{number}{at}", name=f"N {at}") for at in range(3)]  # fmt: skip
            people = Person.objects.bulk_create(Person(organisation=organisation) for _ in range(18))
            draw = random.Random(number)
            home = published.home | {person: new[at % 3].id for at, person in enumerate(people)}
            answers = published.answers | {person: scores(draw) for person in people}
            door.release(build.wave(organisation, f"Ronde {number}", answers, home, number=number))
    assert counts() == once


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32))
def test_who_said_what_within_a_published_group_changes_no_byte(cast, sign_in, seed):
    """G1: swap complete answers (missing scores included) inside the atoms, and every page and file stays the same."""
    organisation, shuffle = cast.brug.organisation, random.Random(seed)
    client = sign_in(cast.accounts["coordinator"])
    people = {person.id: person for person in cast.brug.people.values()}
    with scope(organisation=organisation):
        home = {people[number]: unit for number, unit in members_on(build.DAY.date())}
    draw = random.Random(4)
    answers = {person: scores(draw) for person in home}
    answers[next(iter(home))]["pulse.recovery"] = None
    swapped = {}
    for group in together(organisation, answers, home):
        swapped |= dict(zip(group, shuffle.sample([answers[person] for person in group], len(group)), strict=True))
    assert len(swapped) == 30 and swapped != answers
    assert all_pages(cast, client, answers, home) == all_pages(cast, client, swapped, home)


def together(organisation, answers, home) -> list[list[Person]]:
    """People who share an atom in every plan of the round."""
    with scope(organisation=organisation), transaction.atomic():
        plans = door.prepare(build.wave(organisation, "Ronde", answers, home)).plans
        transaction.set_rollback(True)
    atoms: dict[Person, tuple] = dict.fromkeys(home, ())
    for plan in plans.values():
        where = {number: path for path, people in plan.atoms.items() for number in people}
        for person in home:
            atoms[person] += (where.get(person.pseudonym),)
    return [[person for person in home if atoms[person] == group] for group in dict.fromkeys(atoms.values())]


def all_pages(cast, client, answers, home) -> list[str]:
    """Every shared page of a round with these answers; the round is taken back afterwards."""
    addresses = [reverse("insights:organisation"), reverse("insights:organisation-cells")]
    addresses += [reverse("insights:unit", args=[unit.id]) for unit in cast.brug.units.values()]
    with transaction.atomic():
        with scope(organisation=cast.brug.organisation):
            door.release(build.wave(cast.brug.organisation, "Ronde", answers, home))
        found = [re.sub(r"wave=\d+", "", client.get(address).content.decode()) for address in addresses]
        transaction.set_rollback(True)
    return [re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", body) for body in found]


def test_pages_stay_light(published, sign_in):
    for who, name in (("coordinator", "organisation"), ("team-lead", "unit"), ("privacy-officer", "release")):
        address = (
            reverse("insights:release", args=[published.release.id]) if name == "release" else url(published, name)
        )
        assert len(page(sign_in, published.cast.accounts[who], address)) <= 120_000


def test_a_page_of_paper_is_a_pdf_with_the_figures(published, sign_in):
    import io

    from pypdf import PdfReader

    coordinator = sign_in(published.cast.accounts["coordinator"])
    for name in ("unit-paper", "organisation-paper"):
        document = PdfReader(io.BytesIO(coordinator.get(url(published, name)).content))
        text = " ".join(one.extract_text() for one in document.pages)
        assert "Team Linde" in text and build.SECRET not in text and "Amina" not in text
        assert name != "unit-paper" or len(document.pages) == 1


def test_the_download_holds_what_pages_can_show_in_a_fixed_order(published, sign_in):
    coordinator = sign_in(published.cast.accounts["coordinator"])
    first, again = (coordinator.get(url(published, "organisation-cells")).content for _ in range(2))
    assert first == again
    lines = first.decode().splitlines()
    assert lines[0] == (
        "wave,unit path,measure,statistic,low,value,high,people took part,reason,status,round about,breakdown,category"
    )
    with scope(organisation=published.organisation):
        found = list(rows())
        assert len(lines) == len(found) + 1
        cells = {(u, m, s): v for _w, u, m, s, _l, v, *_rest in found}
        for cell in ReleasedCell.objects.select_related("unit"):
            assert cells[(cell.unit.path, cell.measure, cell.statistic)] == cell.value
    assert any(line.startswith("Maart 2026,brug / woonzorg / linde,bat-12.total,mean,,,,,too-few") for line in lines)
    assert not [line for line in lines if ",participation," in line and "linde" in line]
    status = {row[2].partition(".")[0]: row[9] for row in found if " with " not in row[3]}
    assert status == {"participation": "settled", "pulse": "unstudied", "bat-12": "provisional"}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_is_provisional_is_said_wherever_its_figures_are_seen(published, sign_in, language):
    client = sign_in(published.cast.accounts["coordinator"])
    lead = sign_in(published.cast.accounts["team-lead"])
    word = {"nl": ("Voorlopig: Burn-out", "Nog niet onderzocht: "), "en": ("Provisional: Burnout", "Not yet studied: ")}
    for browser, name in ((client, "organisation"), (lead, "unit")):
        body = browser.get(url(published, name), headers={"accept-language": language}).content.decode()
        assert all(words in body for words in word[language]), name
        assert {"nl": "“Voorlopig” staat", "en": "“Provisional” stands"}[language] in body
    paper = lead.get(url(published, "unit-paper"), headers={"accept-language": language}).content
    text = " ".join(pypdf.PdfReader(io.BytesIO(paper)).pages[0].extract_text().split())
    assert all(words in text for words in word[language])


def test_text_that_a_spreadsheet_would_run_is_made_harmless():
    assert [harmless(x) for x in ("=1+1", "+a", "-b", "@c", "\td", "Linde", None, -2.5)] == [
        "'=1+1", "'+a", "'-b", "'@c", "'\td", "Linde", "", -2.5,
    ]  # fmt: skip


def test_team_leads_to_the_unit_that_one_leads_or_works_in(published, sign_in):
    for who in ("team-lead", "worker"):
        answer = sign_in(published.cast.accounts[who]).get(reverse("insights:team"))
        assert answer.headers["Location"] == url(published, "unit")


def test_a_nonsense_round_theme_or_page_shows_the_last_round(published, sign_in):
    client = sign_in(published.cast.accounts["coordinator"])
    for query in ("?wave=999999", "?wave=x", "?theme=%00", "?page=-1", "?page=99999", "?wave=" + "9" * 400):
        assert client.get(url(published, "organisation", query=query)).status_code == 200
        assert client.get(url(published, "unit", query=query)).status_code == 200


def test_units_of_ten_and_more_tell_their_response_in_bands(published):
    with scope(organisation=published.organisation):
        bands = {u.name: (u.response_low, u.response_high) for u in ReleasedUnit.objects.all()}
    assert bands["Team Zuid"] == (None, None)
    assert bands["Thuiszorg"] == (90, 100)
