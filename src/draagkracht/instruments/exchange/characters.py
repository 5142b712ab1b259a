"""Characters that cannot stand in a text of a questionnaire or an answer. No Django.

XML 1.0 has no place for most control characters and for U+FFFE and U+FFFF, PostgreSQL none for U+0000, and UTF-8 none for
half of a pair of surrogates: a text with one of them could be stored here and not leave again.
"""

from __future__ import annotations

import re
from typing import Any

from draagkracht.instruments.tables import gettext_noop

UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
NO_TEXT = gettext_noop("the character U+{code} cannot stand in a text")


def unfit(value: Any) -> tuple[list[str | int], str] | None:
    """(path, code such as 0000) of the first such character in a tree of dicts, lists and texts, keys too; None if all fit."""
    stack: list[tuple[Any, Any]] = [(value, None)]
    while stack:
        part, path = stack.pop()
        if isinstance(part, str):
            found = UNFIT.search(part)
            if found:
                return _unrolled(path), f"{ord(found[0]):04X}"
        elif isinstance(part, dict):
            # A key is looked at where it stands: its path is that of the thing around it.
            stack += [(one, (path, name)) for name, one in reversed(part.items())] + [(name, path) for name in part]
        elif isinstance(part, list):
            stack += [(one, (path, number)) for number, one in reversed(list(enumerate(part)))]
    return None


def _unrolled(path: Any) -> list[str | int]:
    found: list[str | int] = []
    while path is not None:
        path, name = path
        found.append(name)
    return found[::-1]
