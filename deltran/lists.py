"""`deltran lists …`: sanctions lists brought in by hand, asked for, looked at, and what they said explained."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import httpx

from activities import embargoes
from activities.archive import Recomputed, kind_asked, lists_of, recomputed
from activities.list_files import Imported, ListFile, bring_in
from activities.lists import SOURCES, Refreshed, refresh
from deltran.books import database_of
from devstack.errors import StackError
from domain.decision import Actor, Role
from domain.errors import ListRefused, NotFound, Unavailable
from domain.screening import Hit
from runtime.settings import Settings
from schema.tables.common.session import Database, create_engine
from schema.tables.compliance import checks, lists
from schema.tables.compliance.embargo_proposals import Proposal
from schema.tables.compliance.lists import ListVersion
from schema.tables.payment import payments
from screening.regions import GEO as GEO
from workers.lists import sources_of

T = TypeVar("T")


def bring(state: Path, file: ListFile) -> Imported:
    """Put a file into force. Raises ListRefused, StackError."""
    return _with(state, lambda db: bring_in(db, file, datetime.now(UTC)))


def propose(state: Path, file: ListFile, note: str) -> Proposal:
    """Keep an embargo table for a second person to put into force. Raises ListRefused, StackError."""

    async def keep(db: Database) -> Proposal:
        by, at = Actor(file.by, Role.OPERATOR), datetime.now(UTC)
        async with db.write() as session:
            return await embargoes.propose(session, file.data, by, at, note=note, acknowledged=file.acknowledged)

    return _with(state, keep)


def fetch(state: Path, names: Sequence[str]) -> list[Refreshed]:
    """Ask the publishers of some lists (all that are wanted, where none is named)."""
    settings = Settings(state=state)
    sources = {**SOURCES, **sources_of(settings)}
    wanted = [name for name in names or settings.wanted_lists if name in sources]

    async def ask(db: Database) -> list[Refreshed]:
        return [await _ask(db, name, sources[name]) for name in wanted]

    return _with(state, ask)


def standing(state: Path) -> list[ListVersion]:
    """The lists in force."""

    async def look(db: Database) -> list[ListVersion]:
        async with db.read() as session:
            return await lists.current(session)

    return _with(state, look)


def explained(state: Path, payment_id: str) -> list[tuple[Hit, Recomputed]]:
    """Every hit of a payment, computed again from the lists that it was screened by. Raises NotFound."""

    async def again(db: Database) -> list[tuple[Hit, Recomputed]]:
        async with db.read() as session:
            order = await payments.order(session, payment_id)
            made = await checks.of(session, payment_id)
            if not made:
                raise NotFound("the payment was not screened yet", payment_id=payment_id)
            screener = (await lists_of(session, made[-1])).screener()
        return [(hit, recomputed(screener, hit, kind_asked(order, hit))) for hit in made[-1].hits]

    return _with(state, again)


def open_file(name: str, source: str, *, companions: Mapping[str, Path], sha256: str | None, sure: bool) -> ListFile:
    """A file, from disk or from an address. Raises StackError when it cannot be had."""
    try:
        if source.startswith(("http://", "https://")):
            answer = httpx.get(source, follow_redirects=True, timeout=httpx.Timeout(300, connect=20))
            data = answer.raise_for_status().content
        else:
            data = Path(source).read_bytes()
        beside = {kind: path.read_bytes() for kind, path in companions.items()}
    except (OSError, httpx.HTTPError) as error:
        raise StackError(f"the file cannot be had: {error}") from error
    file = ListFile(name, data, source, f"cli/{getpass.getuser()}", acknowledged=sure, expected_sha256=sha256)
    return replace(file, companions=beside or None)


def lines(hit: Hit, found: Recomputed) -> Iterator[str]:
    """A hit in words: what was compared, how each feature weighed, and whether it comes out as it was stored."""
    yield f"{hit.level} {hit.score}  {hit.role}: {hit.queried!r} ~ {hit.list_name} {hit.entity_id} {hit.matched!r}"
    if found.explanation is None:
        yield "  no points to compute: no hit by name, or not on the lists of that day"
        return
    for line in found.explanation.lines:
        yield f"  {line.points:+7.3f}  {line.name} = {line.value:.3f}: {line.meaning}"
    yield f"  score {found.explanation.score:.1f} ({'the same' if found.same(hit) else 'NOT the same'} as it was stored)"


async def _ask(db: Database, name: str, url: str) -> Refreshed:
    try:
        return await refresh(db, name, url, f"cli/{getpass.getuser()}")
    except (Unavailable, ListRefused) as trouble:
        return Refreshed(name, "failed", trouble.message)


def _with(state: Path, act: Callable[[Database], Awaitable[T]]) -> T:
    with database_of(state) as url:
        if not url:
            raise StackError(f"there is no database at {state}: start its stack once, or set DATABASE_URL")
        return asyncio.run(_once(url, act))


async def _once(url: str, act: Callable[[Database], Awaitable[T]]) -> T:
    db = Database(create_engine(url, pool_size=2))
    try:
        return await act(db)
    finally:
        await db.close()
