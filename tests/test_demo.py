"""The command `draagkracht demo`: what it makes, for whom, and what it refuses."""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from pages import label
from running_demo import COMMAND, RunningDemo, environment, free_port

from draagkracht.config.demo import command
from draagkracht.people.models import Role

pytestmark = pytest.mark.xdist_group("answering")


def run(data: Path, *words: str, **more: str) -> subprocess.CompletedProcess:
    return subprocess.run([*COMMAND, *words], env=environment(data) | more, capture_output=True, text=True, timeout=60)


def rows(data: Path, sql: str) -> list[tuple]:
    with sqlite3.connect(f"file:{data}/draagkracht.sqlite3?mode=ro", uri=True) as connection:
        return connection.execute(sql).fetchall()


def test_every_role_gets_a_ready_link_that_signs_in_again_and_again(demo):
    assert set(demo.links) == {label(role) for role in Role}
    link = demo.links["Coordinator"]
    for _ in range(2):
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        page = opener.open(link, timeout=10)
        assert page.status == 200
        assert "/account/" not in page.url, "a second factor was asked"


def test_a_link_works_on_this_machine_only(demo):
    """Somebody who was forwarded here, or asks for another name, is not let in."""
    for header in ({"X-Forwarded-For": "203.0.113.9"}, {"Host": "demo.example"}):
        request = urllib.request.Request(demo.links["Coordinator"], headers=header)  # noqa: S310
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.build_opener(urllib.request.HTTPCookieProcessor()).open(request, timeout=10)
        assert refused.value.code in (400, 404, 410)


def test_nobody_else_in_the_network_can_reach_it(demo):
    outside = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        outside.connect(("192.0.2.1", 9))
        own = outside.getsockname()[0]
    except OSError:
        pytest.skip("this machine has no other address than loopback")
    finally:
        outside.close()
    assert not own.startswith("127.")
    with pytest.raises(OSError, match=r"refused|unreachable|timed out"):
        socket.create_connection((own, demo.port), timeout=3)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "demo.example"])  # noqa: S104
def test_another_address_than_loopback_is_refused(tmp_path, host):
    done = run(tmp_path / "demo", "--host", host)
    assert (done.returncode, done.stdout) == (2, "")
    assert host in done.stderr
    assert not (tmp_path / "demo").exists()


def test_a_port_in_use_is_told_before_anything_is_made(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run(tmp_path / "demo", "--port", str(port))
    assert done.returncode == 2
    assert f"PORT={port + 1} make demo" in done.stderr
    assert not (tmp_path / "demo").exists()


def test_a_folder_with_other_data_is_left_alone(tmp_path):
    (tmp_path / "draagkracht.sqlite3").write_bytes(b"somebody's data")
    done = run(tmp_path, "--fresh", "--prepare")
    assert done.returncode == 2
    assert [p.name for p in tmp_path.iterdir()] == ["draagkracht.sqlite3"]


def test_the_databases_of_this_machine_are_not_used(tmp_path):
    """Whatever the environment says: the demo makes its own databases in its own folder."""
    elsewhere = tmp_path / "real.sqlite3"
    data = tmp_path / "demo"
    done = run(data, "--prepare", DRAAGKRACHT_DATABASE_URL=f"sqlite:///{elsewhere}", DRAAGKRACHT_DEMO="0")
    assert done.returncode == 0, done.stderr
    assert not elsewhere.exists()
    assert json.loads((data / command.MARK).read_text()) == {"state": "ready"}
    people = rows(data, "SELECT pseudonym FROM people_person ORDER BY id")
    again = run(data, "--prepare")
    assert again.returncode == 0
    assert rows(data, "SELECT pseudonym FROM people_person ORDER BY id") == people, "a second start reuses the data"


def test_an_interrupted_demo_is_made_anew(tmp_path):
    data = tmp_path / "demo"
    data.mkdir()
    (data / "draagkracht.sqlite3").write_bytes(b"half")
    command.mark(data, "making")
    assert command.ready_folder(data, fresh=False)
    assert not data.exists()


def test_fresh_throws_the_demo_away_and_only_then(tmp_path):
    (tmp_path / "draagkracht.sqlite3").write_bytes(b"whole")
    command.mark(tmp_path, "ready")
    assert command.ready_folder(tmp_path, fresh=False)
    assert (tmp_path / "draagkracht.sqlite3").exists()
    assert command.ready_folder(tmp_path, fresh=True)
    assert not tmp_path.exists()


def test_a_running_demo_is_not_thrown_away(demo):
    done = run(demo.data, "--fresh", "--prepare")
    assert done.returncode == 2
    assert "Stop it first" in done.stderr


def test_the_end_of_the_command_is_the_end_of_all_its_processes(demo_data, tmp_path):
    copy = tmp_path / "demo"
    shutil.copytree(demo_data, copy)
    with RunningDemo(copy, free_port()) as running:
        until = time.monotonic() + 30
        while not (copy / "worker.heartbeat").exists() and time.monotonic() < until:
            time.sleep(0.1)
        worker = json.loads((copy / "worker.heartbeat").read_text())["pid"]
        os.kill(worker, 0)
        assert not command.free(running.port)
    assert command.free(running.port)
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


def test_six_waves_are_closed_and_published_and_one_is_open(demo_data):
    waves = rows(demo_data, "SELECT id, closed_at IS NOT NULL FROM surveys_wave ORDER BY opens_at")
    assert [closed for _, closed in waves] == [1, 1, 1, 1, 1, 1, 0]
    assert rows(demo_data, "SELECT wave_id FROM insights_release ORDER BY closed_on") == [(w,) for w, _ in waves[:-1]]
    complete = rows(
        demo_data,
        "SELECT wave_id, COUNT(*), COUNT(DISTINCT key_id), COUNT(DISTINCT sealed) FROM surveys_submission"
        " WHERE completed_on IS NOT NULL GROUP BY wave_id ORDER BY wave_id",
    )
    assert [wave for wave, *_ in complete] == [wave for wave, _ in waves]
    assert all(count == keys == sealed and count > 180 for _, count, keys, sealed in complete[:-1])
    assert 60 < complete[-1][1] < 140


def test_whoever_answered_had_agreed_on_that_day_at_the_latest(demo_data):
    late = rows(
        demo_data,
        "SELECT s.id FROM surveys_submission s WHERE NOT EXISTS (SELECT 1 FROM consent_grant g"
        " WHERE g.person_id = s.person_id AND g.purpose = 'measure' AND date(g.granted_at) <= s.completed_on)",
    )
    assert late == []


def test_the_past_did_not_happen_today(demo_data):
    """The acts of a past wave carry the time of that wave."""
    wrong = rows(
        demo_data,
        "SELECT w.id FROM surveys_wave w LEFT JOIN insights_release r ON r.wave_id = w.id"
        " WHERE date(w.opened_at) != date(w.opens_at)"
        " OR (w.closed_at IS NOT NULL AND (date(w.closed_at) != date(w.closes_at) OR date(r.released_at) != r.closed_on))",
    )
    assert wrong == []


def test_a_question_was_asked_about_a_trajectory_before_its_answer_was_there(demo_data):
    asked = rows(
        demo_data,
        "SELECT s.late, date(s.registered_at) < date(w.opened_at), date(e.released_at) >= date(w.closed_at), e.reason"
        " FROM insights_effectstudy s JOIN insights_releasedeffect e ON e.study_id = s.id"
        " JOIN surveys_wave w ON w.id = json_extract(s.waves, '$[1].id')",
    )
    assert len(asked) == 5 and set(asked) == {(0, 1, 1, "")}
