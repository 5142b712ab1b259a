"""Prints the table role x route as a person can read and review it: `python -m draagkracht.config.roles`.

docs/reference/roles.md holds it as it was reviewed. Tests compare that page with access.TABLE and with what every role
really gets, so a change of a right shows up as a change of the page. Write it with `... roles --write`.
"""

import os
import sys
from pathlib import Path

PAGE = Path("docs/reference/roles.md")
OPEN, CLOSED = "●", "·"
ANYBODY, LINK, ACCOUNT = "anybody", "link", "account"

HEAD = f"""# Roles and routes
Who may open what. A route that is not here exists for nobody. {OPEN} open, {CLOSED} closed.

- **{ANYBODY}**: without signing in. **{LINK}**: whoever holds a personal link; the page checks it. **{ACCOUNT}**: any
  account, also without a place in an organisation.
- The other columns are roles in the organisation in which one works now. A role other than worker opens a route only in
  a session with a second factor; without it the route leads to `people:second-factor`. Who is a worker too then sees
  no more than a worker.
- A role never opens another organisation, and pages about one unit only open for the units that the role holds.
- `insights:organisation…`, `insights:release…` and `insights:effect…` show all of the organisation: a role that is held
  for some units only does not open them.
- No role of the employer (team lead, coordinator, HR or prevention adviser) opens a route that shows one person's
  answers or scores: `insights:me` and the privacy pages always show one's own.

Made by `python -m draagkracht.config.roles --write` and reviewed by a person; `src/draagkracht/config/tests/test_access.py`
tries every route as every role and expects what stands here.
"""


def columns() -> list[str]:
    """Headings of the table after the route."""
    from draagkracht.people.models import Role

    return [ANYBODY, LINK, ACCOUNT, *(role.value for role in Role)]


def page() -> str:
    """The page, from access.TABLE."""
    from draagkracht.config.access import PUBLIC, SIGNED_IN, TABLE, TOKEN

    heading = {PUBLIC: ANYBODY, TOKEN: LINK, SIGNED_IN: ACCOUNT}
    lines = [f"| route | {' | '.join(columns())} |", f"|---|{'---|' * len(columns())}"]
    for route, rule in TABLE.items():
        held = {heading[rule]} if isinstance(rule, str) else {role.value for role in rule}
        marks = [OPEN if name in held else CLOSED for name in columns()]
        lines.append(f"| {route} | {' | '.join(marks)} |")
    return HEAD + "\n" + "\n".join(lines) + "\n"


def read(text: str) -> dict[str, frozenset[str]]:
    """Route -> headings under which the page shows it open."""
    rows = [line.strip("| \n").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    names = rows[0][1:]
    return {row[0]: frozenset(n for n, mark in zip(names, row[1:], strict=True) if mark == OPEN) for row in rows[1:]}


def main() -> int:
    """Prints the page, or writes it with --write."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "draagkracht.config.settings")
    import django

    django.setup()
    if "--write" in sys.argv:
        PAGE.write_text(page(), encoding="utf-8")
    else:
        sys.stdout.write(page())
    return 0


if __name__ == "__main__":
    sys.exit(main())
