"""A demo of its own for journeys and pictures: made by the real command, served by it, on a free port."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

COMMAND = [sys.executable, "-c", "import sys; from draagkracht.config.command import main; sys.exit(main())", "demo"]
SOURCE = Path(__file__).resolve().parent.parent / "src"


def environment(data: Path) -> dict[str, str]:
    """What the command sees: English for what it prints, its own folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DRAAGKRACHT_", "DJANGO_"))}
    return kept | {"DRAAGKRACHT_DATA": str(data), "LANG": "en_GB.UTF-8", "PYTHONPATH": str(SOURCE)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def chromium() -> str | None:
    """Where Chromium is: CHROMIUM, else what Debian calls it."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def launch(playwright):
    """Chromium, without anything that it would do behind the page's back."""
    quiet = ("background-networking", "component-update", "sync", "default-apps", "extensions")
    arguments = ["--no-sandbox", "--no-first-run", *(f"--disable-{name}" for name in quiet)]
    return playwright.chromium.launch(executable_path=chromium(), args=arguments)


class RunningDemo:
    """Use as a context manager. `links[role]` signs in, `root` is the address of the front page, `mail` its folder."""

    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port = data, port
        self.root = f"http://localhost:{self.port}"
        self.mail = data / "mail"
        self.links: dict[str, str] = {}

    def __enter__(self) -> "RunningDemo":
        words = [*COMMAND, "--port", str(self.port)]
        log = (self.data.parent / f"{self.data.name}.log").open("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            words, env=environment(self.data), stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            self._wait(log.name)
        except BaseException:
            self.__exit__()
            raise
        printed = Path(log.name).read_text(encoding="utf-8")
        for label, link in re.findall(r"^  (\S[^:\n]*): [^\n]*\n    (http\S+)", printed, flags=re.M):
            self.links[label] = link
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _wait(self, log: str) -> None:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            if self._process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.root}/healthz/ready", timeout=5) as answer:  # noqa: S310
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise RuntimeError(f"the demo does not answer:\n{Path(log).read_text(encoding='utf-8')}")

    def personal_link(self, email: str) -> str:
        """The link in the invitation that was mailed to this address; the background work delivers it."""
        until = time.monotonic() + 120
        while time.monotonic() < until:
            for path in self.mail.glob("*.eml") if self.mail.exists() else ():
                text = path.read_bytes()
                if email.encode() in text:
                    return self._link_in(text)
            time.sleep(0.3)
        raise AssertionError(f"no mail for {email} in {self.mail}")

    def _link_in(self, raw: bytes) -> str:
        import email
        from email import policy

        message = email.message_from_bytes(raw, policy=policy.default)
        body = message.get_body(("plain",))
        assert body is not None
        return re.search(rf"{re.escape(self.root)}/a/\S+", body.get_content()).group()  # type: ignore[union-attr]


def make(data: Path, port: int) -> None:
    """Fills a folder with the demo, without serving it. Links in its mails name the port."""
    done = subprocess.run(
        [*COMMAND, "--prepare", "--port", str(port)], env=environment(data), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
