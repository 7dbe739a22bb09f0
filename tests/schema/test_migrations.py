import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest_asyncio
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from schema.migrations.run import config, downgrade, upgrade
from schema.tables.all import METADATA
from schema.tables.common.session import create_engine
from tests.schema.tables.databases import fresh_database

SHAPE = {
    "columns": """
        SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity
        FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2
    """,
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2
    """,
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2",
    "functions": "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "triggers": "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
}
MODELLED = ("columns", "constraints", "indexes")


@pytest_asyncio.fixture
async def url(postgres_url: str) -> AsyncIterator[str]:
    """An empty database."""
    async with fresh_database(postgres_url) as fresh:
        yield fresh


async def shape(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is in a database, but Alembic's own table."""
    connection = await asyncpg.connect(url)
    try:
        found = {name: [tuple(row) for row in await connection.fetch(query)] for name, query in SHAPE.items()}
    finally:
        await connection.close()
    return {name: [row for row in rows if row[0] != "alembic_version"] for name, rows in found.items()}


async def inside(url: str, act: Callable[[Connection], Any]) -> Any:
    engine = create_engine(url, pool_size=1)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(act)
    finally:
        await engine.dispose()


async def test_up_down_and_up_again(url: str) -> None:
    empty = await shape(url)
    await asyncio.to_thread(upgrade, url)
    first = await shape(url)
    assert {row[0] for row in first["columns"]} == set(METADATA.tables)
    await asyncio.to_thread(downgrade, url, "base")
    assert await shape(url) == empty
    await asyncio.to_thread(upgrade, url)
    assert await shape(url) == first


async def test_every_single_step_goes_up_and_down(url: str) -> None:
    before = [await shape(url)]
    revisions = [script.revision for script in ScriptDirectory.from_config(config(url)).walk_revisions()][::-1]
    for revision in revisions:
        await asyncio.to_thread(upgrade, url, revision)
        before.append(await shape(url))
    for step in range(len(revisions), 0, -1):
        await asyncio.to_thread(downgrade, url, "-1")
        assert await shape(url) == before[step - 1]


async def test_alembic_sees_no_drift(url: str) -> None:
    await asyncio.to_thread(upgrade, url)
    options = {"compare_type": True, "compare_server_default": True}
    drift = await inside(
        url, lambda connection: compare_metadata(MigrationContext.configure(connection, opts=options), METADATA)
    )
    assert drift == []


async def test_models_and_migrations_make_the_same_database(postgres_url: str, url: str) -> None:
    """Also what Alembic does not compare: CHECKs, the conditions of partial indexes, identities."""
    await asyncio.to_thread(upgrade, url)
    async with fresh_database(postgres_url) as modelled:
        await inside(modelled, METADATA.create_all)
        migrated, wanted = await shape(url), await shape(modelled)
    for part in MODELLED:
        assert migrated[part] == wanted[part]


async def test_two_migrators_at_once_are_one(url: str) -> None:
    script = "import sys; from schema.migrations.run import upgrade; upgrade(sys.argv[1])"
    migrators = [await asyncio.create_subprocess_exec(sys.executable, "-c", script, url) for _ in range(2)]
    assert [await migrator.wait() for migrator in migrators] == [0, 0]
    assert {row[0] for row in (await shape(url))["columns"]} == set(METADATA.tables)
