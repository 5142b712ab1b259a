"""Acts on effect studies: writing one down, and having its answer made. The pages that show it are in `shared`."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from draagkracht.insights.forms import RoundsForm, StudyForm
from draagkracht.insights.models import EffectStudy
from draagkracht.insights.release import effects, studies
from draagkracht.ui.refusal import Refusal


def new(request: HttpRequest) -> HttpResponse:
    """First the rounds (in the address), then who took part and what is asked."""
    rounds = studies.rounds()
    chosen = RoundsForm(request.GET if "before" in request.GET else None, rounds=rounds)
    if len(rounds) < 2 or not chosen.is_valid():
        return render(request, "insights/effect_new.html", {"step": 1, "form": chosen, "few": len(rounds) < 2})
    measures = studies.shared_measures(chosen.chosen())
    standing = request.standing  # type: ignore[attr-defined]
    form = StudyForm(request.POST or None, organisation=standing.organisation, measures=measures)
    if request.method == "POST" and form.is_valid():
        try:
            study = studies.register(
                standing.organisation, wave_ids=chosen.chosen(), by=standing.account, **form.cleaned_data
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Written down. It can not be changed any more."))
            return redirect("insights:effect", study.pk)
    names = [one.name for one in rounds if one.id in chosen.chosen()]
    late = next(one.closed for one in rounds if one.id == chosen.chosen()[1])
    boxes = [form[name] for name in ("participants", "comparison", "primary", "secondary")]
    page = {"step": 2, "form": form, "boxes": boxes, "rounds": names, "late": late, "none": not measures}
    return render(request, "insights/effect_new.html", page)


@require_POST
def calculate(request: HttpRequest, study_id: int) -> HttpResponse:
    """Makes the answer, once."""
    study = get_object_or_404(EffectStudy, pk=study_id)
    effects.publish(study, request.standing.account)  # type: ignore[attr-defined]
    messages.success(request, _("Calculated. It will never change."))
    return redirect("insights:effect", study.pk)
