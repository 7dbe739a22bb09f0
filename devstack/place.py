"""Where a server may keep its data, and whose it is: as root PostgreSQL runs as nobody, who reaches fewer places."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Self

from devstack import pgbin
from devstack.errors import StackError
from devstack.process import Owner

_NOBODY: Final = Owner(uid=65534, gid=65534)
_SHELF: Final = Path("/var/lib/deltran")
_SOCKET_PATH_MAX: Final = 100
"""Bytes; the kernel takes 107, some systems 103."""


@dataclass(frozen=True, slots=True)
class Place:
    """A directory for a server's data and the user it belongs to (None: ourselves)."""

    root: Path
    owner: Owner | None
    shelf: Path = _SHELF
    """Where root keeps what the owner must reach and a private home would hide."""

    @classmethod
    def of(cls, state: Path) -> Self:
        """The place for a stack's state: the state directory itself whenever the server's user can reach it."""
        if os.geteuid() != 0:
            return cls(state, None)
        make_state(state)
        if pgbin.reachable(state, _NOBODY):
            return cls(state, _NOBODY)
        return cls(_SHELF / fingerprint(state), _NOBODY)

    def make(self) -> None:
        """Make the root, passable for its owner."""
        if self.owner is not None:
            passable_directory(self.shelf)
            passable_directory(self.root)
        if self.owner is not None and not pgbin.reachable(self.root, self.owner):
            raise StackError(f"user {self.owner.uid} cannot reach {self.root}; choose another --state")

    def give(self, directory: Path) -> None:
        """Make a private directory that belongs to the owner."""
        private_directory(directory, self.owner)


def passable_directory(directory: Path) -> None:
    """Make a directory that others may pass through, whatever our umask says; an existing one stays as it is."""
    if not directory.exists():
        passable_directory(directory.parent)
        directory.mkdir()
        directory.chmod(0o755)


def make_state(state: Path) -> None:
    """Make a state directory: nobody else may list it, but as root the server's user must be able to pass."""
    if not state.exists():
        state.mkdir(parents=True)
        state.chmod(0o711 if os.geteuid() == 0 else 0o700)


@contextmanager
def throwaway_state() -> Iterator[Path]:
    """A state directory that is gone afterwards, with everything that a server kept elsewhere for it."""
    state = Path(tempfile.mkdtemp(prefix="deltran-"))
    state.chmod(0o711 if os.geteuid() == 0 else 0o700)
    try:
        yield state
    finally:
        if os.geteuid() == 0:
            shutil.rmtree(_SHELF / fingerprint(state), ignore_errors=True)
        shutil.rmtree(state, ignore_errors=True)


def fingerprint(path: Path) -> str:
    """A short name for a path, the same on every start."""
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:12]


def short_directory(wanted: Path, owner: Owner | None) -> Path:
    """A private directory for unix sockets: `wanted`, or a shorter one when a socket's path would not fit."""
    if len(os.fsencode(wanted)) + len("/.s.PGSQL.5432.lock") <= _SOCKET_PATH_MAX:
        chosen = wanted
    else:
        base = os.environ.get("XDG_RUNTIME_DIR") if owner is None else None
        chosen = Path(base or "/tmp") / f"deltran-{fingerprint(wanted)}"  # noqa: S108 - private and checked below
    return private_directory(chosen, owner)


def private_directory(directory: Path, owner: Owner | None = None) -> Path:
    """Make a directory that only its owner may enter, or check that an existing one is that. Raises StackError."""
    uid, gid = (os.geteuid(), os.getegid()) if owner is None else (owner.uid, owner.gid)
    try:
        directory.mkdir(mode=0o700, parents=True)
        os.chown(directory, uid, gid)
    except FileExistsError:
        # In a shared directory somebody else may have been here first, perhaps with a link.
        status = directory.lstat()
        if directory.is_symlink() or status.st_uid not in (uid, os.geteuid()):
            raise StackError(f"{directory} belongs to somebody else; remove it or choose another --state") from None
        os.chown(directory, uid, gid)
        directory.chmod(0o700)
    return directory


def write_private(path: Path, text: str, owner: Owner | None = None) -> None:
    """Write a file that only its owner may read."""
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    if owner is not None:
        shutil.chown(unfinished, owner.uid, owner.gid)
    unfinished.replace(path)


def private_log(path: Path) -> BinaryIO:
    """Open a file to add lines to; logs may quote statements, so only we may read them."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")
