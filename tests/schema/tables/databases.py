"""Databases of their own on the tests' server, empty or copied from a migrated template."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
from sqlalchemy import make_url

from schema.migrations.run import upgrade


@asynccontextmanager
async def fresh_database(server_url: str, *, template: str = "template0") -> AsyncIterator[str]:
    """The URL of a new database, which is dropped at the end."""
    name = f"test_{uuid4().hex[:12]}"
    await _command(server_url, f'CREATE DATABASE {name} TEMPLATE "{template}" STRATEGY file_copy')
    try:
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        await _command(server_url, f"DROP DATABASE {name} WITH (FORCE)")


@asynccontextmanager
async def migrated_template(server_url: str) -> AsyncIterator[str]:
    """The name of a database to copy: migrated, and with nobody connected."""
    async with fresh_database(server_url) as url:
        await asyncio.to_thread(upgrade, url)
        name = make_url(url).database
        assert name is not None
        yield name


async def _command(url: str, command: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(command)
    finally:
        await connection.close()
