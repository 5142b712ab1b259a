"""The answer page as one plain form: what its fields hold, read by the questions that they belong to."""

import re
from collections.abc import Iterator

from django.http import QueryDict

from draagkracht.instruments.content import Content
from draagkracht.instruments.entered import PREFIXES, Unanswered, code_of, entered
from draagkracht.instruments.questions import Question

from ..answers import TAKEN_BACK, Change
from ..entry import Refused

MOST_TEXT = 20_000


class Plain:
    """A form as it was sent; nothing in it is trusted."""

    def __init__(self, post: QueryDict) -> None:
        self.post = post
        rev = str(post.get("rev", "0"))
        self.base = int(rev) if re.fullmatch(r"\d{1,9}", rev, re.ASCII) else 0

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """(name, value) of every field of a question."""
        names = [name for name in self.post if name.startswith(PREFIXES)]
        return [(name, str(value)[:MOST_TEXT]) for name in names for value in self.post.getlist(name)]

    def changes(self, content: Content) -> list[Change]:
        """What was filled in, question by question. Raises Refused 422 for a field of no question.

        A field that was shown with an answer and is empty now takes that answer back (`seen`: the page showed them).
        """
        for name in self.post:
            if name.startswith(PREFIXES) and code_of(name) not in content.question:
                raise Refused("unknown-item", 422, code_of(name)[:120])
        return [Change(code, value, "form", 1, self.base) for code, value in self._values(content)]

    def faults(self, content: Content) -> list[str]:
        """Codes of the questions whose fields hold something that is no answer."""
        return [code for code, value in self._values(content) if not _fits(content.question[code], value)]

    def _values(self, content: Content) -> Iterator[tuple[str, object]]:
        for code, question in content.question.items():
            try:
                yield code, entered(question, self.post.getlist)
            except Unanswered:
                if self.post.get("seen"):
                    yield code, TAKEN_BACK


def _fits(question: Question, value: object) -> bool:
    return value == TAKEN_BACK or question.accepts(value)
