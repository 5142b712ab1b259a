"""From an empty page to an answer: somebody who never programmed composes 25 questions on a phone, publishes, and asks."""

import datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from draagkracht.instruments import drafts
from draagkracht.instruments.composer import edits, kinds
from draagkracht.instruments.document import blank
from draagkracht.surveys import entry
from draagkracht.surveys.actions.answering import opened_payload
from draagkracht.surveys.models import Invitation, Wave
from draagkracht.surveys.queries import link_token

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(live_server, cast, sign_in, phone):
    """A page in the session of the coordinator."""
    session = sign_in(cast.accounts["coordinator"]).cookies["sessionid"].value
    page = phone(has_touch=True)
    page.set_default_timeout(10_000)
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return page


def sound(page) -> None:
    """Nothing for axe to find, and no sideways scrolling."""
    found = [(one["id"], one["nodes"][0]["html"]) for one in Axe().run(page).response["violations"]]
    assert found == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def go(target) -> None:
    """A tap that leads to another page."""
    with target.page.expect_navigation():
        target.tap()


def add_question(page, kind: str, text: str, *answers: str) -> None:
    go(page.get_by_role("link", name="Voeg een vraag of schaal toe"))
    go(page.get_by_role("link", name=kind, exact=True))
    page.get_by_label("Vraag", exact=True).fill(text)
    for number, words in enumerate(answers):
        if page.locator(f"#id_option_{number}_nl").count() == 0:
            go(page.get_by_role("button", name="Meer regels"))
        page.locator(f"#id_option_{number}_nl").fill(words)
    if page.locator('input[name="direction"]').count():
        page.get_by_label("Iets goeds").check()
    sound(page)
    go(page.get_by_role("button", name="Bewaar deze vraag"))


def compose(page, root: str) -> None:
    page.goto(f"{root}/questionnaires/")
    sound(page)
    go(page.get_by_role("link", name="Nieuwe vragenlijst"))
    page.locator("#id_title_nl").fill("Nachten in het voorjaar")
    page.locator('input[value="pulse"]').check()
    sound(page)
    go(page.get_by_role("button", name="Ga verder"))
    add_question(page, "Ja of nee", "Werkte je deze maand 's nachts?")
    add_question(page, "Een getal", "Hoeveel nachten waren dat?")
    add_question(page, "Eén antwoord", "Welke dienst werk je het liefst?", "Vroeg", "Laat", "Nacht")
    add_question(page, "Hoe sterk, hoe vaak", "Na een nacht kan ik goed slapen.")
    add_question(page, "In eigen woorden", "Wat zou je nachten lichter maken?")


def set_condition(page, of: str) -> None:
    """Asks a question only of who works at night, by choosing alone."""
    line = page.locator("li.ask", has_text=of)
    line.locator("summary").tap()
    go(line.get_by_role("link", name="Wanneer wordt het gevraagd?"))
    sound(page)
    page.get_by_label("Kijk naar het antwoord op deze vraag").select_option(label="Werkte je deze maand 's nachts?")
    go(page.get_by_role("button", name="Ga verder: welk antwoord?"))
    page.get_by_label("is", exact=True).check()
    page.get_by_label("ja", exact=True).check()
    sound(page)
    go(page.get_by_role("button", name="Voeg toe", exact=True))
    assert "Werkte je deze maand" in page.locator("li.ask", has_text=of).locator(".when").inner_text()


def try_out(page) -> None:
    """In the preview a condition does its work, and nothing is stored."""
    go(page.get_by_role("link", name="Probeer het op een telefoon"))
    hidden = page.locator(".question", has_text="Hoeveel nachten waren dat?")
    assert page.locator(".question").count() == 25 and not hidden.is_visible()
    page.locator(".question", has_text="Werkte je deze maand").get_by_label("ja").check()
    assert hidden.is_visible()
    sound(page)
    go(page.get_by_role("link", name="Terug naar de vragenlijst"))


def ask(page, root: str, cast) -> None:
    """A campaign and a wave for one team, opened."""
    page.goto(f"{root}{reverse('surveys:new-campaign')}")
    page.get_by_label("Naam").fill("Voorjaar")
    page.get_by_label("Nachten in het voorjaar").check()
    sound(page)
    go(page.get_by_role("button", name="Ga verder naar de data").or_(page.locator("main form button.button")).first)
    page.locator("#id_name").fill("Voorjaar 1")
    page.locator("#id_unit").select_option(str(cast.brug.units["linde"].pk))
    today = timezone.localdate()
    page.locator("#id_opens_on").fill(f"{today}")
    page.locator("#id_closes_on").fill(f"{today + datetime.timedelta(days=10)}")
    go(page.locator("main form button.button"))
    go(page.get_by_role("button", name="Nu openen"))
    page.locator("#status").get_by_text("6 mensen").wait_for()


def answer(page, root: str, token: str) -> None:
    page.goto(f"{root}/a/{token}/")
    page.locator("#next").tap()
    for _ in range(25):
        now = page.locator(".question.now")
        now.wait_for()
        kind = now.get_attribute("data-kind")
        if kind == "number":
            now.locator("input.typed").fill("4")
        elif kind == "text":
            now.locator("textarea").fill("Een pauze.")
        else:
            now.locator("label.choice:not(.decline)").first.tap()
        here = now.get_attribute("id")
        page.locator("#next").tap()
        page.locator(f"#{here}:not(.now)").wait_for(state="attached")
    page.locator("#kept", has_text="Alles bewaard").wait_for()
    page.locator("#send").tap()
    page.get_by_role("heading", name="Bedankt").wait_for()


def test_composed_on_a_phone_published_asked_and_answered(desk, live_server, cast, phone):
    page, root = desk, live_server.url
    compose(page, root)
    for of in ("Hoeveel nachten waren dat?", "Na een nacht kan ik goed slapen.", "Wat zou je nachten lichter maken?"):
        set_condition(page, of)
    sound(page)
    assert "25 vragen" in page.locator("main").inner_text()
    try_out(page)
    go(page.get_by_role("button", name="Nakijken"))
    sound(page)
    go(page.get_by_role("button", name="Publiceer versie 1"))
    assert "Gepubliceerd" in page.locator("#status").inner_text()
    sound(page)
    ask(page, root, cast)
    with scope(organisation=cast.brug.organisation):
        invitation = Invitation.objects.get(wave=Wave.objects.get(), person=cast.brug.people["linde.amina"])
        token = link_token(invitation)
    answer(phone(has_touch=True), root, token)
    with scope(organisation=cast.brug.organisation):
        kept = opened_payload(entry.find(token))["answers"]
    own = {code: value for code, value in kept.items() if code.startswith("own.")}
    assert len(kept) == 25 and list(own.values()) == [1, 4, 1, 1, "Een pauze."]


@pytest.mark.layout
@pytest.mark.parametrize(("width", "language"), [(390, "nl"), (1280, "en")])
def test_axe_finds_nothing_on_the_pages_of_a_draft(desk, live_server, cast, width, language):
    organisation = cast.brug.organisation
    with scope(organisation=organisation):
        document = blank({"nl": "Peiling", "en": "Survey"}, ["nl", "en"])
        for kind in kinds.KIND_NAMES:
            question = {**kinds.blank_question(kind, ["nl", "en"]), "code": kind, "text": {"nl": f"Vraag {kind}?"}}
            document = edits.add(document, "s1", question)
        document = edits.add(edits.add_section(document), "s2", {"type": "instrument", "id": "bat-12"})
        document = edits.set_condition(document, None, "s2", "{own.likert} >= 4 and {own.yesno} = 1")
        draft = drafts.start(organisation, document, None)
    desk.set_viewport_size({"width": width, "height": 900})
    desk.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    parts = [("draft-part", kind) for kind in ("likert", "matrix", "number", "text", "scale", "statement")]
    conditions = [("draft-condition", "section:s2"), ("draft-condition", "bat-12")]
    pages = [("draft",), ("draft-title",), ("draft-section", "s2"), ("draft-add", "s1"), ("draft-preview",)]
    for name, *more in [*pages, *parts, *conditions, ("draft-review",)]:
        desk.goto(live_server.url + reverse(f"instruments:{name}", args=[draft.pk, *more]))
        sound(desk)
    desk.goto(
        live_server.url + reverse("instruments:draft-condition", args=[draft.pk, "bat-12"]) + "?question=own.likert"
    )
    sound(desk)
