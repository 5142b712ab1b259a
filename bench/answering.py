"""What a complete answer costs the server: first page, a save for each of 20 answers, completion; then the page of thanks.

One client alone, and then eight at once, replay what the real page sends, against the real server with two workers; the
clients run in a process of their own. CPU is that of all processes of the server (/proc), in milliseconds for one complete
answer. Where two processors share a core, the same work costs more of it when both are busy: the two figures show how much.
"""

import argparse
import http.client
import json
import statistics
import subprocess
import sys
import threading
import time

import ground

HEADERS = {
    "Accept-Encoding": "gzip, deflate",
    "Accept-Language": "nl-BE",
    "User-Agent": "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 Mobile Safari/537.36",
}
CLIENTS, ALONE = 8, 40


class Person(threading.Thread):
    """Answers for everybody in a share of the list, one request after the other, as a browser does."""

    def __init__(self, place: dict, tokens: list[str], thanks: bool) -> None:
        super().__init__()
        self.thanks = thanks
        self.place, self.tokens = place, tokens
        self.line = http.client.HTTPConnection("127.0.0.1", place["port"], timeout=30)
        self.times: dict[str, list[float]] = {"page": [], "save": [], "complete": [], "thanks": []}

    def run(self) -> None:
        for token in self.tokens:
            self.answer(token)

    def answer(self, token: str) -> None:
        home = f"/a/{token}/"
        if self.thanks:
            self.ask("thanks", "GET", home, 200)
            return
        cookie = self.ask("page", "GET", home, 200)
        for number, code in enumerate(self.place["codes"], 1):
            body = {"v": self.place["version"], "a": [["tab1234", number, code, number % 5 + 1, number - 1]]}
            more = {"Content-Type": "application/json"}
            if number == 1:
                body["c"] = self.place["agreement"]
                more["Cookie"] = cookie
            self.ask("save", "POST", f"{home}save?l=nl", 200, json.dumps(body), more)
        form = f"version={self.place['version']}&rev=20&" + "&".join(
            f"q.{code}={number % 5 + 1}" for number, code in enumerate(self.place["codes"], 1)
        )
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json", "Cookie": cookie}
        self.ask("complete", "POST", f"{home}complete", 200, form, kind)

    def ask(self, kind: str, method: str, path: str, expected: int, body: str | None = None, more=None) -> str:
        before = time.perf_counter()
        self.line.request(method, path, body, {**HEADERS, **(more or {})})
        reply = self.line.getresponse()
        reply.read()
        self.times[kind].append(time.perf_counter() - before)
        if reply.status != expected:
            raise SystemExit(f"{kind}: {reply.status}")
        return (reply.getheader("Set-Cookie") or "").split(";")[0]


def replay(place: dict, tokens: list[str], thanks: bool = False) -> dict[str, list[float]]:
    """All requests of these people by so many clients at once; seconds by kind of request."""
    count = place["clients"]
    clients = [Person(place, tokens[number::count], thanks) for number in range(count)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return {kind: [t for client in clients for t in client.times[kind]] for kind in clients[0].times}


def measure(database: str, people: int) -> None:
    """Prints CPU for one complete answer and the 95th percentile of every kind of request."""
    with ground.ground(people + CLIENTS + ALONE, database) as place, ground.serving(place) as server:
        task = {"port": place.port, "codes": place.codes, "version": place.version, "agreement": place.agreement}
        task["clients"] = CLIENTS
        command = [sys.executable, __file__, "--replay"]
        warm = {**task, "tokens": place.people[:CLIENTS]}
        subprocess.run(command, input=json.dumps(warm), text=True, check=True, stdout=subprocess.DEVNULL)
        family = ground.family(server.pid)
        before = ground.cpu_seconds(family)
        single = {**task, "tokens": place.people[CLIENTS : CLIENTS + ALONE], "clients": 1}
        subprocess.run(command, input=json.dumps(single), text=True, check=True, stdout=subprocess.DEVNULL)
        alone = ground.cpu_seconds(family) - before
        before, started = ground.cpu_seconds(family), time.perf_counter()
        real = {**task, "tokens": place.people[CLIENTS + ALONE :]}
        ran = subprocess.run(command, input=json.dumps(real), text=True, check=True, stdout=subprocess.PIPE)
        middle, took = ground.cpu_seconds(family), time.perf_counter() - started
        real["thanks"] = True
        subprocess.run(command, input=json.dumps(real), text=True, check=True, stdout=subprocess.DEVNULL)
        spent, after = middle - before, ground.cpu_seconds(family) - middle
    times = {kind: values for kind, values in json.loads(ran.stdout).items() if values}
    every = [t for kind in times.values() for t in kind]
    told = ", ".join(f"{kind} {percentile(values) * 1000:.0f}" for kind, values in times.items())
    sys.stdout.write(
        f"{database}: {alone / ALONE * 1000:.1f} ms of server CPU for a complete answer by one client alone, "
        f"{spent / people * 1000:.1f} ms with {CLIENTS} at once (budget 50), "
        f"and {after / people * 1000:.1f} ms for the page of thanks; "
        f"p95 {percentile(every) * 1000:.0f} ms (budget 300; {told}), {people / took:.1f} people a second\n"
    )


def percentile(values: list[float], share: int = 95) -> float:
    return statistics.quantiles(values, n=100)[share - 1] if len(values) > 1 else values[0]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=120)
    parser.add_argument("--database", action="append", choices=["sqlite", "postgresql"])
    parser.add_argument("--replay", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.replay:
        task = json.load(sys.stdin)
        sys.stdout.write(json.dumps(replay(task, task["tokens"], task.get("thanks", False))))
        return 0
    for database in options.database or ["sqlite", "postgresql"]:
        if database == "postgresql" and not ground.postgresql_there():
            sys.stdout.write("postgresql: NOT MEASURED, no server answers on 127.0.0.1\n")
            return 1
        measure(database, options.people)
    return 0


if __name__ == "__main__":
    sys.exit(main())
