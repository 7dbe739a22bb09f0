"""All tests in parts that run side by side: most of them wait for real servers, each part for servers of its own.

On a starved machine a real server can miss a limit of its own. So a few failures are tried once more when every part has ended, and
whatever needed that is named at the end, as a fault to find. What a property test found fails again: hypothesis begins with it.
"""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

FAULTS: Final = Path("tests/faults")
STORIES: Final = ("tests/workflows", "tests/workers", "tests/bench")
STACKS: Final = ("tests/e2e", "tests/devstack")
FEW: Final = 3
"""More failures than these in one part are no accident, and stand."""
TESTS_FAILED: Final = 1
"""pytest's exit code when it ran to its end and some test failed."""


def parts() -> list[list[str]]:
    """What each part is told; every test is in one of them, also those of files that are new."""
    hurt = sorted(str(path) for path in FAULTS.glob("test_*.py"))
    rest = ["tests", f"--ignore={FAULTS}", *(f"--ignore={folder}" for folder in (*STORIES, *STACKS))]
    return [rest, [*STORIES], hurt[::2], [*hurt[1::2], *STACKS]]


@dataclass(frozen=True, slots=True)
class Part:
    """One pytest of its own; its room keeps what it prints until it has ended, and which of its tests failed."""

    tests: Sequence[str]
    room: Path
    process: subprocess.Popen[bytes]

    @classmethod
    def begin(cls, tests: Sequence[str], options: Sequence[str], room: Path) -> "Part":
        room.mkdir()
        command = [sys.executable, "-m", "pytest", "-o", f"cache_dir={room / 'cache'}", *options, *tests]
        with (room / "said").open("wb") as said:
            return cls(tests, room, subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT))

    def ended(self) -> int:
        """Wait for its end, show what it said; pytest's exit code."""
        code = self.process.wait()
        said = (self.room / "said").read_text(errors="replace")
        print(f"\n▸ {' '.join(self.tests)}\n", said, sep="", flush=True)
        return code

    def failures(self) -> list[str]:
        """The tests that failed, by their pytest ids."""
        noted = self.room / "cache" / "v" / "cache" / "lastfailed"
        return sorted(json.loads(noted.read_text())) if noted.exists() else []


def main(options: Sequence[str]) -> int:
    """Run every part with the same options, show what each says when it ends; 0 when all passed."""
    began, failed, again = time.monotonic(), 0, list[str]()
    with TemporaryDirectory() as rooms:
        running = [Part.begin(tests, options, Path(rooms, str(number))) for number, tests in enumerate(parts())]
        for part, code in [(part, part.ended()) for part in running]:
            if code == TESTS_FAILED and len(part.failures()) <= FEW:
                again += part.failures()
            else:
                failed += code != 0
        if again and not failed:
            failed += Part.begin(again, options, Path(rooms, "again")).ended() != 0
    if again and not failed:
        print("Passed in a second try only, each a fault to find:", *again, sep="\n  ")
    print(f"{len(running) - failed} of {len(running)} parts passed in {time.monotonic() - began:.0f} s")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
