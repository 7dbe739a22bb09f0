"""Who watches a stack: a terminal, or a file for tests and benchmarks."""

import io
import time
from pathlib import Path
from typing import Final, Protocol

from rich.console import Console
from rich.markup import escape

from devstack.place import private_log

_WIDTH: Final = 12
_COLOURS: Final = ("cyan", "magenta", "green", "yellow", "blue", "bright_red")


class Observer(Protocol):
    """Hears of every step of a process's life and every line that it says."""

    def step(self, name: str, text: str) -> None:
        """Something happened to a process."""

    def line(self, name: str, text: str) -> None:
        """A process said something."""


class Terminal:
    """Lines with the speaker's name in front, coloured on a terminal and plain in a pipe."""

    def __init__(self, console: Console, *, lines: bool = True) -> None:
        self._console = console
        self._lines = lines
        self._colours: dict[str, str] = {}

    def step(self, name: str, text: str) -> None:
        """Say what happened to a process."""
        self._say(name, f"[bold]{escape(text)}[/bold]")

    def line(self, name: str, text: str) -> None:
        """Repeat what a process said, unless its lines are not wanted."""
        if self._lines:
            self._say(name, escape(text))

    def _say(self, name: str, markup: str) -> None:
        colour = self._colours.setdefault(name, _COLOURS[len(self._colours) % len(_COLOURS)])
        self._console.print(f"[{colour}]{name:<{_WIDTH}}│[/{colour}] {markup}", highlight=False, soft_wrap=True)


class LogFile:
    """Everything in one file, with the time (UTC)."""

    def __init__(self, path: Path) -> None:
        self._file = io.TextIOWrapper(private_log(path), line_buffering=True)

    def step(self, name: str, text: str) -> None:
        """Write down what happened to a process."""
        self._write(name, f"* {text}")

    def line(self, name: str, text: str) -> None:
        """Write down what a process said."""
        self._write(name, text)

    def close(self) -> None:
        """Write no more."""
        self._file.close()

    def _write(self, name: str, text: str) -> None:
        now = time.time()
        clock = time.strftime("%H:%M:%S", time.gmtime(now)) + f".{int(now * 1000) % 1000:03d}"
        self._file.write(f"{clock} {name:<{_WIDTH}}│ {text}\n")
