"""What a staff file would change: units, people, moves, leaves, clashes."""

import datetime

import pytest

from draagkracht.people.staff_columns import guess
from draagkracht.people.staff_file import read
from draagkracht.people.staff_plan import MembershipState, PersonState, make
from draagkracht.people.staff_units import UnitState

TODAY = datetime.date(2026, 6, 1)
JAN = datetime.date(2026, 1, 5)
UNITS = [
    UnitState("brug", "De Brug", None),
    UnitState("woonzorg", "Woonzorg", "brug"),
    UnitState("linde", "Team Linde", "woonzorg"),
    UnitState("eik", "Team Eik", "woonzorg"),
]


def person(number: int, unit: str | None = "linde", **fields) -> PersonState:
    membership = MembershipState(number, unit, "verzorgende", "permanent", "day", JAN, None) if unit else None
    given = {"staff_number": str(number), "name": f"Mens {number}", "email": f"m{number}@brug.example", "language": ""}
    return PersonState(number, **{**given, **fields}, membership=membership)


def plan(text: str, people=(), units=UNITS, complete=False):
    sheet = read(text.strip().encode())
    return make(sheet, guess(sheet.header), list(units), list(people), TODAY, complete)


def faulty(text: str, **given) -> list[int]:
    found = plan(text, **given)
    assert not (found.new or found.changed or found.leaves or found.units.new), "a plan with faults changes nothing"
    return [fault.number for fault in found.faults]


HEAD = "nr;naam;mail;afdeling;team;functie\n"


def test_same_file_changes_nothing():
    found = plan(HEAD + "1;Mens 1;m1@brug.example;Woonzorg;Team Linde;verzorgende", [person(1)])
    assert found.empty and found.unchanged == 1


def test_new_changed_moved_and_unchanged_are_told_apart():
    found = plan(
        HEAD
        + "1;Mens Een;m1@brug.example;Woonzorg;Team Linde;\n2;Mens 2;;Woonzorg;Team Eik;\n3;Mens 3;;Woonzorg;Team Linde;kok\n"
        "4;Mens 4;;Woonzorg;Team Linde;\n9;Nieuw;n@brug.example;Woonzorg;Team Linde;",
        [person(1), person(2), person(3), person(4)],
    )
    assert [e.name for e in found.new] == ["Nieuw"] and found.unchanged == 1
    assert [(c.person.id, dict(c.fields), c.act) for c in found.changed] == [
        (1, {"name": "Mens Een"}, ""),
        (2, {}, "move"),
        (3, {}, "amend"),
    ]
    assert found.changed[1].from_day == TODAY


def test_empty_cells_leave_what_is_known():
    assert plan(
        "nr;naam;mail;taal;functie;afdeling;team\n1;Mens 1;;;;Woonzorg;Team Linde", [person(1, language="en")]
    ).empty


def test_who_is_not_in_a_complete_file_leaves_and_in_a_partial_one_stays():
    text, people = HEAD + "1;Mens 1;;Woonzorg;Team Linde;", [person(1), person(2), person(3, None)]
    assert plan(text, people).empty
    found = plan(text, people, complete=True)
    assert [(leave.person.id, leave.on) for leave in found.leaves] == [(2, TODAY)]
    assert found.present == 2 and found.many_leave


def test_the_last_working_day_is_still_worked():
    text = "nr;naam;afdeling;team;uit dienst\n{};Mens;Woonzorg;Team Linde;{}"
    gone = plan(text.format(1, "31-05-2026"), [person(1, name="Mens")])
    assert [leave.on for leave in gone.leaves] == [TODAY]
    later = plan(text.format(1, "01-06-2026"), [person(1, name="Mens")])
    assert not later.leaves and later.changed[0].entry.leaves_on == TODAY + datetime.timedelta(days=1)
    assert plan(text.format(5, "31-05-2026")).empty, "somebody new who already left is not taken in"


def test_who_returns_gets_a_place_again():
    found = plan(HEAD + "1;Mens 1;;Woonzorg;Team Eik;", [person(1, None)])
    assert [(c.act, c.entry.unit) for c in found.changed] == [("join", "eik")]


def test_people_are_known_by_number_then_by_address_and_may_swap_addresses():
    found = plan(
        HEAD + "1;Mens 1;m2@brug.example;Woonzorg;Team Linde;\n2;Mens 2;m1@brug.example;Woonzorg;Team Linde;",
        [person(1), person(2)],
    )
    assert not found.faults and [dict(c.fields) for c in found.changed] == [
        {"email": "m2@brug.example"},
        {"email": "m1@brug.example"},
    ]
    renumbered = plan(HEAD + "77;Mens 1;m1@brug.example;Woonzorg;Team Linde;", [person(1)])
    assert [dict(c.fields) for c in renumbered.changed] == [{"staff_number": "77"}]


def test_an_address_of_somebody_else_is_a_fault():
    assert faulty(HEAD + "1;Mens 1;m2@brug.example;Woonzorg;Team Linde;", people=[person(1), person(2)]) == [2]
    both = HEAD + "1;Mens 1;;Woonzorg;Team Linde;\n8;Ander;m1@brug.example;Woonzorg;Team Linde;"
    assert faulty(both, people=[person(1)]) == [3]


# -- units ------------------------------------------------------------------------------------------------------------

CODES = "nr;naam;unit;parent;unit name\n"


def test_departments_and_teams_are_found_by_name_or_made():
    found = plan(HEAD + "1;A;;woonzorg;team linde;\n2;B;;Woonzorg;Team Beuk;\n3;C;;Jeugd;Team Linde;\n4;D;;Jeugd;;")
    assert [e.unit for e in found.new] == ["linde", "team-beuk", "team-linde", "jeugd"]
    assert [(u.code, u.parent) for u in found.units.new] == [
        ("team-beuk", "woonzorg"),
        ("jeugd", "brug"),
        ("team-linde", "jeugd"),
    ]


def test_two_departments_may_have_a_team_of_the_same_name():
    found = plan(HEAD + "1;A;;Noord;Team 1;\n2;B;;Zuid;Team 1;", units=UNITS[:1])
    assert len({e.unit for e in found.new}) == 2 and {u.parent for u in found.units.new} == {"brug", "noord", "zuid"}


@pytest.mark.parametrize(
    "path", ["Woonzorg / Team Beuk", "Woonzorg > Team Beuk", "De Brug/Woonzorg/Team Beuk", "brug\\Woonzorg\\Team Beuk"]
)
def test_a_path_leads_to_the_unit(path):
    found = plan(f"nr;naam;unit\n1;A;{path}")
    assert [(u.name, u.parent) for u in found.units.new] == [("Team Beuk", "woonzorg")]


def test_codes_with_the_unit_above_in_any_order():
    found = plan(CODES + "1;A;t1;d1;Team 1\n2;B;d1;brug;Dienst 1\n3;C;linde;;")
    assert [(u.code, u.name, u.parent) for u in found.units.new] == [("d1", "Dienst 1", "brug"), ("t1", "Team 1", "d1")]


def test_a_unit_moves_and_gets_another_name():
    found = plan(CODES + "1;A;eik;brug;Team Eikenhof")
    assert [(code, u.name, u.parent) for code, u in found.units.changed] == [("eik", "Team Eikenhof", "brug")]


def test_the_one_top_of_a_first_file_is_the_organisation_itself():
    found = plan(CODES + "1;A;TOP;;Zorggroep\n2;B;d1;TOP;Dienst 1", units=UNITS[:1])
    assert [e.unit for e in found.new] == ["brug", "d1"] and found.units.new[0].parent == "brug"
    never_listed = plan(CODES + "2;B;d1;TOP;Dienst 1", units=UNITS[:1])
    assert not never_listed.faults and never_listed.units.new[0].parent == "brug"


@pytest.mark.parametrize(
    "rows, expected",
    [
        ("1;A;a;b;\n2;B;b;c;\n3;C;c;a;\n4;D;linde;;", [2, 3, 4]),  # a circle
        ("1;A;a;a;", [2]),  # below itself
        ("1;A;woonzorg;linde;", [2]),  # a circle with what is there
        ("1;A;a;nergens;", [2]),  # unknown unit above
        ("1;A;a;;\n2;B;b;;", [2, 3]),  # two tops
        ("1;A;brug;linde;", [2]),  # the organisation below a team
        ("1;A;a;brug;\n2;B;a;linde;", [3]),  # two units above
        ("1;A;;brug;", [2]),  # no unit
    ],
)
def test_what_is_no_tree_is_a_fault_of_its_rows(rows, expected):
    assert faulty(CODES + rows) == expected


def test_two_tops_in_a_first_file_are_a_fault():
    assert faulty(CODES + "1;A;a;;\n2;B;b;;", units=UNITS[:1]) == [2, 3]


def test_the_fingerprint_tells_what_is_stored_apart():
    text = HEAD + "1;Mens Een;;Woonzorg;Team Linde;"
    assert plan(text, [person(1)]).digest == plan(text, [person(1)]).digest
    assert plan(text, [person(1)]).digest != plan(text, [person(1, language="en")]).digest
