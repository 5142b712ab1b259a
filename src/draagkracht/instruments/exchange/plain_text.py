"""Text with HTML in it as plain text. No Django."""

from __future__ import annotations

import re
from html.parser import HTMLParser

BREAKS = {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table"}
SILENT = {"script", "style"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.silent = 0
        self.lost = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.lost = self.lost or tag not in ("br", "p")
        self.silent += tag in SILENT
        if tag in BREAKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT and self.silent > 0
        if tag in BREAKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            # Line ends in HTML are spaces.
            self.found.append(re.sub(r"\s+", " ", data))


def plain(text: str) -> tuple[str, bool]:
    """(the words, whether anything but lines and paragraphs was lost)."""
    if "<" not in text and "&" not in text:
        return text.strip(), False
    reader = _Reader()
    reader.feed(text)
    reader.close()
    lines = ("".join(reader.found)).split("\n")
    joined = "\n".join(re.sub(r"[ \t\xa0]+", " ", line).strip() for line in lines)
    return re.sub(r"\n{2,}", "\n", joined).strip(), reader.lost
