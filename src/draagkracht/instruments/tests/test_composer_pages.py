"""Pages of the composer as a coordinator uses them, with a plain browser: no script is needed for any of it."""

import re

import pytest
from django.urls import reverse
from django_scopes import scope

from draagkracht.instruments import drafts
from draagkracht.instruments.composer import edits
from draagkracht.instruments.composer.kinds import KIND_NAMES, READ_AS_MEAN, preset_options
from draagkracht.instruments.document import blank
from draagkracht.instruments.models import QuestionnaireDraft, QuestionnaireVersion


@pytest.fixture
def browser(cast, sign_in):
    found = sign_in(cast.accounts["coordinator"])
    found.cookies["django_language"] = "en"
    return found


@pytest.fixture
def draft(cast):
    with scope(organisation=cast.brug.organisation):
        return drafts.start(cast.brug.organisation, blank({"nl": "Nachten", "en": "Nights"}, ["nl", "en"]), None)


def url(name: str, draft, *more) -> str:
    return reverse(f"instruments:{name}", args=[draft.pk, *more])


def now(draft):
    from django_scopes import scopes_disabled

    with scopes_disabled():
        return QuestionnaireDraft.objects.get(pk=draft.pk)


def fields(page: str) -> dict[str, str]:
    """What a browser would send from the last form of a page, untouched."""
    form = (
        page[page.rindex("<form") :] if "data-keep" not in page else page.split("data-keep", 1)[1].split("</form>")[0]
    )
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = (re.search(rf'\b{part}="([^"]*)"', tag) for part in ("name", "value"))
        kind = re.search(r'type="(\w+)"', tag)
        if name and kind and (kind[1] not in ("radio", "checkbox") or "checked" in tag):
            found[name[1]] = value[1] if value else ""
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', form):
        found[name] = text
    for name, inside in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        found[name] = chosen[1] if chosen else ""
    return found


def save(browser, address: str, **typed):
    """Opens a form, types, sends it; which way a high answer reads is never chosen beforehand."""
    page = browser.get(address).content.decode()
    given = fields(page)
    if 'name="direction"' in page:
        given.setdefault("direction", "favourable")
    return browser.post(address, {**given, **typed})


@pytest.mark.parametrize("kind", list(KIND_NAMES))
def test_a_question_of_every_kind_is_made_and_changed_by_its_form(browser, draft, kind):
    response = save(
        browser, url("draft-new-question", draft, "s1", kind), text_nl="Hoe was je week?", text_en="How was your week?"
    )
    assert response.status_code == 302, response.content.decode()
    (key,) = edits.keys(now(draft).document)
    figure = (
        "there is no figure for groups" not in browser.get(url("draft-part", draft, "hoe_was_je_week")).content.decode()
    )
    assert figure == (kind in (*READ_AS_MEAN, "statement"))
    assert key == "hoe_was_je_week" and response["Location"].endswith(f"#p-{key}")
    made = edits.element_of(now(draft).document, key)
    # Sent again as it stands, nothing changes: the form holds everything.
    assert save(browser, url("draft-part", draft, key)).status_code == 302
    assert edits.element_of(now(draft).document, key) == made
    response = save(browser, url("draft-part", draft, key), help_en="Take your time.", code="week")
    changed = edits.element_of(now(draft).document, "week")
    assert changed["help"] == {"en": "Take your time."} and response["Location"].endswith("#p-week")
    assert browser.get(url("draft", draft)).status_code == 200
    assert browser.get(url("draft-preview", draft)).status_code == 200


def test_rows_come_and_go_without_a_script_and_nothing_typed_is_lost(browser, draft):
    address = url("draft-new-question", draft, "s1", "choice")
    typed = {"text_nl": "Dienst?", "option_0_nl": "vroeg", "option_1_nl": "laat"}
    page = browser.post(address, {**fields(browser.get(address).content.decode()), **typed, "rows": "more option"})
    assert page.status_code == 200 and now(draft).revision == 1
    kept = fields(page.content.decode())
    assert kept["text_nl"] == "Dienst?" and kept["option_1_nl"] == "laat" and int(kept["option_total"]) >= 4
    page = browser.post(address, {**kept, "option_2_nl": "nacht", "rows": "up option 2"})
    kept = fields(page.content.decode())
    assert [kept[f"option_{n}_nl"] for n in range(3)] == ["vroeg", "nacht", "laat"]
    page = browser.post(address, {**kept, "rows": "drop option 0"})
    assert browser.post(address, fields(page.content.decode())).status_code == 302
    made = edits.element_of(now(draft).document, "dienst")
    assert [(one["value"], one["text"]["nl"]) for one in made["options"]] == [(1, "nacht"), (2, "laat")]
    # Answers that stay keep their number, so that conditions go on to mean them.
    address = url("draft-part", draft, "dienst")
    page = browser.post(
        address, {**fields(browser.get(address).content.decode()), "option_2_nl": "dag", "rows": "drop option 0"}
    )
    browser.post(address, fields(page.content.decode()))
    made = edits.element_of(now(draft).document, "dienst")
    assert [(one["value"], one["text"]["nl"]) for one in made["options"]] == [(2, "laat"), (3, "dag")]
    for nonsense in ("drop", "up option", "drop option 99", "preset nought", "more nought", "drop option -1"):
        assert (
            browser.post(address, {**fields(browser.get(address).content.decode()), "rows": nonsense}).status_code
            == 200
        )


def test_bounds_are_kept_as_they_are_meant(browser, draft):
    bounds = {"number": ("-2.5", "31"), "date": ("2026-01-01", "2026-12-31"), "time": ("00:00", "23:30")}
    for kind, (low, high) in bounds.items():
        save(
            browser,
            url("draft-new-question", draft, "s1", kind),
            text_nl=kind,
            code=kind,
            min=low,
            max=high,
            decimals="1",
        )
        assert save(browser, url("draft-part", draft, kind), help_nl="Uitleg").status_code == 302
    found = {key: edits.element_of(now(draft).document, key) for key in bounds}
    assert (found["number"]["min"], found["number"]["max"], found["number"]["decimals"]) == (-2.5, 31, 1)
    assert [(found[kind]["min"], found[kind]["max"]) for kind in ("date", "time")] == [bounds["date"], bounds["time"]]
    browser.cookies["django_language"] = "nl"
    assert save(browser, url("draft-part", draft, "number"), min="1,5").status_code == 302
    assert edits.element_of(now(draft).document, "number")["min"] == 1.5


def test_usual_answers_are_laid_in_every_language(browser, draft):
    address = url("draft-new-question", draft, "s1", "likert")
    page = browser.post(address, {**fields(browser.get(address).content.decode()), "rows": "preset satisfaction"})
    kept = fields(page.content.decode())
    assert (kept["option_0_nl"], kept["option_4_en"]) == ("zeer ontevreden", "very satisfied")


def test_a_short_name_that_cannot_be_is_refused_with_everything_kept(browser, draft):
    address = url("draft-new-question", draft, "s1", "yesno")
    save(browser, address, text_nl="Een?", code="een")
    for wrong in ("een", "1een", "e en"):
        page = save(browser, address, text_nl="Twee?", code=wrong)
        assert page.status_code == 400 and "Twee?" in page.content.decode()
    assert list(edits.keys(now(draft).document)) == ["een"]
    page = save(browser, url("draft-new-question", draft, "s1", "number"), text_nl="Hoeveel?", min="veel")
    assert page.status_code == 400 and "Hoeveel?" in page.content.decode()


def test_a_second_tab_loses_nothing(browser, draft):
    address = url("draft-new-question", draft, "s1", "text")
    stale = fields(browser.get(address).content.decode())
    save(browser, url("draft-new-question", draft, "s1", "yesno"), text_nl="Werk je 's nachts?")
    page = browser.post(address, {**stale, "text_nl": "Wat zou helpen?\nVertel.", "longest": "500"})
    told = page.content.decode()
    assert page.status_code == 409 and "Changed in the meantime" in told
    assert "Wat zou helpen?" in told and "Werk je &#x27;s nachts?" in told
    assert len(edits.keys(now(draft).document)) == 1
    # The button of that page applies it to what stands there now.
    again = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', told))
    assert again.pop("revision") == str(now(draft).revision)
    assert browser.post(address, {**again, "revision": now(draft).revision}).status_code == 302
    made = edits.element_of(now(draft).document, "wat_zou_helpen_vertel")
    assert made["text"]["nl"].splitlines() == ["Wat zou helpen?", "Vertel."] and made["longest"] == 500


def test_a_part_that_is_gone_is_told_with_what_was_typed(browser, draft):
    save(browser, url("draft-new-question", draft, "s1", "yesno"), text_nl="Werk je?", code="werk")
    address = url("draft-part", draft, "werk")
    stale = fields(browser.get(address).content.decode())
    browser.post(url("draft-act", draft), {"revision": now(draft).revision, "do": "remove werk"})
    page = browser.post(address, {**stale, "text_nl": "Werk je veel?", "revision": now(draft).revision})
    assert page.status_code == 409 and "Werk je veel?" in page.content.decode()
    assert browser.get(address).status_code == 404


def test_what_was_typed_is_shown_when_the_draft_went_to_review_or_is_over(browser, draft, cast):
    address = url("draft-new-question", draft, "s1", "text")
    stale = fields(browser.get(address).content.decode())
    browser.post(url("draft-act", draft), {"revision": 1, "do": "send"})
    page = browser.post(address, {**stale, "text_nl": "Wat zou helpen?"})
    assert page.status_code == 409 and "Wat zou helpen?" in page.content.decode()
    assert browser.get(address).status_code == 302
    browser.post(url("draft-act", draft), {"revision": 1, "do": "discard"})
    page = browser.post(address, {**stale, "text_nl": "Wat zou helpen?"})
    assert page.status_code == 409 and "Wat zou helpen?" in page.content.decode()
    assert browser.get(url("draft", draft)).status_code == 404
    browser.post(url("draft-back", draft))
    assert browser.get(url("draft", draft)).status_code == 302


def test_buttons_move_copy_remove_and_undo(browser, draft):
    for code in ("een", "twee"):
        save(browser, url("draft-new-question", draft, "s1", "yesno"), text_nl=code, code=code)

    def press(do: str) -> list[str]:
        response = browser.post(url("draft-act", draft), {"revision": now(draft).revision, "do": do})
        assert response.status_code == 302
        return list(edits.keys(now(draft).document))

    assert press("up twee") == ["twee", "een"]
    assert press("copy een") == ["twee", "een", "een_2"]
    assert press("remove twee") == ["een", "een_2"]
    page = browser.get(url("draft", draft)).content.decode()
    assert "Undo: removed: twee" in page
    assert press("undo") == ["twee", "een", "een_2"]
    added = browser.post(url("draft-act", draft), {"revision": now(draft).revision, "do": "section-add"})
    assert added["Location"].endswith("#s-s2")
    assert "Undo: added: section 2" in browser.get(url("draft", draft)).content.decode()
    press("undo")
    press("section-add s1")
    assert [one["id"] for one in now(draft).document["sections"]] == ["s1", "s2"]
    press("section-up s2")
    press("section-remove s1")
    assert press("undo") == ["twee", "een", "een_2"]
    assert browser.post(url("draft-act", draft), {"revision": 1, "do": "nought"}).status_code == 404


def test_a_condition_is_chosen_in_steps_and_told_in_words(browser, draft):
    save(
        browser,
        url("draft-new-question", draft, "s1", "number"),
        text_nl="Hoeveel nachten?",
        text_en="How many nights?",
        code="nights",
    )
    save(browser, url("draft-new-question", draft, "s1", "yesno"), text_nl="Nacht?", text_en="Hard?", code="hard")
    save(browser, url("draft-new-question", draft, "s1", "text"), text_nl="Waarom?", text_en="Why?", code="why")
    address = url("draft-condition", draft, "why")
    page = browser.get(address).content.decode()
    assert "How many nights?" in page and "Hard?" in page

    def add(question: str, **given):
        return browser.post(f"{address}?question={question}", {"revision": now(draft).revision, "do": "add", **given})

    wrong = add("own.nights", how=">", value="many")
    assert wrong.status_code == 400 and "a value that this question can have" in wrong.content.decode()
    assert add("own.nights", how=">", value="2,5").status_code == 302
    assert add("own.hard", how="=", value="1", join="or").status_code == 302
    assert edits.element_of(now(draft).document, "why")["show_if"] == "{own.nights} > 2.5 or {own.hard} = 1"
    page = browser.get(address).content.decode()
    assert "How many nights?" in page and "One of these is enough" in page
    browser.post(address, {"revision": now(draft).revision, "do": "join and"})
    browser.post(address, {"revision": now(draft).revision, "do": "drop 0"})
    assert edits.element_of(now(draft).document, "why")["show_if"] == "{own.hard} = 1"
    bad = browser.post(address, {"revision": now(draft).revision, "do": "text", "text": "{own.why} = 1 and"})
    assert (
        bad.status_code == 400
        and "ends too early" in bad.content.decode()
        and "{own.why} = 1 and" in bad.content.decode()
    )
    later = browser.post(address, {"revision": now(draft).revision, "do": "text", "text": "answered({own.why})"})
    assert later.status_code == 400
    good = browser.post(address, {"revision": now(draft).revision, "do": "text", "text": "sum({own.nights}, 1) > 3"})
    assert good.status_code == 302
    assert "can be chosen here" in browser.get(address).content.decode()
    assert "nobody reads it" in browser.get(url("draft-part", draft, "why")).content.decode()
    browser.post(url("draft-act", draft), {"revision": now(draft).revision, "do": "remove nights"})
    page = browser.get(url("draft", draft)).content.decode()
    assert "(a question that is not there any more)" in page and "There is no earlier question" in page
    browser.post(address, {"revision": now(draft).revision, "do": "none"})
    assert "show_if" not in edits.element_of(now(draft).document, "why")


def test_a_section_has_words_and_a_condition(browser, draft):
    save(browser, url("draft-new-question", draft, "s1", "yesno"), text_nl="Nacht?", code="nacht")
    browser.post(url("draft-act", draft), {"revision": now(draft).revision, "do": "section-add"})
    save(browser, url("draft-section", draft, "s2"), title_en="Nights", text_en="About your nights.")
    browser.post(
        f"{url('draft-condition', draft, 'section:s2')}?question=own.nacht",
        {"revision": now(draft).revision, "do": "add", "how": "=", "value": "1"},
    )
    section = now(draft).document["sections"][1]
    assert section["title"] == {"en": "Nights"} and section["show_if"] == "{own.nacht} = 1"
    for kind, said in (("yesno", True), ("statement", False)):
        page = browser.get(url("draft-new-question", draft, "s2", kind)).content.decode()
        assert ("It is not asked of everybody" in page) == said
    page = browser.get(url("draft", draft)).content.decode()
    assert "The title of the section is missing in Dutch" in page
    assert browser.get(url("draft-section", draft, "s9")).status_code == 404
    assert browser.get(url("draft-condition", draft, "section:s9")).status_code == 404


def test_scales_are_added_with_what_they_still_need(browser, draft):
    address = url("draft-add", draft, "s1")
    page = browser.get(address).content.decode()
    assert "permission missing" in page and "ready to use" in page and "template: complete it first" in page
    assert browser.post(address, {"revision": 1}).status_code == 400
    assert browser.post(address, {"revision": 1, "scale": ["pulse", "bat-12", "nought"]}).status_code == 302
    assert list(edits.keys(now(draft).document)) == ["pulse", "bat-12"]
    page = browser.get(url("draft", draft)).content.decode()
    assert "bat-12.nl.csv" in page and "asked already" in browser.get(address).content.decode()


def test_from_nothing_to_a_published_version(browser, cast):
    response = save(browser, reverse("instruments:new-draft"), title_nl="Peiling", languages=["nl"], scales=["pulse"])
    draft_id = int(response["Location"].split("/")[3])
    with scope(organisation=cast.brug.organisation):
        draft = QuestionnaireDraft.objects.get(pk=draft_id)
    save(browser, url("draft-new-question", draft, "s1", "yesno"), text_nl="Werk je 's nachts?")
    save(browser, url("draft-new-question", draft, "s1", "text"))
    browser.post(url("draft-act", draft), {"revision": now(draft).revision, "do": "send"})
    review = browser.get(url("draft-review", draft)).content.decode()
    assert "First mend this" in review and "Publish version" not in review and "Take it back first" in review
    browser.post(url("draft-act", draft), {"revision": now(draft).revision, "do": "take-back"})
    browser.post(url("draft-act", draft), {"revision": now(draft).revision, "do": "remove q"})
    browser.post(url("draft-act", draft), {"revision": now(draft).revision, "do": "send"})
    review = browser.get(url("draft-review", draft)).content.decode()
    digest = re.search(r'name="hash" value="(\w{64})"', review)[1]
    refused = browser.post(url("draft-publish", draft), {"revision": now(draft).revision, "hash": "0" * 64})
    assert refused.status_code == 409
    response = browser.post(url("draft-publish", draft), {"revision": now(draft).revision, "hash": digest})
    with scope(organisation=cast.brug.organisation):
        version = QuestionnaireVersion.objects.get(content_hash=digest)
    assert response["Location"] == reverse("instruments:version", args=[version.pk])
    page = browser.get(response["Location"]).content.decode()
    assert digest in page and "Werk je &#x27;s nachts?" in page and "the smallest change" in page
    # Who goes back in the browser, to whichever page of the draft, comes to the version.
    for name, *more in (("draft",), ("draft-review",), ("draft-preview",), ("draft-title",), ("draft-file",)):
        back = browser.get(url(name, draft, *more))
        assert back["Location"] == reverse("instruments:version", args=[version.pk]), name
    assert "This draft was published" in browser.get(back["Location"]).content.decode()
    following = browser.post(reverse("instruments:next-version", args=[version.pk]))
    assert browser.get(following["Location"]).status_code == 200
    assert "Version 1" in browser.get(reverse("instruments:drafts")).content.decode()


def test_the_review_says_what_changes_for_trends_and_waves(browser, cast):
    from draagkracht.instruments import actions

    with scope(organisation=cast.brug.organisation):
        rest = {"type": "question", "code": "rest", "kind": "scale", "text": {"nl": "Hoe rust je?"}}
        rest["direction"] = "favourable"
        first = drafts.start(cast.brug.organisation, edits.add(blank({"nl": "P"}, ["nl"]), "s1", rest), None)
        drafts.send(first.pk, 1, None)
        from draagkracht.instruments.content import content_hash

        version = drafts.publish(first.pk, 1, content_hash(drafts.proposed(first.document)), None)
        second = drafts.start_from(version, None)
        reworded = {**rest, "text": {"nl": "Rust je goed?"}}
        drafts.edit(second.pk, 1, lambda d: edits.put(d, "rest", reworded), None, "change")
        drafts.send(second.pk, 2, None)
        page = browser.get(url("draft-review", second)).content.decode()
        assert "What groups get no figure of" not in page
        assert "Hoe rust je?" in page and "compare with care" in page and "other words" in page
        # Somebody publishes the next version from elsewhere.
        actions.publish(cast.brug.organisation, version.questionnaire.slug, {**version.content, "minutes": 9}, by=None)
    page = browser.get(url("draft-review", second)).content.decode()
    assert "Version 2 was published after this draft was begun" in page


def test_a_first_review_shows_every_question_with_its_rows_and_what_groups_do_not_get(browser, draft):
    words = {"nl": "Je team?", "en": "Your team?"}
    rows = [{"code": "a", "text": {"nl": "We helpen elkaar.", "en": "We help each other."}}]
    options = preset_options("agreement", ["nl", "en"])
    matrix = {"type": "question", "code": "team", "kind": "matrix", "text": words, "rows": rows, "options": options}
    text = {"type": "question", "code": "why", "kind": "text", "text": {"nl": "Waarom?", "en": "Why so?"}}
    with scope(organisation=draft.organisation):
        drafts.edit(draft.pk, 1, lambda d: edits.add(d, "s1", matrix, text), None, "add")
    editor = browser.get(url("draft", draft)).content.decode()
    assert "We help each other." in editor and "Say what a high answer means" in editor
    # Nobody chose for them which way a high answer reads.
    form = browser.get(url("draft-part", draft, "team")).content.decode()
    assert "direction" not in fields(form)
    assert browser.post(url("draft-part", draft, "team"), fields(form)).status_code == 400
    assert save(browser, url("draft-part", draft, "team"), direction="unfavourable").status_code == 302
    review = browser.get(url("draft-review", draft)).content.decode()
    assert "We help each other." in review and "Say what a high answer means" not in review
    told = review.split("What groups get no figure of")[1]
    assert "Why so?" in told and "in no file for research" in told and "Your team?" not in told


def test_the_preview_may_stand_in_a_frame_of_this_site_alone(browser, draft):
    preview = browser.get(url("draft-preview", draft))
    assert preview["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in preview["Content-Security-Policy"]
    editor = browser.get(url("draft", draft))
    assert editor["X-Frame-Options"] == "DENY" and "frame-src 'self'" in editor["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in editor["Content-Security-Policy"]


def test_a_draft_of_another_organisation_is_not_found(browser, cast):
    with scope(organisation=cast.buurt.organisation):
        other = drafts.start(cast.buurt.organisation, blank({"nl": "Geheim"}, ["nl"]), None)
    routes = [("draft",), ("draft-title",), ("draft-section", "s1"), ("draft-add", "s1"), ("draft-preview",)]
    routes += [("draft-new-question", "s1", "text"), ("draft-condition", "section:s1"), ("draft-review",)]
    for name, *more in routes:
        assert browser.get(url(name, other, *more)).status_code == 404
    for name in ("draft-act", "draft-back", "draft-publish"):
        assert browser.post(url(name, other), {"revision": 1, "do": "discard"}).status_code == 404
    assert "Geheim" not in browser.get(reverse("instruments:drafts")).content.decode()


@pytest.mark.parametrize("role", ["worker", "team-lead", "trainer", "researcher", "privacy-officer", "platform-admin"])
def test_other_roles_do_not_come_in(cast, sign_in, draft, role):
    browser = sign_in(cast.accounts[role])
    for address in (reverse("instruments:drafts"), url("draft", draft), url("draft-preview", draft)):
        assert browser.get(address).status_code == 403


def test_the_editor_takes_the_same_queries_however_long_it_is(browser, draft):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(url("draft", draft)).status_code == 200
        return len(seen)

    save(browser, url("draft-new-question", draft, "s1", "yesno"), text_nl="Een?")
    first = count()
    for text in ("Twee?", "Drie?"):
        save(browser, url("draft-new-question", draft, "s1", "yesno"), text_nl=text)
    assert count() == first
