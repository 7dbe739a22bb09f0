"""A process that does one thing and ends, like the migrations."""

import asyncio

from devstack.errors import StackError
from devstack.observer import Observer
from devstack.process import Command, signal_group


async def run_to_end(name: str, command: Command, observer: Observer) -> None:
    """Run a command, showing what it says. Raises StackError with all of it when it fails."""
    observer.step(name, "running")
    process = await asyncio.create_subprocess_exec(
        *command.argv, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, **command.options()
    )
    try:
        said, _ = await process.communicate()
    except BaseException:
        signal_group(process.pid, command.death_signal)
        raise
    lines = said.decode(errors="replace").splitlines()
    for line in lines:
        observer.line(name, line)
    if process.returncode != 0:
        raise StackError(f"{name} failed with code {process.returncode}:\n    " + "\n    ".join(lines[-8:]))
    observer.step(name, "done")
