"""Acts on campaigns and waves: plan, open, invite, remind, renew links, close. One transaction and one audit line each."""

import datetime
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from draagkracht.consent.actions import log_access
from draagkracht.instruments import document
from draagkracht.instruments import queries as instruments
from draagkracht.instruments.actions import MissingPermission, compose, publish
from draagkracht.instruments.definition import Instrument
from draagkracht.instruments.models import Questionnaire, QuestionnaireVersion
from draagkracht.people.actions import audit
from draagkracht.people.models import Account, Organisation, Person, Unit
from draagkracht.people.queries import members_on, units_below
from draagkracht.people.work import BREAKDOWNS
from draagkracht.ui.refusal import Refusal

from ..models import Campaign, Invitation, Submission, Wave
from . import letters, roster


def make_campaign(
    organisation: Organisation, name: str, instrument_ids: Sequence[str], by: Account | None = None
) -> Campaign:
    """A campaign with a questionnaire of these instruments. Texts may still be missing: they are needed to open.

    Raises Refusal 409 when the name is taken, and what `instruments.actions.compose` raises.
    """
    if Campaign.objects.filter(name=name).exists():
        raise Refusal(_("There is already a campaign with this name."), 409)
    with transaction.atomic():
        version = publish(
            organisation, instruments.free_slug(name), _composed(organisation, name, instrument_ids), by=by
        )
        campaign = Campaign.objects.create(
            organisation=organisation, name=name, questionnaire=version.questionnaire, created_by=by
        )
        audit(organisation, by, "campaign.made", campaign=campaign.pk, instruments=list(instrument_ids))
    return campaign


def campaign_of(
    organisation: Organisation, name: str, questionnaire: Questionnaire, by: Account | None = None
) -> Campaign:
    """A campaign with a questionnaire that was composed and published. Raises Refusal 409 when the name is taken."""
    if Campaign.objects.filter(name=name).exists():
        raise Refusal(_("There is already a campaign with this name."), 409)
    with transaction.atomic():
        made = Campaign.objects.create(organisation=organisation, name=name, questionnaire=questionnaire, created_by=by)
        audit(organisation, by, "campaign.made", campaign=made.pk, questionnaire=questionnaire.pk)
    return made


def _composed(organisation: Organisation, name: str, instrument_ids: Sequence[str], strict: bool = False) -> dict:
    """The content in every language for which texts and permission exist; `strict` insists on the house language."""
    chosen = list(dict.fromkeys(instrument_ids))
    codes = [code for code, _name in settings.LANGUAGES]
    known = [one for name_ in chosen if (one := instruments.instruments().get(name_))]
    complete = [code for code in codes if not instruments.missing_texts(known, [code])]
    complete = [code for code in complete if not instruments.missing_permissions(known, [code])]
    if strict and organisation.language not in complete:
        complete = [organisation.language]
    return compose(dict.fromkeys(codes, name), chosen, complete)


def make_wave(
    campaign: Campaign,
    name: str,
    unit: Unit,
    opens_at: datetime.datetime,
    closes_at: datetime.datetime,
    by: Account | None = None,
    version: QuestionnaireVersion | None = None,
    breakdowns: Sequence[str] = (),
) -> Wave:
    """A planned wave; it opens by itself at `opens_at`. It asks `version`, else the newest of its questionnaire.

    `breakdowns` (keys of people.work.BREAKDOWNS) are chosen here and never changed: before anybody answers it is settled
    which figures there will be. Raises Refusal 409 when the name is taken, 400 for an unknown breakdown.
    """
    if Wave.objects.filter(name=name).exists():
        raise Refusal(_("There is already a wave with this name."), 409)
    if closes_at <= opens_at:
        raise Refusal(_("A wave closes after it opens."))
    if not set(breakdowns) <= set(BREAKDOWNS):
        raise Refusal(_("Figures can not be broken down by that."))
    with transaction.atomic():
        wave = Wave.objects.create(
            organisation=campaign.organisation,
            campaign=campaign,
            name=name,
            unit=unit,
            version=version or newest_version(campaign),
            breakdowns=[name for name in BREAKDOWNS if name in breakdowns],
            opens_at=opens_at,
            closes_at=closes_at,
        )
        audit(campaign.organisation, by, "wave.planned", wave=wave.pk, breakdowns=wave.breakdowns)
    return wave


def newest_version(campaign: Campaign) -> QuestionnaireVersion:
    """The version that a wave planned now would ask: the newest that was composed, else the newest."""
    composed = instruments.composed_versions(campaign.questionnaire_id)
    if composed:
        return composed[0]
    return QuestionnaireVersion.objects.filter(questionnaire=campaign.questionnaire_id).order_by("-number")[0]


def missing_files(wave: Wave) -> list[instruments.MissingText]:
    """Which texts have to be imported before this wave can open; none for a version that holds its texts already."""
    if _keeps_its_texts(wave.version):
        return []
    known = instruments.instruments()
    chosen = [known[name] for name in _instrument_ids(wave.version) if name in known]
    return instruments.missing_texts(chosen, [wave.organisation.language])


def missing_permissions(wave: Wave) -> list[Instrument]:
    """For which instruments this wave can not open until a permission is on file."""
    if _keeps_its_texts(wave.version):
        return instruments.unlicensed(instruments.content(wave.version).raw)
    known = instruments.instruments()
    chosen = [known[name] for name in _instrument_ids(wave.version) if name in known]
    return instruments.missing_permissions(chosen, [wave.organisation.language])


def _instrument_ids(version: QuestionnaireVersion) -> list[str]:
    return list(instruments.content(version).instruments)


def open_wave(wave: Wave, by: Account | None = None, mail: bool = True) -> int:
    """Opens now: freezes the questionnaire's texts, invites everybody below the unit, queues their mails.

    Returns how many were invited; opening an open wave invites who was not yet invited. Raises NotReady (409)
    without texts or permission, Refusal 409 for a closed wave or one whose last day has passed.
    """
    with transaction.atomic():
        wave = Wave.objects.select_for_update().select_related("organisation", "campaign").get(pk=wave.pk)
        if wave.closed_at or wave.closes_at <= timezone.now():
            raise Refusal(_("This wave is over. Plan a new one."), 409)
        if not wave.opened_at:
            _freeze_texts(wave, by)
            wave.opened_at, wave.opened_by = timezone.now(), by
            wave.save(update_fields=["version", "opened_at", "opened_by"])
        invited = _invite(wave)
        if mail:
            letters.send_all(wave, invited, "invitation")
        log_access([i.person_id for i in invited], by, "", "invitation.sent")
        audit(wave.organisation, by, "wave.opened", wave=wave.pk, invited=len(invited))
    return len(invited)


def _keeps_its_texts(version: QuestionnaireVersion) -> bool:
    """It was composed, reviewed and published, or has questions of its own: it is asked exactly as it is."""
    content = instruments.content(version)
    if content.document is not None and not document.only_instruments(content.document):
        return True
    return version in instruments.composed_versions(version.questionnaire_id)


def _freeze_texts(wave: Wave, by: Account | None) -> None:
    """The wording of the day, for a questionnaire that is nothing but instruments; one that was composed stays as it is."""
    if _keeps_its_texts(wave.version):
        unlicensed = missing_permissions(wave)
        if unlicensed:
            raise MissingPermission(unlicensed)
        return
    ids = _instrument_ids(wave.version)
    composed = _composed(wave.organisation, wave.campaign.name, ids, strict=True)
    slug = Questionnaire.objects.values_list("slug", flat=True).get(pk=wave.campaign.questionnaire_id)
    wave.version = publish(wave.organisation, slug, composed, by=by)


def _invite(wave: Wave) -> list[Invitation]:
    below = units_below(wave.organisation)[wave.unit_id]
    already = set(Invitation.objects.filter(wave=wave).values_list("person_id", flat=True))
    wanted = [person for person, unit in members_on(timezone.localdate()) if unit in below and person not in already]
    return Invitation.objects.bulk_create(
        [Invitation(organisation_id=wave.organisation_id, wave=wave, person_id=person) for person in wanted],
        batch_size=500,
    )


def invite_late(wave: Wave, person: Person) -> Invitation | None:
    """The invitation of somebody who asks for it, made if they belong to the wave's unit today; None for others."""
    known = Invitation.objects.filter(wave=wave, person=person).first()
    if known or not wave.opened_at:
        return known
    below = units_below(wave.organisation)[wave.unit_id]
    if not any(member == person.pk and unit in below for member, unit in members_on(timezone.localdate())):
        return None
    made, _new = Invitation.objects.get_or_create(wave=wave, person=person, organisation_id=wave.organisation_id)
    return made


def not_complete(wave: Wave) -> QuerySet[Invitation]:
    """Invitations without a complete answer. Nobody is shown this list: it is only acted upon as a whole."""
    done = Submission.objects.filter(invitation=OuterRef("pk"), completed_on__isnull=False)
    return Invitation.objects.filter(wave=wave, revoked_at=None, person__erased_at=None).exclude(Exists(done))


def send_again(wave: Wave, by: Account | None = None) -> None:
    """A reminder, with the same link, to everybody who did not complete. Who that is, and how many, is not told."""
    with transaction.atomic():
        wave = _open_and_locked(wave)
        Wave.objects.filter(pk=wave.pk).update(reminders=F("reminders") + 1)
        wave.refresh_from_db(fields=["reminders"])
        letters.send_all(wave, list(not_complete(wave)), f"reminder-{wave.reminders}")
        audit(wave.organisation, by, "wave.reminded", wave=wave.pk)


def renew_links(wave: Wave, by: Account | None = None) -> None:
    """New links for everybody who did not complete, by mail; all their earlier links end. Saved answers stay."""
    with transaction.atomic():
        wave = _open_and_locked(wave)
        waiting = not_complete(wave)
        numbers = list(waiting.values_list("pk", flat=True))
        waiting.update(link_number=F("link_number") + 1)
        letters.send_all(wave, list(Invitation.objects.filter(pk__in=numbers)), "new-link")
        audit(wave.organisation, by, "wave.links-renewed", wave=wave.pk)


def renew_link(wave: Wave, email: str, by: Account | None = None) -> None:
    """One person's link ends and a new one is mailed, whether completed or not; silent when nobody has this address."""
    with transaction.atomic():
        wave = _open_and_locked(wave)
        found = Invitation.objects.filter(
            wave=wave, person__email__iexact=email.strip(), person__erased_at=None
        ).first()
        if found:
            Invitation.objects.filter(pk=found.pk).update(link_number=F("link_number") + 1, revoked_at=None)
            found.refresh_from_db()
            letters.send_all(wave, [found], "new-link")
        audit(wave.organisation, by, "wave.link-renewed", wave=wave.pk)


def _open_and_locked(wave: Wave) -> Wave:
    wave = Wave.objects.select_for_update(of=("self",)).select_related("organisation", "campaign").get(pk=wave.pk)
    if not wave.opened_at or wave.closed_at or wave.closes_at <= timezone.now():
        raise Refusal(_("This wave is not open."), 409)
    return wave


def close_wave(wave: Wave, by: Account | None = None) -> bool:
    """Closes and freezes the roster; False when it was closed before. Answers that were not completed are deleted.

    The roster holds everybody who was invited or belongs to the wave's unit today. A person stands in the unit of
    today; who left stands in the last unit before. Erased people are left out.
    """
    with transaction.atomic():
        wave = Wave.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=wave.pk)
        if wave.closed_at:
            return False
        wave.closed_at, wave.closed_by = timezone.now(), by
        wave.opened_at = wave.opened_at or wave.closed_at
        wave.save(update_fields=["opened_at", "closed_at", "closed_by"])
        entries = roster.freeze(wave)
        Submission.objects.filter(wave=wave, completed_on=None).delete()
        answered = sum(entry.answered for entry in entries)
        audit(wave.organisation, by, "wave.closed", wave=wave.pk, roster=len(entries), answered=answered)
    return True
