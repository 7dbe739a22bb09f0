"""Bodies that are messages: what they want of the network, whatever they are written in, and how long judging took."""

import asyncio
import time
from dataclasses import replace
from typing import Final

from fastapi import Request

from api.common.body import JSON, MT, XML, media_type
from api.common.deps import Services
from api.initiation.orders import Submitted, fingerprinted, of_json
from api.investigations import returning
from api.investigations.recalling import Wanted, Word
from api.investigations.returning import Return
from domain.errors import MessageRefused
from domain.finding import Finding
from domain.original import StatedReason
from domain.payment import PaymentOrder
from domain.payment_return import ReturnOrder
from domain.reason import Reason
from domain.recall import RecallAnswer, RecallRequest, RecallStatus
from schema import intake
from schema.intake import Checked, Reading, Syntax
from schema.iso20022.profile import Profile
from schema.tables.payment import payments
from schema.tables.payment.payments import PaymentView, RawMessage

SYNTAX: Final = {XML: Syntax.XML, MT: Syntax.MT}


async def read_payment(house: Services, request: Request) -> Submitted:
    """A payment, or the return of one. Raises whatever is wrong with the body, every fault at once."""
    kind = media_type(request, JSON, XML, MT)
    raw = await request.body()
    return of_json(raw) if kind == JSON else await submitted(house, raw, SYNTAX[kind])


async def submitted(house: Services, raw: bytes, syntax: Syntax) -> Submitted:
    """A message that pays. Raises MessageRefused."""
    reading, message = await _read(house, raw, syntax)
    if isinstance(reading.wish, PaymentOrder):
        # What it came as is kept, also where it was read by way of its translation.
        order = replace(reading.wish, message_type=reading.message_type)
        return fingerprinted(order, message, warnings=reading.warnings)
    if isinstance(reading.wish, ReturnOrder):
        async with house.db.read() as session:
            paid = await payments.by_uetr(session, reading.wish.original.uetr or "")
        if paid is None:
            raise _refused("RT-01", "the payment to be returned is not known here", Reason.NARR)
        return _return(reading.wish, paid, message, reading.warnings)
    raise _refused("IN-05", f"{reading.message_type} belongs to the recall of a payment; send it there")


async def read_return(house: Services, raw: bytes, syntax: Syntax, paid: PaymentView) -> Submitted:
    """A message that returns this very payment. Raises MessageRefused."""
    reading, message = await _read(house, raw, syntax)
    if not isinstance(reading.wish, ReturnOrder):
        raise _refused("IN-05", f"{reading.message_type} returns no payment")
    _require_about(paid, reading.wish.original.uetr, "RT-01")
    return _return(reading.wish, paid, message, reading.warnings)


async def read_recall(house: Services, raw: bytes, syntax: Syntax, payment: PaymentView) -> Wanted:
    """A message that asks for this very payment back. Raises MessageRefused."""
    reading, message = await _read(house, raw, syntax)
    wish = reading.wish
    if not isinstance(wish, RecallRequest):
        raise _refused("IN-05", f"{reading.message_type} asks for no payment back")
    _require_about(payment, wish.original.uetr, "CX-01")
    if wish.reason.code is None:
        raise _refused("CX-02", "a recall says why, by a code")
    return Wanted(wish.reason.code, wish.reason.text, wish.case_id, wish.assignment_id, message)


async def read_answer(house: Services, raw: bytes, syntax: Syntax, payment: PaymentView) -> Word:
    """A message that answers the recall of this very payment. Raises MessageRefused."""
    reading, message = await _read(house, raw, syntax)
    wish = reading.wish
    if not isinstance(wish, RecallAnswer):
        raise _refused("IN-05", f"{reading.message_type} answers no recall")
    _require_about(payment, wish.original.uetr, "CX-07")
    if wish.status is RecallStatus.PDCR:
        raise _refused("CX-05", "the recall is still open: say CNCL or RJCR")
    reason = wish.reasons[0] if wish.reasons else StatedReason()
    return Word(wish.status is RecallStatus.CNCL, reason.code, reason.text, message)


async def check(
    house: Services,
    raw: bytes,
    syntax: Syntax,
    *,
    profile: Profile | None,
    strict: bool,
) -> Checked:
    """Everything that the rules have to say of a message; measured."""
    began = time.perf_counter()
    checked = await asyncio.to_thread(intake.check, raw, syntax, profile=profile, strict=strict)
    _measure(house, checked.findings, invalid=bool(checked.errors), took_s=time.perf_counter() - began)
    return checked


async def _read(house: Services, raw: bytes, syntax: Syntax) -> tuple[Reading, RawMessage]:
    began = time.perf_counter()
    try:
        reading = await asyncio.to_thread(intake.read, raw, syntax)
    except MessageRefused as refused:
        _measure(house, refused.findings, invalid=True, took_s=time.perf_counter() - began)
        raise
    _measure(house, reading.warnings, invalid=False, took_s=time.perf_counter() - began)
    return reading, RawMessage(reading.message_type, raw)


def _measure(house: Services, findings: tuple[Finding, ...], *, invalid: bool, took_s: float) -> None:
    result = "invalid" if invalid else "warned" if findings else "valid"
    house.metrics.validation_total.labels(result).inc()
    house.metrics.validation_duration.observe(took_s)
    for finding in findings:
        house.metrics.field_errors.labels(finding.rule).inc()


def _return(wish: ReturnOrder, paid: PaymentView, message: RawMessage, warnings: tuple[Finding, ...]) -> Submitted:
    if wish.reason.code is None:
        raise _refused("RT-02", "a return says why, by a code")
    wanted = Return(
        amount=wish.returned,
        reason=wish.reason.code,
        text=wish.reason.text,
        reference=wish.return_id,
        method=wish.method,
        value_date=wish.value_date,
        message_id=wish.message_id,
        mentioned=wish.mentioned,
    )
    made = returning.ordered(paid, wanted, message, warnings=warnings)
    if (made.order.sender_bic, made.order.receiver_bic) != (paid.receiver_bic, paid.sender_bic):
        raise _refused("RT-07", "the return does not go back the way that the payment came", Reason.AG01)
    return made


def _require_about(payment: PaymentView, uetr: str | None, rule: str) -> None:
    if uetr != payment.uetr:
        raise _refused(rule, "the message is about another payment")


def _refused(rule: str, complaint: str, reason: Reason = Reason.FF01) -> MessageRefused:
    return MessageRefused(complaint, findings=(Finding("/", rule, complaint, reason),))
