"""Out as a file and in as a draft: what is told before, who may, what is stored and what is not."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django_scopes import scope

from draagkracht.config.command import run
from draagkracht.instruments import actions, drafts, exchange, licences
from draagkracht.instruments.composer import edits
from draagkracht.instruments.document import blank
from draagkracht.instruments.models import QuestionnaireDraft
from draagkracht.instruments.tests.lime import survey
from draagkracht.people.models import AuditLine

TITLE = {"nl": "Peiling", "en": "Pulse"}
BROKEN = b"kind,code,text nl\nchoice,Q 1,Dienst?\nnought,b,Iets\n"
TABLE = (
    b"kind,code,condition,text nl,text en,options nl,options en\n"
    b"title,,,Werk,Work,,\n"
    b"choice,shift,,Dienst?,Shift?,1 = vroeg | 2 = laat,1 = early | 2 = late\n"
    b"yesno,tired,{own.later} = 1,Moe?,Tired?,,\n"
    b"instrument,pulse,,,,,\n"
)


@pytest.fixture
def coordinator(cast, sign_in):
    browser = sign_in(cast.accounts["coordinator"])
    browser.cookies["django_language"] = "en"
    return browser


@pytest.fixture
def version(cast):
    with scope(organisation=cast.brug.organisation):
        composed = actions.compose(TITLE, ["pulse"], ["nl", "en"])
        return actions.publish(cast.brug.organisation, "pulse", composed, by=None)


@pytest.fixture
def guarded(cast):
    """A draft with a protected scale whose (invented) wording is on file."""
    words = b"item,text\n" + b"".join(f"{code},Bedachte zin {code}\n".encode() for code in CODES)
    with scope(organisation=cast.brug.organisation):
        actions.import_texts(cast.brug.organisation, "bat-12", "nl", words, "bat-12.nl.csv", validated=False, by=None)
        document = {
            "format": 1, "title": {"nl": "Vitaal"}, "languages": ["nl"],
            "sections": [{"id": "s1", "elements": [{"type": "instrument", "id": "bat-12"}]}],
        }  # fmt: skip
        return drafts.start(cast.brug.organisation, document, None)


CODES = actions.all_instruments()["bat-12"].codes


def bring(browser, data: bytes, name: str = "work.csv"):
    return browser.post(reverse("instruments:bring-in"), {"file": SimpleUploadedFile(name, data)})


def count(cast) -> int:
    with scope(organisation=cast.brug.organisation):
        return QuestionnaireDraft.objects.count()


def signed(page: str) -> str:
    return page.split('name="understood" value="')[1].split('"')[0]


def test_a_file_becomes_a_draft_only_after_it_was_looked_at(coordinator, cast):
    page = bring(coordinator, TABLE)
    text = page.content.decode()
    assert page.status_code == 200 and count(cast) == 0
    for said in ("1 × One answer", "1 × Yes or no", "Work", "Nederlands", "own.later"):
        assert said in text
    response = coordinator.post(reverse("instruments:bring-in"), {"understood": signed(text)})
    assert response.status_code == 302 and count(cast) == 1
    with scope(organisation=cast.brug.organisation):
        draft = QuestionnaireDraft.objects.get()
        assert draft.document["sections"][0]["elements"][2] == {"type": "instrument", "id": "pulse"}
        assert draft.started_by == cast.accounts["coordinator"]
        assert AuditLine.objects.filter(act="draft.brought-in").count() == 1
    assert coordinator.get(response["Location"]).status_code == 200


def test_what_was_understood_cannot_be_altered_or_used_elsewhere(coordinator, cast, sign_in):
    kept = signed(bring(coordinator, TABLE).content.decode())
    for given in (kept[:-3] + "abc", "nonsense"):
        assert coordinator.post(reverse("instruments:bring-in"), {"understood": given}).status_code == 400
    stranger = sign_in(cast.stranger)
    assert stranger.post(reverse("instruments:bring-in"), {"understood": kept}).status_code == 400
    assert count(cast) == 0


def test_faults_are_listed_with_their_place_and_nothing_is_stored(coordinator, cast):
    for language, said in (("en", ("Row 2", "Row 3", "cannot be a short name")), ("nl", ("Rij 2", "Rij 3"))):
        coordinator.cookies["django_language"] = language
        page = bring(coordinator, BROKEN)
        text = page.content.decode()
        assert page.status_code == 400 and all(one in text for one in said)
    assert bring(coordinator, b"\x00\x01", "x.csv").status_code == 400
    assert bring(coordinator, b"x" * (5 * 2**20 + 1)).status_code == 400
    assert coordinator.post(reverse("instruments:bring-in"), {}).status_code == 400
    assert count(cast) == 0


def test_a_survey_of_limesurvey_comes_in(coordinator, cast):
    data = survey([{"type": "Y", "title": "Q1", "text": {"nl": "Moe?", "en": "Tired?"}, "mandatory": "Y"}])
    text = bring(coordinator, data, "work.lss").content.decode()
    assert "Tired?" in text.split("The questions")[1].split("</ol>")[0] and "Say what a high answer means" in text
    assert "LimeSurvey" in text and "here every question may be skipped" in text and "(Q1)" in text


# Every format has a name of its own: one download does not overwrite another.
FILES = {
    "table-xlsx": "table.xlsx",
    "table-csv": "table.csv",
    "fhir-r5": "r5.fhir.json",
    "fhir-r4b": "r4b.fhir.json",
    "xlsform": "xlsform.xlsx",
}


@pytest.mark.parametrize("name", sorted(exchange.FORMATS))
def test_a_published_version_leaves_in_every_format_and_comes_back(coordinator, cast, version, name):
    address = reverse("instruments:version-file", args=[version.pk])
    assert exchange.FORMATS[name].title in coordinator.get(address).content.decode()
    response = coordinator.post(address, {"format": name})
    assert response.status_code == 200 and f'"pulse-1-{FILES[name]}"' in response["Content-Disposition"]
    _, document, left = exchange.read(response.content, actions.all_instruments(), "x")
    assert document["sections"][0]["elements"] == [{"type": "instrument", "id": "pulse"}] and left == []
    assert document["title"] == TITLE
    with scope(organisation=cast.brug.organisation):
        assert AuditLine.objects.filter(act="questionnaire.handed-out").count() == 1


def test_what_goes_along_for_us_only_is_called_by_its_words(coordinator, cast):
    scale = {"type": "question", "code": "rest", "kind": "scale", "text": {"nl": "Rust je?"}, "direction": "favourable"}
    scale["ends"] = [{"nl": "slecht"}, {"nl": "goed"}]
    with scope(organisation=cast.brug.organisation):
        draft = drafts.start(cast.brug.organisation, edits.add(blank({"nl": "P"}, ["nl"]), "s1", scale), None)
    coordinator.cookies["django_language"] = "nl"
    page = coordinator.get(reverse("instruments:draft-file", args=[draft.pk])).content.decode()
    assert "Wat een hoog antwoord betekent gaat alleen voor onszelf mee" in page
    assert "Het woord bij 0 gaat" in page and "Direction" not in page and "Low gaat" not in page


def test_a_format_that_does_not_exist_is_not_found(coordinator, version):
    address = reverse("instruments:version-file", args=[version.pk])
    assert coordinator.post(address, {"format": "pdf"}).status_code == 404


def texts_of(response) -> str:
    return json.dumps(json.loads(response.content), ensure_ascii=False)


def test_the_wording_of_a_protected_scale_stays_behind_unless_it_may_leave(coordinator, cast, guarded):
    address = reverse("instruments:draft-file", args=[guarded.pk])
    page = coordinator.get(address).content.decode()
    assert "the codes of its questions only" in page.replace("&#x27;", "'") and "Bedachte" not in page
    assert "Bedachte" not in texts_of(coordinator.post(address, {"format": "fhir-r5"}))
    # No permission stands: asking for the wording changes nothing, and the page says why.
    assert "No permission for this scale stands" in coordinator.get(f"{address}?wording=with").content.decode()
    assert "Bedachte" not in texts_of(coordinator.post(address, {"format": "fhir-r5", "wording": "with"}))


def test_with_a_permission_the_wording_goes_along_with_its_copyright(coordinator, cast, guarded):
    with scope(organisation=cast.brug.organisation):
        letter = b"%PDF-1.4\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n"
        licences.attest(
            cast.brug.organisation, "bat-12", letter, "brief.pdf", statement="Brief", valid_until=None, by=None
        )
    address = reverse("instruments:draft-file", args=[guarded.pk])
    found = json.loads(coordinator.post(address, {"format": "fhir-r5", "wording": "with"}).content)
    assert "Bedachte zin ex1" in json.dumps(found) and "Schaufeli" in found["copyright"]
    with scope(organisation=cast.brug.organisation):
        assert AuditLine.objects.get(act="questionnaire.handed-out").detail["wording"] == ["bat-12"]


@pytest.mark.parametrize("role", ["worker", "team-lead", "trainer", "editor", "researcher", "platform-admin"])
def test_other_roles_do_not_come_in(cast, sign_in, version, guarded, role):
    browser = sign_in(cast.accounts[role])
    for route, args in (("bring-in", []), ("version-file", [version.pk]), ("draft-file", [guarded.pk])):
        assert browser.get(reverse(f"instruments:{route}", args=args)).status_code == 403


def test_another_organisation_finds_neither(cast, sign_in, version, guarded):
    browser = sign_in(cast.stranger)
    assert browser.get(reverse("instruments:version-file", args=[version.pk])).status_code == 404
    assert browser.post(reverse("instruments:draft-file", args=[guarded.pk]), {"format": "fhir-r5"}).status_code == 404


def test_the_commands_write_and_read(cast, version, tmp_path, capsys):
    out = tmp_path / "pulse.json"
    words = ["pulse", "--organisation", "brug", "--format", "fhir-r4b", "-o", str(out)]
    assert run("questionnaire export", words) == 0
    assert run("questionnaire import", [str(out), "--organisation", "brug", "--dry-run"]) == 0
    assert count(cast) == 0 and "20" in capsys.readouterr().out
    assert run("questionnaire import", [str(out), "--organisation", "brug"]) == 0
    assert count(cast) == 1
    out.write_bytes(BROKEN)
    assert run("questionnaire import", [str(out), "--organisation", "brug"]) == 2
    assert run("questionnaire export", ["nought", *words[1:]]) == 2
    assert "pulse" in capsys.readouterr().err and count(cast) == 1
