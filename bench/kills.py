"""Kills the server (-9) again and again while answers are being saved; then reads what is stored.

Every acknowledged answer must be there with its value, and everything stored must open and be whole. The clients do what
the page does: keep an answer until it was acknowledged, and send it again.
"""

import argparse
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time

import ground

CLIENTS = 6


class Person(threading.Thread):
    """Answers one questionnaire over and over, until told to stop; remembers what was acknowledged last."""

    def __init__(self, place: ground.Ground, token: str, over: threading.Event) -> None:
        super().__init__(daemon=True)
        self.place, self.token, self.over = place, token, over
        self.acknowledged: dict[str, int] = {}
        self.waiting: dict[str, int] = {}
        self.count = self.retries = 0

    def run(self) -> None:
        while not self.over.is_set():
            self.count += 1
            code, value = self.place.codes[self.count % 20], random.randint(1, 5)
            self.waiting = {code: value}
            while not self.over.is_set() and not self.send(code, value):
                self.retries += 1
                time.sleep(0.01)

    def send(self, code: str, value: int) -> bool:
        body = {"v": self.place.version, "c": self.place.agreement, "a": [["tab", self.count, code, value, None]]}
        line = http.client.HTTPConnection("127.0.0.1", self.place.port, timeout=5)
        try:
            headers = {"Content-Type": "application/json"}
            line.request("POST", f"/a/{self.token}/save", json.dumps(body), headers)
            reply = line.getresponse()
            reply.read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()
        if reply.status == 200:
            self.acknowledged[code] = value
            self.waiting = {}
            return True
        if reply.status < 500:
            raise SystemExit(f"a save was refused: {reply.status}")
        return False


def kill_all(place: ground.Ground, times: int) -> tuple[list[Person], int]:
    """Runs the clients through that many kills; half of them hit a worker, half the whole server."""
    over = threading.Event()
    people = [Person(place, token, over) for token in place.people[:CLIENTS]]
    server = ground.start(place)
    for person in people:
        person.start()
    killed = 0
    while killed < times:
        time.sleep(random.uniform(0.05, 0.35))
        family = ground.family(server.pid)
        if killed % 10 == 9 or len(family) == 1:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
            server = ground.start(place)
        else:
            os.kill(random.choice(family[1:]), signal.SIGKILL)
        killed += 1
    time.sleep(1)
    over.set()
    for person in people:
        person.join(20)
    os.killpg(server.pid, signal.SIGTERM)
    server.wait(20)
    return people, killed


def inspect(place: ground.Ground, tokens: list[str]) -> list[dict]:
    """What is stored, read by a process of its own: {"answers", "rev"} by person, or {"broken": reason}."""
    ran = subprocess.run(
        [sys.executable, __file__, "--inspect", *tokens], env=place.environment, check=True, stdout=subprocess.PIPE
    )
    return json.loads(ran.stdout)


def read(tokens: list[str]) -> list[dict]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "draagkracht.config.settings"
    import django

    django.setup()
    from draagkracht.surveys import entry
    from draagkracht.surveys.actions.answering import opened_payload

    found = []
    for token in tokens:
        try:
            payload = opened_payload(entry.find(token))
            found.append({"answers": payload["answers"], "rev": payload["rev"]})
        except Exception as error:  # whatever it is, it is the finding
            found.append({"broken": repr(error)})
    return found


def judge(people: list[Person], stored: list[dict]) -> int:
    """How many acknowledged answers are lost or wrong; what was under way at the end may be there or not."""
    lost = 0
    for person, row in zip(people, stored, strict=True):
        if "broken" in row:
            sys.stdout.write(f"half-written: {row['broken']}\n")
            lost += 1
            continue
        for code, value in person.acknowledged.items():
            allowed = {value, person.waiting.get(code, value)}
            lost += row["answers"].get(code) not in allowed
    return lost


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=60, help="300 for the proof")
    parser.add_argument("--database", default="sqlite", choices=["sqlite", "postgresql"])
    parser.add_argument("--inspect", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inspect:
        sys.stdout.write(json.dumps(read(options.inspect)))
        return 0
    with ground.ground(CLIENTS, options.database) as place:
        people, killed = kill_all(place, options.kills)
        stored = inspect(place, [person.token for person in people])
    lost = judge(people, stored)
    saved, retries = sum(person.count for person in people), sum(person.retries for person in people)
    sys.stdout.write(
        f"{options.database}: {killed} kills (-9), {saved} answers acknowledged, {retries} sent again: "
        f"{lost} lost or half-written\n"
    )
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
