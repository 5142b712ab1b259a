"""`draagkracht release` and `draagkracht export released`."""

import pytest
from django_scopes import scope

from draagkracht.insights import export, publish
from draagkracht.insights.models import Release
from draagkracht.ui.refusal import Refusal

from . import build


def test_release_says_calmly_what_can_be_seen(published, capsys):
    with scope(organisation=published.organisation):
        build.wave(published.organisation, "Later", published.answers, published.home, number=3)
    assert publish.main(["Later", "--organisation", "brug"]) == 0
    said = capsys.readouterr().out
    assert "Gepubliceerd: Later" in said and "9 eenheden getoond" in said and "29 mensen geteld" in said
    assert "te weinig antwoorden" in said and "Amina" not in said


@pytest.mark.parametrize("words", [["Nooit", "--organisation", "brug"], ["Maart 2026", "--organisation", "geen"]])
def test_release_refuses_what_does_not_exist_and_names_what_does(published, words):
    with pytest.raises(Refusal) as refused:
        publish.main(words)
    assert refused.value.status == 404
    assert "Maart 2026" in str(refused.value.message) or "brug" in str(refused.value.message)


def test_release_twice_or_while_open_is_refused(published):
    for name in ("Maart 2026", "Juni 2026"):
        with pytest.raises(Refusal):
            publish.main([name, "--organisation", "brug"])
    with scope(organisation=published.organisation):
        assert Release.objects.count() == 1


def test_export_writes_the_same_file_again_and_only_this_organisation(published, tmp_path, capsys):
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    for path in (one, two):
        assert export.main(["--organisation", "brug", "-o", str(path)]) == 0
    assert one.read_bytes() == two.read_bytes() and build.SECRET not in one.read_text()
    capsys.readouterr()
    assert export.main(["--organisation", "brug"]) == 0
    assert capsys.readouterr().out == one.read_text()
    assert export.main(["--organisation", "buurt"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_export_to_a_place_that_cannot_be_written_leaves_nothing(published, tmp_path):
    with pytest.raises(Refusal):
        export.main(["--organisation", "brug", "-o", str(tmp_path / "missing" / "cells.csv")])
    assert not list(tmp_path.iterdir())
