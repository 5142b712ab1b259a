"""Acts on drafts: begin, edit, two people at once, undo, review, publish; nothing half-stored."""

import pytest
from django_scopes import scope

from draagkracht.instruments import actions, drafts, queries
from draagkracht.instruments.composer import edits
from draagkracht.instruments.content import content_hash
from draagkracht.instruments.document import BrokenDocument, blank, of_instruments
from draagkracht.instruments.models import DraftStep, QuestionnaireDraft, QuestionnaireVersion
from draagkracht.people.models import AuditLine
from draagkracht.ui.refusal import Refusal

NIGHTS = {"type": "question", "code": "nights", "kind": "number", "text": {"nl": "Hoeveel nachten?"}}


@pytest.fixture
def brug(cast):
    with scope(organisation=cast.brug.organisation):
        yield cast.brug.organisation


@pytest.fixture
def coordinator(cast):
    return cast.accounts["coordinator"]


@pytest.fixture
def draft(brug, coordinator):
    return drafts.start(brug, blank({"nl": "Peiling nachten"}, ["nl"]), coordinator)


def add_nights(document):
    return edits.add(document, "s1", NIGHTS)


def ready(draft, by=None) -> str:
    """Sends a draft to review; the hash of what it would publish."""
    drafts.send(draft.pk, draft.revision, by)
    draft.refresh_from_db()
    return content_hash(drafts.proposed(draft.document))


def test_a_document_from_elsewhere_becomes_a_draft_only_in_the_right_shape(brug):
    with pytest.raises(BrokenDocument):
        drafts.start(brug, {"format": 1, "title": {}, "languages": ["nl"], "sections": [], "x": 1}, None)
    assert not QuestionnaireDraft.objects.exists()


def test_an_edit_is_kept_with_who_and_can_be_undone(draft, coordinator):
    edited = drafts.edit(draft.pk, 1, add_nights, coordinator, "add", "Hoeveel nachten?")
    assert edited.revision == 2 and list(edits.keys(edited.document)) == ["nights"]
    step = drafts.last_step(edited)
    assert (step.act, step.about, step.made_by) == ("add", "Hoeveel nachten?", coordinator)
    undone = drafts.undo(draft.pk, 2, None)
    # The number goes on: who still looks at revision 2 hears that something changed.
    assert undone.revision == 3 and undone.document == draft.document
    with pytest.raises(Refusal):
        drafts.undo(draft.pk, 3, None)


def test_an_edit_that_changes_nothing_is_no_step(draft):
    same = drafts.edit(draft.pk, 1, lambda document: dict(document), None, "change")
    assert same.revision == 1 and not DraftStep.objects.exists()


def test_a_second_tab_hears_that_the_draft_changed_and_nothing_is_stored(draft, coordinator):
    drafts.edit(draft.pk, 1, add_nights, coordinator, "add")
    before = QuestionnaireDraft.objects.get(pk=draft.pk)
    for act in (
        lambda: drafts.edit(draft.pk, 1, lambda d: edits.retitle(d, {"nl": "Anders"}), None, "title"),
        lambda: drafts.undo(draft.pk, 1, None),
        lambda: drafts.discard(draft.pk, 1, None),
        lambda: drafts.send(draft.pk, 1, None),
        lambda: drafts.take_back(draft.pk, 1, None),
        lambda: drafts.publish(draft.pk, 1, "0" * 64, None),
    ):
        with pytest.raises(drafts.ChangedMeanwhile) as raised:
            act()
        assert raised.value.draft.changed_by == coordinator
    after = QuestionnaireDraft.objects.get(pk=draft.pk)
    assert (after.revision, after.document, after.sent_at) == (before.revision, before.document, None)


def test_an_edit_that_breaks_the_shape_is_refused_and_leaves_no_step(draft):
    def too_long(document):
        return edits.retitle(document, {"nl": "x" * 5000})

    with pytest.raises(Refusal):
        drafts.edit(draft.pk, 1, too_long, None, "title")
    draft.refresh_from_db()
    assert draft.revision == 1 and not DraftStep.objects.exists()


def test_an_act_that_is_killed_in_between_leaves_nothing(draft, monkeypatch):
    drafts.edit(draft.pk, 1, add_nights, None, "add")
    draft.refresh_from_db()
    digest = ready(draft)

    def killed(*args, **kwargs):
        raise SystemExit

    monkeypatch.setattr(drafts, "_close", killed)
    with pytest.raises(SystemExit):
        drafts.publish(draft.pk, 2, digest, None)
    assert not QuestionnaireVersion.objects.exists()
    monkeypatch.setattr(drafts, "_store", killed)
    drafts.take_back(draft.pk, 2, None)
    with pytest.raises(SystemExit):
        drafts.edit(draft.pk, 2, lambda d: edits.retitle(d, {"nl": "Anders"}), None, "title")
    assert DraftStep.objects.count() == 1
    draft.refresh_from_db()
    assert draft.revision == 2 and draft.document["title"] == {"nl": "Peiling nachten"}


def test_only_the_newest_steps_are_kept(draft, monkeypatch):
    monkeypatch.setattr(drafts, "MOST_STEPS", 3)
    for number in range(1, 8):
        drafts.edit(draft.pk, number, lambda d, n=number: edits.retitle(d, {"nl": f"Titel {n}"}), None, "title")
    assert sorted(DraftStep.objects.values_list("revision", flat=True)) == [5, 6, 7]


def test_in_review_nothing_is_edited_until_it_is_taken_back(draft):
    drafts.send(draft.pk, 1, None)
    with pytest.raises(Refusal):
        drafts.edit(draft.pk, 1, add_nights, None, "add")
    drafts.take_back(draft.pk, 1, None)
    assert drafts.edit(draft.pk, 1, add_nights, None, "add").revision == 2


def test_publishing_makes_exactly_what_the_review_showed(draft, coordinator, brug):
    drafts.edit(draft.pk, 1, add_nights, None, "add")
    draft.refresh_from_db()
    with pytest.raises(drafts.ChangedMeanwhile):  # it was never in review
        drafts.publish(draft.pk, 2, content_hash(drafts.proposed(draft.document)), coordinator)
    digest = ready(draft)
    with pytest.raises(drafts.ChangedMeanwhile):
        drafts.publish(draft.pk, 2, "0" * 64, coordinator)
    version = drafts.publish(draft.pk, 2, digest, coordinator)
    assert (version.number, version.content_hash, version.published_by) == (1, digest, coordinator)
    assert version.questionnaire.slug == "peiling-nachten"
    draft.refresh_from_db()
    assert draft.version == version and draft.closed_by == coordinator
    assert AuditLine.objects.filter(act="questionnaire.published").count() == 1
    with pytest.raises(Refusal):
        drafts.edit(draft.pk, 2, add_nights, None, "add")


def test_what_is_not_ready_is_not_published(draft):
    drafts.send(draft.pk, 1, None)
    with pytest.raises(drafts.Unfinished):
        drafts.publish(draft.pk, 1, "0" * 64, None)


def test_a_scale_without_its_texts_is_not_published(brug):
    draft = drafts.start(brug, of_instruments({"nl": "P"}, ["bat-12"], ["nl"]), None)
    drafts.send(draft.pk, 1, None)
    with pytest.raises(Refusal):
        drafts.publish(draft.pk, 1, "0" * 64, None)
    assert not QuestionnaireVersion.objects.exists()


def test_the_next_version_comes_from_the_one_before(draft, brug, coordinator):
    drafts.edit(draft.pk, 1, add_nights, None, "add")
    draft.refresh_from_db()
    first = drafts.publish(draft.pk, 2, ready(draft), coordinator)
    following = drafts.start_from(first, coordinator)
    assert following.document == first.content["document"] and following.begun_from == first
    drafts.edit(following.pk, 1, lambda d: edits.retitle(d, {"nl": "Nachten 2"}), None, "title")
    following.refresh_from_db()
    second = drafts.publish(following.pk, 2, ready(following), coordinator)
    assert second.number == 2 and second.questionnaire_id == first.questionnaire_id
    assert second.questionnaire.slug == "peiling-nachten"
    second.questionnaire.refresh_from_db()
    assert second.questionnaire.title == {"nl": "Nachten 2"}
    assert queries.content(first).title == {"nl": "Peiling nachten"}


def test_a_version_without_texts_can_be_gone_on_with(brug):
    version = actions.publish(brug, "older", actions.compose({"nl": "P"}, ["bat-12"], []), by=None)
    assert drafts.start_from(version, None).document["languages"] == [brug.language]


def test_a_discarded_draft_can_come_back(draft):
    drafts.discard(draft.pk, 1, None)
    assert QuestionnaireDraft.objects.get(pk=draft.pk).closed_at
    drafts.bring_back(draft.pk, None)
    assert drafts.edit(draft.pk, 1, add_nights, None, "add").revision == 2


def test_a_copy_is_a_draft_of_its_own(draft, coordinator):
    twin = drafts.duplicate(draft, coordinator)
    assert twin.pk != draft.pk and twin.questionnaire is None
    assert (
        twin.document["title"]["nl"].startswith("Peiling nachten (")
        and draft.document["title"]["nl"] == "Peiling nachten"
    )


def test_a_draft_of_another_organisation_is_not_there(draft, cast):
    with scope(organisation=cast.buurt.organisation):
        with pytest.raises(QuestionnaireDraft.DoesNotExist):
            drafts.edit(draft.pk, 1, add_nights, None, "add")
        assert not QuestionnaireDraft.objects.exists() and not DraftStep.objects.exists()
