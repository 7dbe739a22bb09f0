"""What the network tells its participants of a payment: which message is due when, to whom, and how it is written.

A report is made of what is recorded and of nothing else, so it says the same whenever it is written: its id and its
time are those of the event that it tells.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, TypeVar

from domain.calendars import value_day
from domain.errors import DelTranError
from domain.money import Money, is_security
from domain.original import StatedReason, carried, original_of
from domain.payment import PaymentKind, PaymentOrder, SettlementMethod, settlement_account
from domain.payment_return import ReturnOrder, return_of
from domain.recall import RecallAnswer, RecallRequest, RecallStatus
from domain.statement import Account, BankCode, Direction, EntryDetail, Notification, StatementEntry
from domain.status import PACS002, PaymentStatus
from domain.status_report import StatusReport
from schema.iso20022.codecs import camt029, camt054, camt056, pacs002, pacs004, pacs008, pacs009
from schema.iso20022.codecs.identity import Identity, derived_id, our_id
from schema.tables.payment.events import Event
from schema.tables.payment.payments import PaymentView
from schema.tables.payment.recalls import RecallState, RecallView
from schema.tables.reporting.messages import Outbound

T = TypeVar("T")

log = logging.getLogger(__name__)

REFUSED: Final = frozenset({PaymentStatus.REJECTED, PaymentStatus.FAILED, PaymentStatus.CANCELLED})
PAID: Final = frozenset({PaymentStatus.SETTLED, PaymentStatus.COMPLETED})
TEXT_LENGTH: Final = 105
"""Characters of one line of additional information."""

SUB_FAMILY: Final = {
    PaymentKind.CUSTOMER: "XBCT",
    PaymentKind.INSTITUTION: "FICT",
    PaymentKind.COVER: "FICT",
    PaymentKind.RETURN: "RRTN",
}
"""Cross-border credit transfer, transfer between institutions, reversal due to a return (ISO 20022 BTC set)."""


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment with its order."""

    payment: PaymentView
    order: PaymentOrder


@dataclass(frozen=True, slots=True)
class Story:
    """All that a report may tell: the payment, what happened to it, its recalls, and what it returns."""

    payment: PaymentView
    order: PaymentOrder
    events: Sequence[Event]
    recalls: Sequence[RecallView] = ()
    original: Paid | None = None

    def at(self, status: PaymentStatus) -> Event | None:
        """When the payment came to a status; None when it has not."""
        return next((event for event in self.events if event.status == status), None)


@dataclass(frozen=True, slots=True)
class _Report:
    identity: str
    message_type: str
    audience: str
    at: datetime
    write: Callable[[Identity], bytes]
    sender: str


def due(story: Story, network_bic: str, known: Iterable[str] = ()) -> list[Outbound]:
    """Every report that is due and not yet `known` by its identity, oldest first.

    Of a security's delivery there is none: these messages speak of money.
    """
    if is_security(story.payment.currency):
        return []
    kept = set(known)
    told = (report for report in _reports(story, network_bic) if report.identity not in kept)
    return [written for report in told if (written := _written(story, report))]


def _written(story: Story, report: _Report) -> Outbound | None:
    """The report as it goes out; None when something of it fits into no message, which an operator must see."""
    message_id = derived_id(story.payment.id, report.identity)
    try:
        raw = report.write(Identity(message_id, report.at, report.sender, report.audience))
    except DelTranError as wrong:
        log.error("%s of %s cannot be written: %s", report.identity, story.payment.id, wrong.code)
        return None
    return Outbound(report.identity, report.audience, report.message_type, raw, report.at)


def _writer(encode: Callable[[T, Identity], bytes], told: T) -> Callable[[Identity], bytes]:
    return lambda identity: encode(told, identity)


def _dated(encode: Callable[..., bytes], told: object, at: datetime) -> Callable[[Identity], bytes]:
    """An investigation's messages carry their own names; only the moment is ours to give."""
    return lambda _: encode(told, created=at)


def _returned(story: Story) -> ReturnOrder:
    """The return as a message: it speaks of the payment that it gives back."""
    assert story.original is not None, "a return returns something"
    paid = story.original
    return return_of(
        paid.order.onward,
        return_id=derived_id(story.payment.id, length=16),
        reason=StatedReason(story.payment.return_reason, story.order.remittance_info),
        returned=story.order.amount,
        value_date=_final(story).value_date,
    )


def _reports(story: Story, network_bic: str) -> Iterator[_Report]:
    yield from _status_reports(story, network_bic)
    if settled := story.at(PaymentStatus.SETTLED):
        yield from _notifications(story, settled.at, network_bic)
        yield _forward(story, settled.at)
    for recall in story.recalls:
        yield from _recall(story, recall, network_bic)


def _status_reports(story: Story, network_bic: str) -> Iterator[_Report]:
    """A pacs.002 to the sender at each turn."""
    for event in story.events:
        if event.status is not None:
            yield _Report(
                identity=f"pacs.002/{event.number}",
                message_type=pacs002.MESSAGE,
                audience=story.payment.sender_bic,
                at=event.at,
                write=_writer(pacs002.encode, _status(story, event)),
                sender=network_bic,
            )


def _status(story: Story, event: Event) -> StatusReport:
    status = PaymentStatus(event.status or "")
    settled_on = _settled_on(story.payment)
    return StatusReport(
        original=original_of(story.order),
        status=PACS002[status],
        reasons=_reasons(story.payment) if status in REFUSED else (),
        accepted_at=event.at,
        settled_on=settled_on.isoformat() if status in PAID and settled_on else None,
        clearing_reference=our_id(story.payment.id),
    )


def _settled_on(payment: PaymentView) -> date | None:
    """The day as of which the money counts; None while it is not final."""
    if payment.settled_at is None:
        return None
    return value_day(payment.settled_at, payment.settlement_date, payment.settle_until)


def _final(story: Story) -> PaymentOrder:
    """The order as it was carried out: its date is the day on which it settled, whatever day was wanted."""
    settled_on = _settled_on(story.payment)
    return story.order if settled_on is None else replace(story.order, value_date=settled_on.isoformat())


def _reasons(payment: PaymentView) -> tuple[StatedReason, ...]:
    """The reasons as the sender may know them; the words go with the first."""
    words = (payment.reason_text or "").strip()[:TEXT_LENGTH] or None
    codes = payment.reason_codes or ("NARR",)
    return tuple(StatedReason(code, words if number == 0 else None) for number, code in enumerate(codes))


def _notifications(story: Story, at: datetime, network_bic: str) -> Iterator[_Report]:
    """A camt.054 to each bank: its account was debited, or credited. The dealer of an exchange has one of each."""
    payment = story.payment
    for what, bic, direction, amount in _bookings(payment):
        identity = f"camt.054/{what}"
        account = Account(settlement_account(bic, amount.currency), amount.currency, bic, network_bic)
        entry = _entry(story, direction, amount, at)
        told = Notification(derived_id(payment.id, identity, "id"), account, (entry,), at)
        yield _Report(identity, camt054.MESSAGE, bic, at, _writer(camt054.encode, told), network_bic)


def _bookings(payment: PaymentView) -> Iterator[tuple[str, str, Direction, Money]]:
    """Whose accounts the payment moved, which way and by how much; what rounding moved stands in the day's statement."""
    sold, received = Money(payment.amount_minor, payment.currency), payment.received
    yield "debit", payment.sender_bic, Direction.DEBIT, sold
    yield "credit", payment.receiver_bic, Direction.CREDIT, received
    if payment.dealer_bic is not None:
        yield "dealer/credit", payment.dealer_bic, Direction.CREDIT, sold
        yield "dealer/debit", payment.dealer_bic, Direction.DEBIT, received


def _entry(story: Story, direction: Direction, amount: Money, at: datetime) -> StatementEntry:
    payment, order = story.payment, story.order
    detail = EntryDetail(
        end_to_end_id=carried(order.end_to_end_id),
        uetr=order.uetr,
        instruction_id=original_of(order).instruction_id,
        payment_id=payment.id,
        amount=amount,
        direction=direction,
        debtor_bic=payment.sender_bic,
        creditor_bic=payment.receiver_bic,
        remittance_info=order.remittance_info,
    )
    return StatementEntry(
        reference=payment.id,
        amount=amount,
        direction=direction,
        booked_at=at,
        value_date=_settled_on(payment) or at.date(),
        code=bank_code(payment.kind, direction),
        servicer_reference=payment.batch_id or payment.id,
        details=(detail,),
        additional_info=_SETTLED_WITH.get(payment.method) if order.fx is None else _exchanged(order),
    )


_SETTLED_WITH: Final = {
    SettlementMethod.NET: "settled net with its window",
    SettlementMethod.PVP: "settled together with a payment in another currency",
    SettlementMethod.DVP: "settled together with the delivery of a security",
}


def _exchanged(order: PaymentOrder) -> str:
    assert order.fx is not None, "an exchanged order"
    sold, bought = order.amount, order.fx.bought
    return f"exchanged {sold.currency} {sold} for {bought.currency} {bought} at {order.fx.rate}"


def bank_code(kind: PaymentKind, direction: Direction) -> BankCode:
    """What kind of movement a payment is for the account that it moves (ISO 20022 BTC set)."""
    return BankCode("PMNT", "ICDT" if direction is Direction.DEBIT else "RCDT", SUB_FAMILY[kind])


def _forward(story: Story, at: datetime) -> _Report:
    """The payment itself, as its receiver gets it once the money is final."""
    order = _final(story).onward
    if order.kind is PaymentKind.RETURN:
        message, write = pacs004.MESSAGE, _writer(pacs004.encode, _returned(story))
    elif order.kind is PaymentKind.CUSTOMER:
        message, write = pacs008.MESSAGE, _writer(pacs008.encode, order)
    else:
        message, write = pacs009.MESSAGE, _writer(pacs009.encode, order)
    return _Report("payment", message, story.payment.receiver_bic, at, write, story.payment.sender_bic)


def _recall(story: Story, recall: RecallView, network_bic: str) -> Iterator[_Report]:
    """A camt.056 to the receiver once there is money to give back, a camt.029 to the sender at each answer."""
    payment = story.payment
    settled = story.at(PaymentStatus.SETTLED)
    if settled is not None:
        at = max(recall.requested_at, settled.at)
        request = _request(story, recall)
        identity = f"camt.056/{recall.id}"
        write = _dated(camt056.encode, request, at)
        yield _Report(identity, camt056.MESSAGE, payment.receiver_bic, at, write, payment.sender_bic)
    answered = recall.state is not RecallState.OPEN
    if answered or settled is not None:
        speaker = network_bic if settled is None else payment.receiver_bic
        at = recall.answered_at if answered and recall.answered_at else recall.requested_at
        identity = f"camt.029/{recall.id}/{recall.state}"
        write = _dated(camt029.encode, _answer(story, recall, speaker), at)
        yield _Report(identity, camt029.MESSAGE, payment.sender_bic, at, write, speaker)


def _request(story: Story, recall: RecallView) -> RecallRequest:
    payment = story.payment
    return RecallRequest(
        case_id=recall.case_id,
        assignment_id=recall.assignment_id,
        assigner_bic=payment.sender_bic,
        assignee_bic=payment.receiver_bic,
        original=original_of(story.order),
        reason=StatedReason(recall.reason, (recall.reason_text or "")[:TEXT_LENGTH] or None),
        original_amount=story.order.received,
        original_date=_final(story).value_date,
        created=recall.requested_at,
    )


_ANSWERS: Final = {
    RecallState.OPEN: RecallStatus.PDCR,
    RecallState.ACCEPTED: RecallStatus.CNCL,
    RecallState.REFUSED: RecallStatus.RJCR,
}


def _answer(story: Story, recall: RecallView, speaker: str) -> RecallAnswer:
    words = (recall.answer_text or "")[:TEXT_LENGTH] or None
    reasons = (StatedReason(recall.answer_reason, words),) if recall.answer_reason or words else ()
    return RecallAnswer(
        case_id=recall.case_id,
        assignment_id=derived_id(recall.id, str(recall.state)),
        assigner_bic=speaker,
        assignee_bic=story.payment.sender_bic,
        original=original_of(story.order),
        status=_ANSWERS[recall.state],
        reasons=reasons if recall.state is RecallState.REFUSED else (),
        request_id=recall.assignment_id,
        requested=recall.requested_at,
    )
