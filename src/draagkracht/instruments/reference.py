"""Writes docs/reference/instruments.md from the catalogue: `python -m draagkracht.instruments.reference`. No Django."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from draagkracht.instruments.catalogue import load_all
from draagkracht.instruments.definition import Cutoff, Instrument, ScaleInfo
from draagkracht.science.scoring import Scale

PAGE = Path("docs/reference/instruments.md")
HEAD = """# Instruments

Made from the catalogue by `python -m draagkracht.instruments.reference`; a test fails when it is out of date.

*Settled* means read in the source or checked on data; everything else is *provisional*, and the product says so wherever a
result is seen. A *template* is an instrument that nobody could identify: it cannot be asked until the organisation completes it
([how](../how-to/own-instruments.md#complete-a-template)). Cut-offs compare the unrounded value with >=. Item numbers count in the order of the questionnaire; a file
to be scored may name its columns by number or by code. [Instruments of your own](../how-to/own-instruments.md) look the same.
"""


def page(instruments: Iterable[Instrument]) -> str:
    """The whole page as Markdown."""
    known = sorted(instruments, key=lambda one: one.id)
    rows = [
        f"| [{one.id}](#{one.id}) | {one.title['en']} | {_size(one)} | {one.role} | {', '.join(one.iglo)} | "
        f"{_smallest(one)} | {one.licence.kind} |"
        for one in known
    ]
    table = ["| id | title | items | JD-R | IGLO | smallest group | licence |", "|---|---|---|---|---|---|---|", *rows]
    return "\n".join([HEAD, *table, "", *(_section(one) for one in known)])


def _size(one: Instrument) -> str:
    size = "?" if one.size is None else str(one.size)
    return f"{size} (template)" if one.template else size


def _smallest(one: Instrument | ScaleInfo) -> str:
    return "16" if one.health else "8 (NL 16)" if one.strain else "default"


def _section(one: Instrument) -> str:
    lines = [
        f"## {one.id}",
        "",
        f"{one.title['en']} (*{one.title['nl']}*), version {one.version}. {one.construct['en']}.",
        "",
    ]
    lines += [
        f"- For: {one.population['en']}. About {one.minutes:g} minutes.",
        *([] if one.template else [f"- Answers: {_answers(one)}. Items: {_items(one)}."]),
        f"- Licence: {one.licence.kind}, {one.licence.holder}. {one.licence.text['en']}"
        + (f" Ask: [{one.licence.ask_name}]({one.licence.ask_url})." if one.licence.ask_url else ""),
        *([] if one.template else [f"- Texts: {_where(one)}."]),
        f"- Cite: {one.citation}",
    ]
    lines += [f"- Note: {one.notes['en']}"] if one.notes else []
    lines += [f"- To complete: {step['en']}." for step in one.to_complete]
    lines += _scales(one)
    for cutoff in one.cutoffs:
        lines += ["", *_cutoff(cutoff)]
    lines += ["", "| fact | status | source |", "|---|---|---|"]
    lines += [f"| {name} | {entry.status} | {entry.source['en']} |" for name, entry in one.evidence.items()]
    return "\n".join([*lines, ""])


def _scales(one: Instrument) -> list[str]:
    if one.template:
        return []
    head = ["", "| scale | items | value | missing answers | range | higher is |", "|---|---|---|---|---|---|"]
    keys = {scale.id: scale for scale in one.key.scales}
    return head + [_scale(one, info, keys[info.id]) for info in one.scales]


def _answers(one: Instrument) -> str:
    """The lowest and the highest answer; of several ranges each once."""
    ranges = dict.fromkeys(one.key.ranges[code] for code in one.codes)
    return ", ".join(f"{low} to {high}" for low, high in ranges)


def _where(one: Instrument) -> str:
    return "in the catalogue" if one.texts else f"import `{one.texts_file('nl')}`"


def _items(one: Instrument) -> str:
    text = ", ".join(f"{number} `{code}`" for number, code in enumerate(one.codes, start=1))
    if one.short_form_of:
        text += f" ({one.short_form_of} {', '.join(map(str, one.short_form_items))})"
    return text


def _scale(one: Instrument, info: ScaleInfo, scale: Scale) -> str:
    if scale.parts:
        made, method, missing = " + ".join(scale.parts), scale.method.replace("_", " "), "every scale"
    else:
        numbers = [
            f"{one.codes.index(code) + 1}{'R' if code in scale.reverse else ''}"
            for code in sorted(scale.items, key=one.codes.index)
        ]
        made, method = ", ".join(numbers), scale.method
        missing = f"at least {scale.at_least or len(scale.items)} of {len(scale.items)}"
        missing = f"every scale of {', '.join(scale.requires)}" if scale.requires else missing
        missing += "; a missing answer counts as the own mean" if scale.substitute else ""
    method += f" x {scale.multiply:g}" if scale.multiply != 1 else ""
    missing += f"; a lowest answer to {one.codes.index(scale.gate) + 1} gives the lowest value" if scale.gate else ""
    same = (info.strain, info.health) == (one.strain, one.health)
    strain = "" if same else f" (smallest group {_smallest(info)})"
    return f"| `{info.id}`{strain} | {made} | {method} | {missing} | {info.minimum:g} to {info.maximum:g} | {info.direction} |"


def _cutoff(cutoff: Cutoff) -> list[str]:
    country = "" if cutoff.country == "any" else f", {cutoff.country}"
    country += "; for the reader, never laid beside a result" if cutoff.for_reader else ""
    names = cutoff.bands["en"][1:]
    return [
        f"Cut-offs ({cutoff.population['en']}{country}; {cutoff.status}: {cutoff.source['en']}):",
        "",
        f"| scale | {' | '.join(f'{name} from' for name in names)} |",
        "|---" * (len(names) + 1) + "|",
        *(f"| `{scale}` | {' | '.join(f'{start:g}' for start in starts)} |" for scale, starts in cutoff.starts.items()),
    ]


if __name__ == "__main__":
    PAGE.write_text(page(load_all().values()), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
