"""Questionnaires from and to other programs. No Django.

Each format has a reader, a writer or both:
    read(data, instruments) -> (document, left)      raises Broken with every fault and its place; nothing is stored
    write(source)           -> (bytes, left)
`left` lists what cannot be carried over, each with its place: nothing is dropped in silence. A scale of the catalogue is
written as its questions and becomes that scale again when it is read with exactly the same codes.
"""

from draagkracht.instruments.exchange.formats import FORMATS, Format, read, write
from draagkracht.instruments.exchange.notes import Broken, Left, Note, Place, together
from draagkracht.instruments.exchange.source import Source, of_draft, of_version

__all__ = [
    "FORMATS",
    "Broken",
    "Format",
    "Left",
    "Note",
    "Place",
    "Source",
    "of_draft",
    "of_version",
    "read",
    "together",
    "write",
]
