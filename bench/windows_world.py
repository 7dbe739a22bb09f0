"""A window full of payments: fifty banks, and payments that were queued in bulk, as no intake could in this time."""

from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random
from typing import Final

from sqlalchemy import text

from activities import chains
from domain.ids import PaymentId, Uetr
from domain.money import Money
from domain.party import Party
from domain.payment import PaymentOrder, SettlementMethod, dues_account, settlement_account
from domain.settlement import Backing, Obligation
from domain.status import PaymentStatus
from ledger.book import Account, Transfer
from ledger.protocol import Ledger
from schema.tables.accounts import participants
from schema.tables.common.session import Database
from schema.tables.payment import payments
from schema.tables.payment.payments import NewPayment, Step
from schema.tables.settlement import steering, windows
from workflows.payloads import WindowInput

BANKS: Final = tuple(f"BK{number:02}DEFFXXX" for number in range(50))
CURRENCY: Final = "EUR"
FUNDS: Final = 10**9
AT_ONCE: Final = 1000
"""Operations of one chain, or rows of one statement."""


async def furnish(db: Database, ledger: Ledger) -> None:
    """Register the banks, open their accounts and fund them; one in ten has little."""
    await ledger.open_account(Account(f"NETWORK/{CURRENCY}", CURRENCY, floor_minor=None))
    for number, bic in enumerate(BANKS):
        async with db.write() as session:
            at = datetime.now(UTC)
            await participants.register(session, bic=bic, name=bic, country="DE", at=at)
            await participants.add_account(session, bic=bic, currency=CURRENCY, floor_minor=0, at=at)
        account = settlement_account(bic, CURRENCY)
        await ledger.open_account(Account(account, CURRENCY))
        await ledger.open_account(Account(dues_account(bic, CURRENCY), CURRENCY, floor_minor=None))
        funds = FUNDS // 10_000 if number % 10 == 0 else FUNDS
        await ledger.submit([Transfer(f"open/{account}", f"NETWORK/{CURRENCY}", account, CURRENCY, funds)])


async def fill_window(db: Database, ledger: Ledger, count: int) -> tuple[WindowInput, list[str]]:
    """Open a window with so many due payments of one seed; what its workflow is told, and the payments in order."""
    owed = _obligations(count)
    async with db.write() as session:
        order = PaymentOrder(
            amount=Money(owed[0].amount_minor, CURRENCY),
            debtor=Party("Ada Sample", owed[0].debtor),
            creditor=Party("Bert Example", owed[0].creditor),
            end_to_end_id="E2E",
            uetr=Uetr.new(),
            method=SettlementMethod.NET,
        )
        new = NewPayment(PaymentId(owed[0].payment_id), "PAY", order, "bench", datetime.now(UTC))
        await payments.insert(session, new, start={})
        at = datetime.now(UTC)
        walked = (PaymentStatus.VALIDATED, PaymentStatus.SCREENED, PaymentStatus.APPROVED, PaymentStatus.QUEUED)
        await payments.advance(session, owed[0].payment_id, *(Step(status, at, "network") for status in walked))
        window_id = await windows.enqueue(
            session, owed[0], currency=CURRENCY, window_s=3600, at=at, backing=Backing.DUE
        )
    for start in range(0, count, AT_ONCE):
        some = owed[start : start + AT_ONCE]
        await ledger.submit([chains.due(one, CURRENCY) for one in some])
        await _queue(db, window_id, owed[0].payment_id, [one for one in some if one is not owed[0]])
    async with db.write() as session:
        await session.run(text("ANALYZE"))
        window = await steering.window(session, window_id)
    assert window.queued == count, "every payment waits"
    batch_id = f"bat_{window_id.removeprefix('win_')}"
    return WindowInput(window_id, batch_id, CURRENCY, window_s=3600), sorted(one.payment_id for one in owed)


async def _queue(db: Database, window_id: str, like: str, owed: Sequence[Obligation]) -> None:
    facts = {
        "like": like,
        "window_id": window_id,
        "ids": [one.payment_id for one in owed],
        "uetrs": [Uetr.new() for _ in owed],
        "debtors": [one.debtor for one in owed],
        "creditors": [one.creditor for one in owed],
        "amounts": [one.amount_minor for one in owed],
    }
    async with db.write() as session:
        await session.run(_COPY, facts)
        await session.run(_ENQUEUE, facts)


def _obligations(count: int) -> list[Obligation]:
    chance = Random(1)
    found = []
    for _ in range(count):
        debtor, creditor = chance.sample(BANKS, 2)
        found.append(Obligation(PaymentId.new(), debtor, creditor, int(chance.lognormvariate(9, 1.5)) + 1))
    return found


_COPY: Final = text(
    """
    INSERT INTO payments
    SELECT (jsonb_populate_record(p, jsonb_build_object(
        'id', c.id, 'uetr', c.uetr, 'content_sha256', '\\x' || encode(sha256(c.id::bytea), 'hex'),
        'sender_bic', c.debtor, 'receiver_bic', c.creditor, 'amount_minor', c.amount
    ))).*
    FROM payments AS p, unnest(
        CAST(:ids AS text[]), CAST(:uetrs AS text[]), CAST(:debtors AS text[]), CAST(:creditors AS text[]),
        CAST(:amounts AS bigint[])
    ) AS c (id, uetr, debtor, creditor, amount)
    WHERE p.id = :like
    """
)
_ENQUEUE: Final = text(
    """
    INSERT INTO settlement_items
    SELECT (jsonb_populate_record(i, jsonb_build_object(
        'payment_id', c.id, 'debtor_bic', c.debtor, 'creditor_bic', c.creditor, 'amount_minor', c.amount
    ))).*
    FROM settlement_items AS i, unnest(
        CAST(:ids AS text[]), CAST(:debtors AS text[]), CAST(:creditors AS text[]), CAST(:amounts AS bigint[])
    ) AS c (id, debtor, creditor, amount)
    WHERE i.payment_id = :like AND i.window_id = :window_id
    """
)
