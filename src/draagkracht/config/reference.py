"""Writes docs/reference/{settings,commands,routes,my-data}.md from the code: `python -m draagkracht.config.reference`.

A test holds the pages against what these functions print, so that a setting, command or route can not go undocumented.
"""

import ast
import sys
from pathlib import Path

SETTINGS_FILE = Path(__file__).with_name("settings.py")
FOLDER = Path("docs/reference")
NOTE = "Made from the code by `python -m draagkracht.config.reference`; a test fails when it is out of date.\n"

# What each setting means; a new setting needs its line here.
MEANING = {
    "BEHIND_PROXY": "1 when one reverse proxy in front sets X-Forwarded-For and X-Forwarded-Proto",
    "BURDEN_MINUTES": "minutes of answering for one person in a quarter of a year; who composes a questionnaire sees how much of it is used. The default (one long round and a pulse or two) is a choice, not the outcome of a study",
    "CATALOGUE": "folders with the organisation's own instrument files, separated by commas",
    "DATA": "folder of the databases, secrets, mail and files",
    "DATABASE_URL": "`sqlite:///path` or `postgresql://user:secret@host:port/name`: people, answers (sealed), figures",
    "DEBUG": "1 shows errors with their source; for developers only",
    "DEMO": "set by `draagkracht demo` and by nothing else",
    "HOSTS": "names under which the installation is reached, separated by commas",
    "KEY_ARCHIVE_DAYS": "days that an archive of keys may live: until then an erased person's old backup can be read",
    "LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR; logs are JSON and never hold an answer",
    "MAIL_DELIVERY": "`smtp`, or `file`: mail is written to the folder mail in DATA",
    "MAIL_FROM": "the sender of every mail",
    "MAIL_HOST": "name of the mail server",
    "MAIL_PASSWORD": "password at the mail server",
    "MAIL_PORT": "port of the mail server",
    "MAIL_STARTTLS": "1 to begin TLS after connecting",
    "MAIL_TLS": "1 to connect with TLS",
    "MAIL_USER": "user at the mail server",
    "MASTER_KEY": "wraps the keys of persons; without it nothing that people answered can be read. Made at first start",
    "MASTER_KEY_FALLBACKS": "earlier master keys that still open what they wrapped, separated by commas",
    "OIDC_CLIENT_ID": "id of this installation at the organisation's identity provider",
    "OIDC_CLIENT_SECRET": "secret of this installation at the identity provider",
    "OIDC_NAME": "name of the identity provider on the sign-in page",
    "OIDC_SECOND_FACTOR": "1 when the identity provider asks for a second factor itself",
    "OIDC_SERVER": "address of the identity provider (OpenID Connect); empty switches it off",
    "SECRET_KEY": "signs sessions and personal links. Made at first start",
    "SECRET_KEY_FALLBACKS": "earlier secret keys that still count, separated by commas",
    "SITE_URL": "address under which people reach the installation; https switches secure cookies on",
    "STATIC": "folder for collected static files",
    "TIME_ZONE": "time zone of the organisation",
    "VAULT_URL": "like DATABASE_URL: the keys of persons and the ledger of erasures, in a database of their own",
}


def settings_read(source: str) -> dict[str, str]:
    """Name -> default (as it stands in the source) of every value that the settings take from the environment."""
    found: dict[str, str] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner, name = node.func.value, node.func.attr
            if isinstance(owner, ast.Name) and owner.id == "env" and name in ("text", "flag", "words", "secret"):
                setting = ast.literal_eval(node.args[0])
                found.setdefault(setting, _default(name, node.args[1:]))
    return found


def _default(kind: str, arguments: list[ast.expr]) -> str:
    if kind == "secret":
        return "made at first start"
    if not arguments:
        return "0" if kind == "flag" else ""
    if isinstance(arguments[0], ast.Constant):
        return str(arguments[0].value)
    return (
        ast.unparse(arguments[0])
        .removeprefix("str(")
        .removesuffix(")")
        .replace(" / ", "/")
        .replace("'", "")
        .lstrip("f")
    )


def settings_page() -> str:
    """The settings with default and meaning. Raises KeyError for a setting without a meaning."""
    rows = [
        f"| DRAAGKRACHT_{name} | {f'`{default}`' if default else ''} | {MEANING[name]} |"
        for name, default in sorted(settings_read(SETTINGS_FILE.read_text(encoding="utf-8")).items())
    ]
    head = (
        "Everything is set by environment variables. Any of them may end in `_FILE`: then it names a file that holds the "
        "value (container secrets).\n\n| variable | default | meaning |\n|---|---|---|\n"
    )
    return f"# Settings\n{NOTE}\n{head}" + "\n".join(rows) + "\n"


def commands_page() -> str:
    """The subcommands of `draagkracht`."""
    from draagkracht.config.command import COMMANDS

    rows = [f"| `draagkracht {name}` | {text} |" for name, (_, _, text) in COMMANDS.items()]
    head = "Exit code 0: done; 1: `audit released` found somebody; 2: it could not be done, with a sentence that says why.\n\n| command | what it does |\n|---|---|\n"
    return f"# Commands\n{NOTE}\n{head}" + "\n".join(rows) + "\n"


def routes_page() -> str:
    """Every route that somebody may open, with who may. Needs Django set up."""
    from django.urls import get_resolver

    from draagkracht.config.access import TABLE
    from draagkracht.people.models import Role

    order = list(Role)
    rows = []
    for name, path in sorted(set(routes(get_resolver())), key=lambda pair: (pair[1], pair[0])):
        if name in TABLE:
            rule = TABLE[name]
            who = rule if isinstance(rule, str) else ", ".join(r.value for r in sorted(rule, key=order.index))
            rows.append(f"| `/{path}` | {name} | {who} |")
    head = (
        "A route that is not here can be opened by nobody. `public`: anybody; `token`: whoever holds the link; `signed-in`: "
        "any account; else the roles that may.\n\n| address | name | who |\n|---|---|---|\n"
    )
    return f"# Routes\n{NOTE}\n{head}" + "\n".join(rows) + "\n"


def figures_page() -> str:
    """The kinds of own figures of the catalogue, with the columns that each can have."""
    from draagkracht.figures.kinds import kinds

    head = (
        "What can be [imported](../how-to/import-own-figures.md), as `src/draagkracht/catalogue/figures` describes it. A kind is a "
        "file with a schema; another one needs no code.\n\n`people` is the smallest number of people of which a figure is shown. "
        "These thresholds are choices of the product: absence is a figure about health, so it needs as many people as an outcome "
        "of health does elsewhere (16); turnover, incidents and aggression need 10, client satisfaction 10 clients who answered, "
        "talks 5 in a half-year that is over. No norm stands beside any figure.\n"
    )
    return f"# Kinds of own figures\n{NOTE}\n{head}" + "".join(_of_kind(kind) for kind in kinds())


def _of_kind(kind) -> str:
    ways = [f"`{way.take}`{f' / `{way.by}` x {way.times:g}' if way.by else ''} ({way.unit['en']})" for way in kind.ways]
    who = f"counted by `{kind.counted_by}`" if kind.counted_by else "on the staff list"
    by = " · by half-year; reasons by calendar year and for the whole organisation only" if kind.half_years else ""
    facts = f"people: {kind.people}, {who} · favourable: {kind.favourable} · value: {'; else '.join(ways)}{by}"
    told = {name: texts["en"] for name, texts in kind.texts.items()}
    rows = [f"| `{f.key}` | {f.name['en']} | {f.name['nl']} | {f.form}{', reason' * f.reason} |" for f in kind.fields]
    return (
        f"\n## {kind.name['en']} ({kind.name['nl']})\n`{kind.id}` · {facts}\n\n{told['definition']} {told['reading']}\n\n"
        f"**Belgium and the Netherlands.** {told['differences']}\n\n| column | English | Dutch | form |\n|---|---|---|---|\n"
        + "\n".join(rows)
        + "\n"
    )


def routes(resolver, namespace: str = "", prefix: str = "") -> list[tuple[str, str]]:
    """(view name, address) of every named route below a resolver."""
    found = []
    for entry in resolver.url_patterns:
        place = prefix + _plain(str(entry.pattern))
        if hasattr(entry, "url_patterns"):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            found += routes(entry, inner, place)
        elif entry.name:
            found.append((namespace + entry.name, place))
    return found


def _plain(pattern: str) -> str:
    return pattern.removeprefix("^").removesuffix("$").removesuffix(r"\Z")


def pages() -> dict[str, str]:
    """File name -> text of every generated page."""
    from draagkracht.insights.rights import described  # models: only once Django is set up

    return {
        "settings.md": settings_page(),
        "commands.md": commands_page(),
        "routes.md": routes_page(),
        "own-figures.md": figures_page(),
        "my-data.md": described.page(),
    }


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "draagkracht.config.settings")
    django.setup()
    for file, text in pages().items():
        (FOLDER / file).write_text(text, encoding="utf-8")
        sys.stdout.write(f"{FOLDER / file}\n")
