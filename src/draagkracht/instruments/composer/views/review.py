"""Review: what publishing would change, for trends and for waves, what is still to be mended; and publishing itself."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from draagkracht.instruments import drafts, queries
from draagkracht.instruments.actions import NotReady
from draagkracht.instruments.composer import in_use
from draagkracht.instruments.composer.visit import (
    account_of,
    changed_page,
    draft_of,
    language,
    organisation_of,
    overview_of,
    revision_of,
    said,
)
from draagkracht.instruments.content import content_hash
from draagkracht.instruments.definition import in_language
from draagkracht.instruments.differences import ALIKE, Differences, differences
from draagkracht.instruments.models import QuestionnaireDraft, QuestionnaireVersion


@require_GET
def review(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Everything somebody should see before it is published."""
    return _page(request, draft_of(request, draft_id))


def _page(request: HttpRequest, found: QuestionnaireDraft) -> HttpResponse:
    overview = overview_of(found)
    last = _last(found)
    context: dict[str, Any] = {
        "draft": found,
        "overview": overview,
        "last": last,
        "newer": last if last and found.begun_from_id not in (None, last.pk) else None,
        "waves": in_use.waves_asking(found.questionnaire),
        "burden": in_use.burden(organisation_of(request), overview.minutes),
        "number": last.number + 1 if last else 1,
    }
    if not overview.to_do:
        made = drafts.proposed(found.document)
        context["digest"] = content_hash(made)
        if last:
            between = differences(queries.content(last).raw, made)
            context |= {"between": between, "changes": _changes(between), "trends": _trends(between)}
    return render(request, "instruments/composer/review.html", context)


def _last(found: QuestionnaireDraft) -> QuestionnaireVersion | None:
    """The newest published version of the questionnaire."""
    if found.questionnaire_id is None:
        return None
    versions = QuestionnaireVersion.objects.filter(questionnaire_id=found.questionnaire_id)
    return versions.select_related("published_by").order_by("-number").first()


def _changes(between: Differences) -> list[dict[str, Any]]:
    """Changed questions in words."""
    words = {
        "new": _("new"),
        "removed": _("no longer asked"),
        "words": _("other words"),
        "answers": _("other answers"),
        "condition": _("asked under another condition"),
        "moved": _("in another place"),
    }
    return [
        {
            "text": in_language(one.after or one.before, language()),
            "before": in_language(one.before, language()) if "words" in one.how else "",
            "how": [words[how] for how in one.how],
        }
        for one in between.questions
    ]


def _trends(between: Differences) -> list[tuple[str, list[str]]]:
    """(what happens to their trends, the scales) for every scale that is not simply asked again."""
    words = {
        "reworded": _("The trend goes on, but something about the questions changed: compare with care."),
        "rescored": _("Calculated in another way: do not compare with earlier rounds."),
        "new": _("New: the trend begins with the first wave of this version."),
        "removed": _("No longer asked: the trend ends with the version before."),
    }
    titles: dict[str, list[str]] = {}
    for one in between.scales:
        if one.state != ALIKE:
            titles.setdefault(words[one.state], []).append(in_language(one.title, language()))
    return list(titles.items())


@require_POST
def publish(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Publishes exactly what the review page showed; else the page says what changed, or what is to be mended."""
    found = draft_of(request, draft_id)
    try:
        version = drafts.publish(found.pk, revision_of(request), request.POST.get("hash", ""), account_of(request))
    except drafts.ChangedMeanwhile as changed:
        return changed_page(request, changed.draft, why="review")
    except (drafts.Unfinished, NotReady):
        return redirect("instruments:draft-review", draft_id)
    said(request, _("Published. This version can now be asked in a wave, and never changes any more."))
    return redirect("instruments:version", version.pk)
