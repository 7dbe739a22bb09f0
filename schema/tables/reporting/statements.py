"""What a statement needs beside the ledger: the payments that a day's movements settle, and when the account began."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import text

from domain.payment import PaymentKind
from schema.tables.common.session import ReadSession, typed


@dataclass(frozen=True, slots=True)
class Booked:
    """A payment that was settled: in `cause`, its batch, or else by itself; `payer_bic` paid the amount.

    One that was exchanged is booked twice: its sender paid the dealer what was sold, and the dealer its receiver what was bought.
    """

    cause: str
    payment_id: str
    kind: PaymentKind
    sender_bic: str
    receiver_bic: str
    payer_bic: str
    amount_minor: int
    currency: str
    uetr: str
    end_to_end_id: str
    settled_at: datetime | None
    settlement_date: date | None = None
    settle_until: datetime | None = None


async def payments_of(
    session: ReadSession, bic: str, currencies: Sequence[str], *, causes: list[str], from_at: datetime, to_at: datetime
) -> Mapping[str, Mapping[str, list[Booked]]]:
    """The bank's payments in some currencies that belong to some causes, or that were settled within a time.

    By currency, and there by cause.
    """
    facts = {"bic": bic, "currencies": list(currencies), "causes": causes, "from_at": from_at, "to_at": to_at}
    found: dict[str, dict[str, list[Booked]]] = {currency: {} for currency in currencies}
    for row in await session.all(_PAYMENTS, facts):
        found[row.currency].setdefault(row.cause, []).append(Booked(**typed(row, kind=PaymentKind)))
    return found


async def in_journal(session: ReadSession, causes: list[str]) -> bool:
    """Whether SQL shows the ledger's movements of all these payments and batches."""
    operations = [f"{cause}/{'1' if cause.startswith('bat_') else 'post'}" for cause in causes]
    return int((await session.one(_IN_JOURNAL, {"operations": operations})).found) == len(operations)


async def opened_at(session: ReadSession, accounts: Sequence[str]) -> dict[str, datetime]:
    """When accounts were ordered."""
    return {row.id: row.created_at for row in await session.all(_OPENED, {"accounts": list(accounts)})}


# A payment knows its batch once it is complete; the queue knows it from the window's close on.
_PAYMENTS: Final = text(
    """
    WITH wanted AS (
        SELECT unnest(CAST(:causes AS text[])) AS id
        UNION
        SELECT payment_id FROM settlement_items WHERE batch_id = ANY(:causes)
        UNION
        SELECT id FROM payments WHERE settled_at >= :from_at AND settled_at < :to_at
    )
    SELECT coalesce(i.batch_id, p.id) AS cause, p.id AS payment_id, p.kind, p.sender_bic, p.receiver_bic, leg.payer_bic,
           leg.amount_minor, leg.currency, p.uetr, p.end_to_end_id, p.settled_at,
           p.settlement_date, p.settle_until
    FROM wanted JOIN payments AS p ON p.id = wanted.id LEFT JOIN settlement_items AS i ON i.payment_id = p.id
    CROSS JOIN LATERAL (
        VALUES (p.sender_bic, coalesce(p.dealer_bic, p.receiver_bic), p.amount_minor, p.currency),
               (p.dealer_bic, p.receiver_bic, p.bought_minor, p.bought_currency)
    ) AS leg (payer_bic, payee_bic, amount_minor, currency)
    WHERE (leg.payer_bic = :bic OR leg.payee_bic = :bic) AND leg.currency = ANY(:currencies)
    ORDER BY p.settled_at, p.id
    """
)
_IN_JOURNAL: Final = text(
    "SELECT count(*) AS found FROM ledger_entries WHERE operation_id = ANY(:operations) AND kind <> 'refusal'"
)
_OPENED: Final = text("SELECT id, created_at FROM accounts WHERE id = ANY(:accounts)")
