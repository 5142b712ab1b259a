"""Text with HTML in it as plain text. No Django.

In time that grows with the length of the text, whatever stands in it: a tag never reaches beyond the next "<".
"""

from __future__ import annotations

import html
import re

BREAKS = {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table"}
SILENT = {"script", "style"}
_TAG = re.compile(r"""<(/?)([A-Za-z][A-Za-z0-9:-]*)(?:(?:[^<>"']|"[^"<]*"|'[^'<]*')*>|[^<>]*>)""")
_DECLARED = re.compile(r"<[!?][^<>]*>")
# A sign by a number that no sign has; Python refuses to read numbers of thousands of digits.
_NO_SIGN = re.compile(r"&#[xX]?[0-9A-Fa-f]{8,};?")


def plain(text: str) -> tuple[str, bool]:
    """(the words, whether anything but lines and paragraphs was lost)."""
    if "<" not in text and "&" not in text:
        return text.strip(), False
    text = _without_comments(text)
    found: list[str] = []
    at, silent, lost = 0, "", False
    for tag in _TAG.finditer(text):
        ends, name = bool(tag[1]), tag[2].lower()
        if not silent:
            found.append(_words(text[at : tag.start()]))
            lost = lost or (not ends and name not in ("br", "p"))
            found.append("\n" if name in BREAKS else "")
        if not silent and name in SILENT and not ends:
            silent = name
        elif silent == name and ends:
            silent = ""
        at = tag.end()
    found.append("" if silent else _words(text[at:]))
    joined = "\n".join(re.sub(" +", " ", line).strip() for line in "".join(found).split("\n"))
    return re.sub(r"\n{2,}", "\n", joined).strip(), lost


def _words(text: str) -> str:
    """The signs that stand for others in HTML as themselves; line ends in HTML are spaces."""
    said = html.unescape(_NO_SIGN.sub("", _DECLARED.sub("", text)))
    return re.sub(r"\s+", " ", said)


def _without_comments(text: str) -> str:
    """Nobody ever saw a comment, so nothing is lost with it."""
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept.append(text[at:start])
        at = end + 3
    return "".join([*kept, text[at:]])
