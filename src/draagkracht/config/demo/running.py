"""Runs the web server and the background work of the demo as two child processes, and ends both together."""

import signal
import subprocess
import sys
import time

RUN = "import sys; from draagkracht.config.command import main; sys.exit(main())"


def serve(port: int) -> int:
    """Serves until Ctrl-C, SIGTERM, or until one of the two ends; then ends the other. The exit code of what failed."""
    for number in (signal.SIGINT, signal.SIGTERM):
        # Also Ctrl-C: a shell that starts us in the background makes us deaf to it.
        signal.signal(number, _stop)
    children: list[subprocess.Popen] = []
    try:
        children.append(_start("serve", "--host", "127.0.0.1", "--port", str(port)))
        children.append(_start("work"))
        while all(child.poll() is None for child in children):
            time.sleep(0.2)
        return max(child.poll() or 0 for child in children)
    except KeyboardInterrupt:
        return 0
    finally:
        _end(children)


def _start(*words: str) -> subprocess.Popen:
    # Ctrl-C reaches the whole group of the terminal: the children hear it from their parent only, and end in order.
    return subprocess.Popen(  # noqa: S603  (own program, fixed words)
        [sys.executable, "-c", RUN, *words], start_new_session=True
    )


def _stop(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _end(children: list[subprocess.Popen]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
