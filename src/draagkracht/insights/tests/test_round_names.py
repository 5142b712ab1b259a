"""A round is called by the month in which it closed, on the own page as on those of the team and the organisation."""

import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override
from django_scopes import scope

from draagkracht.insights.models import Release
from draagkracht.surveys.models import Submission, Wave
from draagkracht.surveys.queries import own_history


def test_who_answered_in_another_month_reads_the_month_of_the_round(published, sign_in):
    cast = published.cast
    with scope(organisation=cast.brug.organisation):
        release = Release.objects.get()
        Submission.objects.exclude(wave_id=release.wave_id).delete()
        Wave.objects.filter(pk=release.wave_id).update(name="Lente")
        Submission.objects.update(completed_on=release.closed_on - datetime.timedelta(days=62))
        (one,) = own_history(cast.brug.people["linde.amina"])
        assert one.closes_on == release.closed_on != one.completed_on
        with override("nl"):
            closed, answered = (date_format(day, "F Y") for day in (release.closed_on, one.completed_on))
    client = sign_in(cast.accounts["worker"])
    own = client.get(reverse("insights:me"), headers={"accept-language": "nl"}).content.decode()
    assert f"{closed} (Lente)" in own and answered not in own
    # A name that is the month itself is not said twice.
    team = client.get(reverse("insights:team"), headers={"accept-language": "nl"}, follow=True).content.decode()
    assert f"{closed} · " in team and f"({release.wave_name})" not in team
    assert '<a href="/team/" aria-current="page"' in team


def test_an_open_round_is_called_by_the_day_on_which_it_will_close(published):
    with scope(organisation=published.cast.brug.organisation):
        mine = own_history(published.cast.brug.people["linde.amina"])
        (one,) = [one for one in mine if one.wave_id == published.open.pk]
        assert published.open.closed_at is None and one.closes_on == timezone.localdate(published.open.closes_at)
