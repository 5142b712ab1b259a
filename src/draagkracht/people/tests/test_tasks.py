"""What is past its time goes by itself; what is not stays."""

import datetime

from django.contrib.sessions.models import Session
from django.utils import timezone
from django_scopes import scope

from draagkracht.people.actions.sign_in import send_sign_in_link
from draagkracht.people.actions.staff_import import confirm, keep_upload, show
from draagkracht.people.models import SignInLink, StaffUpload
from draagkracht.people.tasks import tidy

TEXT = b"nr;naam;team\n1;Nora;Team Linde\n"


def test_what_is_over_goes_and_what_is_not_stays(cast):
    hour = datetime.timedelta(hours=1)
    with scope(organisation=cast.brug.organisation):
        kept = keep_upload(cast.brug.organisation, None, "a.csv", TEXT)
        confirmed = keep_upload(cast.brug.organisation, None, "b.csv", TEXT)
        confirm(confirmed, None, show(confirmed).digest)
        over = keep_upload(cast.brug.organisation, None, "c.csv", TEXT)
        StaffUpload.objects.filter(pk__in=[over.pk, confirmed.pk]).update(expires_at=timezone.now() - hour)
    send_sign_in_link("amina.linde@brug.example")
    SignInLink.objects.create(token_hash="x", expires_at=timezone.now() - hour)
    Session.objects.create(session_key="over", session_data="", expire_date=timezone.now() - hour)
    Session.objects.create(session_key="now", session_data="", expire_date=timezone.now() + hour)
    assert tidy() == 3 and tidy() == 0
    with scope(organisation=cast.brug.organisation):
        assert set(StaffUpload.objects.values_list("pk", flat=True)) == {kept.pk, confirmed.pk}
    assert SignInLink.objects.count() == 1 and Session.objects.get().session_key == "now"
