"""Pages for who runs surveys: campaigns, waves, participation without names."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from draagkracht.instruments import queries as instruments
from draagkracht.instruments.actions import told_missing, told_permission
from draagkracht.instruments.definition import in_language
from draagkracht.people.models import Unit
from draagkracht.ui.refusal import Refusal

from .. import actions
from ..actions.waves import missing_files, missing_permissions, newest_version
from ..forms import AddressForm, CampaignForm, WaveForm
from ..models import Campaign, Wave
from ..published import results
from ..rules import may_plan, may_run
from ..words import breakdown_words

PLANNED, OPEN, CLOSED = "planned", "open", "closed"


def state_of(wave: Wave) -> str:
    """Planned, open or closed; a wave whose last day has passed counts as closed already."""
    if wave.closed_at or wave.closes_at <= timezone.now():
        return CLOSED
    return OPEN if wave.opened_at else PLANNED


def _rows(waves) -> list[dict]:
    return [{"wave": wave, "state": state_of(wave)} for wave in waves]


def campaigns(request: HttpRequest) -> HttpResponse:
    """Every campaign with its newest waves."""
    found = Campaign.objects.order_by("-created_at").prefetch_related("waves")
    listed = [
        {"campaign": one, "waves": _rows(sorted(one.waves.all(), key=lambda w: w.opens_at, reverse=True)[:3])}  # type: ignore[attr-defined]
        for one in found
    ]
    return render(request, "surveys/campaigns.html", {"campaigns": listed})


def new_campaign(request: HttpRequest) -> HttpResponse:
    """Choose a name and instruments."""
    _demand(may_plan(request.standing))  # type: ignore[attr-defined]
    form = CampaignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("surveys:new-wave", _made(request, form).pk)
        except Refusal as refusal:
            form.add_error("name", str(refusal.message))
    return render(request, "surveys/campaign_new.html", {"form": form}, status=400 if form.errors else 200)


def _made(request: HttpRequest, form: CampaignForm) -> Campaign:
    organisation, account = request.standing.organisation, request.standing.account  # type: ignore[attr-defined]
    name, chosen = form.cleaned_data["name"], form.chosen
    if chosen is not None:
        return actions.campaign_of(organisation, name, chosen, account)
    return actions.make_campaign(organisation, name, form.cleaned_data["instruments"], account)


def campaign(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """One campaign: what it asks and its waves."""
    found = get_object_or_404(Campaign.objects, pk=campaign_id)
    content = instruments.content(newest_version(found))
    asked = [in_language(one.title, get_language() or "nl") for one in content.instruments.values()]
    waves = Wave.objects.filter(campaign=found).select_related("unit").order_by("-opens_at")
    return render(
        request,
        "surveys/campaign.html",
        {"campaign": found, "asked": asked, "total": len(content.question), "waves": _rows(waves)},
    )


def new_wave(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Name, unit and dates of a new wave."""
    found = get_object_or_404(Campaign.objects.select_related("organisation"), pk=campaign_id)
    _demand(may_plan(request.standing))  # type: ignore[attr-defined]
    form = WaveForm(request.POST or None, standing=request.standing, campaign=found)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        unit = get_object_or_404(Unit.objects, pk=form.cleaned_data["unit"])
        try:
            made = actions.make_wave(
                found,
                form.cleaned_data["name"],
                unit,
                *form.moments(),
                by=request.standing.account,  # type: ignore[attr-defined]
                version=form.version,
                breakdowns=form.cleaned_data["breakdowns"],
            )
            return redirect("surveys:wave", made.pk)
        except Refusal as refusal:
            form.add_error("name", str(refusal.message))
    context = {"form": form, "campaign": found}
    return render(request, "surveys/wave_new.html", context, status=400 if form.errors else 200)


def wave(request: HttpRequest, wave_id: int) -> HttpResponse:
    """One wave: its state, what can be done now, and participation as it stood this morning."""
    found = _mine(request, wave_id)
    state = state_of(found)
    missing = [told_missing(one) for one in missing_files(found)] if state == PLANNED else []
    missing += [told_permission(one) for one in missing_permissions(found)] if state == PLANNED else []
    rows = [{"name": name, "depth": len(path), "figures": figures} for path, name, figures in found.participation]
    least = min((row["depth"] for row in rows), default=1)
    for row in rows:
        row["indent"] = "\u2003" * (row["depth"] - least)
    content = instruments.content(found.version)
    context = {
        "wave": found,
        "breakdowns": breakdown_words(found),
        "state": state,
        "missing": missing,
        "rows": rows,
        "results": results(found, request.standing) if state == CLOSED else None,  # type: ignore[attr-defined]
        "form": AddressForm(),
        "total": len(content.question),
        "minutes": max(1, round(content.minutes)),
    }
    return render(request, "surveys/wave.html", context)


def _mine(request: HttpRequest, wave_id: int) -> Wave:
    found = get_object_or_404(Wave.objects.select_related("organisation", "campaign", "unit", "version"), pk=wave_id)
    if not may_run(request.standing, found.unit_id):  # type: ignore[attr-defined]
        raise Http404
    return found


def _demand(allowed: bool) -> None:
    if not allowed:
        raise Http404


@require_POST
def open_now(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Opens today, whatever was planned."""
    found = _mine(request, wave_id)
    invited = actions.open_wave(found, request.standing.account)  # type: ignore[attr-defined]
    found.refresh_from_db()
    actions.refresh_participation(found)
    messages.success(
        request,
        ngettext(
            "The wave is open. %(count)s person gets a mail.", "The wave is open. %(count)s people get a mail.", invited
        )
        % {"count": invited},
    )
    return redirect("surveys:wave", wave_id)


@require_POST
def close_now(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Closes today; doing it twice is harmless."""
    if actions.close_wave(_mine(request, wave_id), request.standing.account):  # type: ignore[attr-defined]
        messages.success(request, _("The wave is closed. The figures follow once they are made."))
    return redirect("surveys:wave", wave_id)


@require_POST
def remind(request: HttpRequest, wave_id: int) -> HttpResponse:
    """A reminder to who did not complete; nobody learns who that is."""
    actions.send_again(_mine(request, wave_id), request.standing.account)  # type: ignore[attr-defined]
    messages.success(request, _("Everybody who did not complete gets a reminder. Nobody sees who that is."))
    return redirect("surveys:wave", wave_id)


@require_POST
def renew_all(request: HttpRequest, wave_id: int) -> HttpResponse:
    """New links for who did not complete."""
    actions.renew_links(_mine(request, wave_id), request.standing.account)  # type: ignore[attr-defined]
    messages.success(request, _("Everybody who did not complete gets a new link. The earlier links no longer work."))
    return redirect("surveys:wave", wave_id)


@require_POST
def renew_one(request: HttpRequest, wave_id: int) -> HttpResponse:
    """A new link for one address; the answer is the same whether it is known or not."""
    found, form = _mine(request, wave_id), AddressForm(request.POST)
    if form.is_valid():
        actions.renew_link(found, form.cleaned_data["email"], request.standing.account)  # type: ignore[attr-defined]
        messages.success(request, _("If this address was invited, its old link has ended and a new one is on its way."))
    else:
        messages.error(request, _("That is not an e-mail address."))
    return redirect("surveys:wave", wave_id)
