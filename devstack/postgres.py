"""PostgreSQL of our own, launched from binaries alone, on a unix socket and as nobody when we are root."""

import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Final
from urllib.parse import quote

from devstack import pgbin
from devstack.errors import StackError
from devstack.place import Place, make_state, short_directory, write_private
from devstack.process import Command
from devstack.server import Server

_NAME: Final = "deltran"
"""The database and its owner."""

SETTINGS: Final[Mapping[str, str]] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "wal_compression": "pglz",
    "synchronous_commit": "on",
    "fsync": "on",
    "full_page_writes": "on",
    # Many short transactions: plans are cheap, parallel workers and the JIT only cost.
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "random_page_cost": "1.1",
    "idle_in_transaction_session_timeout": "60s",
    "autovacuum_naptime": "20s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    "log_line_prefix": "%p ",
}
"""For payments on a small machine. Durability is never traded for speed."""

_ENVIRONMENT: Final[Mapping[str, str]] = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}


class Postgres(Server):
    """One PostgreSQL cluster under a state directory, with one database that its owner reaches by `url`."""

    name = "postgres"

    def __init__(self, state: Path, *, settings: Mapping[str, str] = SETTINGS) -> None:
        self._state = state.absolute()
        self._settings = settings
        self.log = self._state / "postgres.log"

    @property
    def url(self) -> str:
        """Where clients connect, in libpq's form (for asyncpg, and for SQLAlchemy after a change of scheme)."""
        password = quote(self._password_file.read_text(), safe="")
        return f"postgresql://{_NAME}:{password}@/{_NAME}?host={quote(str(self.socket))}"

    @cached_property
    def place(self) -> Place:
        """Where the data lives and whose it is."""
        return Place.of(self._state)

    @cached_property
    def programs(self) -> Path:
        """The directory of PostgreSQL's programs, runnable by the data's owner."""
        found = pgbin.find()
        return found if self.place.owner is None else pgbin.usable_by(self.place.owner, found, self.place.shelf)

    @property
    def data(self) -> Path:
        """The cluster's data directory."""
        return self.place.root / "postgres"

    @cached_property
    def socket(self) -> Path:
        """The directory of the unix socket."""
        return short_directory(self.place.root / "socket", self.place.owner)

    def prepare(self) -> None:
        """Make the cluster on the first start, and clear what a killed predecessor left. Raises StackError."""
        make_state(self._state)
        self.place.make()
        if self.data.exists() and not self._password_file.exists():
            self._set_aside()
        if not self.data.exists():
            self._create()
        self._outlive_predecessor()

    def command(self) -> Command:
        """The postmaster, which shuts down fast on SIGINT (SIGTERM would wait for its clients)."""
        settings = {**self._settings, "unix_socket_directories": str(self.socket)}
        flags = (word for name, value in settings.items() for word in ("-c", f"{name}={value}"))
        return Command(
            (str(self.programs / "postgres"), "-D", str(self.data), *flags),
            env=_ENVIRONMENT,
            owner=self.place.owner,
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGINT,
        )

    def is_ready(self, pid: int) -> bool:
        """Ask as pg_ctl does: the postmaster writes its state into the eighth line of its pid file."""
        lines = self._pid_file_lines()
        return len(lines) >= 8 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"

    def erase(self) -> None:
        """Remove the data and the password of a stopped server."""
        assert self.process is None, "stopped before erased"
        for directory in (self.data, self.socket):
            shutil.rmtree(directory, ignore_errors=True)
        self._password_file.unlink(missing_ok=True)
        if self.place.root != self._state:
            shutil.rmtree(self.place.root, ignore_errors=True)

    @property
    def _password_file(self) -> Path:
        return self._state / "postgres.password"

    def _create(self) -> None:
        """Build the cluster beside its final place: a half-made one is never taken for a whole one."""
        write_private(self._password_file, secrets.token_urlsafe(24))
        unfinished = self.data.with_name("postgres.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        self.place.give(unfinished)
        handed_over = unfinished.with_name("postgres.pw")
        write_private(handed_over, self._password_file.read_text(), owner=self.place.owner)
        try:
            self._run(
                "initdb",
                *("-D", str(unfinished), "-U", _NAME, "-A", "scram-sha-256", f"--pwfile={handed_over}"),
                *("--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"),
            )
        finally:
            handed_over.unlink()
        self._run("postgres", "--single", "-D", str(unfinished), "postgres", say=f"CREATE DATABASE {_NAME}\n")
        unfinished.rename(self.data)

    def _set_aside(self) -> None:
        """Keep data whose state directory was removed, and its password with it, out of the new state's way."""
        kept = self.data.with_name(f"postgres.without-state-{time.time_ns()}")
        self.data.rename(kept)

    def _run(self, program: str, *words: str, say: str = "") -> None:
        owner = self.place.owner
        become = {"cwd": "/"} if owner is None else owner.options()
        done = subprocess.run(
            [str(self.programs / program), *words],
            input=say,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=dict(_ENVIRONMENT),
            check=False,
            **become,
        )
        if done.returncode != 0:
            raise StackError(f"{program} failed: {done.stdout.strip()[-800:]}")

    def _outlive_predecessor(self, timeout_s: float = 15.0) -> None:
        """Wait for a postmaster of this data that is still shutting down.

        The pid file of a dead one stays: PostgreSQL uses it to make sure that no orphan still works on the data.
        Only a number that some other process has by now is removed, for PostgreSQL would refuse to start for ever.
        """
        deadline = time.monotonic() + timeout_s
        while (lines := self._pid_file_lines()) and (words := _words_of(lines[0].strip())) is not None:
            if os.fsencode(self.data) not in words:
                (self.data / "postmaster.pid").unlink(missing_ok=True)
                return
            if time.monotonic() > deadline:
                raise StackError(f"PostgreSQL (process {lines[0]}) already runs on {self.data}; stop it first")
            time.sleep(0.05)

    def _pid_file_lines(self) -> list[str]:
        with suppress(FileNotFoundError):
            return (self.data / "postmaster.pid").read_text().splitlines()
        return []


def _words_of(pid: str) -> list[bytes] | None:
    """The command line of a living process; None when it is dead or this system does not tell."""
    try:
        return Path("/proc", pid, "cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return None
