"""A text as it may be shown: cleaned, and without the words that a reader took out. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

GONE = "[…]"
# Marks that turn the direction of what stands around them, byte order marks, and controls but tab and line feed.
_UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_WORD = re.compile(r"\S+")


def cleaned(text: str) -> str:
    """The same words in one form: composed characters, plain line ends, at most one empty line, no unseen marks."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")))
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def words(text: str) -> list[tuple[int, int]]:
    """Where each word begins and ends; a word is what stands between white space, so any language has them."""
    return [found.span() for found in _WORD.finditer(text)]


def shortened(text: str, without: Collection[int]) -> str:
    """The text with […] for each run of words whose numbers (from 0) are in `without`. Unknown numbers do nothing."""
    parts, last, open_run = [], 0, False
    for number, (start, end) in enumerate(words(text)):
        if number in without:
            if not open_run:
                parts += [text[last:start], GONE]
            open_run, last = True, end
        else:
            open_run = False
    return "".join([*parts, text[last:]])
