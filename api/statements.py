"""Statements: a bank's accounts on a day, out of the ledger, to the cent."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Final, TypeVar

from fastapi import APIRouter, Query, Response

from api.body import XML
from api.deps import House, ParticipantsRead, Services
from api.fields import DayInQuery
from api.participants import BicInPath
from api.shapes import problems
from domain.errors import InvalidValue, NotFound, Unavailable
from domain.ids import Bic
from domain.money import is_security
from domain.statement import Account, Statement
from schema.iso20022.codecs import camt053
from schema.iso20022.codecs.identity import Identity, derived_id
from schema.statement_of import Day, Sources, netted_to_nothing, statement
from schema.tables import ledger_entries, participants, statements
from schema.tables.participants import AccountView
from schema.tables.session import ReadSession
from schema.tables.statements import Booked

T = TypeVar("T")

PATIENCE_S: Final = 3.0

router = APIRouter(prefix="/participants", tags=["participants"])


@router.get(
    "/{bic}/statements",
    summary="A bank's statement of a day",
    response_class=Response,
    responses={**problems(404, 422), 200: {"description": "camt.053.001.08", "content": {XML: {}}}},
)
async def of_day(
    actor: ParticipantsRead,
    house: House,
    bic: BicInPath,
    date: Annotated[DayInQuery, Query(description="The day (UTC). Today's statement goes as far as the ledger has.")],
    currency: Annotated[str | None, Query(pattern="^[A-Z]{3}$", description="One account only.")] = None,
) -> Response:
    """Opening balance, every entry with its payments, closing balance; a participant sees its own."""
    if actor.bic not in (None, bic):
        raise NotFound("no such participant", bic=bic)
    day, now = Day(date), datetime.now(UTC)
    if day.begins > now:
        raise InvalidValue("the day has not begun yet")
    made = await _once_shown(lambda: _statements(house, bic, day, currency, created=min(day.ends, now)))
    named = derived_id("camt.053", bic, day.date.isoformat(), currency or "")
    identity = Identity(named, min(day.ends, now), house.settings.network_bic, bic)
    raw = await asyncio.to_thread(camt053.encode_all, made, identity)
    return Response(raw, media_type=XML)


async def _once_shown(make: Callable[[], Awaitable[T]]) -> T:
    """SQL follows the ledger within half a second: whoever asks at that very moment waits for it."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return await make()
        except Unavailable:
            if time.monotonic() > deadline:
                raise
        await asyncio.sleep(0.1)


async def _statements(
    house: Services, bic: Bic, day: Day, currency: str | None, *, created: datetime
) -> list[Statement]:
    async with house.db.read() as session:
        _, accounts = await participants.with_balances(session, bic)
        # A camt.053 speaks of money: of securities there is no statement here.
        cash = (account for account in accounts if not is_security(account.currency))
        wanted = [account for account in cash if currency in (None, account.currency)]
        if not wanted:
            raise NotFound("the participant has no such account", bic=bic)
        return [await _one(session, house, bic, account, day, created) for account in wanted]


async def _one(
    session: ReadSession, house: Services, bic: Bic, account: AccountView, day: Day, created: datetime
) -> Statement:
    opened = await statements.opened_at(session, account.id)
    opening = await ledger_entries.posted_before(session, account.id, day.begins)
    moves = await ledger_entries.movements(session, account.id, from_at=day.begins, to_at=day.ends)
    causes = sorted({move.operation_id.partition("/")[0] for move in moves})
    paid = await statements.payments_of(
        session, bic, account.currency, causes=causes, from_at=day.begins, to_at=day.ends
    )
    await _require_whole(session, paid, causes, bic)
    named = Account(account.id, account.currency, bic, house.settings.network_bic)
    return statement(named, day, Sources(opening, moves, paid), opened=min(opened.date(), day.date), created=created)


async def _require_whole(
    session: ReadSession, paid: Mapping[str, Sequence[Booked]], causes: list[str], bic: Bic
) -> None:
    """Raises Unavailable while SQL does not yet show what the ledger booked for these payments."""
    missing = [
        cause for cause, payments in paid.items() if cause not in causes and not netted_to_nothing(cause, payments, bic)
    ]
    if missing and not await statements.in_journal(session, missing):
        raise Unavailable("the ledger's journal is just being shown; ask again")
