"""Statements: a bank's accounts on a day, out of the ledger, to the cent."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence, Set
from datetime import UTC, datetime
from typing import Annotated, Final, TypeVar

from fastapi import APIRouter, Query, Response

from api.accounts.participants import BicInPath
from api.common.body import XML
from api.common.deps import House, ParticipantsRead, Services
from api.common.fields import DayInQuery
from api.common.shapes import problems
from domain.errors import InvalidValue, NotFound, Unavailable
from domain.ids import Bic
from domain.money import is_security
from domain.statement import Account, Statement
from schema.iso20022.codecs import camt053
from schema.iso20022.codecs.identity import Identity
from schema.statement_of import Day, Sources, netted_to_nothing, statement
from schema.streams import together
from schema.tables.accounts import ledger_entries, participants
from schema.tables.accounts.participants import AccountView
from schema.tables.common.session import ReadSession
from schema.tables.reporting import statements
from schema.tables.reporting.statements import Booked

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
    """Opening balance, every entry with its payments, closing balance; a participant sees its own.

    A message has one statement, as CBPR+ wants it. Those of several accounts come together under one root.
    """
    if actor.bic not in (None, bic):
        raise NotFound("no such participant", bic=bic)
    day, now = Day(date), datetime.now(UTC)
    if day.begins > now:
        raise InvalidValue("the day has not begun yet")
    made = await _once_shown(lambda: _statements(house, bic, day, currency, created=min(day.ends, now)))
    raw = await asyncio.to_thread(_written, made, house.settings.network_bic, bic)
    return Response(raw, media_type=XML)


def _written(made: Sequence[Statement], network: str, bic: Bic) -> bytes:
    return together([camt053.encode(one, Identity(one.id, one.created, network, bic)) for one in made])


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
        return await _of_accounts(session, house, bic, wanted, day, created)


async def _of_accounts(
    session: ReadSession, house: Services, bic: Bic, accounts: Sequence[AccountView], day: Day, created: datetime
) -> list[Statement]:
    """As many questions to SQL for all accounts as for one. Raises Unavailable."""
    ids, currencies = [account.id for account in accounts], [account.currency for account in accounts]
    opened = await statements.opened_at(session, ids)
    opening = await ledger_entries.posted_before(session, ids, day.begins)
    moves = await ledger_entries.movements(session, ids, from_at=day.begins, to_at=day.ends)
    causes = {account: {move.operation_id.partition("/")[0] for move in moves[account]} for account in ids}
    paid = await statements.payments_of(
        session, bic, currencies, causes=sorted(set().union(*causes.values())), from_at=day.begins, to_at=day.ends
    )
    await _require_whole(session, {one.id: paid[one.currency] for one in accounts}, causes, bic)
    return [
        statement(
            Account(one.id, one.currency, bic, house.settings.network_bic),
            day,
            Sources(opening[one.id], moves[one.id], paid[one.currency]),
            opened=min(opened[one.id].date(), day.date),
            created=created,
        )
        for one in accounts
    ]


async def _require_whole(
    session: ReadSession,
    paid: Mapping[str, Mapping[str, Sequence[Booked]]],
    causes: Mapping[str, Set[str]],
    bic: Bic,
) -> None:
    """Raises Unavailable while SQL does not yet show what the ledger booked for these payments, by account."""
    missing = {
        cause
        for account, booked in paid.items()
        for cause, payments in booked.items()
        if cause not in causes[account] and not netted_to_nothing(cause, payments, bic)
    }
    if missing and not await statements.in_journal(session, sorted(missing)):
        raise Unavailable("the ledger's journal is just being shown; ask again")
