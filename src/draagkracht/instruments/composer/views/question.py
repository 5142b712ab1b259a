"""Adding to a section, and the form of a question."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from draagkracht.instruments.composer import clauses, edits, rows
from draagkracht.instruments.composer.edits import Edit
from draagkracht.instruments.composer.kinds import EXAMPLES, KIND_NAMES, PRESETS, blank_question
from draagkracht.instruments.composer.overview import Overview
from draagkracht.instruments.composer.question_form import QuestionForm
from draagkracht.instruments.composer.scales import TEMPLATE, offers
from draagkracht.instruments.composer.visit import draft_of, edited, language, overview_of
from draagkracht.instruments.definition import in_language
from draagkracht.instruments.document import instrument_ids
from draagkracht.instruments.models import QuestionnaireDraft


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, draft_id: int, section_id: str) -> HttpResponse:
    """Choose a kind of question, or scales of the catalogue."""
    found = draft_of(request, draft_id)
    if found.sent_at and request.method == "GET":
        return redirect("instruments:draft-review", draft_id)
    offered = offers(found.document["languages"], language(), instrument_ids(found.document))
    if request.method == "POST":
        known = {one.instrument.id: one for one in offered if one.state != TEMPLATE and not one.used}
        chosen = [known[name] for name in request.POST.getlist("scale") if name in known]
        if chosen:
            made = [{"type": "instrument", "id": one.instrument.id} for one in chosen]
            change: Edit = lambda document: edits.add(document, section_id, *made)  # noqa: E731
            about = ", ".join(one.title for one in chosen)
            return edited(request, draft_id, change, "add", about, f"p-{chosen[0].instrument.id}")
    elif section_id not in {one["id"] for one in found.document["sections"]}:
        raise Http404
    context = {
        "draft": found,
        "overview": overview_of(found),
        "section_id": section_id,
        "kinds": [(kind, name, EXAMPLES[kind]) for kind, name in KIND_NAMES.items()],
        "offers": offered,
        "nothing": request.method == "POST",
    }
    return render(request, "instruments/composer/add.html", context, status=400 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
def new_question(request: HttpRequest, draft_id: int, section_id: str, kind: str) -> HttpResponse:
    """The form of a new question of a kind, at the end of a section."""
    found = draft_of(request, draft_id)
    if found.sent_at and request.method == "GET":
        return redirect("instruments:draft-review", draft_id)
    if kind not in KIND_NAMES or (
        request.method == "GET" and section_id not in {one["id"] for one in found.document["sections"]}
    ):
        raise Http404
    before = blank_question(kind, found.document["languages"])
    form = _form(request, found, before, "")
    if _to_save(request, form):
        element = form.element(before)
        change: Edit = lambda document: edits.add(document, section_id, element)  # noqa: E731
        return edited(request, draft_id, change, "add", _about(element), f"p-{element['code']}", form.typed())
    return _page(request, found, form, "", section_id)


@require_http_methods(["GET", "POST"])
def part(request: HttpRequest, draft_id: int, key: str) -> HttpResponse:
    """The form of a question that is there."""
    found = draft_of(request, draft_id)
    if found.sent_at and request.method == "GET":
        return redirect("instruments:draft-review", draft_id)
    try:
        before = edits.element_of(found.document, key)
    except edits.NotThere as gone:
        if request.method != "POST" or request.POST.get("kind") not in KIND_NAMES:
            raise Http404 from gone
        before = {**blank_question(request.POST["kind"], found.document["languages"]), "options": []}
    if before["type"] == "instrument":
        return redirect("instruments:draft-condition", draft_id, key)
    form = _form(request, found, before, key)
    if _to_save(request, form):
        element = form.element(before)
        change: Edit = lambda document: edits.put(document, key, element)  # noqa: E731
        anchor = f"p-{element['code']}"
        return edited(request, draft_id, change, "change", _about(element), anchor, form.typed())
    return _page(request, found, form, key, "")


def _about(element: dict[str, Any]) -> str:
    return in_language(element["text"], language()) or _("a question without a text yet")


def _to_save(request: HttpRequest, form: QuestionForm) -> bool:
    return request.method == "POST" and form.is_bound and form.is_valid()


def _form(request: HttpRequest, found: QuestionnaireDraft, before: dict[str, Any], key: str) -> QuestionForm:
    """Bound when it is to be saved; with everything as it was typed when only a row came or went."""
    kind, languages = before["kind"], found.document["languages"]
    shared: dict[str, Any] = {"kind": kind, "languages": languages, "taken": edits.codes(found.document, key)}
    if request.method == "POST":
        act = request.POST.get("rows", "")
        if not act:
            return QuestionForm(request.POST, totals=rows.totals_of(request.POST, kind), **shared)
        first, totals = rows.rearranged(request.POST, kind, languages, act)
        return QuestionForm(initial=first, totals=totals, **shared)
    first, totals = rows.flat(before)
    if not key:
        first.pop("code", None)
    return QuestionForm(initial=first, totals=totals, **shared)


def _page(
    request: HttpRequest, found: QuestionnaireDraft, form: QuestionForm, key: str, section_id: str
) -> HttpResponse:
    overview = overview_of(found)
    context = {
        "draft": found,
        "overview": overview,
        "form": form,
        "kind": form.kind,
        "heading": KIND_NAMES[form.kind],
        "example": EXAMPLES[form.kind],
        "key": key,
        "presets": PRESETS if form.kind in ("likert", "matrix") else (),
        "carried": _carried(overview, key, section_id),
        "line": _line(overview, key),
        "seen": _seen(overview, form.kind, key, section_id),
        "revision": request.POST.get("revision") or found.revision,
    }
    return render(request, "instruments/composer/question.html", context, status=400 if form.errors else 200)


def _carried(overview: Overview, key: str, section_id: str) -> list[tuple[str, str]]:
    """({own.code}, text) of the earlier questions whose answer a text may carry."""
    number = next(
        (number + 1 for number, one in enumerate(overview.draft["sections"]) if one["id"] == section_id),
        len(overview.draft["sections"]),
    )
    code = f"own.{key}" if key else None
    found = clauses.earlier(overview.sketched, code, number)
    own = [one for one in found if one.instrument == "own"]
    return [(f"{{{one.code}}}", in_language(one.text, overview.language)) for one in own]


def _seen(overview: Overview, kind: str, key: str, section_id: str) -> str:
    """Where the answers will be seen: of a question that is there, or of a new one in this section."""
    if key:
        line = _line(overview, key)
        return line.seen if line else ""
    ids = [one["id"] for one in overview.draft["sections"]]
    return overview.seen({"type": "question", "kind": kind}, ids.index(section_id)) if section_id in ids else ""


def _line(overview: Overview, key: str) -> Any:
    return next((line for part in overview.sections for line in part.lines if line.key == key), None)
