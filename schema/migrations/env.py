"""How Alembic reaches the database: one connection, one transaction, one migrator at a time."""

import asyncio
import os
from typing import Final

from alembic import context
from sqlalchemy import Connection, text

from schema.tables.all import METADATA
from schema.tables.common.session import create_engine

LOCK: Final = 0x44656C5472616E  # "DelTran"
"""Key of the advisory lock that lets one migrator through at a time; the next finds the work done."""


def _migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=METADATA, compare_server_default=True)
    with context.begin_transaction():
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        context.run_migrations()


async def _connect(url: str) -> None:
    engine = create_engine(url, pool_size=1, command_timeout_s=None)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_migrate)
    finally:
        await engine.dispose()


asyncio.run(_connect(context.config.attributes.get("url") or os.environ["DATABASE_URL"]))
