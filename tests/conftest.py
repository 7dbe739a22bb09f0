"""Real servers for the tests that need them: started when first asked for, gone at the end."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings
from temporalio.worker import _workflow

from devstack.place import throwaway_state
from devstack.ports import choose
from devstack.postgres import SETTINGS, Postgres
from devstack.temporal import Temporal, kinds
from workflows import attributes

settings.register_profile(
    "unhurried", parent=settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")  # no property is about time, and machines may be busy


UNHURRIED_S: Final = 120
"""The SDK takes a workflow for deadlocked when a task of it took two seconds of the clock, for which it has no setting."""


@pytest.fixture(scope="session", autouse=True)
def unhurried() -> Iterator[None]:
    """A starved machine is no deadlock: it would fail a replay, and throw exceptions into threads of ours.

    Workers and replayers of our own process only; those of a stack are as they are.
    """
    with pytest.MonkeyPatch.context() as patch:
        limit = property(lambda _: UNHURRIED_S, lambda _worker, _two_seconds: None)
        patch.setattr(_workflow._WorkflowWorker, "_deadlock_timeout_seconds", limit, raising=False)
        yield


@pytest.fixture(scope="session")
def server_state() -> Iterator[Path]:
    """One state directory for the servers of this run."""
    with throwaway_state() as state:
        yield state


@pytest.fixture(scope="session")
def postgres_url(server_state: Path) -> Iterator[str]:
    """A PostgreSQL with an empty database (no migrations yet).

    It forgets what it holds when the machine loses power, for hundreds of databases come and go on it; a stack's own never does.
    """
    with Postgres(server_state, settings={**SETTINGS, "fsync": "off"}) as server:
        yield server.url


@pytest.fixture(scope="session")
def temporal_address(server_state: Path) -> Iterator[str]:
    """A Temporal development server that knows our search attributes."""
    port, ui_port = (choose(0, option="") for _ in range(2))
    with Temporal(server_state, port=port, ui_port=ui_port, attributes=kinds(attributes.ALL)) as server:
        yield server.address


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--record-histories` adds the histories of new scenarios to the replay corpus; `--seed N` is one simulation again."""
    parser.addoption("--record-histories", action="store_true", default=False)
    parser.addoption("--seed", type=int, default=None)


@pytest.fixture(scope="session")
def record_histories(request: pytest.FixtureRequest) -> bool:
    """Whether this run adds to the replay corpus."""
    return bool(request.config.getoption("--record-histories"))
