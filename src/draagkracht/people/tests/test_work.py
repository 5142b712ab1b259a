"""Contract, shift and years in service: known words, own words, what a file changes and what undo puts back."""

import datetime

import pytest
from django.utils import translation
from django_scopes import scope

from draagkracht.people.actions import staff_import
from draagkracht.people.actions.staff_undo import undo
from draagkracht.people.models import Membership, Person, StaffChange
from draagkracht.people.queries import work_of
from draagkracht.people.staff_columns import HEADINGS, guess
from draagkracht.people.work import KINDS, SENIORITY, label, normal, seniority

HEAD = "Personeelsnummer;Naam;Afdeling;Team;Functie;Contracttype;Soort dienst\n"
DAY = datetime.date(2026, 6, 30)


@pytest.mark.parametrize(
    "kind, text, expected",
    [
        ("contract", "Vast", "permanent"),
        ("contract", "Onbepaalde duur", "permanent"),
        ("contract", "uitzendkracht", "agency"),
        ("contract", "ZZP'er", "self-employed"),
        ("contract", "self-employed", "self-employed"),
        ("contract", "Detachering via partner", "Detachering via partner"),
        ("shift", "vroeg/laat", "early-late"),
        ("shift", "3 ploegen", "rotating"),
        ("shift", "2-ploegen", "early-late"),
        ("shift", "Nachtdienst", "night"),
        ("shift", "Onderbroken dienst", "Onderbroken dienst"),
        ("shift", "", ""),
    ],
)
def test_known_words_become_one_word_and_others_stay(kind, text, expected):
    assert normal(kind, text) == expected
    assert normal(kind, expected) == expected, "a file that we wrote ourselves reads the same"


def test_no_word_stands_for_two_things():
    for known in KINDS.values():
        words = [word for _label, words in known.values() for word in words.split()]
        assert len(words) == len(set(words))
    headings = [heading for words in HEADINGS.values() for heading in words.split()]
    assert len(headings) == len(set(headings))


def test_labels_are_said_in_the_language_of_the_reader():
    with translation.override("nl"):
        assert label("contract", "permanent") == "vast" and label("seniority", "2-5") == "2 tot en met 5 jaar"
    with translation.override("en"):
        assert label("shift", "night") == "night" and label("shift", "Onderbroken dienst") == "Onderbroken dienst"
        assert label("profession", "night") == "night", "a profession is never translated"


@pytest.mark.parametrize(
    "first, band",
    [
        ("2026-06-30", "0-1"), ("2024-07-01", "0-1"), ("2024-06-30", "2-5"), ("2020-07-01", "2-5"),
        ("2020-06-30", "6-10"), ("2015-07-01", "6-10"), ("2015-06-30", "11+"), ("1990-01-01", "11+"), ("2026-07-01", ""),
    ],
)  # fmt: skip
def test_years_in_service_are_whole_years_since_the_first_day(first, band):
    assert seniority(datetime.date.fromisoformat(first), DAY) == band
    assert band in ("", *SENIORITY)


def test_headings_of_personnel_systems():
    assert guess(("Dienst", "Soort dienst", "Dienstverband", "Datum in dienst")) == {
        "department": 0, "shift": 1, "contract": 2, "starts_on": 3,
    }  # fmt: skip
    assert guess(("Department", "Work pattern", "Type of contract")) == {"department": 0, "shift": 1, "contract": 2}


@pytest.fixture
def brug(cast):
    with scope(organisation=cast.brug.organisation):
        yield cast.brug


def store(place, text: str):
    upload = staff_import.keep_upload(place.organisation, None, "staf.csv", text.encode())
    return staff_import.confirm(upload, None, staff_import.show(upload).digest, False)


def row(number: str, team: str, rest: str) -> str:
    name = Person.objects.get(staff_number=number).name
    return f"{number};{name};Woonzorg;Team {team};{rest}\n"


def now(number: str) -> tuple[str, str, str]:
    person = Person.objects.get(staff_number=number)
    return person.memberships.order_by("-id").values_list("profession", "contract", "shift")[0]


def test_a_file_fills_and_corrects_and_an_empty_cell_leaves_what_is_known(brug):
    before = list(Membership.objects.order_by("id").values())
    first = store(brug, HEAD + row("linde-0", "Linde", "kok;vast;nacht"))
    assert first.counts["changed"] == 1 and now("linde-0") == ("kok", "permanent", "night")
    undo(first, None)
    assert list(Membership.objects.order_by("id").values()) == before
    store(brug, HEAD + row("linde-0", "Linde", "kok;vast;nacht"))
    assert store(brug, HEAD + row("linde-0", "Linde", ";;dag")).counts["changed"] == 1
    assert now("linde-0") == ("kok", "permanent", "day")
    assert store(brug, HEAD + row("linde-0", "Linde", ";onbepaalde duur;dagdienst")).counts["unchanged"] == 1


def test_who_moves_keeps_contract_and_shift(brug):
    store(brug, HEAD + row("linde-0", "Linde", "kok;vast;nacht"))
    day = datetime.date.today() - datetime.timedelta(days=1)
    Membership.objects.filter(person__staff_number="linde-0").update(starts_on=day)
    store(brug, HEAD + row("linde-0", "Eik", ";;"))
    assert now("linde-0") == ("kok", "permanent", "night")
    assert Membership.objects.filter(person__staff_number="linde-0").count() == 2


def test_an_import_of_an_older_version_can_be_undone(brug):
    made = store(brug, HEAD + row("linde-0", "Linde", "kok;;"))
    change = StaffChange.objects.get(staff_import=made)
    for told in change.before["amended"]["was"], change.before["amended"]["is"]:
        del told["contract"], told["shift"]
    change.save()
    undo(made, None)
    assert now("linde-0")[0] == ""


def test_a_mistake_in_the_new_columns_is_told_by_row(brug):
    upload = staff_import.keep_upload(
        brug.organisation, None, "staf.csv", (HEAD + row("linde-0", "Linde", f"kok;{'x' * 61};")).encode()
    )
    with translation.override("en"):
        fault = staff_import.show(upload).faults[0]
    assert fault.number == 2 and "60" in fault.reason


def test_work_on_a_day_is_that_of_the_membership_of_that_day(brug):
    person = Person.objects.get(staff_number="linde-0")
    unit = person.memberships.get().unit
    person.memberships.all().delete()
    for first, last, shift in (("2019-01-01", "2025-01-01", "day"), ("2025-01-01", None, "night")):
        Membership.objects.create(
            organisation=brug.organisation, person=person, unit=unit, starts_on=first, ends_on=last, shift=shift
        )
    told = work_of({person.pk}, DAY)
    assert told == {person.pk: {"profession": "", "contract": "", "shift": "night", "seniority": "6-10"}}
    assert work_of({person.pk}, datetime.date(2024, 1, 1))[person.pk]["shift"] == "day"
