"""The researcher's pages: from a new study to a file, and everybody who may not."""

import io
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_scopes import scope

from draagkracht.conftest import give_role
from draagkracht.insights.models import ResearchExport, ResearchStudy
from draagkracht.insights.research import actions
from draagkracht.people.models import Role

INDEX = reverse("insights:research")


WORLD = {"people": 26}


def page(world, name="study"):
    return reverse(f"insights:research-{name}", args=[world.study.pk])


def asked(world, **more):
    return {"wave": [wave.pk for wave in world.waves], "instrument": ["pulse"], "k": 8, "language": "nl", **more}


def test_a_study_is_begun_checked_downloaded_and_closed(world, sign_in):
    browser = sign_in(world.researcher)
    answer = browser.post(INDEX, {"title": "Rest", "question": "How do people rest?"})
    with scope(organisation=world.organisation):
        world.study = ResearchStudy.objects.get(title="Rest")
    assert answer.status_code == 302 and answer.url == page(world)
    first = browser.get(page(world)).content.decode()
    assert "Wave 1" in first and 'name="k"' not in first
    second = browser.get(page(world), {"wave": [world.waves[0].pk]}).content.decode()
    assert 'name="q-own.shift"' in second and "own.remark" not in second, "texts are never offered"
    told = browser.get(page(world), asked(world, unit="2"))
    assert told.context["decision"].passed is False and told.context["ways"]
    assert "download" not in told.content.decode()
    told = browser.get(page(world), asked(world))
    assert told.context["decision"].passed
    fields = dict(zip(*zip(*told.context["fields"], strict=True), strict=True))
    assert fields["k"] == "8" and "no-store" in told["Cache-Control"]
    answer = browser.post(page(world, "download"), asked(world, promise="on"))
    assert answer["Content-Disposition"] == 'attachment; filename="rest-1.zip"'
    assert answer["Content-Type"] == "application/zip" and "no-store" in answer["Cache-Control"]
    package = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert package.testzip() is None and "WAT ERIN ZIT" in package.read("README.txt").decode()
    after = browser.get(page(world)).content.decode()
    assert "rows" in after or "rijen" in after
    assert browser.post(page(world, "close")).status_code == 302
    assert b'name="k"' not in browser.get(page(world), asked(world)).content
    assert browser.post(page(world, "download"), asked(world, promise="on")).status_code == 410


def test_nothing_leaves_without_a_promise_nor_by_a_link(world, sign_in):
    browser = sign_in(world.researcher)
    assert browser.get(page(world, "download")).status_code == 405
    for fields in (
        asked(world),
        {"promise": "on"},
        asked(world, promise="on", k=1),
        asked(world, promise="on", unit="9"),
    ):
        answer = browser.post(page(world, "download"), fields, follow=True)
        assert answer.redirect_chain and answer["Content-Type"].startswith("text/html")
    assert browser.post(page(world, "download"), asked(world, promise="on", unit="2")).status_code == 409
    with scope(organisation=world.organisation):
        assert not ResearchExport.objects.exists()


@pytest.mark.parametrize("role", ["coordinator", "adviser", "team-lead", "platform-admin"])
def test_who_acts_for_the_employer_is_not_its_researcher(world, sign_in, role):
    give_role(world.cast.brug, world.researcher.email, role, "linde" if role == "team-lead" else None)
    browser = sign_in(world.researcher)
    assert browser.get(INDEX).status_code == browser.get(page(world)).status_code == 403
    assert browser.post(page(world, "download"), asked(world, promise="on")).status_code == 403


def test_a_researcher_of_one_unit_or_of_another_study_gets_nothing(world, sign_in):
    part = sign_in(give_role(world.cast.brug, "part@brug.example", Role.RESEARCHER, "linde"))
    assert part.get(INDEX).status_code == 403
    other = sign_in(give_role(world.cast.brug, "other@brug.example", Role.RESEARCHER))
    assert other.get(INDEX).status_code == 200 and "Sleep" not in other.get(INDEX).content.decode()
    for name in ("study", "download", "close"):
        answer = other.get(page(world)) if name == "study" else other.post(page(world, name), asked(world))
        assert answer.status_code == 404
    neighbour = sign_in(give_role(world.cast.buurt, "near@buurt.example", Role.RESEARCHER))
    assert neighbour.get(page(world)).status_code == 404


def test_a_title_that_is_taken_and_choices_that_do_not_fit_are_told(world, sign_in):
    browser = sign_in(world.researcher)
    assert browser.post(INDEX, {"title": "Sleep", "question": "?"}).status_code == 400
    answer = browser.get(page(world), {"wave": [world.waves[0].pk], "k": 8, "language": "nl"})
    assert "instrument" in answer.context["form"].errors
    answer = browser.get(page(world), {"wave": ["999999", "x"], "k": 8})
    assert answer.status_code == 200 and b'name="k"' not in answer.content
    with scope(organisation=world.organisation):
        world.waves[0].closed_at = None
        world.waves[0].save()
    assert b"Wave 1" not in browser.get(page(world)).content


def test_the_list_of_studies_asks_no_more_for_more_of_them(world, sign_in):
    browser, counts = sign_in(world.researcher), []
    for number in range(2):
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert browser.get(INDEX).status_code == 200
        counts.append(len(caught))
        with scope(organisation=world.organisation):
            for more in range(2):
                actions.begin_study(world.organisation, f"S {number} {more}", "?", "", world.researcher)
    assert counts[0] == counts[1]
