"""Processes in stages: each stage starts when the one before is ready, and they stop in reverse."""

import asyncio
import signal
import time
from collections.abc import Sequence
from typing import Final

from devstack.errors import StackError
from devstack.member import Member, Patience
from devstack.observer import Observer
from devstack.server import Server

_STOP_S: Final = 9.0
"""For everything together: service managers and people lose patience at ten."""
_GRACE_S: Final = 5.0
_RESERVE_S: Final = 1.0
"""What every stage that still has to stop may count on."""


class Stages:
    """Supervises servers. Only the main thread may start them: the kernel ends a process whose starting thread ended."""

    def __init__(self, observer: Observer, patience: Patience | None = None) -> None:
        self._observer = observer
        self._patience = patience
        self._stages: list[list[Member]] = []
        self._watchers: set[asyncio.Task[None]] = set()

    async def launch(self, servers: Sequence[Server]) -> None:
        """Start some servers side by side and watch over them once all are ready. Raises StackError."""
        members = [Member(server, self._observer, self._patience) for server in servers]
        self._stages.append(members)
        starts = [asyncio.create_task(member.start()) for member in members]
        try:
            await asyncio.gather(*starts)
        except BaseException:
            for start in starts:
                start.cancel()
            await asyncio.gather(*starts, return_exceptions=True)
            raise
        self._watchers |= {member.watch() for member in members}

    async def stop(self) -> None:
        """End everything in reverse order, by force where ten seconds would not do."""
        deadline = time.monotonic() + _STOP_S
        while self._stages:
            stage = self._stages.pop()
            left_s = deadline - time.monotonic() - len(self._stages) * _RESERVE_S
            grace_s = max(_RESERVE_S / 2, min(_GRACE_S, left_s))
            await asyncio.gather(*(member.stop(grace_s) for member in stage))

    async def failure(self) -> StackError:
        """Wait until some process has used up its restarts."""
        done, _ = await asyncio.wait(self._watchers, return_when=asyncio.FIRST_COMPLETED)
        return StackError("; ".join(str(task.exception()) for task in done))

    async def until_ready(self, *names: str) -> None:
        """Wait until these members (default: all) answer, for example after a kill."""
        await asyncio.gather(*(self.member(name).ready.wait() for name in names or self.names()))

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to one member; it is restarted as after any other death."""
        self.member(name).kill(number)

    def pids(self) -> dict[str, int]:
        """Process ids of the members that live at this moment."""
        return {member.name: member.pid for member in self._members() if member.pid is not None}

    def restarts(self) -> dict[str, int]:
        """How often each member was started again."""
        return {member.name: member.restarts for member in self._members()}

    def names(self) -> list[str]:
        """The members in the order of their start."""
        return [member.name for member in self._members()]

    def member(self, name: str) -> Member:
        """One member by name. Raises KeyError."""
        return {member.name: member for member in self._members()}[name]

    def _members(self) -> list[Member]:
        return [member for stage in self._stages for member in stage]
