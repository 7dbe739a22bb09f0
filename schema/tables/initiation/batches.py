"""Batches: payments that settle as one, from a closed window or out of the gross queue. Reached through `settlement`."""

# Statements are put together from constants of this file alone; values are always parameters.
# ruff: noqa: S608

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlmodel import Field

from domain.errors import IllegalTransition, NotFound
from domain.settlement import Backing, NetPosition, NetTransfer, Obligation
from schema.tables.common.base import MOMENT, SUM, Table, one_of
from schema.tables.common.session import Line, ReadSession, WriteSession, typed


class BatchState(StrEnum):
    """Where a batch stands."""

    NETTING = "netting"
    """Its payments are claimed."""
    EXECUTING = "executing"
    """Its transfers are computed and being posted."""
    FINAL = "final"
    """Posted: cannot be unwound."""
    DEFERRED = "deferred"
    """Refused as a whole."""


class Phase(StrEnum):
    """What is being done with a batch; `Batch.phase` tells it."""

    PLANNING = "planning"
    """It is being decided what settles and what waits."""
    EXECUTING = "executing"
    """Its transfers are being posted."""
    TELLING = "telling"
    """It is final, and its payments are being told so."""
    DONE = "done"
    """Every payment of it has been told."""
    DEFERRED = "deferred"
    """Nothing of it settled; its payments went to the next window."""


UNTOLD: Final = "window_id IS NULL AND told_at IS NULL AND state IN ('executing', 'final')"
"""Releases of the gross queue that are not at their end: to be made, or to be told."""


class SettlementBatch(Table, table=True):
    """Payments that settle together or not at all: those of a closed window, or (no window) some of the gross queue."""

    __tablename__ = "settlement_batches"
    __table_args__ = (
        one_of("state", BatchState),
        Index("ix_settlement_batches_opened_at_id", "opened_at", "id"),
        Index("ix_settlement_batches_currency_queue", "currency", postgresql_where=text(UNTOLD)),
    )

    id: str = Field(primary_key=True)
    window_id: str | None = Field(foreign_key="settlement_windows.id", unique=True)
    currency: str
    method: str
    state: str
    payment_count: int
    gross_minor: int = Field(sa_type=SUM)
    net_minor: int | None = Field(sa_type=BigInteger)
    transfer_count: int | None
    deferred_count: int = Field(sa_column_kwargs={"server_default": "0"})
    plans: int = Field(sa_column_kwargs={"server_default": "0"})
    opened_at: datetime = Field(sa_type=MOMENT)
    closed_at: datetime | None = Field(sa_type=MOMENT)
    planned_at: datetime | None = Field(sa_type=MOMENT)
    final_at: datetime | None = Field(sa_type=MOMENT)
    told_count: int = Field(sa_column_kwargs={"server_default": "0"})
    told_through: str | None
    told_at: datetime | None = Field(sa_type=MOMENT)
    reason: str | None


class NetPositionRow(Table, table=True):
    """What one participant is owed and owes in a batch."""

    __tablename__ = "net_positions"

    batch_id: str = Field(primary_key=True, foreign_key="settlement_batches.id")
    participant_bic: str = Field(primary_key=True)
    owed_minor: int = Field(sa_type=SUM)
    owing_minor: int = Field(sa_type=SUM)


class SettlementTransfer(Table, table=True):
    """One movement that settles the batch, numbered from 1; `backing` is that of the payments that it settles."""

    __tablename__ = "settlement_transfers"
    __table_args__ = (one_of("backing", Backing), CheckConstraint("amount_minor > 0", name="amount_minor"))

    batch_id: str = Field(primary_key=True, foreign_key="settlement_batches.id")
    number: int = Field(primary_key=True)
    debtor_bic: str
    creditor_bic: str
    amount_minor: int = Field(sa_type=BigInteger)
    backing: str = Field(sa_column_kwargs={"server_default": "held"})


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it is listed; amounts in minor units. Deferred batches tell the reason; the gross queue's have no window.

    `planned_at` is when the plan that stands was made, `told_at` when the last of its payments was told.
    """

    id: str
    window_id: str | None
    currency: str
    method: str
    state: BatchState
    payment_count: int
    gross_minor: int
    net_minor: int | None
    transfer_count: int | None
    deferred_count: int
    opened_at: datetime
    closed_at: datetime | None
    planned_at: datetime | None
    final_at: datetime | None
    told_count: int
    told_at: datetime | None
    reason: str | None
    positions: tuple[NetPosition, ...] = ()
    transfers: tuple[NetTransfer, ...] = ()

    @property
    def phase(self) -> Phase:
        """What is being done with it."""
        if self.state is BatchState.FINAL:
            return Phase.TELLING if self.told_at is None else Phase.DONE
        return _PHASES[self.state]


@dataclass(frozen=True, slots=True)
class Page:
    """Some batches, the newest first, and how many there are in all."""

    batches: tuple[Batch, ...]
    total: int


async def claimed(session: ReadSession, batch_id: str) -> list[Obligation]:
    """What the batch settles, in the order in which it was queued."""
    return [Obligation(*row) for row in await session.all(_CLAIMED, {"batch_id": batch_id})]


async def store_net(
    session: WriteSession, batch_id: str, positions: Iterable[NetPosition], transfers: Iterable[NetTransfer]
) -> None:
    """Store what netting came to; the batch is executing from now on. The first result stands."""
    by_bic, moves = list(positions), list(transfers)
    facts = {
        "batch_id": batch_id,
        "participants": [position.participant for position in by_bic],
        "owed": [position.owed_minor for position in by_bic],
        "owing": [position.owing_minor for position in by_bic],
        "debtors": [move.debtor for move in moves],
        "creditors": [move.creditor for move in moves],
        "amounts": [move.amount_minor for move in moves],
        "net_minor": sum(move.amount_minor for move in moves),
        "transfer_count": len(moves),
    }
    await session.run(_STORE_NET, facts)


async def transfers(session: ReadSession, batch_id: str) -> list[NetTransfer]:
    """The batch's transfers, by number."""
    return [NetTransfer(*row) for row in await session.all(_TRANSFERS, {"batch_id": batch_id})]


async def batches(session: ReadSession, *, page: int, limit: int) -> Page:
    """A page of batches, newest first, pages counted from 1."""
    rows = await session.all(_BATCHES, {"limit": limit, "offset": (page - 1) * limit})
    counted = await session.one(_COUNT)
    return Page(tuple(_batch(row) for row in rows), counted.total)


async def batch(session: ReadSession, batch_id: str) -> Batch:
    """One batch with its positions and transfers. Raises NotFound."""
    row = await session.first(_BATCH, {"batch_id": batch_id})
    if row is None:
        raise NotFound("no such batch", batch_id=batch_id)
    positions = await session.all(_POSITIONS, {"batch_id": batch_id})
    return _batch(
        row,
        tuple(NetPosition(bic, int(owed), int(owing)) for bic, owed, owing in positions),
        tuple(await transfers(session, batch_id)),
    )


async def expect(session: ReadSession, batch_id: str, state: BatchState) -> None:
    """A repeat finds the batch where the first time left it."""
    found = await session.first(_BATCH, {"batch_id": batch_id})
    if found is None:
        raise NotFound("no such batch", batch_id=batch_id)
    if found.state != state:
        raise IllegalTransition(f"a batch that is {found.state} cannot become {state}", now=found.state, to=str(state))


def _batch(row: Line, positions: tuple[NetPosition, ...] = (), transfers: tuple[NetTransfer, ...] = ()) -> Batch:
    return Batch(**typed(row, state=BatchState, gross_minor=int), positions=positions, transfers=transfers)


_PHASES: Final = {
    BatchState.NETTING: Phase.PLANNING,
    BatchState.EXECUTING: Phase.EXECUTING,
    BatchState.DEFERRED: Phase.DEFERRED,
}
_COLUMNS: Final = (
    "id, window_id, currency, method, state, payment_count, gross_minor, net_minor, transfer_count, deferred_count,"
    " opened_at, closed_at, planned_at, final_at, told_count, told_at, reason"
)
_CLAIMED: Final = text(
    """
    SELECT payment_id, debtor_bic, creditor_bic, amount_minor
    FROM settlement_items WHERE batch_id = :batch_id ORDER BY enqueued_at, payment_id
    """
)
_STORE_NET: Final = text(
    """
    WITH batch AS (
        UPDATE settlement_batches
        SET state = 'executing', net_minor = :net_minor, transfer_count = :transfer_count
        WHERE id = :batch_id AND state = 'netting'
        RETURNING id, window_id
    ), positions AS (
        INSERT INTO net_positions (batch_id, participant_bic, owed_minor, owing_minor)
        SELECT batch.id, net.* FROM batch, unnest(
            CAST(:participants AS text[]), CAST(:owed AS numeric[]), CAST(:owing AS numeric[])
        ) AS net
    ), transfers AS (
        INSERT INTO settlement_transfers (batch_id, number, debtor_bic, creditor_bic, amount_minor)
        SELECT batch.id, net.number, net.debtor, net.creditor, net.amount FROM batch, unnest(
            CAST(:debtors AS text[]), CAST(:creditors AS text[]), CAST(:amounts AS bigint[])
        ) WITH ORDINALITY AS net (debtor, creditor, amount, number)
    )
    UPDATE settlement_windows AS w SET state = 'executing' FROM batch WHERE w.id = batch.window_id
    """
)
_TRANSFERS: Final = text(
    "SELECT debtor_bic, creditor_bic, amount_minor FROM settlement_transfers WHERE batch_id = :batch_id ORDER BY number"
)
_POSITIONS: Final = text(
    """
    SELECT participant_bic, owed_minor, owing_minor
    FROM net_positions WHERE batch_id = :batch_id ORDER BY participant_bic
    """
)
_BATCHES: Final = text(
    f"SELECT {_COLUMNS} FROM settlement_batches ORDER BY opened_at DESC, id DESC LIMIT :limit OFFSET :offset"
)
_BATCH: Final = text(f"SELECT {_COLUMNS} FROM settlement_batches WHERE id = :batch_id")
_COUNT: Final = text("SELECT count(*) AS total FROM settlement_batches")
