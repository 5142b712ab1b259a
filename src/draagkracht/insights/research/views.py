"""Pages of the researcher: studies, what to ask for, whether it may leave, and the download."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from draagkracht.insights.models import ResearchExport, ResearchStudy
from draagkracht.instruments.own_scales import OWN
from draagkracht.people.models import Account
from draagkracht.ui.refusal import Refusal

from . import actions, records
from .choices import Choices
from .decision import ways
from .forms import ChoicesForm, StudyForm, WavesForm, as_fields
from .gather import least_k
from .rules import may_export
from .told import changes, roughly


def _admit(request: HttpRequest) -> None:
    if not may_export(request.standing):  # type: ignore[attr-defined]
        raise PermissionDenied


def _mine(request: HttpRequest, study_id: int) -> ResearchStudy:
    """A study is for who began it; another researcher begins their own."""
    _admit(request)
    mine = ResearchStudy.objects.filter(made_by=request.standing.account)  # type: ignore[attr-defined]
    return get_object_or_404(mine.select_related("organisation", "made_by"), pk=study_id)


@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """My studies, and a form for a new one."""
    _admit(request)
    standing = request.standing  # type: ignore[attr-defined]
    form = StudyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            study = actions.begin_study(standing.organisation, **form.cleaned_data, by=standing.account)
            return redirect("insights:research-study", study.pk)
        except Refusal as refusal:
            form.add_error("title", str(refusal.message))
    studies = ResearchStudy.objects.filter(made_by=standing.account).prefetch_related("exports").order_by("-made_at")
    context = {"form": form, "studies": studies, "people": len(records.consenting()) // 5 * 5}
    return render(request, "insights/research/index.html", context, status=400 if form.errors else 200)


@never_cache
@require_GET
def study(request: HttpRequest, study_id: int) -> HttpResponse:
    """Choose waves, then what of them; the answer says whether the file may leave."""
    found = _mine(request, study_id)
    waves = records.closed_waves()
    known = [str(wave.pk) for wave in waves]
    asked = [one for one in request.GET.getlist("wave") if one in known]
    context: dict[str, Any] = {
        "study": found,
        "exports": ResearchExport.objects.filter(study=found).order_by("-number"),
        "waves": WavesForm({"wave": asked} if asked else None, waves=waves),
        "any": bool(waves),
    }
    if asked and not found.closed_at:
        form = choices_form(request.GET, asked)
        context["form"] = form
        if form.is_bound and form.is_valid():
            account = request.standing.account  # type: ignore[attr-defined]
            context |= _answer(found, form.chosen(), form.cleaned_data["language"], account)
    return render(request, "insights/research/study.html", context)


def choices_form(given, asked: list[str]) -> ChoicesForm:
    """The form for these waves (ids as texts), bound when it was filled in."""
    waves = records.closed_waves()
    chosen = [wave for wave in waves if str(wave.pk) in asked]
    contents = list({content.hash: content for content in map(records.content_of, chosen)}.values())
    every = Choices(
        waves=(),
        instruments=tuple(name for one in contents for name in one.instruments if name != OWN),
        answers=tuple(code for one in contents for code in one.question),
    )
    organisation = chosen[0].organisation
    return ChoicesForm(
        given if "k" in given else None,
        waves=waves,
        contents=contents,
        depth=records.depth_of(chosen),
        least_k=least_k(contents, organisation, every),
        initial={"language": get_language() or "nl", "wave": asked},
    )


def _answer(study: ResearchStudy, choices: Choices, language: str, account: Account) -> dict[str, Any]:
    """What the page tells after the check, with ways to pass where it does not."""
    material, decision = actions.consider(study, choices, language, account)
    k, verdict = material.demand.k, decision.verdict
    found = [] if decision.passed or not decision.asked else ways(material)
    offered = [
        {
            "people": roughly(way.people, k),
            "left_out": way.left_out and roughly(way.left_out, k),
            "changes": changes(material, way.choices),
            "address": urlencode(as_fields(way.choices, language)),
        }
        for way in found
    ]
    return {
        "decision": decision,
        "demand": material.demand,
        "people": roughly(len(decision.people) if decision.passed else decision.asked, k),
        "left_out": decision.left_out and roughly(decision.left_out, k),
        "smallest": roughly(verdict.smallest, k),
        "too_small": roughly(verdict.too_small, k),
        "too_alike": roughly(verdict.too_alike, k),
        "earlier": len(material.known.earlier),
        "ways": offered,
        "fields": as_fields(choices, language),
        "withheld": sorted(material.withheld),
    }


@never_cache
@require_POST
def download(request: HttpRequest, study_id: int) -> HttpResponse | FileResponse:
    """Checks again, writes it down, and sends the file; it is not kept here."""
    found = _mine(request, study_id)
    known = [str(wave.pk) for wave in records.closed_waves()]
    asked = [one for one in request.POST.getlist("wave") if one in known]
    form = choices_form(request.POST, asked) if asked else None
    if form is None or not form.is_bound or not form.is_valid() or "promise" not in request.POST:
        messages.error(request, _("Nothing was made. Please check what you chose, and promise to protect the file."))
        return redirect("insights:research-study", study_id)
    language = form.cleaned_data["language"]
    parcel = actions.export(found, form.chosen(), language, request.standing.account)  # type: ignore[attr-defined]
    answer = FileResponse(parcel.file, as_attachment=True, filename=parcel.name, content_type="application/zip")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
def close(request: HttpRequest, study_id: int) -> HttpResponse:
    """The secret behind the pseudonyms is destroyed; this cannot be undone."""
    if actions.close_study(_mine(request, study_id), request.standing.account):  # type: ignore[attr-defined]
        messages.success(request, _("The study is closed. Nobody can lead its codes back to people any more."))
    return redirect("insights:research-study", study_id)
