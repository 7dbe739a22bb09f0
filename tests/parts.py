"""All tests in parts that run side by side: most of them wait for real servers, each part for servers of its own."""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

FAULTS: Final = Path("tests/faults")
ALONE: Final = ("tests/workflows", "tests/e2e", "tests/devstack")


def parts() -> list[list[str]]:
    """What each part is told; every test is in one of them, also those of files that are new."""
    hurt = sorted(str(path) for path in FAULTS.glob("test_*.py"))
    rest = ["tests", f"--ignore={FAULTS}", *(f"--ignore={folder}" for folder in ALONE)]
    stories, *stacks = ALONE
    return [rest, [stories], hurt[::2], [*hurt[1::2], *stacks]]


def main(options: Sequence[str]) -> int:
    """Run every part with the same options, show what each says when it ends; 0 when all passed."""
    began, running = time.monotonic(), []
    for part in parts():
        said = TemporaryFile()  # noqa: SIM115 - read when the part has ended
        command = [sys.executable, "-m", "pytest", *options, *part]
        running.append((part, said, subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT)))
    failed = 0
    for part, said, process in running:
        failed += process.wait() != 0
        said.seek(0)
        print(f"\n▸ {' '.join(part)}\n", said.read().decode(errors="replace"), sep="", flush=True)
    print(f"{len(running) - failed} of {len(running)} parts passed in {time.monotonic() - began:.0f} s")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
