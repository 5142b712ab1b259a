"""The command `draagkracht`. Each subcommand is a function main(argv) -> exit code in the room that it belongs to."""

import importlib
import os
import sys

# words -> (place of main, needs Django, one line of help)
COMMANDS: dict[str, tuple[str, bool, str]] = {
    "init": (
        "draagkracht.config.setup:main",
        True,
        "make or upgrade the databases; --organisation SLUG NAME makes one",
    ),
    "check": ("draagkracht.config.checkup:main", True, "say what is missing before people can use this installation"),
    "demo": (
        "draagkracht.config.demo:main",
        False,
        "serve a believable organisation on loopback, with ready sign-in links; --times 11 --rounds 8 makes a large one",
    ),
    "serve": ("draagkracht.config.serve:main", True, "serve the web pages"),
    "work": ("draagkracht.config.work:main", True, "deliver mail, open and close waves, publish: the background work"),
    "import staff": ("draagkracht.people.import_staff:main", True, "FILE --organisation SLUG [--dry-run]"),
    "import figures": (
        "draagkracht.figures.import_figures:main",
        True,
        "FILE --organisation SLUG [--dry-run] [--figure KEY]: own figures (absence, turnover ...) by unit and month",
    ),
    "move address": (
        "draagkracht.people.move_address:main",
        True,
        "OLD NEW --organisation SLUG: a person to another e-mail, when the former one can not confirm",
    ),
    "import texts": (
        "draagkracht.instruments.import_texts:main",
        True,
        "FILE --organisation SLUG --instrument ID --language nl [--permission LETTER] [--valid-until DAY]",
    ),
    "import answers": (
        "draagkracht.surveys.import_answers:main",
        True,
        "FILE --organisation SLUG --wave NAME --instrument ID --unit COLUMN",
    ),
    "questionnaire export": (
        "draagkracht.instruments.exchange_commands:export",
        True,
        "QUESTIONNAIRE --organisation SLUG --format fhir-r5 [--number N] [-o FILE] [--with-wording]",
    ),
    "questionnaire import": (
        "draagkracht.instruments.exchange_commands:bring_in",
        True,
        "FILE --organisation SLUG [--dry-run]: FHIR, XLSForm, LimeSurvey or a table becomes a draft",
    ),
    "score": ("draagkracht.instruments.score_file:main", False, "INSTRUMENT FILE.csv [-o OUT.csv] [--catalogue DIR]"),
    "release": ("draagkracht.insights.publish:main", True, "WAVE --organisation SLUG"),
    "export released": ("draagkracht.insights.export:main", True, "--organisation SLUG [-o cells.csv]"),
    "audit released": (
        "draagkracht.insights.audit:main",
        True,
        "--organisation SLUG [--measure ID] [--insiders N] [--answers usual]: attacks what was published; 1 when somebody is found",
    ),
    "benchmark": (
        "draagkracht.insights.benchmark:main",
        True,
        "YEAR: one figure a measure of all organisations here together, once a year, of at least ten",
    ),
    "import benchmark": (
        "draagkracht.insights.benchmark_file:main",
        True,
        "FILE [--dry-run]: norms from publications (YAML, CSV or XLSX) to stand beside the own figures",
    ),
    "erase": ("draagkracht.insights.erase:main", True, "EMAIL: destroys the key and the identity of a person"),
    "backup": ("draagkracht.config.backup:main", True, "DIR: data in one archive, keys and ledger in another"),
    "restore": ("draagkracht.config.restore:main", True, "DIR: from both archives; replays the ledger of erasures"),
    "manage": ("draagkracht.config.setup:manage", True, "any Django management command, for developers"),
}


def main(argv: list[str] | None = None) -> int:
    """Runs one subcommand; exit code 2 and a sentence on standard error for what can not be done."""
    words = list(sys.argv[1:] if argv is None else argv)
    for length in (2, 1):
        name = " ".join(words[:length])
        if len(words) >= length and name in COMMANDS:
            return run(name, words[length:])
    sys.stdout.write(usage())
    return 0 if words[:1] in ([], ["--help"], ["-h"], ["help"]) else 2


def run(name: str, arguments: list[str]) -> int:
    """Imports and calls one subcommand; Django is only started for those that need it."""
    # What a command writes (databases, archives, exports) is for the account that runs it and for nobody else.
    os.umask(0o077)
    place, needs_django, _ = COMMANDS[name]
    module, function = place.split(":")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "draagkracht.config.settings")
    if not needs_django:
        return getattr(importlib.import_module(module), function)(arguments)
    from draagkracht.config.environment import ConfigurationError

    try:
        import django
        from django.utils import translation

        django.setup()
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    from draagkracht.ui.refusal import Refusal

    # LANG decides for a command what the browser decides for a page.
    with translation.override("en" if os.environ.get("LANG", "").startswith("en") else "nl"):
        try:
            return getattr(importlib.import_module(module), function)(arguments)
        except Refusal as refusal:
            sys.stderr.write(f"{refusal.message}\n")
            return 2


def usage() -> str:
    """The list of subcommands."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {text}\n" for name, (_, _, text) in COMMANDS.items()]
    return "draagkracht COMMAND …\n\n" + "".join(lines)
