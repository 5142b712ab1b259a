"""What every page of the composer begins with, and how an edit is answered when somebody else was quicker."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language

from draagkracht.instruments import drafts
from draagkracht.instruments.composer.edits import Edit, NotThere
from draagkracht.instruments.composer.overview import Overview
from draagkracht.instruments.composer.words import act_words
from draagkracht.instruments.models import QuestionnaireDraft
from draagkracht.people.models import Account, Organisation

# Why an edit could not be kept.
CHANGED, GONE, IN_REVIEW, OVER = "changed", "gone", "in-review", "over"
Typed = Sequence[tuple[str, str]]


def organisation_of(request: HttpRequest) -> Organisation:
    return request.standing.organisation  # type: ignore[attr-defined]


def account_of(request: HttpRequest) -> Account:
    return request.user  # type: ignore[return-value]


def language() -> str:
    """Of who reads the page."""
    return get_language() or "nl"


def draft_of(request: HttpRequest, draft_id: int) -> QuestionnaireDraft:
    """A draft of this organisation. Raises Http404. One that is over is still found by who posts: they typed something."""
    found = get_object_or_404(
        QuestionnaireDraft.objects.select_related("organisation", "questionnaire", "changed_by", "sent_by"), pk=draft_id
    )
    if found.closed_at and request.method != "POST":
        raise Http404
    return found


def overview_of(draft: QuestionnaireDraft) -> Overview:
    return Overview(draft.document, language())


def revision_of(request: HttpRequest) -> int:
    """The revision that whoever posts looked at; 0, which is none, when it is not named."""
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def edited(
    request: HttpRequest, draft_id: int, change: Edit, act: str, about: str, anchor: str = "", typed: Typed = ()
) -> HttpResponse:
    """Applies one edit and leads back to the draft, or says what stood in the way; `typed` is then shown to be kept."""
    try:
        drafts.edit(draft_id, revision_of(request), change, account_of(request), act, about)
    except drafts.ChangedMeanwhile as changed:
        return changed_page(request, changed.draft, typed)
    except NotThere:
        return changed_page(request, draft_of(request, draft_id), typed, GONE)
    except drafts.NotOpen as shut:
        return changed_page(request, draft_of(request, draft_id), typed, OVER if shut.over else IN_REVIEW)
    return to_draft(draft_id, anchor)


def acted(request: HttpRequest, act: Callable[[], object]) -> HttpResponse | None:
    """Does an act on the draft as a whole; the page about a change in the meantime when there was one."""
    try:
        act()
    except drafts.ChangedMeanwhile as changed:
        return changed_page(request, changed.draft)
    except drafts.NotOpen as shut:
        return render(request, "ui/refusal.html", {"refusal": shut}, status=shut.status)
    return None


def to_draft(draft_id: int, anchor: str = "") -> HttpResponse:
    """To the editor, at the part that was worked on."""
    return redirect(reverse("instruments:draft", args=[draft_id]) + (f"#{anchor}" if anchor else ""))


def changed_page(
    request: HttpRequest, draft: QuestionnaireDraft, typed: Typed = (), why: str = CHANGED
) -> HttpResponse:
    """409: the draft is not what it was. What was typed is on the page, to be applied again or copied."""
    step = drafts.last_step(draft)
    kept = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    context = {
        "draft": draft,
        "overview": overview_of(draft),
        "what": act_words(step.act, step.about) if step else "",
        "who": (step.made_by.name or step.made_by.email) if step and step.made_by else "",
        "typed": typed,
        "why": why,
        "kept": [pair for pair in kept if pair[0] not in ("revision", "csrfmiddlewaretoken")],
    }
    return render(request, "instruments/composer/changed.html", context, status=409)


def said(request: HttpRequest, sentence: str) -> None:
    messages.success(request, sentence)
