"""The product's own table, as CSV and XLSX: there and back, safe cells, faults by row."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from draagkracht.instruments.document import instrument_ids as document_scales
from draagkracht.instruments.exchange import books, own_table, source
from draagkracht.instruments.tests.documents import documents, known, tidy

SETTINGS = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("writer", [own_table.write_csv, own_table.write_xlsx])
@SETTINGS
@given(documents())
def test_what_is_written_reads_as_the_same_questionnaire(writer, document):
    data, left = writer(source.of_draft(document, known(), {}, wording=False))
    found, lost = own_table.read(data, known())
    assert tidy(found) == tidy(document)
    assert lost == []
    assert [note.place.values["name"] for note in left] == document_scales(document)


@given(st.text(alphabet="=+-@'\t\r\nab1.", max_size=6))
def test_no_cell_is_a_formula_and_every_text_comes_back(text):
    cell = books.guarded(text)
    assert books.unguarded(cell) == text
    assert cell[:1] not in ("=", "+", "@", "\t", "\r", "\n") and (cell[:1] != "-" or float(cell) < 1)
