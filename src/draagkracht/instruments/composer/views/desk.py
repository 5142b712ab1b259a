"""The desk: every draft and every published questionnaire, and how a new one begins."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from draagkracht.instruments import document, drafts, queries
from draagkracht.instruments.composer import edits
from draagkracht.instruments.composer.forms import NewForm, offered
from draagkracht.instruments.composer.overview import Overview
from draagkracht.instruments.composer.scales import scale_choices
from draagkracht.instruments.composer.visit import account_of, draft_of, language, organisation_of, said, to_draft
from draagkracht.instruments.definition import in_language
from draagkracht.instruments.models import Questionnaire, QuestionnaireDraft, QuestionnaireVersion


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """What is being composed, what was published, and what was discarded."""
    rows = QuestionnaireDraft.objects.select_related("changed_by").filter(version=None).order_by("-changed_at")
    open_rows = [row for row in rows if not row.closed_at]
    context = {
        "drafts": [(row, in_language(row.document["title"], language())) for row in open_rows],
        "discarded": [(row, in_language(row.document["title"], language())) for row in rows if row.closed_at][:10],
        "published": _published(),
    }
    return render(request, "instruments/composer/desk.html", context)


def _published() -> list[dict]:
    """Every questionnaire with its versions, the newest first."""
    versions = QuestionnaireVersion.objects.defer("content").select_related("published_by").order_by("-number")
    by_questionnaire: dict[int, list[QuestionnaireVersion]] = {}
    for version in versions:
        by_questionnaire.setdefault(version.questionnaire_id, []).append(version)
    return [
        {"title": in_language(one.title, language()), "versions": by_questionnaire[one.pk]}
        for one in Questionnaire.objects.order_by("-created_at")
        if one.pk in by_questionnaire
    ]


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A title, languages, and perhaps scales to begin with."""
    organisation = organisation_of(request)
    languages = [organisation.language, *(one for one in offered([]) if one != organisation.language)]
    first = {"languages": [organisation.language]}
    form = NewForm(request.POST or None, languages=languages, scales=scale_choices(), initial=first)
    if request.method == "POST" and form.is_valid():
        made = document.blank(form.texts("title"), form.chosen)
        scales = [{"type": "instrument", "id": one} for one in form.cleaned_data["scales"]]
        made = edits.retitle(edits.add(made, "s1", *scales), {})
        return to_draft(drafts.start(organisation, made, account_of(request)).pk)
    return render(
        request, "instruments/composer/new.html", {"form": form}, status=400 if form.is_bound and form.errors else 200
    )


@require_POST
def next_version(request: HttpRequest, version_id: int) -> HttpResponse:
    """A draft of the next version, from a published one."""
    version = get_object_or_404(
        QuestionnaireVersion.objects.select_related("questionnaire", "organisation"), pk=version_id
    )
    return to_draft(drafts.start_from(version, account_of(request)).pk)


@require_GET
def version(request: HttpRequest, version_id: int) -> HttpResponse:
    """A published version, word for word, with its hash."""
    found = get_object_or_404(
        QuestionnaireVersion.objects.select_related("questionnaire", "published_by"), pk=version_id
    )
    content = queries.content(found)
    made = content.document or document.of_instruments(content.title, list(content.instruments), content.languages)
    context = {"version": found, "content": content, "overview": Overview(made, language())}
    return render(request, "instruments/composer/version.html", context)


@require_POST
def bring_back(request: HttpRequest, draft_id: int) -> HttpResponse:
    """A discarded draft, opened again."""
    drafts.bring_back(draft_of(request, draft_id).pk, account_of(request))
    said(request, _("The draft is back."))
    return redirect("instruments:draft", draft_id)
