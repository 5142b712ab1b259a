"""Made-up organisations for the tests of disclosure: random trees as hypothesis strategies, and counts of what is visible."""

import numpy as np
from hypothesis import strategies as st

from draagkracht.science.disclosure import Member, Path, Plan


def staff(answering: dict[Path, int], silent: dict[Path, int] | None = None) -> list[Member]:
    """A staff list from {unit path: people who answered} and {unit path: people who did not}."""
    members = []
    for counts, answered in ((answering, True), (silent or {}, False)):
        for path, count in counts.items():
            members += [Member(f"{'/'.join(path)}-{answered}-{number}", path, answered) for number in range(count)]
    return members


def teams(*sizes: int, department: str = "dept", head: int = 0) -> dict[Path, int]:
    """One department with teams of the given numbers of respondents, and `head` people in the department itself."""
    counts = {("org", department, f"team{number:02}"): size for number, size in enumerate(sizes)}
    return counts | ({("org", department): head} if head else {})


@st.composite
def trees(draw, largest=14, depth=4, children=4):
    """A random organisation: flat, deep, chains of single children, people at inner units, silent and empty units."""
    answering, silent = {}, {}

    def grow(path, level):
        branches = draw(st.integers(0, children)) if level < depth else 0
        lower = st.just(0) if branches and draw(st.booleans()) else st.integers(0, largest)
        answering[path], silent[path] = draw(lower), draw(st.integers(0, 3))
        for number in range(branches):
            grow((*path, f"u{number}"), level + 1)

    grow(("org",), 1)
    return staff(answering, silent)


def counted_in(plan: Plan, path: Path) -> set:
    """The people whom a shown unit counts."""
    return {person for atom in plan.units[path].atoms for person in plan.atoms[atom]}


def visible(plan: Plan, members: list[Member]) -> int:
    """How many respondents belong to a unit of which a figure is shown (their own unit's)."""
    return sum(1 for member in members if member.answered and plan.units[member.path].reason is None)


def incidence(plan: Plan, people: list) -> np.ndarray:
    """Shown units x people: 1 where the unit counts the person."""
    shown = [unit.path for unit in plan.units.values() if unit.reason is None]
    sets = [counted_in(plan, path) for path in shown]
    return np.array([[float(person in counted) for person in people] for counted in sets]).reshape(-1, len(people))
