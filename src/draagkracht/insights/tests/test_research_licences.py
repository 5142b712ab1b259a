"""Words that somebody else has the rights to leave only while a permission stands."""

import zipfile
from dataclasses import replace

import pytest
from django.utils import timezone, translation
from django_scopes import scope

from draagkracht.insights.research import actions
from draagkracht.instruments import catalogue
from draagkracht.instruments.definition import from_raw
from draagkracht.instruments.models import LicenceAttestation
from draagkracht.instruments.texts import shipped

from . import research_build as build


@pytest.fixture
def guarded(cast, monkeypatch, tmp_path, settings):
    """The same two waves with a questionnaire whose words are protected, asked while a permission stood."""
    settings.DATA = tmp_path
    raw = {**catalogue.find("pulse").raw, "licence": {"kind": "paid", "holder": "H", "text": {"en": "Ask first."}}}
    monkeypatch.setattr(build.catalogue, "find", lambda name, *more: from_raw(raw))
    monkeypatch.setattr(build, "shipped", lambda *given: replace(shipped(*given), validated=False))
    with scope(organisation=cast.brug.organisation):
        LicenceAttestation.objects.create(
            organisation=cast.brug.organisation, instrument="pulse", kind="paid", statement="Bought", letter=b"%PDF"
        )
    return build.world(cast, people=24)


def package_of(made):
    with scope(organisation=made.organisation), translation.override("en"):
        return zipfile.ZipFile(actions.export(made.study, build.everything(made), "en", made.researcher).file)


def test_protected_wording_goes_along_only_while_a_permission_stands(guarded):
    package = package_of(guarded)
    assert b"I have to hurry" in package.read("codebook.html")
    assert b"do not publish" in package.read("LICENCES.txt")
    assert b"not the validated text" in package.read("LICENCES.txt")
    with scope(organisation=guarded.organisation):
        LicenceAttestation.objects.update(withdrawn_at=timezone.now())
    package = package_of(guarded)
    told = b"".join(package.read(name) for name in package.namelist())
    assert b"I have to hurry" not in told and b"sometimes" not in told
    assert b"wp1" in package.read("codebook.html") and b"no licence is attested" in package.read("LICENCES.txt")
    assert b"What helps you?" in package.read("codebook.html"), "own questions are the organisation's"
