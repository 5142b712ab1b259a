"""Questionnaires as XLSForm: there and back, accepted by pyxform, conditions in both directions, faults by sheet and row."""

import io

from hypothesis import HealthCheck, given, settings
from pyxform.xls2xform import convert

from draagkracht.instruments.exchange import source, xlsform_in, xlsform_out
from draagkracht.instruments.tests.documents import documents, known, tidy

SETTINGS = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))


def written(document):
    return xlsform_out.write(source.of_draft(document, known(), {}, wording=False))


@SETTINGS
@given(documents())
def test_what_is_written_reads_as_the_same_questionnaire(document):
    data, _ = written(document)
    found, left = xlsform_in.read(data, known())
    assert tidy(found) == tidy(document)
    assert left == []


@settings(SETTINGS, max_examples=10)
@given(documents())
def test_what_is_written_is_an_xlsform(document):
    data, _ = written(document)
    assert "<h:html" in convert(io.BytesIO(data), validate=False, file_type=".xlsx").xform
