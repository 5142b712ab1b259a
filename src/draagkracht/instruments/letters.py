"""What kind of file a letter of permission is, by its content; its name and what a browser says of it prove nothing.

No Django. Nothing of the file is opened further than needed to tell its kind, and nothing of it is ever shown in a page.
"""

from __future__ import annotations

import io
import re
import zipfile
from email.parser import BytesHeaderParser

from draagkracht.instruments.tables import Fault, gettext_noop

LARGEST = 5 * 2**20
MOST_PARTS = 2000
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SUFFIX = {"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg", "message/rfc822": ".eml", DOCX: ".docx"}
SIGNATURES = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


class LetterError(Fault):
    """A file that cannot serve as a letter of permission."""


def kind_of(data: bytes) -> str:
    """The media type of a letter. Raises LetterError for an empty file, one above 5 MB or of another kind."""
    if not data:
        raise LetterError(gettext_noop("The file is empty."))
    if len(data) > LARGEST:
        raise LetterError(gettext_noop("The file is too large: 5 MB at most."))
    found = next((kind for start, kind in SIGNATURES.items() if data.startswith(start)), "")
    found = found or (DOCX if _is_document(data) else "message/rfc822" if _is_mail(data) else "")
    if not found:
        raise LetterError(gettext_noop("This is not a PDF, PNG, JPEG, e-mail (EML) or Word file (DOCX)."))
    return found


def safe_name(name: str, kind: str) -> str:
    """A file name without folders or odd characters, ending as its kind does; 120 characters at most."""
    stem = re.sub(r"[^\w .()-]", "_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(". ")
    stem = re.sub(r"\.(pdf|png|jpe?g|eml|docx)$", "", stem, flags=re.IGNORECASE)[:100] or "letter"
    return stem + SUFFIX[kind]


def _is_document(data: bytes) -> bool:
    """A Word file without macros. Only the list of its parts is read."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except Exception:  # a damaged archive fails in as many ways as the library has lines
        return False
    parts = {"[Content_Types].xml", "word/document.xml"}
    return parts <= names and len(names) <= MOST_PARTS and not any(name.endswith("vbaProject.bin") for name in names)


def _is_mail(data: bytes) -> bool:
    if b"\0" in data or not re.match(rb"[A-Za-z][A-Za-z0-9-]*:", data.lstrip(b"\xef\xbb\xbf")):
        return False
    headers = BytesHeaderParser().parsebytes(data[: 2**16].lstrip(b"\xef\xbb\xbf"))
    return bool(headers["From"] and headers["Date"])
