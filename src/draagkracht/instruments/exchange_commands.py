"""The commands `draagkracht questionnaire export` and `draagkracht questionnaire import`."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from django.utils.translation import gettext as _
from django_scopes import scope

from draagkracht.instruments import exchange, exchange_actions
from draagkracht.instruments.composer.overview import Overview
from draagkracht.instruments.composer.visit import language
from draagkracht.instruments.models import QuestionnaireVersion
from draagkracht.people.models import Organisation
from draagkracht.ui.refusal import Refusal


def export(argv: list[str]) -> int:
    """Writes a published version to a file or to standard output; what it leaves behind goes to standard error."""
    parser = argparse.ArgumentParser(prog="draagkracht questionnaire export")
    parser.add_argument("questionnaire", metavar="QUESTIONNAIRE")
    parser.add_argument("--organisation", required=True, metavar="SLUG")
    parser.add_argument("--format", required=True, choices=sorted(exchange.FORMATS))
    parser.add_argument("--number", type=int, help=_("number of the version; the newest if not given"))
    parser.add_argument("--with-wording", action="store_true", help=_("with the wording of protected scales"))
    parser.add_argument("-o", "--output", type=Path, metavar="FILE")
    options = parser.parse_args(argv)
    organisation = _organisation(options.organisation)
    with scope(organisation=organisation):
        version = _version(options.questionnaire, options.number)
        source = exchange_actions.of_version(version, wording=options.with_wording)
        _data, left = exchange_actions.written(source, options.format)
        data = exchange_actions.hand_out(organisation, source, options.format, None, f"version {version.pk}")
    if options.output is None:
        sys.stdout.buffer.write(data)
    else:
        try:
            options.output.write_bytes(data)
        except OSError as error:
            raise Refusal(f"{options.output}: {error.strerror}") from error
    sys.stderr.write(_listed(_("Not carried over, or not seen by other programs:"), left))
    return 0


def bring_in(argv: list[str]) -> int:
    """Makes a draft of a file, and says what it does not carry over and what has to be mended."""
    parser = argparse.ArgumentParser(prog="draagkracht questionnaire import")
    parser.add_argument("file", type=Path)
    parser.add_argument("--organisation", required=True, metavar="SLUG")
    parser.add_argument("--dry-run", action="store_true", help=_("only say what is understood"))
    options = parser.parse_args(argv)
    organisation = _organisation(options.organisation)
    try:
        data = options.file.read_bytes()
    except OSError as error:
        raise Refusal(f"{options.file}: {error.strerror}") from error
    with scope(organisation=organisation):
        found = exchange_actions.understand(data, options.file.name)
        overview = Overview(found.document, language())
        sys.stdout.write(
            _("%(format)s: “%(title)s”, %(count)s questions, in %(languages)s.")
            % {
                "format": _(found.format),
                "title": overview.title,
                "count": overview.questions,
                "languages": overview.languages,
            }
            + "\n"
        )
        sys.stdout.write(_listed(_("What does not come along:"), found.told))
        sys.stdout.write(_listed(_("What you have to mend:"), [(one.sentence, [one.about]) for one in overview.to_do]))
        if not options.dry_run:
            draft = exchange_actions.bring_in(organisation, found.document, None, found.format)
            sys.stdout.write(_("Draft %(number)s is ready to be looked over.") % {"number": draft.pk} + "\n")
    return 0


def _organisation(slug: str) -> Organisation:
    found = Organisation.objects.filter(slug=slug).first()
    if found is None:
        raise Refusal(_("There is no organisation %(slug)s.") % {"slug": slug})
    return found


def _version(slug: str, number: int | None) -> QuestionnaireVersion:
    rows = QuestionnaireVersion.objects.select_related("questionnaire").filter(questionnaire__slug=slug)
    if number is not None:
        rows = rows.filter(number=number)
    found = rows.order_by("-number").first()
    if found is None:
        known = ", ".join(sorted(set(QuestionnaireVersion.objects.values_list("questionnaire__slug", flat=True)))[:20])
        raise Refusal(_("There is no such questionnaire. There are: %(known)s.") % {"known": known or "-"}, 404)
    return found


def _listed(head: str, lines: Iterable[tuple[str, list[str]]]) -> str:
    """A heading and one line each; '' without any."""
    made = [f"  - {sentence} ({', '.join(filter(None, places))})".replace(" ()", "") for sentence, places in lines]
    return "\n".join([head, *made, ""]) if made else ""
