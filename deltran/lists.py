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
from activities.library import NETWORK
from activities.list_files import Imported, ListFile, bring_in
from activities.lists import NO_PUBLISHER, SOURCES, Refreshed, refresh
from deltran.books import database_of
from devstack.errors import StackError
from domain.decision import Actor, Role
from domain.errors import ListRefused, NotFound, Unavailable
from domain.screening import Hit
from runtime.settings import Settings
from schema.tables.common.session import Database, create_engine
from schema.tables.compliance import checks, lists
from schema.tables.compliance.checks import Check
from schema.tables.compliance.embargo_proposals import Proposal
from schema.tables.compliance.lists import Checked, CheckOutcome, ListVersion
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
        return await embargoes.propose(db, file.data, by, at, note=note, acknowledged=file.acknowledged)

    return _with(state, keep)


def fetch(state: Path, names: Sequence[str]) -> list[Refreshed]:
    """Ask the publishers of some lists (all that are wanted, where none is named)."""
    settings = Settings(state=state)
    sources = {**SOURCES, **sources_of(settings)}

    async def ask(db: Database) -> list[Refreshed]:
        return [await _ask(db, name, sources.get(name)) for name in names or settings.wanted_lists if name != NETWORK]

    return _with(state, ask)


def standing(state: Path) -> tuple[list[ListVersion], Sequence[Checked]]:
    """The lists in force, and what came of the last look at each list."""

    async def look(db: Database) -> tuple[list[ListVersion], Sequence[Checked]]:
        async with db.read() as session:
            return await lists.current(session), await lists.last_checks(session)

    return _with(state, look)


def explained(state: Path, payment_id: str) -> list[tuple[Check, list[tuple[Hit, Recomputed]]]]:
    """Every check of a payment with its hits, each computed again from the lists that it was found by. Raises NotFound."""

    async def again(db: Database) -> list[tuple[Check, list[tuple[Hit, Recomputed]]]]:
        async with db.read() as session:
            order = await payments.order(session, payment_id)
            made = await checks.of(session, payment_id)
            if not made:
                raise NotFound("the payment was not screened yet", payment_id=payment_id)
            archived = [await lists_of(session, check) if check.hits else None for check in made]
        found: list[tuple[Check, list[tuple[Hit, Recomputed]]]] = []
        for check, by in zip(made, archived, strict=True):
            screener = by.screener() if by else None
            hits = [(hit, recomputed(screener, hit, kind_asked(order, hit))) for hit in check.hits if screener]
            found.append((check, hits))
        return found

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


def trouble(checked: Checked) -> str:
    """A last look that brought nothing, in words; empty for one that did."""
    if checked.outcome not in (CheckOutcome.REFUSED, CheckOutcome.FAILED):
        return ""
    return f"{checked.outcome} ({checked.reason}) at {checked.at:%Y-%m-%d %H:%M} UTC, by {checked.by}: {checked.source}"


def lines(hit: Hit, found: Recomputed) -> Iterator[str]:
    """A hit in words: what was compared, how each feature weighed, and whether it comes out as it was stored."""
    yield f"{hit.level} {hit.score}  {hit.role}: {hit.queried!r} ~ {hit.list_name} {hit.entity_id} {hit.matched!r}"
    if found.explanation is None:
        yield "  no points to compute: no hit by name, or not on the lists of that day"
        return
    for line in found.explanation.lines:
        yield f"  {line.points:+7.3f}  {line.name} = {line.value:.3f}: {line.meaning}"
    yield f"  score {found.explanation.score:.1f} ({'the same' if found.same(hit) else 'NOT the same'} as it was stored)"


async def _ask(db: Database, name: str, url: str | None) -> Refreshed:
    if url is None:
        return Refreshed(name, str(CheckOutcome.FAILED), NO_PUBLISHER)
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
