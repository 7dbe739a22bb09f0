"""The README's first command, run as people run it: in a pipe, at a terminal, and interrupted."""

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from devstack.place import throwaway_state

HOUSE = Path(__file__).parents[2]
CHECKS = 5


@pytest.fixture(scope="module")
def state() -> Iterator[Path]:
    """One for all tests: a later demonstration on a used state must work like the first."""
    with throwaway_state() as state:
        yield state


def command(state: Path, *options: str) -> list[str]:
    free = ("--port", "0", "--temporal-port", "0", "--ui-port", "0", "--window-s", "0.5")
    return [sys.executable, "-m", "deltran", "demo", "--state", str(state), *free, *options]


def test_in_a_pipe_it_tells_everything_and_leaves(state: Path) -> None:
    done = subprocess.run(
        command(state, "--once", "--yes"), cwd=HOUSE, capture_output=True, text=True, timeout=150, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert done.stdout.count("✓") == CHECKS
    assert "14 of 14 payments" in done.stdout
    for word in ("held", "parked", "early", "AM04", "RC04", "CUST", "1,250,000 JPY", "3,141.592 KWD", "settled as one"):
        assert word in done.stdout, word
    assert "\x1b" not in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()) <= 120


def test_at_a_terminal_it_asks_and_stays_until_ctrl_c(state: Path) -> None:
    with Person(command(state)) as person:
        person.waits_for("(approve/reject)")
        person.types("perhaps\n")
        person.waits_for("(approve/reject)", times=2)
        person.types("reject\n")
        person.waits_for("Press Ctrl-C to stop.")
        person.types("\x03")
        assert person.leaves() == 0
    assert person.seen.count("✓") == CHECKS
    assert "RR04: listed name" in person.seen
    assert "Everything has stopped." in person.seen


def test_an_interrupted_one_stops_everything(state: Path) -> None:
    with Person(command(state)) as person:
        person.waits_for("(approve/reject)")
        person.interrupts()
        assert person.leaves() == 130
    assert "Everything has stopped." in person.seen


class Person:
    """Somebody at a terminal of 100 columns."""

    def __init__(self, argv: list[str]) -> None:
        self.seen = ""
        self._terminal, theirs = os.openpty()
        self._process = subprocess.Popen(
            argv,
            cwd=HOUSE,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=os.environ | {"TERM": "xterm", "COLUMNS": "100", "LINES": "50"},
            preexec_fn=lambda: os.login_tty(0),  # Ctrl-C is a signal only on a controlling terminal.
        )
        os.close(theirs)

    def waits_for(self, text: str, *, times: int = 1, within_s: float = 90) -> None:
        deadline = time.monotonic() + within_s
        while self.seen.count(text) < times:
            assert time.monotonic() < deadline, self.seen
            assert self._looks(), self.seen

    def types(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    def interrupts(self) -> None:
        self._process.send_signal(signal.SIGINT)

    def leaves(self, within_s: float = 20) -> int:
        deadline = time.monotonic() + within_s
        while self._looks():
            assert time.monotonic() < deadline, self.seen
        return self._process.wait(5)

    def _looks(self) -> bool:
        """Read what is new; False when the other side is gone."""
        if not select.select([self._terminal], [], [], 0.2)[0]:
            return True
        try:
            new = os.read(self._terminal, 65536)
        except OSError:
            return False
        self.seen += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", new.decode(errors="replace"))
        return bool(new)

    def __enter__(self) -> "Person":
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(15)
        os.close(self._terminal)
