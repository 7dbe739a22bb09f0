import asyncio
import time
from collections.abc import Callable
from pathlib import Path


def eventually(happens: Callable[[], bool], *, within_s: float = 15.0) -> None:
    """Ask again and again until it happens; fail when the time is over."""
    deadline = time.monotonic() + within_s
    while not happens():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


async def eventually_async(happens: Callable[[], bool], *, within_s: float = 15.0) -> None:
    """The same, for what happens in this event loop."""
    deadline = time.monotonic() + within_s
    while not happens():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)


def gone(pid: int) -> bool:
    """Whether a process has ended, buried by its parent or not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True
