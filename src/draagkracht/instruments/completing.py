"""The file with which an organisation completes a template: what is known, and lines to fill in. No Django."""

from __future__ import annotations

from typing import Any

import yaml

from draagkracht.instruments.definition import Instrument

KNOWN = ("title", "construct", "role", "iglo", "strain", "population", "minutes")
LEFT = ("licence", "evidence", "citation")
QUESTIONS = 3  # so many lines where the number of questions is not known


def file_to_complete(template: Instrument) -> str:
    """A YAML file that obeys the schema once its lines with `# fill in` are right; the steps stand above it."""
    raw = template.raw
    codes = raw.get("items") or [f"q{number}" for number in range(1, QUESTIONS + 1)]
    steps = [f"#  - {step['en']}" for step in template.to_complete]
    head = [
        f"# Completes the template {template.id}: save it as {template.id}.yaml in your own folder of questionnaires.",
        "# Change every line with `fill in`; the answers and scores that stand here are an example only.",
        *steps,
        f"id: {template.id}",
        'version: "1"',
    ]
    return "\n".join([*head, _dump({name: raw[name] for name in KNOWN}), *_middle(codes), _dump(_tail(raw))])


def _middle(codes: list[str]) -> list[str]:
    return [
        "response:               # fill in: lowest and highest answer; their words may come with the file of texts",
        "  min: 1",
        "  max: 5",
        f"items: [{', '.join(codes)}]    # their number must be that of the form",
        "scales:",
        "  - id: total",
        "    title: {nl: Totaal, en: Total}    # fill in",
        "    direction: favourable    # fill in: what a higher value means, favourable or unfavourable",
        "    items: all",
        "    reverse: []              # fill in: codes that count from the other end",
        "    method: mean             # fill in: mean or sum",
        "    missing: {rule: all}     # fill in: all, or half",
        "# fill in: who holds the rights, and for each fact where it comes from (settled or provisional)",
    ]


def _tail(raw: Any) -> dict[str, Any]:
    return {name: raw[name] for name in LEFT}


def _dump(part: dict[str, Any]) -> str:
    return yaml.safe_dump(part, allow_unicode=True, sort_keys=False, width=110).rstrip()
