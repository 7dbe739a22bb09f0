"""How a worker and the command line tell what came of the last looks at the lists."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from activities.library import Library
from activities.list_files import bring_in
from activities.lists import NO_PUBLISHER, ListActivities
from deltran.main import app
from domain.errors import ListRefused
from runtime.metrics import Metrics
from schema.tables.common.session import Database
from tests.devstack.eventually import eventually_async as eventually
from tests.lists import LIST, version
from workers.lists import gauge

LISTED = {1: "Mirko Zarubanov"}


async def refused(db: Database) -> None:
    """A list is in force, and the file that came next was not used."""
    await bring_in(db, version(LISTED), datetime.now(UTC))
    cut = version(LISTED)
    with pytest.raises(ListRefused):
        await bring_in(db, type(cut)(cut.list_name, cut.data[:-40], "publisher", "tester"), datetime.now(UTC))


async def command(state: Path, *words: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, app, ["lists", *words, "--state", str(state)])


@pytest.fixture
def state(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state directory whose stack has this database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    return tmp_path


async def test_a_refused_file_is_measured_until_one_is_taken(db: Database) -> None:
    await refused(db)
    metrics = Metrics()
    showing = asyncio.create_task(gauge(db, Library(db, [LIST], max_age_s=3600), metrics))
    told = f'sanctions_list_refused{{list="{LIST}"}}'
    await eventually(lambda: f"{told} 1.0" in metrics.exposition().decode(), within_s=30)
    showing.cancel()
    await bring_in(db, version(LISTED), datetime.now(UTC))
    showing = asyncio.create_task(gauge(db, Library(db, [LIST], max_age_s=3600), metrics))
    await eventually(lambda: f"{told} 0.0" in metrics.exposition().decode(), within_s=30)
    showing.cancel()


async def test_status_tells_of_a_refused_file(db: Database, state: Path) -> None:
    await refused(db)
    done = await command(state, "status")
    assert done.exit_code == 0, done.output
    assert f"{LIST:10} the last look was refused (truncated)" in done.output
    assert "publisher" in done.output
    await bring_in(db, version(LISTED), datetime.now(UTC))
    assert "the last look" not in (await command(state, "status")).output


async def test_a_slip_of_the_pen_is_no_list_whose_file_was_refused(db: Database, state: Path) -> None:
    mine = state / "list.xml"
    mine.write_bytes(version(LISTED).data)
    done = await command(state, "import", "NU", str(mine))
    assert (done.exit_code, type(done.exception)) == (1, ListRefused)
    assert "NU" not in (await command(state, "status")).output


async def test_a_list_without_a_publisher_cannot_be_asked_for(db: Database, state: Path) -> None:
    done = await command(state, "refresh", "ATLANTIS")
    assert (done.exit_code, done.output.strip()) == (1, f"ATLANTIS: failed {NO_PUBLISHER}")
    told = await ListActivities(db, {}).refresh_list("ATLANTIS")
    assert (told.outcome, told.reason) == ("failed", NO_PUBLISHER)
