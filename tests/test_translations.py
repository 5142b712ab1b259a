"""Every sentence that the code shows has a Dutch one, in the room that it belongs to."""

import ast
import io
import re
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "draagkracht"
ROOMS = sorted(p.name for p in PACKAGE.iterdir() if p.is_dir() and (p / "__init__.py").exists())
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "npgettext"}
PLACES = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+(?:![rs])?\}")

needs_xgettext = pytest.mark.skipif(not shutil.which("xgettext"), reason="xgettext is missing: install gettext")


def pytest_warn() -> None:
    warnings.warn("!! xgettext is missing: no test saw whether every sentence has a Dutch text", stacklevel=1)


if not shutil.which("xgettext"):
    pytest_warn()


@pytest.fixture(scope="module")
def extracted(tmp_path_factory) -> dict[str, set[tuple[str, str]]]:
    """Room -> {(context, msgid)} as makemessages finds them in a copy."""
    copy = tmp_path_factory.mktemp("extract") / "draagkracht"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("locale", "tests", "__pycache__"))
    (copy / "locale").mkdir()
    words = ["makemessages", "-l", "nl", "--no-wrap", "-v", "0"]
    for part in (["-e", "html,txt,py,xml,svg"], ["-d", "djangojs"]):
        done = subprocess.run([sys.executable, "-m", "django", *words, *part], cwd=copy, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    found: dict[str, set[tuple[str, str]]] = {room: set() for room in ROOMS}
    for file in (copy / "locale" / "nl" / "LC_MESSAGES").glob("*.po"):
        for message in read_po(io.BytesIO(file.read_bytes())):
            for place, _ in message.locations if message.id else ():
                found[Path(place).parts[0]].add((message.context or "", _id(message)))
    return found


def _id(message) -> str:
    return message.id[0] if isinstance(message.id, tuple) else message.id


def dutch(room: str) -> list:
    file = PACKAGE / room / "locale" / "nl" / "LC_MESSAGES" / "django.po"
    return [m for m in read_po(file.open("rb"), locale="nl") if m.id] if file.exists() else []


@needs_xgettext
@pytest.mark.parametrize("room", ROOMS)
def test_every_sentence_of_a_room_has_a_dutch_text(room, extracted):
    # A room may also show a sentence of the floor below all of them.
    told = {(m.context or "", _id(m)) for m in dutch(room) + dutch("ui") if all(_strings(m))}
    missing = sorted(text for context, text in extracted[room] - told)
    assert not missing, f"{room}: no Dutch text for {missing}"


def translated_in_a_format(source: str) -> list[str]:
    """The sentences that are looked up within an f-string, where xgettext does not see them."""
    formats = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.JoinedStr)]
    calls = [node for one in formats for node in ast.walk(one) if isinstance(node, ast.Call)]
    return [ast.unparse(call) for call in calls if getattr(call.func, "id", "") in CALLS]


def test_no_sentence_hides_in_a_format_where_it_would_not_be_found():
    assert translated_in_a_format("f\"{_('Start here:')} {1 + 1}\"") == ["_('Start here:')"]
    paths = [path for path in PACKAGE.rglob("*.py") if "tests" not in path.parts]
    hidden = {str(path.relative_to(PACKAGE)): translated_in_a_format(path.read_text("utf-8")) for path in paths}
    assert {path: found for path, found in hidden.items() if found} == {}


@needs_xgettext
@pytest.mark.parametrize("room", ROOMS)
def test_no_dutch_text_is_left_of_a_sentence_that_is_gone(room, extracted):
    left = sorted({_id(m) for m in dutch(room)} - {text for _, text in extracted[room]})
    assert not left, f"{room}: nothing shows {left} any more"


@pytest.mark.parametrize("room", ROOMS)
def test_dutch_texts_are_certain_and_hold_the_same_places(room):
    for message in dutch(room):
        assert not message.fuzzy, f"{room}: fuzzy {message.id!r}"
        wanted = set(PLACES.findall("".join(_ids(message))))
        for text in _strings(message):
            assert set(PLACES.findall(text)) <= wanted, f"{room}: {text!r} has places that {message.id!r} has not"
        assert set(PLACES.findall(_strings(message)[-1])) == wanted, f"{room}: {message.id!r} lost a place"


def _ids(message) -> list[str]:
    return list(message.id) if isinstance(message.id, tuple) else [message.id]


def _strings(message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple) else [message.string]
