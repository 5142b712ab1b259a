"""Everything that is kept of one person, in one document (docs/reference/my-data.md). For that person alone."""

from __future__ import annotations

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q
from django.utils import timezone, translation
from django_scopes import scopes_disabled

from draagkracht.consent import actions as consent
from draagkracht.consent import purposes, queries
from draagkracht.insights.models import EffectStructure, EffectStudy, ReleasedBreakdown, ReleasedStructure
from draagkracht.insights.rights import tables
from draagkracht.insights.rights.answers import answers
from draagkracht.people.actions import audit
from draagkracht.people.models import Account, AuditLine, Person, Role

FORMAT, VERSION = "draagkracht-my-data", 1
Document = dict[str, Any]


def log(person: Person, account: Account, kind: str) -> None:
    """Writes that this person made a file (`kind`: json, csv or fhir) of their own data: for their list, and in the trail.

    Call it in the transaction in which the file is made, before it: so the act stands in the file too.
    """
    consent.log_access([person], account, Role.WORKER, "export.own", kind.upper())
    audit(person.organisation, account, "export.own", format=kind)


def document(person: Person, account: Account, language: str) -> Document:
    """Everything of this person in this organisation, and of the account with which they sign in. Call inside the scope."""
    organisation = person.organisation
    whose = {tables.PERSON: person, tables.ACCOUNT: account, tables.PSEUDONYM: person.pseudonym}
    with translation.override(language):
        return {
            "format": FORMAT,
            "version": VERSION,
            "made_at": timezone.now(),
            "language": language,
            "organisation": {"name": organisation.name, "slug": organisation.slug, "country": organisation.country},
            "person": {name: getattr(person, name) for name in tables.PERSON_FIELDS},
            "account": {name: getattr(account, name) for name in tables.ACCOUNT_FIELDS},
            "answers": answers(person, language),
            "counted": _counted(person),
            "effects": _effects(person),
            "acts": _acts(person, account),
            **{table.name: _rows(table, whose[table.whose]) for table in tables.TABLES},
            "left_out": [{"what": name, "why": str(why)} for name, why in tables.LEFT_OUT.items()],
        }


def as_json(made: Document) -> bytes:
    """The document as UTF-8 JSON; times as ISO 8601 with their zone."""
    return json.dumps(made, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2).encode()


def _rows(table: tables.Table, whose: Any) -> list[dict[str, Any]]:
    rows = table.model.objects.filter(**{table.field: whose}).order_by(table.order, "id")
    found = [dict(zip(table.columns, row, strict=True)) for row in rows.values_list(*table.columns.values())]
    for row in found:
        row.update(MORE[table.name](row) if table.name in MORE else {})
    return found


def _consent_words(row: dict[str, Any]) -> dict[str, str]:
    """The words to which the person said yes."""
    text = purposes.as_read(row["purpose"], row["version"], row["language"])
    return {"title": text.title, "words": " ".join([text.short, *(f"{title}: {told}" for title, told in text.points)])}


def _look_words(row: dict[str, Any]) -> dict[str, str]:
    return {"in_words": str(queries.WORDS.get(row["what"], row["what"]))}


MORE = {"consents": _consent_words, "looked_at": _look_words}


def _counted(person: Person) -> list[dict[str, Any]]:
    """In which figures of which round this person's answers were counted, for each smallest group k: the smallest published
    unit, and the breakdowns. To tell somebody this is safe: a release counts on people who know who was counted where."""
    mine = {str(person.pseudonym), person.pseudonym.hex}
    units = ReleasedStructure.objects.select_related("release").order_by("release__closed_on", "release_id", "k")
    found = [
        _in(row, unit=path)
        for row in units.defer("release__measures", "units", "groups")
        for path, people in row.atoms.items()
        if mine & set(people)
    ]
    parts = ReleasedBreakdown.objects.select_related("release").order_by(
        "release__closed_on", "release_id", "breakdown", "k"
    )
    return found + [
        _in(row, breakdown=row.breakdown)
        for row in parts.defer("release__measures", "details", "alone", "together")
        if any(mine & set(people) for people in row.atoms)
    ]


def _in(row: ReleasedStructure | ReleasedBreakdown, unit: str = "", breakdown: str = "") -> dict[str, Any]:
    release = row.release
    told = {"round": release.wave_name, "closed_on": release.closed_on, "smallest_group": row.k}
    return told | {"unit": unit, "breakdown": breakdown}


def _effects(person: Person) -> list[dict[str, Any]]:
    """Studies of a trajectory in which this person was named as a participant, or counted."""
    mine = {str(person.pseudonym), person.pseudonym.hex}
    named = EffectStudy.objects.order_by("registered_at", "id")
    found: list[dict[str, Any]] = [
        {"study": study.title, "at": study.registered_at, "as": "participant"}
        for study in named
        if mine & set(study.pseudonyms)
    ]
    counted = EffectStructure.objects.select_related("study").order_by("study_id", "k")
    return found + [
        {"study": row.study.title, "at": row.study.registered_at, "as": f"counted: {arm}, k = {row.k}"}
        for row in counted
        for arm, people in row.arms.items()
        if mine & set(people)
    ]


def _acts(person: Person, account: Account) -> list[dict[str, Any]]:
    """Lines of the audit trail: what this account did here or while signing in, and what was done about this person."""
    mine = Q(account=account) & (Q(organisation=person.organisation) | Q(organisation=None))
    about = Q(organisation=person.organisation, detail__person=person.pk)
    # Signing in belongs to no organisation; the filter itself keeps to the own one.
    with scopes_disabled():
        rows = list(AuditLine.objects.filter(mine | about).order_by("at", "id"))
    return [{"at": row.at, "act": row.act, "detail": row.detail, "by_me": row.account_id == account.pk} for row in rows]
