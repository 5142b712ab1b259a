"""The attacker of closed and of open evaluations. It shares nothing with the room but the names of its tables.

It knows in which order people voted (it stood at the door, or had the times of a log), holds a dump of the database with
everything that the database itself keeps of a row, the write-ahead log, and every line that was logged; and it saw how
long each sealed ballot was. From each of these it makes a guess: the i-th voter wrote the i-th ballot in that order.

Whatever guess says nothing gets one voter right in an evaluation, on average, with variance 1, however many vote; so in
N evaluations N, with a standard deviation of the square root of N.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection

Guess = list[str]


@dataclass
class Seen:
    """What the attacker gathers in one evaluation. `voters`: the marks that they wrote, in the order in which they voted
    (the truth, only for counting); `lengths`, `names`: of their sealed ballots, in that order."""

    evaluation: int
    voters: list[str]
    lengths: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    logged: str = ""
    since: str = ""


def rows(sql: str, *values) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def mark(answers) -> str:
    """The word by which the simulation recognises a ballot: the first of its text."""
    found = re.search(r"mark[0-9a-f]{16}", answers if isinstance(answers, str) else str(answers))
    return found.group() if found else ""


def ordered(how: str) -> Callable[[Seen], Guess]:
    """Ballots as they come when sorted in this way; an empty order is that of the database's own choice."""

    def guess(seen: Seen) -> Guess:
        order = f" ORDER BY {how}" if how else ""
        sql = f"SELECT answers FROM ballots_ballot WHERE evaluation_id = %s{order}"  # noqa: S608
        return [mark(answers) for (answers,) in rows(sql, seen.evaluation)]

    return guess


def by_length(seen: Seen) -> Guess:
    """The longest sealed ballot is the longest ballot."""
    sql = "SELECT answers FROM ballots_ballot WHERE evaluation_id = %s ORDER BY key"
    found = sorted((str(answers) for (answers,) in rows(sql, seen.evaluation)), key=len)
    places = sorted(range(len(seen.lengths)), key=lambda i: seen.lengths[i])
    guess = [""] * len(seen.voters)
    for place, answers in zip(places, found, strict=False):
        guess[place] = mark(answers)
    return guess


def by_names(where: str) -> Callable[[Seen], Guess]:
    """Ballots were taken out of the box in the order of their names there, and written in that order."""

    def guess(seen: Seen) -> Guess:
        written = ordered(where)(seen)
        places = sorted(range(len(seen.names)), key=lambda i: seen.names[i])
        made = [""] * len(seen.voters)
        for place, one in zip(places, written, strict=False):
            made[place] = one
        return made

    return guess


def by_log(seen: Seen) -> Guess:
    """Marks in the order in which they were logged."""
    return list(dict.fromkeys(re.findall(r"mark[0-9a-f]{16}", seen.logged)))


def by_file(seen: Seen) -> Guess:
    """SQLite: marks in the order in which they were written into the pages of the file and of its write-ahead log; a page
    fills from its end."""
    name = str(connection.settings_dict["NAME"])
    wanted, found = set(seen.voters), []
    for end, head, step in (("", 0, 4096), ("-wal", 32, 4120)):
        data = Path(name + end).read_bytes() if Path(name + end).exists() else b""
        for at in range(head, len(data), step):
            found += [one.decode() for one in re.findall(rb"mark[0-9a-f]{16}", data[at : at + step])][::-1]
    return [one for one in dict.fromkeys(found) if one in wanted]


def written() -> None:
    """PostgreSQL: the log so far is on disk, also where commits do not wait for that."""
    rows("SELECT set_config('synchronous_commit', 'on', false)")
    rows("SELECT pg_logical_emit_message(true, '', '')::text")
    rows("SELECT set_config('synchronous_commit', 'off', false)")


def by_wal(seen: Seen) -> Guess:
    """PostgreSQL: ballots in the order of their insertions in the write-ahead log since the evaluation began."""
    written()
    ((path, end),) = rows("SELECT pg_relation_filepath('ballots_ballot'), pg_current_wal_flush_lsn()::text")
    node = path.rpartition("/")[2]
    at = {
        place: mark(answers)
        for place, answers in rows(
            "SELECT ctid::text, answers FROM ballots_ballot WHERE evaluation_id = %s", seen.evaluation
        )
    }
    log = rows(
        "SELECT description, block_ref FROM pg_get_wal_records_info(%s, %s) WHERE resource_manager LIKE 'Heap%%' "
        "AND record_type LIKE '%%INSERT%%' ORDER BY start_lsn",
        seen.since, end,
    )  # fmt: skip
    guess = []
    for description, block in log:
        offset, where = (
            re.search(r"off:? (\d+)", description),
            re.search(rf"/{node} (?:fork main )?blk (\d+)", block or ""),
        )
        if offset and where and f"({where[1]},{offset[1]})" in at:
            guess.append(at[f"({where[1]},{offset[1]})"])
    return guess


def attackers() -> dict[str, Callable[[Seen], Guess]]:
    """Every guess on a closed evaluation that this database allows."""
    found: dict[str, Callable[[Seen], Guess]] = {
        "own order": ordered(""), "random key": ordered("key"), "length": by_length, "log": by_log,
    }  # fmt: skip
    if connection.vendor == "postgresql":
        place = "xmin::text::bigint, ctid"
        return found | {
            "ctid": ordered("ctid"), "xmin": ordered(place), "names in the box": by_names("ctid"), "write-ahead log": by_wal,
        }  # fmt: skip
    return found | {
        "row id": ordered("rowid"),
        "names in the box": by_names("rowid"),
        "file and write-ahead log": by_file,
    }


def right(guess: Guess, voters: Sequence[str]) -> int:
    """How many voters a guess got right."""
    return sum(a == b for a, b in zip(guess, voters, strict=False) if a)


def open_dump(evaluation: int, truth: dict[str, str]) -> Counter:
    """A dump while voting is open: used tickets beside sealed ballots, in each order that the database keeps; how many of
    them were paired rightly. `truth`: hash of a ticket's code -> name of its ballot in the box."""
    orders = ["xmin::text::bigint, ctid", "ctid"] if connection.vendor == "postgresql" else ["rowid"]
    found: Counter = Counter()
    for order in orders:
        used = "SELECT code_hash FROM ballots_ticket WHERE evaluation_id = %s AND asked_hash <> ''"
        tickets = [row[0] for row in rows(f"{used} ORDER BY {order}", evaluation)]
        box = f"SELECT key_hash FROM ballots_boxedballot WHERE evaluation_id = %s ORDER BY {order}"  # noqa: S608
        names = [row[0] for row in rows(box, evaluation)]
        found[f"dump while open, by {order.partition(':')[0]}"] += sum(
            truth.get(one) == name for one, name in zip(tickets, names, strict=False)
        )
    return found
