"""Composing and publishing: what a version holds, that it scores by itself, and that it never changes."""

import pytest
from django.db import transaction
from django_scopes import scope

from draagkracht.instruments import actions, queries
from draagkracht.instruments.catalogue import DEMO_TEXTS, find
from draagkracht.instruments.content import Content, content_hash
from draagkracht.instruments.models import ImmutableError, QuestionnaireVersion
from draagkracht.instruments.tests.test_catalogue import OWN
from draagkracht.people.models import AuditLine
from draagkracht.science.scoring import ALGORITHM
from draagkracht.ui.refusal import Refusal

TITLE = {"nl": "Peiling", "en": "Pulse"}


@pytest.fixture
def brug(cast):
    with scope(organisation=cast.brug.organisation):
        yield cast.brug.organisation


@pytest.fixture
def published(brug):
    return actions.publish(brug, "pulse", actions.compose(TITLE, ["pulse"], ["nl", "en"]), by=None)


def import_demo(organisation, instrument: str, *languages: str) -> None:
    for language in languages:
        name = f"{instrument}.{language}.csv"
        data = (DEMO_TEXTS / name).read_bytes()
        actions.import_texts(organisation, instrument, language, data, name, validated=False, by=None)


def test_a_questionnaire_without_its_texts_names_every_missing_file_and_where_to_ask(brug):
    import_demo(brug, "bat-12", "nl")
    with pytest.raises(actions.MissingTexts) as refused:
        actions.compose(TITLE, ["bat-12", "pulse", "uwes-9"], ["nl", "en"])
    assert [m.file for m in refused.value.missing] == ["bat-12.en.csv", "uwes-9.nl.csv", "uwes-9.en.csv"]
    message = str(refused.value.message)
    assert (
        "bat-12.en.csv" in message and "https://burnoutassessmenttool.be" in message and "bat-12.nl.csv" not in message
    )
    assert refused.value.status == 409


def test_a_version_holds_all_that_answering_and_scoring_need(brug):
    import_demo(brug, "bat-12", "nl", "en")
    composed = actions.compose(TITLE, ["pulse", "bat-12"], ["nl", "en"])
    assert composed["algorithm"] == ALGORITHM and composed["minutes"] == 5
    assert len(composed["items"]) == 32
    first, last = composed["items"][0], composed["items"][-1]
    assert first["code"] == "pulse.wp1" and last["code"] == "bat-12.ei5"
    assert set(first["text"]) == {"nl", "en"} and first["labels"]["nl"] == ["nooit", "zelden", "soms", "vaak", "altijd"]
    assert (first["min"], first["max"]) == (1, 5)
    content = Content(composed, content_hash(composed))
    assert not content.validated("bat-12", "nl") and content.validated("pulse", "nl")
    assert content.question["pulse.wp1"].choices("en")[0] == (1, "never")
    assert content.instruments["bat-12"].strain and content.languages == ["nl", "en"]


def test_a_version_scores_by_itself(published):
    content = queries.content(published)
    answers = dict.fromkeys(content.question, 4) | {"pulse.wp1": 1, "pulse.rc1": None}
    values = content.scores(answers)["pulse"]
    assert values["work_pressure"] == 2.5 and values["role_conflict"] is None and values["energy"] == 4.0
    assert content.scores({})["pulse"]["energy"] is None
    with pytest.raises(ValueError, match=r"pulse\.wp9"):
        content.scores({"pulse.wp9": 1})
    with pytest.raises(ValueError, match="wp1"):
        content.scores({"pulse.wp1": 6})


def test_a_version_keeps_its_own_scoring_when_the_catalogue_changes(published):
    raw = dict(published.content)
    raw["instruments"] = [{**raw["instruments"][0], "key": {**raw["instruments"][0]["key"]}}]
    raw["instruments"][0]["key"]["scales"] = [
        {**scale, "at_least": 1} for scale in raw["instruments"][0]["key"]["scales"]
    ]
    content = Content(raw, content_hash(raw))
    assert content.scores({"pulse.wp1": 3})["pulse"]["work_pressure"] == 3.0
    assert find("pulse").key.scales[0].at_least == 2


def test_versions_are_numbered_and_the_same_content_makes_no_new_one(brug, published):
    again = actions.publish(brug, "pulse", actions.compose(TITLE, ["pulse"], ["nl", "en"]), by=None)
    assert again.pk == published.pk
    dutch = actions.publish(brug, "pulse", actions.compose(TITLE, ["pulse"], ["nl"]), by=None)
    assert (published.number, dutch.number) == (1, 2) and published.content_hash != dutch.content_hash
    assert AuditLine.objects.filter(act="questionnaire.published").count() == 2


def test_a_published_version_does_not_change(published):
    published.content = {**published.content, "title": {"nl": "Anders"}}
    with pytest.raises(ImmutableError):
        published.save()
    with pytest.raises(ImmutableError):
        published.delete()
    with pytest.raises(ImmutableError):
        QuestionnaireVersion.objects.filter(pk=published.pk).update(number=7)
    with pytest.raises(ImmutableError):
        QuestionnaireVersion.objects.filter(pk=published.pk).delete()
    fresh = QuestionnaireVersion.objects.get(pk=published.pk)
    assert fresh.content["title"] == TITLE and fresh.number == 1


def test_a_version_whose_hash_is_not_its_own_is_not_stored(brug, published):
    with pytest.raises(ImmutableError), transaction.atomic():
        QuestionnaireVersion.objects.create(
            organisation=brug, questionnaire=published.questionnaire, number=2, content={}, content_hash="0" * 64
        )


def test_content_changed_behind_our_back_is_not_served(published):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE instruments_questionnaireversion SET content = %s WHERE id = %s", ['{"items": []}', published.pk]
        )
    queries._cache.clear()
    with pytest.raises(queries.BrokenVersionError):
        queries.content(queries.version(published.pk))


def test_a_version_in_memory_is_not_read_again(published, django_assert_num_queries):
    queries.content(published)
    with django_assert_num_queries(1):
        assert queries.content(queries.version(published.pk)).questions[0].code == "pulse.wp1"


def test_answers_gathered_elsewhere_need_no_texts(brug, tmp_path):
    (tmp_path / "leadership.yaml").write_text(OWN)
    composed = actions.compose(TITLE, ["leadership", "bat-23"], [], folders=[tmp_path])
    version = actions.publish(brug, "older", composed, by=None)
    content = queries.content(version)
    assert not content.answerable
    assert content.scores({"leadership.LEAD01": 2, "leadership.LEAD03": 5})["leadership"]["lead"] == 3.5


def test_the_hash_does_not_depend_on_the_order_of_fields():
    assert content_hash({"a": 1, "b": [1.5, "é"]}) == content_hash({"b": [1.5, "é"], "a": 1})
    assert content_hash({"a": 1}) != content_hash({"a": 2})


def test_nothing_is_composed_from_nothing(brug):
    with pytest.raises(Refusal):
        actions.compose(TITLE, [], ["nl"])
    with pytest.raises(actions.UnknownInstrument, match="uwes-9"):
        actions.compose(TITLE, ["uwes9"], ["nl"])


def test_an_instrument_named_twice_is_asked_once(brug):
    composed = actions.compose(TITLE, ["pulse", "pulse"], ["nl"])
    assert len(composed["items"]) == 20


def test_own_questions_without_words_for_the_answers_need_an_import(brug, tmp_path):
    own = OWN.replace("[LEAD01, LEAD02, LEAD03]", "[{code: A, nl: Een}, {code: B, nl: Twee}]")
    (tmp_path / "own.yaml").write_text(own)
    with pytest.raises(actions.MissingTexts, match=r"leadership\.nl\.csv"):
        actions.compose(TITLE, ["leadership"], ["nl"], folders=[tmp_path])
    (tmp_path / "own.yaml").write_text(own.replace("max: 5}", "max: 2, labels: {nl: [nee, ja]}}"))
    composed = actions.compose(TITLE, ["leadership"], ["nl"], folders=[tmp_path])
    assert [item["labels"]["nl"] for item in composed["items"]] == [["nee", "ja"]] * 2
