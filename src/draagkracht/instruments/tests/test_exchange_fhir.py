"""Questionnaires as FHIR: there and back, what the standard says, what breaks."""

import pytest
from hypothesis import HealthCheck, given, settings

from draagkracht.instruments.document_checks import checks
from draagkracht.instruments.exchange import fhir_in, fhir_out, source
from draagkracht.instruments.tests.documents import documents, known, tidy

SETTINGS = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))


def out_and_in(document, version):
    made = source.of_draft(document, known(), {}, wording=False, address="https://example.test/q", number=2)
    data, _ = fhir_out.write(made, version)
    return fhir_in.read(data, known())


@pytest.mark.parametrize("version", ["R5", "R4B"])
@SETTINGS
@given(documents())
def test_what_is_written_reads_as_the_same_questionnaire(version, document):
    assert checks(document, known()) == []
    found, left = out_and_in(document, version)
    assert tidy(found) == tidy(document)
    assert left == []
