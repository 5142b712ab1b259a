"""Acts on a questionnaire that is being composed: begin, edit, undo, copy, discard, review, publish.

One transaction each. An edit is a pure function of the document (see `composer.edits`) and names the revision that
whoever edits looked at: when somebody else changed the draft since, nothing is stored and ChangedMeanwhile is raised.
The steps of a draft hold who changed what; beginning, review, publishing and discarding have an audit line as well.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from draagkracht.instruments import actions, content, document, queries
from draagkracht.instruments.composer.edits import Edit, speak
from draagkracht.instruments.document import BrokenDocument, Document
from draagkracht.instruments.document_checks import checks
from draagkracht.instruments.models import DraftStep, Questionnaire, QuestionnaireDraft, QuestionnaireVersion
from draagkracht.people.actions import audit
from draagkracht.people.models import Account, Organisation
from draagkracht.ui.refusal import Refusal

MOST_STEPS = 50


class ChangedMeanwhile(Exception):
    """Somebody changed the draft after the revision that was looked at; `draft` is as it stands now."""

    def __init__(self, draft: QuestionnaireDraft) -> None:
        super().__init__(f"draft {draft.pk} is at revision {draft.revision}")
        self.draft = draft


class NotOpen(Refusal):
    """The draft can not be edited: `over` when it was published or discarded, else because it is in review."""

    def __init__(self, *, over: bool) -> None:
        in_review = _("This questionnaire is in review. Take it back to go on composing.")
        super().__init__(_("This draft is over: it was published or discarded.") if over else in_review, status=409)
        self.over = over


class Unfinished(Refusal):
    """There are things to mend before publishing; the review page lists them."""

    def __init__(self) -> None:
        super().__init__(_("Some things must be mended before this can be published."), status=409)


def start(organisation: Organisation, draft: Document, by: Account | None) -> QuestionnaireDraft:
    """A draft of a new questionnaire, from a document: blank, of scales, or imported. Call inside the scope.

    Raises document.BrokenDocument for what does not have the shape of a document.
    """
    document.require_shape(draft)
    return _begin(organisation, draft, by)


def start_from(version: QuestionnaireVersion, by: Account | None) -> QuestionnaireDraft:
    """A draft of the next version of a questionnaire, from a published one."""
    found = queries.content(version)
    made = found.document or document.of_instruments(found.title, list(found.instruments), found.languages)
    if not made["languages"]:  # published without texts, for answers from elsewhere or a wave that is still to open
        made = speak(made, [version.organisation.language])
    document.require_shape(made)
    return _begin(version.organisation, made, by, version)


def duplicate(draft: QuestionnaireDraft, by: Account | None) -> QuestionnaireDraft:
    """A draft of a new questionnaire with the same document; its title says that it is a copy."""
    title = {language: _("%(title)s (copy)") % {"title": text} for language, text in draft.document["title"].items()}
    return _begin(draft.organisation, {**draft.document, "title": title}, by)


def _begin(
    organisation: Organisation, draft: Document, by: Account | None, version: QuestionnaireVersion | None = None
) -> QuestionnaireDraft:
    with transaction.atomic():
        made = QuestionnaireDraft.objects.create(
            organisation=organisation,
            questionnaire=version.questionnaire if version else None,
            begun_from=version,
            document=draft,
            started_by=by,
            changed_by=by,
        )
        audit(organisation, by, "draft.started", draft=made.pk, version=version.pk if version else None)
    return made


def edit(
    draft_id: int, revision: int, change: Edit, by: Account | None, act: str, about: str = ""
) -> QuestionnaireDraft:
    """Applies one small edit. Raises ChangedMeanwhile, edits.NotThere, NotOpen, and Refusal for a draft that
    would lose its shape (too many questions, too long a text)."""
    with transaction.atomic():
        draft = _locked(draft_id, revision)
        if draft.sent_at:
            raise NotOpen(over=False)
        changed = change(draft.document)
        if changed == draft.document:
            return draft
        try:
            document.require_shape(changed)
        except BrokenDocument as broken:
            raise Refusal(
                _("This does not fit: %(fault)s") % {"fault": "; ".join(map(": ".join, broken.faults))}
            ) from broken
        DraftStep.objects.create(
            organisation_id=draft.organisation_id,
            draft=draft,
            revision=draft.revision,
            document=draft.document,
            act=act,
            about=about[:80],
            made_by=by,
        )
        old = DraftStep.objects.filter(draft=draft).order_by("-revision")[MOST_STEPS : MOST_STEPS + 1]
        for step in old:
            DraftStep.objects.filter(draft=draft, revision__lte=step.revision).delete()
        return _store(draft, changed, by)


def last_step(draft: QuestionnaireDraft) -> DraftStep | None:
    """What `undo` would take back."""
    return DraftStep.objects.filter(draft=draft).select_related("made_by").order_by("-revision").first()


def undo(draft_id: int, revision: int, by: Account | None) -> QuestionnaireDraft:
    """Takes back the newest change, whoever made it. Raises ChangedMeanwhile, and Refusal when there is nothing to undo."""
    with transaction.atomic():
        draft = _locked(draft_id, revision)
        step = last_step(draft)
        if draft.sent_at or step is None:
            raise Refusal(_("There is nothing to undo."), 409)
        before = step.document
        step.delete()
        return _store(draft, before, by)


def _store(draft: QuestionnaireDraft, changed: Document, by: Account | None) -> QuestionnaireDraft:
    draft.document, draft.revision = changed, draft.revision + 1
    draft.changed_at, draft.changed_by = timezone.now(), by
    draft.save(update_fields=["document", "revision", "changed_at", "changed_by"])
    return draft


def discard(draft_id: int, revision: int, by: Account | None) -> QuestionnaireDraft:
    """Ends a draft without publishing it; nothing of what was published changes. Raises ChangedMeanwhile."""
    with transaction.atomic():
        draft = _locked(draft_id, revision)
        return _close(draft, by, "draft.discarded")


def bring_back(draft_id: int, by: Account | None) -> QuestionnaireDraft:
    """Opens a discarded draft again; harmless when it is open."""
    with transaction.atomic():
        draft = QuestionnaireDraft.objects.select_for_update(of=("self",)).get(pk=draft_id)
        if draft.closed_at and not draft.version_id:
            draft.closed_at = draft.closed_by = None
            draft.save(update_fields=["closed_at", "closed_by"])
            audit(draft.organisation, by, "draft.brought-back", draft=draft.pk)
        return draft


def send(draft_id: int, revision: int, by: Account | None) -> QuestionnaireDraft:
    """To review: nothing can be edited until it is taken back or published. Raises ChangedMeanwhile."""
    with transaction.atomic():
        draft = _locked(draft_id, revision)
        if not draft.sent_at:
            draft.sent_at, draft.sent_by = timezone.now(), by
            draft.save(update_fields=["sent_at", "sent_by"])
            audit(draft.organisation, by, "draft.sent", draft=draft.pk, revision=draft.revision)
        return draft


def take_back(draft_id: int, revision: int, by: Account | None) -> QuestionnaireDraft:
    """Out of review, to be edited again. Raises ChangedMeanwhile."""
    with transaction.atomic():
        draft = _locked(draft_id, revision)
        if draft.sent_at:
            draft.sent_at = draft.sent_by = None
            draft.save(update_fields=["sent_at", "sent_by"])
            audit(draft.organisation, by, "draft.taken-back", draft=draft.pk, revision=draft.revision)
        return draft


def proposed(draft: Document) -> dict:
    """The content that publishing this document would make. Raises Unfinished, and what `actions.built` raises."""
    known = actions.all_instruments()
    if checks(draft, known):
        raise Unfinished
    return actions.built(draft, known)


def publish(draft_id: int, revision: int, digest: str, by: Account | None) -> QuestionnaireVersion:
    """Makes the next immutable version of exactly what the review page showed: `digest` is the hash it named.

    Raises ChangedMeanwhile when the draft, or a text that it uses, is no longer what was shown, and what `proposed` raises.
    """
    with transaction.atomic():
        draft = _locked(draft_id, revision)
        made = proposed(draft.document)
        if not draft.sent_at or content.content_hash(made) != digest:
            raise ChangedMeanwhile(draft)
        version = actions.publish(draft.organisation, _slug(draft), made, by=by)
        Questionnaire.objects.filter(pk=version.questionnaire_id).update(title=made["title"])
        draft.version, draft.questionnaire = version, version.questionnaire
        _close(draft, by, "draft.published")
    return version


def _slug(draft: QuestionnaireDraft) -> str:
    if draft.questionnaire is not None:
        return draft.questionnaire.slug
    # Two new questionnaires with one title, published at once: the second waits here and gets a name of its own.
    Organisation.objects.select_for_update().get(pk=draft.organisation_id)
    return queries.free_slug(next(iter(draft.document["title"].values()), ""))


def _close(draft: QuestionnaireDraft, by: Account | None, act: str) -> QuestionnaireDraft:
    draft.closed_at, draft.closed_by = timezone.now(), by
    draft.save(update_fields=["closed_at", "closed_by", "version", "questionnaire"])
    audit(draft.organisation, by, act, draft=draft.pk, version=draft.version_id)
    return draft


def _locked(draft_id: int, revision: int) -> QuestionnaireDraft:
    draft = QuestionnaireDraft.objects.select_for_update(of=("self",)).get(pk=draft_id)
    if draft.closed_at:
        raise NotOpen(over=True)
    if draft.revision != revision:
        raise ChangedMeanwhile(draft)
    return draft
