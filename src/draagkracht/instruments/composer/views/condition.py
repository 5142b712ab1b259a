"""When a section, a scale or a question is asked: comparisons one at a time, or the text of a condition."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from draagkracht.instruments import document
from draagkracht.instruments.composer import clauses, edits
from draagkracht.instruments.composer.clauses import Clause
from draagkracht.instruments.composer.condition_form import ClauseForm, TextForm, question_choices
from draagkracht.instruments.composer.overview import Overview
from draagkracht.instruments.composer.visit import draft_of, edited, overview_of
from draagkracht.instruments.definition import in_language
from draagkracht.instruments.questions import Question

SECTION = "section:"


@dataclass(frozen=True)
class Target:
    """The part whose condition it is: a section or an element, its name for people, and what it may look at."""

    part: str
    key: str | None
    section_id: str | None
    title: str
    text: str
    known: dict[str, Question]

    @property
    def anchor(self) -> str:
        return f"p-{self.key}" if self.key else f"s-{self.section_id}"

    def change(self, text: str) -> edits.Edit:
        return lambda now: edits.set_condition(now, self.key, self.section_id, text)


def target(overview: Overview, part: str) -> Target:
    """Raises edits.NotThere."""
    draft = overview.draft
    if part.startswith(SECTION):
        name = part.removeprefix(SECTION)
        number = edits.section_number(draft, name)
        section = draft["sections"][number]
        title = in_language(section.get("title", {}), overview.language) or _("section %(title)s") % {
            "title": number + 1
        }
        found = clauses.earlier(overview.sketched, None, number)
        return Target(part, None, name, title, document.condition(section), {one.code: one for one in found})
    number, place = edits.place_of(draft, part)
    element = draft["sections"][number]["elements"][place]
    found = clauses.earlier(overview.sketched, _first_code(overview, element), number + 1)
    known = {one.code: one for one in found}
    return Target(part, part, None, overview.label(element), document.condition(element), known)


def _first_code(overview: Overview, element) -> str:
    """The first question that an element asks."""
    if element["type"] == "instrument":
        codes = overview.known[element["id"]].codes if element["id"] in overview.known else ()
        return f"{element['id']}.{codes[0]}" if codes else ""
    asked = document.asked(element)
    return f"own.{(asked[0] if asked else element)['code']}"


@require_http_methods(["GET", "POST"])
def condition(request: HttpRequest, draft_id: int, part: str) -> HttpResponse:
    """GET `?question=` chooses the question of a new comparison; POST adds it, takes one away, joins them, or takes the text."""
    found = draft_of(request, draft_id)
    if found.sent_at and request.method == "GET":
        return redirect("instruments:draft-review", draft_id)
    overview = overview_of(found)
    try:
        goal = target(overview, part)
    except edits.NotThere as gone:
        raise Http404 from gone
    chosen = goal.known.get(request.GET.get("question", ""))
    clause_form = ClauseForm(request.POST or None, question=chosen, language=overview.language) if chosen else None
    text_form = TextForm(
        request.POST if "text" in request.POST else None, known=goal.known, initial={"text": goal.text}
    )
    if request.method == "POST":
        text = _posted(request, goal, clause_form, text_form)
        if text is not None:
            about = goal.title
            typed = [(_("Condition"), text)]
            return edited(request, draft_id, goal.change(text), "condition", about, goal.anchor, typed)
    context = {
        "draft": found,
        "overview": overview,
        "goal": goal,
        "words": overview.in_words(goal.text),
        "clauses": _clauses(overview, goal),
        "joined_by": (clauses.taken_apart(goal.text) or ([], ""))[1],
        "questions": question_choices(goal.known, overview.language),
        "chosen": chosen,
        "chosen_text": in_language(chosen.text, overview.language) if chosen else "",
        "clause_form": clause_form,
        "text_form": text_form,
        "revision": request.POST.get("revision") or found.revision,
    }
    return render(
        request, "instruments/composer/condition.html", context, status=400 if request.method == "POST" else 200
    )


def _clauses(overview: Overview, goal: Target) -> list[str] | None:
    """Each comparison in words; None where the condition says more than comparisons."""
    apart = clauses.taken_apart(goal.text)
    if apart is None:
        return None
    return [overview.in_words(one.text()) for one in apart[0]]


def _posted(request: HttpRequest, goal: Target, clause_form: ClauseForm | None, text_form: TextForm) -> str | None:
    """The condition that was asked for; None when the form must be mended first."""
    now, join = clauses.taken_apart(goal.text) or ([], clauses.ALL)
    word, _space, about = request.POST.get("do", "").partition(" ")
    if word == "add" and clause_form is not None:
        if not clause_form.is_valid():
            return None
        added: list[Clause] = [*now, clause_form.clause]
        return clauses.joined(added, request.POST.get("join") or join)
    if word == "drop" and about in map(str, range(len(now))):
        return clauses.joined([one for number, one in enumerate(now) if str(number) != about], join)
    if word == "join" and about in (clauses.ALL, clauses.ANY):
        return clauses.joined(now, about)
    if word == "none":
        return ""
    if word == "text" and text_form.is_valid():
        return str(text_form.cleaned_data["text"])
    return None
