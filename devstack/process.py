"""How one process is started, tied to our life, and stopped for certain."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_LIBC: Final = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG: Final = 1


@dataclass(frozen=True, slots=True)
class Owner:
    """The user that a process runs as, when it may not run as ours."""

    uid: int
    gid: int

    def options(self) -> dict[str, Any]:
        """Keyword arguments for subprocess; our own directory may be closed to this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": [], "cwd": "/"}


@dataclass(frozen=True, slots=True)
class Command:
    """One process as it will be started: its words, its whole environment and the signals that end it."""

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    owner: Owner | None = None
    """None: our own user."""
    stop_signal: signal.Signals = signal.SIGTERM
    """What asks for a clean end."""
    death_signal: signal.Signals = signal.SIGKILL
    """What the kernel sends when we die without having said goodbye (Linux only)."""

    def options(self) -> dict[str, Any]:
        """Keyword arguments for subprocess: own session, so that Ctrl-C reaches us alone and we stop it in order."""
        return {
            "env": dict(self.env),
            "stdin": subprocess.DEVNULL,
            "start_new_session": True,
            "umask": 0o077,
            # It runs after the change of user, which would otherwise clear the wish again.
            "preexec_fn": _tie_to_parent(self.death_signal, os.getpid()),
            **({} if self.owner is None else self.owner.options()),
        }


def end(process: subprocess.Popen[bytes], command: Command, *, grace_s: float) -> int:
    """Stop a process politely, then by force once `grace_s` is over. Returns its exit code."""
    signal_group(process.pid, command.stop_signal, whole=False)
    try:
        return process.wait(grace_s)
    except subprocess.TimeoutExpired:
        signal_group(process.pid, signal.SIGKILL)
        return process.wait()


def signal_group(pid: int, number: signal.Signals, *, whole: bool = True) -> None:
    """Signal a process, or its whole session; one that has ended already is no error."""
    try:
        (os.killpg if whole else os.kill)(pid, number)
    except ProcessLookupError:
        return


def _tie_to_parent(death_signal: signal.Signals, parent: int) -> Callable[[], None]:
    """Make the kernel end the child when the thread that starts it ends: start children from the main thread."""

    def tie() -> None:
        if _LIBC is None:
            return
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # We died before the wish was made.
            os.kill(os.getpid(), signal.SIGKILL)

    return tie
