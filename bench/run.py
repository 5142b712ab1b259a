"""`make bench`: runs every measurement of this folder, one after the other, and prints what each printed.

Each is a program of its own (`.venv/bin/python bench/answering.py`), so that one can be run alone. A program that fails
ends the run with its exit code: a figure that could not be measured is never left out in silence.
"""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
ORDER = ("scoring.py", "reliability.py", "breakdown.py", "release.py", "answering.py", "page_budget.py", "kills.py")


def main() -> int:
    failed = 0
    for name in ORDER:
        sys.stdout.write(f"\n== {name}\n")
        sys.stdout.flush()
        failed |= subprocess.run([sys.executable, str(FOLDER / name)], check=False).returncode
    return failed


if __name__ == "__main__":
    sys.exit(main())
