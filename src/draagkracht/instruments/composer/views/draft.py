"""The draft: what it asks, and the small acts on it that need no form."""

from collections.abc import Callable

from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from draagkracht.instruments import drafts
from draagkracht.instruments.composer import edits, in_use
from draagkracht.instruments.composer.edits import Edit
from draagkracht.instruments.composer.forms import SectionForm, TitleForm, offered, words_of
from draagkracht.instruments.composer.visit import (
    account_of,
    acted,
    draft_of,
    edited,
    language,
    organisation_of,
    overview_of,
    revision_of,
    said,
    to_draft,
)
from draagkracht.instruments.composer.words import act_words
from draagkracht.instruments.definition import in_language
from draagkracht.instruments.models import QuestionnaireDraft


@require_GET
@csp_replace({"frame-src": ["'self'"]})  # type: ignore[arg-type]
def draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The whole questionnaire, every question on one line, problems beside it."""
    found = draft_of(request, draft_id)
    if found.sent_at:
        return redirect("instruments:draft-review", draft_id)
    overview, step = overview_of(found), drafts.last_step(found)
    context = {
        "draft": found,
        "overview": overview,
        "undo": act_words(step.act, step.about) if step else "",
        "burden": in_use.burden(organisation_of(request), overview.minutes),
    }
    return render(request, "instruments/composer/draft.html", context)


# What a button of the page does: word -> (edit, kind of change, where the page opens again).
PARTS: dict[str, tuple[Callable[[str], Edit], str]] = {
    "up": (lambda key: lambda document: edits.move(document, key, -1), "move"),
    "down": (lambda key: lambda document: edits.move(document, key, 1), "move"),
    "remove": (lambda key: lambda document: edits.remove(document, key), "remove"),
    "copy": (lambda key: lambda document: edits.duplicate(document, key), "copy"),
}
SECTIONS: dict[str, tuple[Callable[[str], Edit], str]] = {
    "section-up": (lambda name: lambda document: edits.move_section(document, name, -1), "move"),
    "section-down": (lambda name: lambda document: edits.move_section(document, name, 1), "move"),
    "section-remove": (lambda name: lambda document: edits.remove_section(document, name), "remove"),
    "section-add": (lambda name: lambda document: edits.add_section(document, name or None), "add"),
}


@require_POST
def act(request: HttpRequest, draft_id: int) -> HttpResponse:
    """One button: `up nights`, `remove nights`, `section-down s2`, `undo`, `discard`, `send`, `duplicate`."""
    found = draft_of(request, draft_id)
    word, _space, name = request.POST.get("do", "").partition(" ")
    if word in PARTS:
        make, kind = PARTS[word]
        about = _about(found, name)
        anchor = "" if word == "remove" else f"p-{name}"
        return edited(request, draft_id, make(name), kind, about, anchor)
    if word in SECTIONS:
        make, kind = SECTIONS[word]
        target = edits.free_section(found.document) if word == "section-add" else name
        anchor = "" if word == "section-remove" else f"s-{target}"
        return edited(request, draft_id, make(name), kind, _about_section(found, name), anchor)
    whole = WHOLE.get(word)
    if whole is None:
        raise Http404
    return whole(request, found)


def _about(found: QuestionnaireDraft, key: str) -> str:
    try:
        return overview_of(found).label(edits.element_of(found.document, key))
    except edits.NotThere:
        return key


def _about_section(found: QuestionnaireDraft, name: str) -> str:
    """The section by its title, else by its number; a new one at the end has the next number."""
    sections = found.document["sections"]
    number, title = next(
        ((n, in_language(one.get("title", {}), language())) for n, one in enumerate(sections, 1) if one["id"] == name),
        (len(sections) + 1, ""),
    )
    return _("section %(title)s") % {"title": f"“{title}”" if title else number}


def _undo(request: HttpRequest, found: QuestionnaireDraft) -> HttpResponse:
    return acted(request, lambda: drafts.undo(found.pk, revision_of(request), account_of(request))) or to_draft(
        found.pk
    )


def _discard(request: HttpRequest, found: QuestionnaireDraft) -> HttpResponse:
    refused = acted(request, lambda: drafts.discard(found.pk, revision_of(request), account_of(request)))
    if refused is None:
        said(request, _("The draft is discarded. You find it below, should you want it back."))
    return refused or redirect("instruments:drafts")


def _send(request: HttpRequest, found: QuestionnaireDraft) -> HttpResponse:
    refused = acted(request, lambda: drafts.send(found.pk, revision_of(request), account_of(request)))
    return refused or redirect("instruments:draft-review", found.pk)


def _take_back(request: HttpRequest, found: QuestionnaireDraft) -> HttpResponse:
    return acted(request, lambda: drafts.take_back(found.pk, revision_of(request), account_of(request))) or to_draft(
        found.pk
    )


def _duplicate(request: HttpRequest, found: QuestionnaireDraft) -> HttpResponse:
    made = drafts.duplicate(found, account_of(request))
    said(request, _("This is the copy. The first one is unchanged."))
    return to_draft(made.pk)


WHOLE: dict[str, Callable[[HttpRequest, QuestionnaireDraft], HttpResponse]] = {
    "undo": _undo,
    "discard": _discard,
    "send": _send,
    "take-back": _take_back,
    "duplicate": _duplicate,
}


@require_http_methods(["GET", "POST"])
def title(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Title and languages."""
    found = draft_of(request, draft_id)
    now = found.document
    first = words_of("title", now["title"]) | {"languages": now["languages"]}
    spoken = list(dict.fromkeys([*now["languages"], *offered(now["languages"])]))
    form = TitleForm(request.POST or None, languages=spoken, initial=first)
    if request.method == "POST" and form.is_valid():
        words, chosen = form.texts("title"), form.chosen
        change: Edit = lambda document: edits.speak(edits.retitle(document, words), chosen)  # noqa: E731
        return edited(request, draft_id, change, "title", "", typed=form.typed())
    return _form_page(request, found, form, _("Title and languages"))


@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, draft_id: int, section_id: str) -> HttpResponse:
    """Title and introduction of one section."""
    found = draft_of(request, draft_id)
    now = found.document
    try:
        first = SectionForm.first(now, edits.section_number(now, section_id))
    except edits.NotThere as gone:
        if request.method != "POST":
            raise Http404 from gone
        first = {}
    form = SectionForm(request.POST or None, languages=now["languages"], initial=first)
    if request.method == "POST" and form.is_valid():
        words, text = form.texts("title"), form.texts("text")
        about = in_language({k: v for k, v in words.items() if v}, "nl")
        change: Edit = lambda document: edits.word_section(document, section_id, words, text)  # noqa: E731
        return edited(request, draft_id, change, "section", about, f"s-{section_id}", form.typed())
    return _form_page(request, found, form, _("Section"), f"s-{section_id}")


def _form_page(request: HttpRequest, found: QuestionnaireDraft, form, heading: str, anchor: str = "") -> HttpResponse:
    if found.sent_at and request.method == "GET":
        return redirect("instruments:draft-review", found.pk)
    context = {"draft": found, "overview": overview_of(found), "form": form, "heading": heading, "anchor": anchor}
    context["revision"] = request.POST.get("revision") or found.revision
    return render(request, "instruments/composer/words.html", context, status=400 if form.errors else 200)
