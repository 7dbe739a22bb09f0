"""One of our own Python processes, as the supervisor starts it: it says itself when it is ready (sd_notify)."""

import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from devstack.process import Command
from devstack.server import Server

_CHECKOUT: Final = Path(__file__).parents[1]


class Program(Server):
    """`python …` with the settings of the stack; `notify` is where its socket for news is made."""

    def __init__(self, name: str, words: Sequence[str], *, env: Mapping[str, str], notify: Path, log: Path) -> None:
        self.name = name
        self.log = log
        self._words = words
        self._env = env
        self._address = notify / f"{name}.sock"
        self._socket: socket.socket | None = None
        self._told = False

    def prepare(self) -> None:
        """A fresh socket for every start: news of a dead predecessor is not ours."""
        self.close()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind(str(self._address))
        self._told = False

    def command(self) -> Command:
        """Our interpreter, which finds our packages before those of the current directory (-P) or any other."""
        env = {
            **self._env,
            "NOTIFY_SOCKET": str(self._address),
            "PYTHONPATH": str(_CHECKOUT),
            "PYTHONUNBUFFERED": "1",
        }
        return Command((sys.executable, "-P", *self._words), env=env)

    def is_ready(self, pid: int) -> bool:
        """Whether it has said READY=1."""
        assert self._socket is not None, "prepared before asked"
        try:
            while not self._told:
                self._told = b"READY=1" in self._socket.recv(4096).split(b"\n")
        except BlockingIOError:
            pass
        return self._told

    def close(self) -> None:
        """Listen no more."""
        if self._socket is not None:
            self._socket.close()
        self._address.unlink(missing_ok=True)
