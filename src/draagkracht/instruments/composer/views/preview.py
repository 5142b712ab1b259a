"""The questionnaire as somebody who answers sees it, with what is tried out in the page alone: nothing is stored."""

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from draagkracht.instruments.composer.forms import language_name
from draagkracht.instruments.composer.overview import Overview
from draagkracht.instruments.composer.visit import draft_of
from draagkracht.instruments.sheet_html import questions_html


@require_GET
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": ["'self'"]})  # type: ignore[arg-type]
def preview(request: HttpRequest, draft_id: int) -> HttpResponse:
    """`?language=` chooses among the languages of the draft; `?frame=1` leaves out all but the questions."""
    found = draft_of(request, draft_id)
    languages = found.document["languages"]
    wanted = request.GET.get("language", "")
    chosen = wanted if wanted in languages else translation.get_language()
    chosen = chosen if chosen in languages else languages[0]
    overview = Overview(found.document, chosen)
    with translation.override(chosen):
        questions = questions_html(overview.sketched, chosen, {})
    context = {
        "draft": found,
        "overview": overview,
        "questions": questions,
        "chosen": chosen,
        "languages": [(code, language_name(code)) for code in languages],
        "framed": request.GET.get("frame") == "1",
    }
    return render(request, "instruments/composer/preview.html", context)
