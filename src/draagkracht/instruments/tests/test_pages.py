"""The pages of a coordinator: what one may use, what is missing, how sure it is, and the import."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import escape
from django_scopes import scope

from draagkracht.instruments import actions
from draagkracht.instruments.catalogue import DEMO_TEXTS, load_all
from draagkracht.instruments.models import InstrumentText
from draagkracht.instruments.tests.test_catalogue import OWN


@pytest.fixture
def coordinator(cast, sign_in):
    browser = sign_in(cast.accounts["coordinator"])
    browser.cookies["django_language"] = "en"
    return browser


def upload(browser, instrument="bat-12", data=None, name="bat-12.nl.csv", **fields):
    data = (DEMO_TEXTS / "bat-12.nl.csv").read_bytes() if data is None else data
    given = {"language": "nl", "wording": "own", "attest": "on", "file": SimpleUploadedFile(name, data), **fields}
    return browser.post(reverse("instruments:texts", args=[instrument]), {k: v for k, v in given.items() if v})


def test_the_list_shows_every_instrument_and_what_is_missing(coordinator):
    page = coordinator.get(reverse("instruments:list")).content.decode()
    for instrument in load_all().values():
        assert reverse("instruments:detail", args=[instrument.id]) in page
    tags = {name: card(page, name) for name in load_all()}
    assert "wording missing" in tags["bat-12"] and "permission missing" in tags["bat-12"]
    assert "wording missing" in tags["gse"] and "permission missing" not in tags["gse"]
    assert "ready to use" in tags["pulse"] and "wording missing" not in tags["pulse"]
    assert "template" in tags["job-satisfaction-3"] and "permission missing" not in tags["job-satisfaction-3"]
    order = [page.index(f'id="{slug}"') for slug in ("demand", "resource", "engagement", "strain", "outcome", "health")]
    assert order == sorted(order) and page.index("WHO-5") > order[-1]


def card(page: str, instrument_id: str) -> str:
    """The card of one instrument on the list."""
    return page.partition(f"/instruments/{instrument_id}/")[2].partition("</section>")[0]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "SLEEP"}, {"isi"}),
        ({"q": "burn-out bat", "show": "texts"}, {"bat-12", "bat-23", "bat-secondary"}),
        ({"show": "ready"}, {"pulse"}),
        ({"show": "template"}, {i.id for i in load_all().values() if i.template}),
        ({"q": "<script>"}, set()),
        ({"show": "nonsense"}, set()),
    ],
)
def test_the_list_can_be_searched_without_a_script(coordinator, asked, found):
    response = coordinator.get(reverse("instruments:list"), asked)
    page = response.content.decode()
    shown = set(re.findall(r'<h3 class="voice"><a href="/instruments/([a-z0-9-]+)/"', page))
    assert shown == found and response.status_code == 200
    assert "<script>" not in page and bool(found) != ("Nothing found" in page)


def test_a_template_says_what_is_missing_and_gives_the_file_to_fill_in(coordinator, tmp_path):
    page = coordinator.get(reverse("instruments:detail", args=["job-satisfaction-3"])).content.decode()
    assert "This is a template" in page and "MOAQ-JSS" in page and "Import the wording" not in page
    assert coordinator.get(reverse("instruments:texts", args=["job-satisfaction-3"])).status_code == 404
    assert coordinator.get(reverse("instruments:definition", args=["bat-12"])).status_code == 404
    for template in [one for one in load_all().values() if one.template]:
        response = coordinator.get(reverse("instruments:definition", args=[template.id]))
        (tmp_path / f"{template.id}.yaml").write_bytes(response.content)
    completed = load_all([tmp_path])
    assert not any(one.template for one in completed.values())
    assert completed["manager-support-11"].codes == tuple(f"ms{n}" for n in range(1, 12))


def test_the_list_takes_the_same_queries_whatever_was_imported(coordinator, cast, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            coordinator.get(reverse("instruments:list"))
        return len(seen)

    count()
    organisation = cast.brug.organisation
    counts = []
    for name in ("bat-12.nl.csv", "bat-12.en.csv", "uwes-9.nl.csv"):
        instrument, language, _ = name.split(".")
        with scope(organisation=organisation):
            data = (DEMO_TEXTS / name).read_bytes()
            actions.import_texts(organisation, instrument, language, data, name, validated=False, by=None)
        counts.append(count())
    assert len(set(counts)) == 1


@pytest.mark.parametrize("instrument_id", sorted(load_all()))
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_instrument_has_a_page_that_says_how_sure_it_is(coordinator, instrument_id, language):
    coordinator.cookies["django_language"] = language
    instrument = load_all()[instrument_id]
    response = coordinator.get(reverse("instruments:detail", args=[instrument_id]))
    page = response.content.decode()
    assert response.status_code == 200
    assert {"nl": "Voorlopig", "en": "Provisional"}[language] in page
    for evidence in instrument.evidence.values():
        assert evidence.source[language].split("'")[0].split("&")[0] in page
    assert not re.search(r"\sstyle=|<script|\son[a-z]+=", page)


def test_an_instrument_that_does_not_exist_is_not_found(coordinator):
    for route in ("instruments:detail", "instruments:texts"):
        assert coordinator.get(reverse(route, args=["nought"])).status_code == 404


def test_a_blank_file_can_be_downloaded(coordinator):
    response = coordinator.get(reverse("instruments:blank-texts", args=["gse", "nl"]))
    assert response.status_code == 200 and response["Content-Disposition"] == 'attachment; filename="gse.nl.csv"'
    assert response.content.decode("utf-8-sig").splitlines()[0] == "item,text"
    assert coordinator.get(reverse("instruments:blank-texts", args=["gse", "xx"])).status_code == 404


def test_an_upload_is_stored_and_shown(coordinator, cast):
    response = upload(coordinator, source_note="Brief van 3 mei")
    assert response.status_code == 302
    page = coordinator.get(response["Location"]).content.decode()
    assert "imported, a made-up example" in page and "Brief van 3 mei" in page
    # What came in can be read at once: a wrong file or language shows.
    assert "questions were imported in Dutch" in page and response["Location"].endswith("?shown=nl#shown")
    with scope(organisation=cast.brug.organisation):
        assert all(escape(text) in page for text in InstrumentText.objects.get().texts["items"].values())
    assert "The wording that you have" in page
    with scope(organisation=cast.brug.organisation):
        assert InstrumentText.objects.get().attested_by == cast.accounts["coordinator"]
    with scope(organisation=cast.buurt.organisation):
        assert not InstrumentText.objects.exists()


def test_a_protected_text_needs_the_word_of_a_person(coordinator, cast):
    assert upload(coordinator, attest="").status_code == 400
    assert upload(coordinator, wording="").status_code == 400
    with scope(organisation=cast.brug.organisation):
        assert not InstrumentText.objects.exists()


def test_faults_in_an_upload_are_listed_by_row(coordinator, cast):
    response = upload(coordinator, data=b"item,text\nex1,Een\nex99,<b>x</b>\n")
    page = response.content.decode()
    assert response.status_code == 400
    assert "Row 3: &#x27;ex99&#x27; is not an item" in page and "no text for item ex3" in page
    assert upload(coordinator, data=b"\x00\x01", name="x.csv").status_code == 400
    assert upload(coordinator, data=b"x" * (actions.LARGEST_FILE + 1)).status_code == 400
    with scope(organisation=cast.brug.organisation):
        assert not InstrumentText.objects.exists()


@pytest.mark.parametrize(
    "role", ["worker", "team-lead", "trainer", "partner", "editor", "researcher", "platform-admin"]
)
def test_other_roles_do_not_come_in(cast, sign_in, role):
    browser = sign_in(cast.accounts[role])
    for route, args in (("list", []), ("detail", ["gse"]), ("texts", ["gse"]), ("blank-texts", ["gse", "nl"])):
        assert browser.get(reverse(f"instruments:{route}", args=args)).status_code == 403


def test_a_broken_file_of_the_installation_is_named(coordinator, settings, tmp_path):
    (tmp_path / "own.yaml").write_text(OWN.replace("minutes: 2", "minutes: two"))
    settings.CATALOGUE_DIRS = [str(tmp_path)]
    response = coordinator.get(reverse("instruments:list"))
    assert response.status_code == 500 and "line 10, minutes" in response.content.decode()
    (tmp_path / "own.yaml").write_text(OWN)
    assert "Leadership climate" in coordinator.get(reverse("instruments:list")).content.decode()
