"""One supervised process: started, listened to, restarted when it dies, stopped in time."""

import asyncio
import os
import signal
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from devstack.errors import StackError
from devstack.observer import Observer
from devstack.process import signal_group
from devstack.server import Server

_POLL_S: Final = 0.02
_LONGEST_LINE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a process may die before the stack gives up. Times in seconds."""

    first_pause_s: float = 0.1
    longest_pause_s: float = 5.0
    unready_deaths: int = 8
    """Deaths in a row without having been ready: it will never start."""
    deaths: int = 20
    within_s: float = 60.0
    """More than `deaths` within this time: it does not keep standing."""
    ready_within_s: float = 60.0

    def pause_s(self, unready: int) -> float:
        """How long to wait before the next start: longer each time, up to a cap."""
        return float(min(self.first_pause_s * 2**unready, self.longest_pause_s))


class Member:
    """A server under supervision. `ready` is set while it answers; `failed` is the future of its giving up."""

    def __init__(self, server: Server, observer: Observer, patience: Patience | None = None) -> None:
        self.name = server.name
        self.ready = asyncio.Event()
        self.restarts = 0
        self._server = server
        self._observer = observer
        self._patience = patience or Patience()
        self._process: asyncio.subprocess.Process | None = None
        self._listener: asyncio.Task[None] | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._last_words: deque[str] = deque(maxlen=8)
        self._leaving = False

    @property
    def pid(self) -> int | None:
        """The process id, None between two lives."""
        alive = self._process is not None and self._process.returncode is None
        return self._process.pid if alive and self._process is not None else None

    async def start(self) -> None:
        """Start and wait until it answers. Raises StackError with its last words."""
        self._observer.step(self.name, "starting")
        begun = time.monotonic()
        await self._spawn()
        self._observer.step(self.name, f"ready after {time.monotonic() - begun:.1f} s")

    def watch(self) -> asyncio.Task[None]:
        """From now on, restart it when it dies. The task ends with StackError when patience is over."""
        self._watcher = asyncio.create_task(self._keep_alive(), name=f"watch {self.name}")
        return self._watcher

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to the process itself (its children are its own affair)."""
        assert self.pid is not None, f"{self.name} is not running"
        signal_group(self.pid, number, whole=False)

    async def stop(self, grace_s: float) -> None:
        """End it cleanly, after `grace_s` by force, with every process of its session."""
        self._leaving = True
        self.ready.clear()
        if self._watcher is not None:
            self._watcher.cancel()
            with suppress(asyncio.CancelledError, StackError):
                await self._watcher
        await self._end(grace_s)
        self._server.close()

    async def _spawn(self) -> None:
        await asyncio.to_thread(self._server.prepare)
        command = self._server.command()
        # A pipe of our own: asyncio's would keep wait() waiting for whoever inherited it, long after the death.
        ours, theirs = os.pipe()
        try:
            self._process = await asyncio.create_subprocess_exec(
                *command.argv, stdout=theirs, stderr=theirs, **command.options()
            )
        except BaseException:
            os.close(ours)
            raise
        finally:
            os.close(theirs)
        self._listener = asyncio.create_task(self._listen(ours), name=f"listen {self.name}")
        await self._until_ready(self._process)
        self.ready.set()

    async def _until_ready(self, process: asyncio.subprocess.Process) -> None:
        deadline = time.monotonic() + self._patience.ready_within_s
        while not await asyncio.to_thread(self._server.is_ready, process.pid):
            if process.returncode is not None:
                await self._hear_the_rest()
                raise StackError(f"{self.name} ended before it was ready (code {process.returncode}){self._quote()}")
            if time.monotonic() > deadline:
                await self._end(1.0)
                raise StackError(f"{self.name} was not ready after {self._patience.ready_within_s:g} s{self._quote()}")
            await asyncio.sleep(_POLL_S)

    async def _keep_alive(self) -> None:
        deaths: deque[float] = deque()
        unready = 0
        while True:
            assert self._process is not None, "watched after it was started"
            code = await self._process.wait()
            if self._leaving:
                return
            signal_group(self._process.pid, signal.SIGKILL)  # Its children would hold its port and its files.
            unready = 0 if self.ready.is_set() else unready + 1
            self.ready.clear()
            deaths.append(time.monotonic())
            while deaths[0] < time.monotonic() - self._patience.within_s:
                deaths.popleft()
            if unready >= self._patience.unready_deaths or len(deaths) > self._patience.deaths:
                raise StackError(f"{self.name} does not stay up: {len(deaths)} deaths, code {code}{self._quote()}")
            pause_s = self._patience.pause_s(unready)
            self._observer.step(self.name, f"ended with code {code}, restarting in {pause_s:.1f} s")
            await asyncio.sleep(pause_s)
            self.restarts += 1
            try:
                await self.start()
            except StackError as wrong:
                self._observer.step(self.name, str(wrong))

    async def _end(self, grace_s: float) -> None:
        process = self._process
        if process is None:
            return
        if process.returncode is None:
            signal_group(process.pid, self._server.command().stop_signal, whole=False)
        try:
            await asyncio.wait_for(process.wait(), grace_s)
        except TimeoutError:
            self._observer.step(self.name, f"did not stop within {grace_s:.1f} s: killed")
        signal_group(process.pid, signal.SIGKILL)  # Whoever is left of its session.
        await process.wait()
        await self._hear_the_rest()

    async def _listen(self, pipe: int) -> None:
        reader = asyncio.StreamReader(limit=_LONGEST_LINE)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(pipe, "rb", buffering=0)
        )
        try:
            while True:
                with suppress(ValueError):  # A line longer than anybody would read.
                    raw = await reader.readline()
                    if not raw:
                        return
                    self._hear(raw.decode(errors="replace").rstrip())
        finally:
            transport.close()

    async def _hear_the_rest(self) -> None:
        """Read what a dead process said last, unless somebody whom it left behind still holds the pipe."""
        if self._listener is not None:
            await asyncio.wait([self._listener], timeout=1.0)
            self._listener.cancel()

    def _hear(self, line: str) -> None:
        self._last_words.append(line)
        if not self._leaving:
            self._observer.line(self.name, line)

    def _quote(self) -> str:
        return "".join(f"\n    {line}" for line in self._last_words)
