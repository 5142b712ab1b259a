"""The one stylesheet of every page: the component files joined in a fixed order, served under a URL that holds its hash.

A view serves it rather than the static files: it works the same before and after `collectstatic`, and the text is at
hand for the documents made on paper.
"""

import gzip
import hashlib
import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings

FOLDER = Path(__file__).parent / "static" / "ui" / "css"
ORDER = ("tokens", "base", "bar", "button", "card", "form", "table", "chart", "step", "print")
# Not around a colon or a comma: there a space may part selectors.
SPACE = re.compile(r"\s*([{};])\s*")
# After a colon or a comma a space parts nothing: a selector has its space before the colon, and no text here has either.
AFTER = re.compile(r"([:,]) ")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def build() -> str:
    """The stylesheet as text: comments and needless spaces taken out, nothing else changed."""
    text = "\n".join((FOLDER / f"{name}.css").read_text(encoding="utf-8") for name in ORDER)
    lines = (AFTER.sub(r"\1", SPACE.sub(r"\1", line.strip())) for line in COMMENT.sub("", text).splitlines())
    return "\n".join(line for line in lines if line).replace(";}", "}") + "\n"


@lru_cache(maxsize=4)
def _packed(version: float) -> tuple[str, bytes, bytes]:
    body = build().encode()
    return hashlib.sha256(body).hexdigest()[:12], body, gzip.compress(body, mtime=0)


def packed() -> tuple[str, bytes, bytes]:
    """Digest, bytes and gzipped bytes; made once a process, and again after an edit while DEBUG is on."""
    return _packed(max(path.stat().st_mtime for path in FOLDER.glob("*.css")) if settings.DEBUG else 0.0)
