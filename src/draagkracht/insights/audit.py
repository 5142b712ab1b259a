"""The command `draagkracht audit released --organisation SLUG [--measure ID] [--insiders N] [--answers KIND] [--values]`."""

import argparse
import sys

from django.utils.translation import gettext as _
from django_scopes import scope

from draagkracht.insights.attack.rows import Published, histories
from draagkracht.insights.attack.words import closing, lines, opening, warning
from draagkracht.insights.publish import organisation_named
from draagkracht.insights.release.alarm import real_answers
from draagkracht.people.models import Organisation
from draagkracht.science.attack import Damaged, Verdict, attack, hostile, usual
from draagkracht.ui.refusal import Refusal


def main(argv: list[str]) -> int:
    """0 when nobody is found, 1 when somebody is: pinned to less than rho of the range, or in a certain band."""
    parser = argparse.ArgumentParser(prog="draagkracht audit released")
    parser.add_argument("--organisation", required=True, metavar="SLUG")
    parser.add_argument("--measure", metavar="ID")
    parser.add_argument("--insiders", type=_number, metavar="N", help="in each group; default: as the release promises")
    parser.add_argument("--answers", choices=["usual", "hostile"], help="only these made-up answers; default: both")
    parser.add_argument("--values", action="store_true", help="the alarm: with what people really answered")
    options = parser.parse_args(argv)
    organisation = organisation_named(options.organisation)
    with scope(organisation=organisation):
        return _audit(organisation, _chosen(options.measure), options)


def _number(text: str) -> int:
    if int(text) < 0:
        raise ValueError
    return int(text)


def _chosen(measure: str | None) -> list[Published]:
    try:
        every = histories()
    except Damaged as error:
        raise Refusal(_("The published rows contradict each other: %(what)s") % {"what": error}, 409) from error
    found = [one for one in every if measure in (None, one.measure)]
    if measure and not found:
        names = {"name": measure, "names": ", ".join(dict.fromkeys(one.measure for one in every)) or "–"}
        raise Refusal(_("No figures of “%(name)s” were published. Known: %(names)s") % names, 404)
    return found


def _audit(organisation: Organisation, chosen: list[Published], options: argparse.Namespace) -> int:
    """Measures that tell the same about everybody are attacked once; each gets its own lines."""
    sys.stdout.write(warning(organisation.name) if options.values else opening(organisation.name, chosen))
    real = _real(organisation, chosen) if options.values else {}
    done: dict[tuple, dict[str, Verdict]] = {}
    for one in chosen:
        key = (one.key, one.measure if options.values else "")
        if key not in done and not is_derived(one, options.values):
            done[key] = _verdicts(one, options, real)
        sys.stdout.write(lines(one, done.get(key, {})))
        sys.stdout.flush()
    found = any(verdict.found for verdicts in done.values() for verdict in verdicts.values())
    certain = any(one.certain for one in chosen)
    sys.stdout.write(closing(chosen, found or certain))
    return 1 if found or certain else 0


def is_derived(one: Published, values: bool) -> bool:
    """A total without cut-offs tells no more than its parts; with real answers it is looked at in its parts only."""
    return one.total and (values or not one.edges)


def _real(organisation: Organisation, chosen: list[Published]) -> dict[str, dict[str, dict[str, float]]]:
    measures = {one.measure: one.ends for one in chosen if not one.total}
    people = {person for one in chosen for told in one.history for atom in told.atoms.values() for person in atom}
    return real_answers(organisation, measures, people)


def _verdicts(one: Published, options: argparse.Namespace, real: dict) -> dict[str, Verdict]:
    count = one.c if options.insiders is None else options.insiders
    if options.values:
        made = {"real": real[one.measure]}
    else:
        kinds = {"usual": usual, "hostile": hostile}
        made = {kind: make(one.history) for kind, make in kinds.items() if options.answers in (None, kind)}
    return {
        kind: attack(one.history, least=one.least, edges=one.edges, insiders=count, answers=answers)
        for kind, answers in made.items()
    }
