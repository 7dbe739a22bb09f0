"""What reports say of the day on which money counts, at moments and days of the test's own choosing."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.calendars import value_day
from domain.payment import PaymentKind, PaymentOrder, SettlementMethod
from domain.statement import Account
from domain.status import PaymentStatus
from schema.intake import Syntax, check, read
from schema.iso20022.codecs import pacs008
from schema.reports import Story, due
from schema.statement_of import Day, Sources, statement
from schema.tables.accounts.ledger_entries import EntryKind, Movement, Side
from schema.tables.payment.events import Event
from schema.tables.payment.payments import PaymentView
from schema.tables.reporting.statements import Booked
from tests.schema.iso20022.codecs.test_transfers import ORDER
from tests.schema.iso20022.codecs.wire import SENT

S = PaymentStatus
NETWORK = "DLTNLULLXXX"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# A day of Brussels that settles until 17:00, which is 16:00 in UTC.
DAY = date(2026, 12, 28)
UNTIL = at("2026-12-28T16:00")


@pytest.mark.parametrize(
    ("settled_at", "settlement_date", "until", "counts"),
    [
        (at("2026-12-28T09:00"), DAY, UNTIL, DAY),
        # A window that closes at the cut-off settles a moment later, on the same day.
        (at("2026-12-28T16:00:03"), DAY, UNTIL, DAY),
        # Deferred for want of funds until the next day.
        (at("2026-12-29T08:00"), DAY, UNTIL, date(2026, 12, 29)),
        # In New York it is still the 28th when Brussels has the 29th.
        (at("2026-12-29T00:30"), DAY, at("2026-12-29T03:00"), DAY),
        # What has no settlement day counts on the network's: half past eleven in London is the next day in Brussels.
        (at("2026-12-28T23:30"), None, None, date(2026, 12, 29)),
        (at("2026-07-28T22:30"), None, None, date(2026, 7, 29)),
    ],
)
def test_the_day_as_of_which_money_counts(
    settled_at: datetime, settlement_date: date | None, until: datetime | None, counts: date
) -> None:
    assert value_day(settled_at, settlement_date, until) == counts


def told(order: PaymentOrder, *, settled_at: datetime, settlement_date: date, until: datetime) -> dict[str, bytes]:
    """Every report on a settled payment, by its identity."""
    payment = view(order, settled_at=settled_at, settlement_date=settlement_date, settle_until=until)
    statuses = [S.INITIATED, S.VALIDATED, S.SCREENED, S.APPROVED, S.QUEUED, S.SETTLING, S.SETTLED, S.COMPLETED]
    events = [
        Event(number, payment.id, number, "status", str(status), settled_at, "network", {})
        for number, status in enumerate(statuses, 1)
    ]
    return {each.identity: each.raw for each in due(Story(payment, order, events), NETWORK)}


def view(order: PaymentOrder, **facts: Any) -> PaymentView:
    known: dict[str, Any] = dict.fromkeys(PaymentView.__slots__)
    return PaymentView(
        **known
        | {
            "id": "pay_01JABCDEFGHJKMNPQRSTVWXYZ0",
            "kind": PaymentKind.CUSTOMER,
            "status": S.COMPLETED,
            "method": SettlementMethod.GROSS,
            "sender_bic": order.sender_bic,
            "receiver_bic": order.receiver_bic,
            "amount_minor": order.amount.minor,
            "currency": order.amount.currency,
            "reason_codes": (),
        }
        | facts
    )


def test_reports_tell_the_day_on_which_a_payment_settled_not_the_one_that_was_wanted() -> None:
    order = replace(ORDER, value_date="2026-12-25")
    reports = told(order, settled_at=at("2026-12-28T09:00"), settlement_date=DAY, until=UNTIL)
    effective = {name: raw for name, raw in reports.items() if b"FctvIntrBkSttlmDt" in raw}
    assert set(effective) == {"pacs.002/7", "pacs.002/8"}
    for name in (*effective, "camt.054/debit", "camt.054/credit", "payment"):
        assert b"2026-12-28</" in reports[name], name
        assert b"2026-12-25</" not in reports[name], name


def test_a_statements_entry_counts_on_the_day_of_its_payments() -> None:
    settled = at("2026-12-29T00:30")
    booked = Booked(
        "pay_1",
        "pay_1",
        PaymentKind.CUSTOMER,
        "A",
        "B",
        "A",
        100,
        "USD",
        "uetr",
        "E2E",
        settled,
        DAY,
        at("2026-12-29T03:00"),
    )
    moved = [
        Movement(number, settled, f"{cause}/post", EntryKind.POST, Side.DEBIT, "B/USD", "USD", amount, 0)
        for number, (cause, amount) in enumerate((("pay_1", 100), ("opening", 50)))
    ]
    made = statement(
        Account("A/USD", "USD", "A", NETWORK),
        Day(date(2026, 12, 29)),
        Sources(1000, moved, {"pay_1": [booked]}),
        opened=date(2026, 1, 1),
        created=settled,
    )
    assert [entry.value_date for entry in made.entries] == [DAY, date(2026, 12, 29)]


def test_a_holiday_refuses_no_payment_though_the_rules_call_it_an_error() -> None:
    """TARGET is closed on the 25th of December; the network puts the payment on another day, if it keeps holidays."""
    raw = pacs008.encode(replace(ORDER, value_date="2026-12-25"), SENT)
    assert [finding.rule for finding in check(raw, Syntax.XML).errors] == ["DT-03"]
    assert "DT-03" in [finding.rule for finding in read(raw, Syntax.XML).warnings]
