"""The way to the database: a pool of connections, sessions that read, sessions that write in one transaction."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final

from asyncpg import InterfaceError, PostgresError
from sqlalchemy import URL, Executable, Row, event, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from domain.errors import Unavailable

Params = Mapping[str, Any]
Line = Row[*tuple[Any, ...]]
"""A row of an answer, its columns by place or by name."""


def typed(line: Line, **kinds: Callable[[Any], Any]) -> dict[str, Any]:
    """A row as keyword arguments for the dataclass with its columns' names; `kinds` says what texts really are."""
    return {**line._mapping, **{name: kind(getattr(line, name)) for name, kind in kinds.items()}}


CONNECT_TIMEOUT_S: Final = 5
POOL_TIMEOUT_S: Final = 10
COMMAND_TIMEOUT_S: Final = 30

TRY_AGAIN: Final = frozenset(
    {
        "40001",  # serialization_failure
        "40P01",  # deadlock_detected: this transaction was the victim
        "53300",  # too_many_connections
        "57P01",  # admin_shutdown
        "57P02",  # crash_shutdown
        "57P03",  # cannot_connect_now
    }
)
"""PostgreSQL's error codes that say nothing against the statement: the same again may well succeed."""


class ReadSession:
    """One connection, for questions: every statement sees what is committed at its start."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def all(self, statement: Executable, params: Params | None = None) -> Sequence[Line]:
        """Every row of the answer."""
        return (await self._connection.execute(statement, params)).all()

    async def first(self, statement: Executable, params: Params | None = None) -> Line | None:
        """The first row of the answer, or nothing."""
        return (await self._connection.execute(statement, params)).first()

    async def one(self, statement: Executable, params: Params | None = None) -> Line:
        """The only row of the answer."""
        return (await self._connection.execute(statement, params)).one()


class WriteSession(ReadSession):
    """One transaction: all of it is committed when the session ends well, none of it otherwise."""

    async def run(self, statement: Executable, params: Params | None = None) -> int:
        """Change rows; says how many."""
        return (await self._connection.execute(statement, params)).rowcount


class Database:
    """Hands out sessions. Whatever is wrong with the connection comes out as Unavailable, and the next use reconnects."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._autocommit = engine.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ReadSession]:
        """A session for questions, without a transaction. Raises Unavailable."""
        with _outages():
            async with self._autocommit.connect() as connection:
                yield ReadSession(connection)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[WriteSession]:
        """A session in one transaction, committed at the end. Raises Unavailable."""
        with _outages():
            async with self._engine.begin() as connection:
                yield WriteSession(connection)

    @asynccontextmanager
    async def stroke(self) -> AsyncIterator[WriteSession]:
        """A session for one statement that commits itself: a third of a transaction's round trips. Raises Unavailable."""
        with _outages():
            async with self._autocommit.connect() as connection:
                yield WriteSession(connection)

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


def create_engine(url: str, pool_size: int = 8, *, command_timeout_s: float | None = COMMAND_TIMEOUT_S) -> AsyncEngine:
    """A pool of connections to a PostgreSQL named by a libpq URL (`postgresql://user@/deltran?host=/socket/dir`)."""
    parsed, arguments = driver_url(url)
    engine = create_async_engine(
        parsed,
        pool_size=pool_size,
        max_overflow=0,
        hide_parameters=True,  # names and accounts of people, which must not come out with an error
        pool_timeout=POOL_TIMEOUT_S,
        connect_args={**arguments, "timeout": CONNECT_TIMEOUT_S, "command_timeout": command_timeout_s},
    )
    event.listen(engine.sync_engine, "checkout", _replace_closed)
    return engine


def driver_url(url: str) -> tuple[URL, dict[str, Any]]:
    """A libpq URL as the driver wants it: its URL, and what the driver takes as arguments instead."""
    parsed = make_url(url)
    query = dict(parsed.query)
    # Our statements are short: compiling them to machine code takes longer than running them.
    arguments: dict[str, Any] = {"server_settings": {"application_name": "deltran", "jit": "off"}}
    if "application_name" in query:
        arguments["server_settings"]["application_name"] = query.pop("application_name")
    if "sslmode" in query:
        arguments["ssl"] = query.pop("sslmode")
    return parsed.set(drivername="postgresql+asyncpg", query=query), arguments


def _replace_closed(dbapi_connection: Any, _record: Any, _proxy: Any) -> None:
    """A connection that the server has closed is replaced before it is used; this costs no round trip."""
    if dbapi_connection.driver_connection.is_closed():
        raise DisconnectionError


@contextmanager
def _outages() -> Iterator[None]:
    """The one place where the loss of the database becomes Unavailable; anything else passes."""
    try:
        yield
    except (OSError, PoolTimeout) as away:
        raise Unavailable("the database is away") from away
    except (DBAPIError, PostgresError, InterfaceError) as error:
        if _is_outage(error):
            raise Unavailable("the database is away") from error
        raise


def _is_outage(error: DBAPIError | PostgresError | InterfaceError) -> bool:
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or getattr(error.orig, "sqlstate", None) in TRY_AGAIN
    # Raw errors of the driver come from connecting and from ending a transaction on a lost connection.
    return isinstance(error, InterfaceError) or error.sqlstate in TRY_AGAIN or error.sqlstate[:2] == "08"
