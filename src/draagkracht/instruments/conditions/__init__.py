"""Conditions of a questionnaire: a small language without side effects, the same on the server and in the page. No Django.

    {own.nights} = 1 and (mean({bat-12.ex1}, {bat-12.ex2}) >= 3 or not answered({own.hours}))

Grammar (words in any case; spaces do not matter)
    condition   = both { "or" both }
    both        = denied { "and" denied }
    denied      = "not" denied | comparison
    comparison  = sum [ ("=" | "!=" | "<" | "<=" | ">" | ">=") sum ]
    sum         = product { ("+" | "-") product }
    product     = signed { ("*" | "/") signed }
    signed      = "-" signed | atom
    atom        = number | 'text' | "text" | {code} | function "(" condition { "," condition } ")" | "(" condition ")"
    function    = answered | count | sum | mean | min | max | includes

Meaning
    A value is a number (a double), a text, a list of numbers (multiple choice, ranking), true or false, or missing: not
    answered, "rather not say", or a question that was not shown. Only `true` shows something.
    A comparison with something missing is false, also `!=`. Values of two kinds are never equal and never in order.
    Texts compare by their UTF-16 code units, so that dates (2026-11-21) and times (23:30) stand in order.
    Arithmetic with something missing, with anything but numbers, or without a finite result is missing.
    `and`, `or`, `not` take whatever is not true for false.
    answered(a) tells whether there is an answer; count(a, b, ...) how many have one. sum, mean, min and max take the
    numbers among their arguments and are missing when there are none. includes(list, number) is true if it was chosen.

The page holds no parser: the server sends the tree that `parse` makes, plain JSON, each node [operation, ...].
The table of cases in `tests/conditions.json` is run against this file and against the page's own evaluator.
"""

from draagkracht.instruments.conditions.grammar import ConditionError, Tree, parse
from draagkracht.instruments.conditions.meaning import evaluate, holds, kind_of, names

__all__ = ["ConditionError", "Tree", "evaluate", "holds", "kind_of", "names", "parse"]
