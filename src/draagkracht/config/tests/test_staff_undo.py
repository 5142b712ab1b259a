"""An import of staff cannot be undone once another room rests on the people who came with it."""

import pytest
from django_scopes import scope

from draagkracht.consent.models import Grant
from draagkracht.people.actions import staff_import
from draagkracht.people.actions.staff_undo import undo, why_not
from draagkracht.people.models import Person
from draagkracht.ui.refusal import Refusal

TEXT = b"Personeelsnummer;Naam;E-mail;Team\nn1;Nora Nieuw;nora@brug.example;Team Linde\nn2;Omar Nieuw;;Team Linde\n"


def test_undo_is_refused_once_somebody_new_gave_a_consent(cast):
    organisation = cast.brug.organisation
    with scope(organisation=organisation):
        upload = staff_import.keep_upload(organisation, None, "staf.csv", TEXT)
        made = staff_import.confirm(upload, None, staff_import.show(upload).digest)
        assert why_not(made) == ""
        nora = Person.objects.get(staff_number="n1")
        Grant.objects.create(
            organisation=organisation, person=nora, purpose="measure", version=1, language="nl", text_hash="x"
        )
        with pytest.raises(Refusal) as caught:
            undo(made, None)
        assert caught.value.status == 409 and "1" in str(caught.value.message)
        made.refresh_from_db()
        assert made.undone_at is None and Person.objects.filter(staff_number__in=["n1", "n2"]).count() == 2
