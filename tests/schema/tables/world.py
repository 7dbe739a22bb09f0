"""Payments and banks to test with."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from domain.ids import PaymentId, Uetr
from domain.money import Money
from domain.party import Party
from domain.payment import PaymentOrder
from domain.screening import Hit, RiskLevel, ScreeningResult
from domain.status import PaymentStatus
from schema.tables.common.session import Database, WriteSession
from schema.tables.compliance import checks
from schema.tables.payment import payments
from schema.tables.payment.payments import NewPayment, RawMessage, Step

T = TypeVar("T")

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BERLIN, PARIS, TOKYO = "DEUTDEFFXXX", "BNPAFRPPXXX", "BOTKJPJTXXX"
S = PaymentStatus

HIT = Hit("creditor", "Ivan Petrov", "IVAN PETROW", "EU", "EU.1", RiskLevel.HIGH, 90, 1)
CLEAR = ScreeningResult((), "lists-1", "engine-1")
SUSPICIOUS = ScreeningResult((replace(HIT, score=60, level=RiskLevel.LOW), HIT), "lists-1", "engine-1")


def later(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def order(**changes: Any) -> PaymentOrder:
    plain = PaymentOrder(
        amount=Money(12_550, "EUR"),
        debtor=Party("Müller & Söhne", BERLIN, account="DE89370400440532013000"),
        creditor=Party("Chez Zoé", PARIS),
        end_to_end_id=f"INV-{PaymentId.new()[-12:]}",
        uetr=Uetr.new(),
    )
    return replace(plain, **changes)


def new_payment(at: datetime = AT, **changes: Any) -> NewPayment:
    return NewPayment(PaymentId.new(), "REF-1", order(**changes), "berlin-system", at)


async def taken_in(db: Database, *, at: datetime = AT, message: RawMessage | None = None, **changes: Any) -> str:
    """A stored payment's id."""
    payment = new_payment(at, **changes)
    async with db.write() as session:
        assert await payments.insert(session, payment, start={"payment_id": payment.id}, message=message)
    return payment.id


async def at_status(db: Database, *statuses: PaymentStatus, **changes: Any) -> str:
    """A payment that went on through the given statuses."""
    payment_id = await taken_in(db, **changes)
    async with db.write() as session:
        await payments.advance(session, payment_id, *(Step(status, AT, "network") for status in statuses))
    return payment_id


async def screened(db: Database, result: ScreeningResult = SUSPICIOUS) -> tuple[str, str]:
    """A screened payment and its check."""
    payment_id = await at_status(db, S.VALIDATED, S.SCREENED)
    async with db.write() as session:
        check = await checks.record(session, payment_id, "sanctions_screening", result, AT)
    return payment_id, check.id


async def all_at_once(db: Database, count: int, act: Callable[[WriteSession], Awaitable[T]]) -> list[T]:
    """The answers of the same act in so many sessions at the same time."""

    async def once() -> T:
        async with db.write() as session:
            return await act(session)

    return list(await asyncio.gather(*(once() for _ in range(count))))
