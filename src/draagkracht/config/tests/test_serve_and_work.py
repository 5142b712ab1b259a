"""The two processes of an installation, as they really run."""

import json
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import pytest

from draagkracht.config import running, serve, work
from draagkracht.config.tests.installation import MAIN, Installation
from draagkracht.ui.refusal import Refusal


def free_port() -> int:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        return opened.getsockname()[1]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return Installation(tmp_path_factory.mktemp("served") / "data").make()


@pytest.fixture
def start(made):
    """start(*words) -> the process of a command, ended afterwards."""
    begun = []

    def begin(*words):
        process = subprocess.Popen(
            [sys.executable, "-c", MAIN, *words],
            env=made.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        begun.append(process)
        return process

    yield begin
    for process in begun:
        if process.poll() is None:
            # Told to end, not killed: workers without their parent would hold the pipes for another minute and a half.
            process.terminate()
        process.communicate(timeout=60)


def answered(port, path):
    """(status, body) as soon as the server answers."""
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as page:
                return page.status, page.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


def test_the_server_answers_tells_where_and_ends_when_told(start):
    port = free_port()
    server = start("serve", "--port", str(port), "--workers", "2")
    assert answered(port, "/healthz/ready")[0] == 200
    assert answered(port, "/privacy/")[0] == 200
    assert answered(port, "/a/this-is-a-secret-token/")[0] in (404, 410)
    server.send_signal(signal.SIGTERM)
    out, err = server.communicate(timeout=40)
    assert f"http://127.0.0.1:{port}" in out
    assert "this-is-a-secret-token" not in out + err
    assert server.returncode == 0


def test_a_restore_can_not_begin_while_it_serves(start, made, tmp_path):
    port = free_port()
    start("serve", "--bind", f"127.0.0.1:{port}")
    answered(port, "/healthz/live")
    done = made.run("restore", tmp_path, "--replace")
    assert (done.returncode, "Stop" in done.stderr) == (2, True)


def test_nothing_serves_while_a_restore_goes_on(settings, tmp_path):
    settings.DATA = tmp_path
    with running.alone(), pytest.raises(Refusal):
        running.share()


def test_without_databases_it_says_what_to_do(tmp_path):
    done = Installation(tmp_path / "empty").run("serve", "--port", str(free_port()))
    assert done.returncode == 2
    assert "draagkracht init" in done.stderr


def test_no_address_of_a_request_is_written_down():
    options = serve.gunicorn_options("127.0.0.1", 8000, 2)
    assert options["accesslog"] is None
    assert (options["worker_class"], options["workers"]) == ("sync", 2)


def test_the_worker_ends_when_told_and_leaves_a_heartbeat(start, made):
    beat = made.data / work.HEARTBEAT
    beat.unlink(missing_ok=True)
    process = start("work")
    for _ in range(200):
        if beat.exists():
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert json.loads(beat.read_text())["pid"] == process.pid


def test_one_failing_task_does_not_stop_the_others_and_tells_no_data(db, settings, tmp_path, monkeypatch, caplog):
    settings.DATA = tmp_path
    done = []

    def fails():
        raise ValueError("Amina answered 4")

    tasks = {"a:fails": fails, "b:works": lambda: done.append(1) or 3}
    monkeypatch.setattr(work, "TASKS", tuple(tasks))
    monkeypatch.setattr(work, "_task", tasks.__getitem__)
    monkeypatch.setattr(work, "close_old_connections", lambda: None)
    assert work.one_round() == (3, ["a:fails"])
    assert json.loads((tmp_path / work.HEARTBEAT).read_text())["failed"] == ["a:fails"]
    from draagkracht.config.logs import JsonFormatter

    lines = [JsonFormatter().format(record) for record in caplog.records]
    assert any("a:fails" in line for line in lines)
    assert not any("Amina" in line for line in lines)


def test_every_task_exists():
    assert all(callable(work._task(place)) for place in work.TASKS)


def test_the_loop_stops_in_the_middle_of_a_pause(monkeypatch):
    stop, rounds = threading.Event(), []
    monkeypatch.setattr(work, "one_round", lambda: (rounds.append(1) or stop.set() or 0, []))
    work.loop(stop)
    assert len(rounds) == 1


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({}, "https://"),
        ({"DRAAGKRACHT_MASTER_KEY": "short"}, "DRAAGKRACHT_MASTER_KEY is shorter"),
        ({"DRAAGKRACHT_MASTER_KEY": "x" * 40}, "does not open the keys"),
        ({"DRAAGKRACHT_DEBUG": "1"}, "DRAAGKRACHT_DEBUG"),
        ({"DRAAGKRACHT_MAIL_DELIVERY": "smtp", "DRAAGKRACHT_MAIL_PORT": "1"}, "mail server"),
        ({"DRAAGKRACHT_DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3"}, "can not be reached"),
    ],
)
def test_check_says_what_must_be_fixed(made, extra, said):
    done = made.run("check", **({"DRAAGKRACHT_SITE_URL": "https://x.example"} if extra else {}), **extra)
    assert done.returncode == 1
    assert any(line.startswith("Fix: ") and said in line for line in done.stdout.splitlines()), done.stdout


def test_check_is_content_with_a_whole_installation(made, tmp_path):
    for words in (("work", "--once"), ("backup", tmp_path)):
        assert made.run(*words).returncode == 0
    done = made.run("check", "--backups", tmp_path, DRAAGKRACHT_SITE_URL="https://x.example")
    assert done.returncode == 0, done.stdout
    assert "Fix" not in done.stdout
