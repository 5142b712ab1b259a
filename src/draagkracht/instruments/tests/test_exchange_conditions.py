"""A condition means the same on the other side: as enableWhen, as XPath, and read back from either."""

import math
import re

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from draagkracht.instruments import conditions
from draagkracht.instruments.exchange import fhir_conditions, foreign
from draagkracht.instruments.exchange.expressions import as_text
from draagkracht.instruments.exchange.gathering import Gathering, Known, Untranslatable
from draagkracht.instruments.exchange.source import Asked
from draagkracht.instruments.exchange.xpath import NoWords, xpath
from draagkracht.instruments.tests.documents import DAYS, conditions_on

SETTINGS = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
ASKED = [
    ("own.c", "choice", [1, 2, 3]), ("own.l", "likert", [1, 2, 3]), ("own.y", "yesno", [0, 1]), ("own.m", "multiple", [1, 2]),
    ("own.n", "number", []), ("own.s", "scale", [0, 5, 10]), ("own.d", "date", []), ("own.t", "text", []),
]  # fmt: skip
KINDS = {code: Asked(code, kind, tuple(values)) for code, kind, values in ASKED}
NAMES = {code: code.removeprefix("own.") for code, _, _ in ASKED}
ANSWERS = st.fixed_dictionaries(
    {
        "own.c": st.sampled_from([None, 1, 2, 3]),
        "own.l": st.sampled_from([None, 1, 2, 3]),
        "own.y": st.sampled_from([None, 0, 1]),
        "own.m": st.sampled_from([None, [1], [2], [1, 2]]),
        "own.n": st.sampled_from([None, 0, 3, 7.5, -1]),
        "own.s": st.sampled_from([None, 0, 5, 10]),
        "own.d": st.sampled_from([None, *DAYS]),
        "own.t": st.sampled_from([None, "abc", "it is"]),
    }
)
CONDITIONS = conditions_on(ASKED, depth=2).filter(bool)


def gathered() -> Gathering:
    found = Gathering({})
    for code, kind, values in ASKED:
        found.known[NAMES[code]] = found.known[code] = Known(code, kind, {str(value): value for value in values})
    return found


@SETTINGS
@given(CONDITIONS, ANSWERS)
def test_the_text_of_a_tree_reads_as_that_tree(text, answers):
    tree = conditions.parse(text)
    assert conditions.parse(as_text(tree)) == tree


def enabled(when, behaviour, answers) -> bool:
    """What FHIR says of enableWhen."""

    def one(part) -> bool:
        given_ = answers[part["question"]]
        values = [] if given_ is None else given_ if isinstance(given_, list) else [given_]
        wanted = next(value for name, value in part.items() if name.startswith("answer"))
        if part["operator"] == "exists":
            return bool(values) is wanted
        wanted = int(wanted["code"]) if isinstance(wanted, dict) else wanted
        sign = {"=": "__eq__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}
        if part["operator"] == "!=":
            return all(value != wanted for value in values)
        return any(
            getattr(value if isinstance(value, str) else float(value), sign[part["operator"]])(wanted)
            for value in values
        )

    return (any if behaviour == "any" else all)(map(one, when))


@SETTINGS
@given(CONDITIONS, ANSWERS)
def test_enable_when_holds_exactly_when_the_condition_does(text, answers):
    tree = conditions.parse(text)
    made = fhir_conditions.enable_when(tree, KINDS, {code: code for code in KINDS})
    assume(made is not None)
    assert enabled(*made, answers) == conditions.holds(tree, answers)
    again = fhir_conditions.read(*made, gathered())
    assert conditions.holds(again, answers) == conditions.holds(tree, answers)


class Node:
    """A value as XPath 1.0 compares it: a question without an answer is an empty text, and no number."""

    def __init__(self, value) -> None:
        self.text = "" if value is None else " ".join(map(str, value)) if isinstance(value, list) else str(value)

    @property
    def number(self) -> float:
        try:
            return float(self.text)
        except ValueError:
            return float(int(self.text.replace("-", ""))) if re.fullmatch(r"\d{4}-\d\d-\d\d", self.text) else math.nan


def _number(value) -> float:
    return value.number if isinstance(value, Node) else float(value)


def _equal(a, b) -> bool:
    if isinstance(a, float | int) or isinstance(b, float | int):
        return _number(a) == _number(b)
    return a.text == b.text


Node.__eq__ = lambda a, b: _equal(a, b)  # type: ignore[method-assign,assignment]
Node.__ne__ = lambda a, b: not _equal(a, b)  # type: ignore[method-assign,assignment]
Node.__lt__ = lambda a, b: _number(a) < _number(b)  # type: ignore[attr-defined]
Node.__le__ = lambda a, b: _number(a) <= _number(b)  # type: ignore[attr-defined]
Node.__gt__ = lambda a, b: _number(a) > _number(b)  # type: ignore[attr-defined]
Node.__ge__ = lambda a, b: _number(a) >= _number(b)  # type: ignore[attr-defined]


def evaluated(text: str, answers) -> bool:
    """XPath as an XLSForm program reads it, by way of Python: enough of it for what we write."""
    text = re.sub(r"'([^']*)'", r"Node('\1')", text)
    text = re.sub(r"\$\{(\w+)\}", r"Node(answers['own.\1'])", text)
    text = re.sub(r"(?<![!<>])=", "==", text).replace(" div ", " / ")
    text = re.sub(r"\bnot\(", "deny(", text).replace("if(", "when(")
    names = {
        "Node": Node, "answers": answers, "deny": lambda a: not a, "when": lambda a, b, c: b if a else c,
        "selected": lambda a, b: b.text in a.text.split(), "date": lambda a: a, "number": _number,
        "coalesce": lambda a, b: b if a.text == "" else a,
    }  # fmt: skip
    return bool(eval(text, {"__builtins__": {}}, names))  # noqa: S307 - our own text, in a test


@SETTINGS
@given(CONDITIONS, ANSWERS)
def test_xpath_holds_exactly_when_the_condition_does(text, answers):
    tree = conditions.parse(text)
    try:
        said = xpath(tree, KINDS, NAMES)
    except NoWords:
        assume(False)
    assert evaluated(said, answers) == conditions.holds(tree, answers)
    try:
        again = foreign.translate(said, foreign.XPATH, gathered())
    except Untranslatable:
        return
    assert conditions.holds(again, answers) == conditions.holds(tree, answers)
    assert conditions.parse(as_text(again)) == again
