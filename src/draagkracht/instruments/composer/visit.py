"""What every page of the composer begins with, and how an edit is answered when somebody else was quicker."""

from collections.abc import Callable, Sequence
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from draagkracht.instruments import drafts
from draagkracht.instruments.composer.edits import Edit, NotThere
from draagkracht.instruments.composer.overview import Overview
from draagkracht.instruments.composer.words import act_words
from draagkracht.instruments.models import QuestionnaireDraft
from draagkracht.people.models import Account, Organisation

# Why an edit could not be kept.
CHANGED, GONE, IN_REVIEW, OVER = "changed", "gone", "in-review", "over"
Typed = Sequence[tuple[str, str]]


class Published(Exception):
    """The draft was published; `version` is the id of what it became."""

    def __init__(self, version: int) -> None:
        super().__init__(f"published as version {version}")
        self.version = version


def open_or_published(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of a draft; once that is published, the page of the version, with a message. Browsers go back."""

    @wraps(view)
    def answer(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Published as over:
            messages.info(request, _("This draft was published. Here is the version that it became."))
            return redirect("instruments:version", over.version)

    return answer


def organisation_of(request: HttpRequest) -> Organisation:
    return request.standing.organisation  # type: ignore[attr-defined]


def account_of(request: HttpRequest) -> Account:
    return request.user  # type: ignore[return-value]


def language() -> str:
    """Of who reads the page."""
    return get_language() or "nl"


def draft_of(request: HttpRequest, draft_id: int) -> QuestionnaireDraft:
    """A draft of this organisation. Raises Http404, and Published for who comes back to look.

    One that is over is still found by who posts: they typed something.
    """
    found = get_object_or_404(
        QuestionnaireDraft.objects.select_related("organisation", "questionnaire", "changed_by", "sent_by"), pk=draft_id
    )
    if found.version_id and request.method != "POST":
        raise Published(found.version_id)
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
