"""What a running stack asks its PostgreSQL, read from the server's own log."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import asyncpg

from tests.faults.network import Network, eventually


@dataclass(slots=True)
class Asked:
    """One round trip: by which connection, what it is about ("UPDATE payments", "BEGIN"), and with which parameters."""

    connection: str
    what: str
    text: str


@dataclass(slots=True)
class Listening:
    """The log from a moment on."""

    log: Path
    begins: int
    asked: list[Asked] = field(default_factory=list)

    def of(self, payment_id: str) -> list[str]:
        """The round trips for a payment alone: with its id among the parameters, or in one transaction with such a one."""
        found: list[str] = []
        open_: dict[str, list[Asked]] = {}
        for one in self.asked:
            if one.what == "BEGIN":
                open_[one.connection] = [one]
            elif one.connection in open_:
                open_[one.connection].append(one)
                if one.what == "COMMIT":
                    found += _told(open_.pop(one.connection), payment_id)
            else:
                found += _told([one], payment_id)
        return found


SHARED: Final = re.compile(r"workflow_starts|ledger_|settlement_batches")
"""Intake claims many starts at once, the ledger is shown many entries at once, and a batch is the window's."""


def _told(together: Sequence[Asked], payment_id: str) -> list[str]:
    if not any(payment_id in one.text for one in together) or SHARED.search(together[-1].what):
        return []
    return [] if any(one.what.endswith(" ledger_entries") for one in together) else [one.what for one in together]


@asynccontextmanager
async def listening(network: Network) -> AsyncIterator[Listening]:
    """Have the server write down every statement; what it wrote is there at the end."""
    heard = Listening(network.at.state / "stack.log", 0)
    connection = await asyncpg.connect(network.at.database)
    try:
        await _log(connection, "all")
        heard.begins = heard.log.stat().st_size
        yield heard
        mark = f"heard_{heard.begins}"
        await connection.execute(f"SELECT 1 AS {mark}")

        async def written() -> bool | None:
            return mark in heard.log.read_text() or None

        assert await eventually(written, within_s=20), "the server's log does not come through"
        await _log(connection, "none")
        heard.asked = list(_entries(heard.log.read_bytes()[heard.begins :].decode()))
    finally:
        connection.terminate()


async def _log(connection: "asyncpg.Connection[asyncpg.Record]", what: str) -> None:
    await connection.execute(f"ALTER SYSTEM SET log_statement = '{what}'")
    await connection.execute("SELECT pg_reload_conf()")

    async def heeded() -> bool | None:
        return await connection.fetchval("SHOW log_statement") == what or None

    assert await eventually(heeded, within_s=10), "the server does not read its settings again"


def _entries(text: str) -> list[Asked]:
    found: list[Asked] = []
    for line in text.splitlines():
        name, _, said = line.partition("│ ")
        if "postgres" not in name:
            continue
        begins = re.match(r"(\d+) LOG:\s+(?:execute [^:]*|statement): ?(.*)", said)
        if begins:
            found.append(Asked(begins[1], "", begins[2]))
        elif found:
            found[-1].text += " " + said.strip()
    for one in found:
        one.what = _what(one.text)
    return found


def _what(statement: str) -> str:
    """A statement by what it changes, or by what it asks first."""
    said = statement.partition("DETAIL:")[0]
    if plain := re.match(r"(BEGIN|COMMIT|ROLLBACK)", said):
        return plain[1]
    changes = re.search(r"(INSERT|UPDATE|DELETE)(?: INTO| FROM)? (?!SET\b|SKIP\b)([a-z]\w+)", said)
    if changes:
        return f"{changes[1]} {changes[2]}"
    asks = re.search(r"FROM (?!unnest)(\w+)", said)
    return f"SELECT {asks[1]}" if asks else "SELECT"
