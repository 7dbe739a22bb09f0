"""What the embedded servers have in common: prepared once, started as a process, ready by their own word."""

import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Final, Self

from devstack.errors import StackError
from devstack.place import private_log
from devstack.process import Command, end

_POLL_S: Final = 0.02


class Server(ABC):
    """A server with its own data directory. As a context manager it runs from entry to exit.

    The supervisor uses `prepare`, `command` and `is_ready`; everybody else `start` and `stop`.
    """

    name: str
    log: Path
    """Where output goes when nobody supervises."""
    process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def prepare(self) -> None:
        """Make everything that must be there before the process can start. Safe to repeat; may take a second."""

    @abstractmethod
    def command(self) -> Command:
        """The process to start."""

    @abstractmethod
    def is_ready(self, pid: int) -> bool:
        """Whether the process with this id answers."""

    def start(self) -> Self:
        """Prepare, start and wait until it answers. Raises StackError."""
        self.prepare()
        command = self.command()
        with private_log(self.log) as log:
            self.process = subprocess.Popen(command.argv, stdout=log, stderr=log, **command.options())
        self.wait_ready()
        return self

    def wait_ready(self, timeout_s: float = 30.0) -> None:
        """Wait until the server answers. Raises StackError when it ends or is too slow."""
        assert self.process is not None, "started before waited for"
        deadline = time.monotonic() + timeout_s
        while not self.is_ready(self.process.pid):
            if self.process.poll() is not None:
                raise StackError(f"{self.name} ended with code {self.process.returncode}: {self._last_words()}")
            if time.monotonic() > deadline:
                self.stop()
                raise StackError(f"{self.name} did not answer within {timeout_s:g} s: {self._last_words()}")
            time.sleep(_POLL_S)

    def stop(self, grace_s: float = 8.0) -> None:
        """Stop cleanly, by force after `grace_s`. Stopping a stopped server does nothing."""
        if self.process is not None:
            end(self.process, self.command(), grace_s=grace_s)
            self.process = None
            self.close()

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-5:])

    def close(self) -> None:  # noqa: B027 - most servers hold nothing of ours
        """Give back what this object itself holds, after the process has ended."""

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
