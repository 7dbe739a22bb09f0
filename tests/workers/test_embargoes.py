"""The embargo table that a worker starts with, and how it shows what is in force."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from activities import embargoes
from activities.library import NETWORK, Library
from activities.list_files import SHIPPED, bring_in
from deltran.main import app
from domain.decision import Actor, Role
from domain.errors import ListRefused, SelfApproval
from domain.screening import Field, Subject
from runtime.metrics import Metrics
from schema.tables.common.session import Database
from schema.tables.compliance import embargo_proposals, lists, rescreenings
from screening.embargo import Embargoes, packaged
from screening.regions import GEO
from tests.devstack.eventually import eventually_async as eventually
from tests.embargoes import VENEZUELA, file, table
from workers.lists import embargoes_at_start, gauge

OURS = table(VENEZUELA)
LESS = b"# version small\nVE\tblocking\tlaw\tcaracas\n"
CARACAS = [Subject("creditor", "Caracas", Field.ADDRESS)]


async def versions(db: Database) -> list[str]:
    """Every version there was, newest first."""
    async with db.read() as session:
        return [each.version for each in await lists.of_list(session, GEO)]


async def rescreened(db: Database) -> bool:
    """Whether anything is screened again because of the table."""
    async with db.read() as session:
        return GEO in await rescreenings.latest(session)


async def test_the_packaged_table_is_the_first_version(db: Database) -> None:
    for _ in range(2):
        await embargoes_at_start(db, None)
    async with db.read() as session:
        (standing,) = await lists.current(session)
    assert (standing.list_name, standing.version, standing.source) == (GEO, packaged().version, SHIPPED)
    assert not await rescreened(db)  # it was in force before it was written down


async def test_a_banks_table_stays_when_a_worker_starts_again(db: Database) -> None:
    await bring_in(db, file(OURS), datetime.now(UTC))
    await embargoes_at_start(db, None)
    assert await versions(db) == [Embargoes.read(OURS).version, packaged().version]
    assert await rescreened(db)


async def test_a_table_that_came_with_another_release_takes_the_place_of_the_packaged_one(db: Database) -> None:
    await embargoes_at_start(db, None)
    async with db.write() as session:
        await session.run(text("UPDATE list_versions SET sha256 = repeat('0', 64), version = 'embargoes-2025'"))
    await embargoes_at_start(db, None)
    assert await versions(db) == [packaged().version, "embargoes-2025"]


async def test_the_file_of_the_settings_is_brought_in_once(db: Database, tmp_path: Path) -> None:
    own = tmp_path / "ours.tsv"
    own.write_bytes(OURS)
    for _ in range(2):
        await embargoes_at_start(db, own)
    ours = Embargoes.read(OURS).version
    assert await versions(db) == [ours, packaged().version]
    later = await bring_in(db, file(table(VENEZUELA, label="ours-2")), datetime.now(UTC))
    await embargoes_at_start(db, own)  # people have decided since: the file does not undo it
    assert (await versions(db))[0] == later.version


async def test_the_first_table_may_be_smaller_and_later_ones_need_a_persons_word(db: Database, tmp_path: Path) -> None:
    own = tmp_path / "ours.tsv"
    own.write_bytes(LESS)
    await embargoes_at_start(db, own)
    assert (await versions(db))[0] == Embargoes.read(LESS).version
    await bring_in(db, file(OURS), datetime.now(UTC))
    own.write_bytes(LESS + b"# another policy\n")
    with pytest.raises(ListRefused) as refused:
        await embargoes_at_start(db, own)
    assert refused.value.facts["reason"] == "shrunk"
    assert (await versions(db))[0] == Embargoes.read(OURS).version


async def test_a_file_that_is_no_table_keeps_the_worker_from_starting(db: Database, tmp_path: Path) -> None:
    own = tmp_path / "ours.tsv"
    own.write_bytes(b"XX\n")
    with pytest.raises(ListRefused, match="line 1: "):
        await embargoes_at_start(db, own)


async def test_a_worker_follows_the_table_and_shows_its_age_and_size(db: Database) -> None:
    library, metrics = Library(db, [NETWORK], max_age_s=3600), Metrics()
    before = library.in_force.version
    assert not library.screener().screen(CARACAS).hits
    async with db.read() as session:
        assert not await library.outdated(session, before)
    brought = await bring_in(db, file(OURS), datetime.now(UTC))
    async with db.read() as session:
        assert await library.outdated(session, before)
    await library.follow()
    (hit,) = library.screener().screen(CARACAS).hits
    assert (hit.entity_id, hit.evidence and hit.evidence.list_version) == ("VE", brought.version)

    showing = asyncio.create_task(gauge(db, library, metrics))

    size = f'sanctions_list_entities{{list="{GEO}"}} 8.0'
    await eventually(lambda: size in metrics.exposition().decode(), within_s=30)
    assert f'sanctions_list_age_seconds{{list="{GEO}"}}' in metrics.exposition().decode()
    showing.cancel()


async def test_an_old_table_is_never_too_old(db: Database) -> None:
    library = Library(db, [NETWORK], max_age_s=0.001)
    await bring_in(db, file(OURS), datetime(2020, 1, 1, tzinfo=UTC))
    await library.follow()
    assert library.screener().screen(CARACAS).hits


async def test_the_command_line_proposes_a_table_and_puts_none_into_force(
    db: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    own = tmp_path / "ours.tsv"
    own.write_bytes(OURS)
    said = ["lists", "import", GEO, str(own), "--state", str(tmp_path), "--note", "board decision 7"]
    done = await asyncio.to_thread(CliRunner().invoke, app, said)
    assert done.exit_code == 0, done.output
    async with db.read() as session:
        (proposal,) = await embargo_proposals.listing(session, limit=9)
    assert f"/embargoes/{proposal.id}/approve" in done.output
    assert (proposal.note, proposal.added, proposal.state) == ("board decision 7", ("VE",), "proposed")
    assert await versions(db) == [packaged().version]
    with pytest.raises(SelfApproval):
        await embargoes.approve(db, proposal.id, Actor(proposal.proposed_by, Role.ADMIN), datetime.now(UTC))
    await embargoes.approve(db, proposal.id, Actor("rita", Role.COMPLIANCE), datetime.now(UTC))
    assert (await versions(db))[0] == Embargoes.read(OURS).version
