"""One grammar, one table: the server and the page's own evaluator give the same value, whatever the condition."""

import json
import math
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from draagkracht.instruments.conditions import ConditionError, evaluate, holds, parse

HERE = Path(__file__).parent
CASES = json.loads((HERE / "conditions.json").read_text(encoding="utf-8"))
SCRIPT = HERE.parent / "static/instruments/conditions.js"
CODES = [f"own.{letter}" for letter in "abcdef"]


def same(one, other) -> bool:
    """Equal and of one kind: true is not 1."""
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def test_the_table_is_large_enough():
    assert len(CASES) >= 120


@pytest.mark.parametrize(("text", "answers", "expected"), CASES, ids=[text[:50] for text, _, _ in CASES])
def test_a_condition_has_the_value_of_the_table(text, answers, expected):
    assert same(evaluate(parse(text), answers), expected)


def test_the_page_s_evaluator_is_small():
    assert SCRIPT.stat().st_size < 2048


@pytest.fixture(scope="module")
def page():
    """A page of a real Chromium with the evaluator and nothing else."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("NOT TESTED: there is no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=quiet)
        opened = browser.new_page()
        opened.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
        yield opened
        browser.close()


def in_page(page, pairs: list) -> list:
    """Values of (tree, answers) in the browser, through JSON as the answer page gets them."""
    script = "text => JSON.stringify(JSON.parse(text).map(([tree, answers]) => condition(tree, answers)))"
    return json.loads(page.evaluate(script, json.dumps(pairs)))


@pytest.mark.browser
def test_the_page_gives_every_value_of_the_table(page):
    found = in_page(page, [[parse(text), answers] for text, answers, _ in CASES])
    wrong = [(case[0], value) for case, value in zip(CASES, found, strict=True) if not same(value, case[2])]
    assert wrong == []


numbers = st.integers(-5, 5) | st.floats(-1e9, 1e9).map(lambda value: round(value, 3)) | st.sampled_from([1e15, 0.1])
texts = st.text(st.sampled_from("ab9Zé\U0001f600\ufb00-:"), max_size=3)
values = st.none() | numbers | texts | st.lists(st.integers(0, 4), unique=True, max_size=4)
leaves = st.builds(lambda value: ["n", abs(value)], numbers) | st.builds(lambda text: ["t", text], texts)
leaves |= st.builds(lambda code: ["v", code], st.sampled_from([*CODES, "own.gone"]))


def grown(parts):
    two = ["=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "includes"]
    many = ["and", "or", "count", "sum", "mean", "min", "max"]
    return (
        st.tuples(st.sampled_from(two), parts, parts).map(list)
        | st.tuples(st.sampled_from(["not", "neg", "answered"]), parts).map(list)
        | st.builds(lambda name, given: [name, *given], st.sampled_from(many), st.lists(parts, min_size=2, max_size=4))
    )


trees = st.recursive(leaves, grown, max_leaves=12)
batches = st.lists(st.tuples(trees, st.dictionaries(st.sampled_from(CODES), values)), min_size=40, max_size=120)


@pytest.mark.browser
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(batches)
def test_the_page_and_the_server_give_the_same_for_any_tree(page, pairs):
    expected = [evaluate(tree, answers) for tree, answers in pairs]
    found = in_page(page, [[tree, answers] for tree, answers in pairs])
    wrong = [(pair, a, b) for pair, a, b in zip(pairs, expected, found, strict=True) if not same(a, b)]
    assert wrong == []


@given(trees, st.dictionaries(st.sampled_from(CODES), values))
def test_no_tree_and_no_answers_are_too_much(tree, answers):
    value = evaluate(tree, answers)
    assert not isinstance(value, float) or math.isfinite(value)
    assert holds(tree, answers) is (value is True)


@pytest.mark.parametrize(
    ("text", "place"),
    [("", 1), ("1 +", 4), ("{own.a} = ", 11), ("(1 = 1", 7), ("1 = 1)", 6), ("1 ? 1", 3), ("{a}", 1), ("mean()", 6),
     ("answered(1, 2)", 1), ("includes({own.l})", 1), ("foo(1)", 1), ("1 = 2 = 3", 7), ("9" * 400, 1), ("1" * 16, 1),
     ("(" * 20 + "1" + ")" * 20, 21), ("1 " * 600, 1000), ("'a", 1)],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_its_place(text, place):
    with pytest.raises(ConditionError) as refused:
        parse(text)
    assert refused.value.position == place
