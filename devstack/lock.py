"""One stack for each state directory."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devstack.errors import StateInUse
from devstack.place import make_state


@contextmanager
def locked(state: Path) -> Iterator[None]:
    """Hold a state directory; the kernel lets go of it however we end. Raises StateInUse."""
    make_state(state)
    with (state / "lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise StateInUse(
                f"another stack (process {holder}) runs on {state}: stop it, or choose another directory with --state"
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
