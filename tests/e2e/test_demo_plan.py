"""What the demonstration plans and how it shows it, without a stack."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from api.common.body import read_json, validate
from api.initiation.orders import NewPayment
from deltran.demo.banks import ALPENHORN, BANKS, BRAVO, newcomer
from deltran.demo.orders import Form, Planned, Trouble
from deltran.demo.outcome import Outcome, show
from deltran.demo.plan import fourteen
from deltran.demo.screen import WIDTH, payments_table
from deltran.demo.story import Ending, Followed
from devstack.options import DEMO_BANKS
from domain.money import Money
from domain.payment import settlement_account
from domain.status import PaymentStatus
from ledger.verify import Report
from schema.intake import Syntax
from schema.intake import read as read_message
from schema.iso20022.profile import Profile
from schema.iso20022.validate import validate as validate_message

FIRST = newcomer(set()).bic
PLANNED = [planned.at_quote("quo_1") if planned.order.fx else planned for planned in fourteen(FIRST)]
SENT_AT = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("planned", PLANNED, ids=lambda planned: f"{planned.number} {planned.form}")
def test_each_is_read_by_the_api_as_it_is_meant(planned: Planned) -> None:
    media_type, body = planned.body()
    read: dict[str, Callable[[bytes], Any]] = {
        "application/xml": lambda raw: read_message(raw, Syntax.XML).wish,
        "application/json": lambda raw: validate(NewPayment, read_json(raw)).order(),
    }
    order = read[media_type](body)
    assert (order.amount, order.debtor, order.creditor) == (
        planned.order.amount,
        planned.order.debtor,
        planned.order.creditor,
    )
    assert (order.method, order.uetr) == (planned.order.method, planned.order.uetr)
    assert order.exchange == planned.order.exchange
    assert planned.order.value_date in (None, order.value_date)


@pytest.mark.parametrize("planned", PLANNED, ids=lambda planned: f"{planned.number} {planned.form}")
def test_its_messages_are_clean_even_strictly(planned: Planned) -> None:
    media_type, body = planned.body()
    if media_type == "application/xml":
        # The demonstration also runs on a Sunday.
        found = validate_message(body, profile=Profile.CBPR_2025, strict=True).findings
        assert [finding for finding in found if finding.rule != "DT-03"] == []


def test_they_are_varied() -> None:
    assert [planned.number for planned in PLANNED] == list(range(1, 15))
    assert {planned.form for planned in PLANNED} == set(Form)
    assert {planned.order.amount.currency for planned in PLANNED} == {"USD", "EUR", "GBP", "JPY", "KWD"}
    assert {planned.expected.trouble for planned in PLANNED} == {None, *Trouble}


def test_every_sender_holds_a_token() -> None:
    assert {bank.bic for bank in BANKS} == set(DEMO_BANKS)
    assert {planned.order.debtor.agent_bic for planned in PLANNED} <= set(DEMO_BANKS)


def test_each_run_brings_another_newcomer() -> None:
    assert newcomer({FIRST, ALPENHORN}).bic == f"{FIRST[:8]}002"
    assert newcomer({f"{FIRST[:8]}999"}).bic == FIRST


def test_the_two_legs_of_an_exchange_want_what_the_other_gives() -> None:
    first, second = [planned.order for planned in PLANNED if planned.order.exchange]
    assert first.exchange
    assert second.exchange
    assert first.exchange.reference == second.exchange.reference
    assert (first.exchange.wants, second.exchange.wants) == (second.amount, first.amount)
    assert (first.debtor.agent_bic, second.debtor.agent_bic) == (second.creditor.agent_bic, first.creditor.agent_bic)


def test_the_rate_makes_exactly_what_is_bought() -> None:
    (order,) = [planned.order for planned in PLANNED if planned.order.fx]
    assert order.fx
    assert order.received.decimal == order.amount.decimal * Decimal(order.fx.rate)
    assert order.fx.dealer_bic in {bank.bic for bank in BANKS} - {order.debtor.agent_bic, order.creditor.agent_bic}


def completed(planned: Planned) -> Followed:
    return Followed(
        planned,
        planned.expected,
        PaymentStatus.COMPLETED,
        sent_at=SENT_AT,
        ended_at=SENT_AT + timedelta(seconds=12.345),
        been_in=planned.expected.trouble,
    )


def books() -> dict[str, Money]:
    everybody = (*BANKS, newcomer(set()))
    return {settlement_account(bank.bic, funds.currency): funds for bank in everybody for funds in bank.funds}


def test_a_completed_payment_is_owed_from_one_balance_to_another() -> None:
    owed = Ending([completed(PLANNED[0])], books(), books()).owed()
    assert owed[f"{ALPENHORN}/USD"] == books()[f"{ALPENHORN}/USD"] - Money.parse("125000.50", "USD")
    assert owed[f"{BRAVO}/USD"] == books()[f"{BRAVO}/USD"] + Money.parse("125000.50", "USD")


def test_a_converted_one_is_owed_through_its_dealer() -> None:
    (planned,) = [planned for planned in PLANNED if planned.order.fx]
    order, paid = planned.order, Ending([completed(planned)], books(), books())
    changes = {account: owed - paid.before[account] for account, owed in paid.owed().items()}
    assert {account: change for account, change in changes.items() if change.minor} == {
        f"{order.debtor.agent_bic}/EUR": -order.amount,
        f"{BRAVO}/EUR": order.amount,
        f"{BRAVO}/JPY": -order.received,
        f"{order.creditor.agent_bic}/JPY": order.received,
    }


def test_an_exchange_is_good_only_if_one_pair_settled_both_legs() -> None:
    legs = [replace(completed(planned), settled_with="pair_1") for planned in PLANNED if planned.order.exchange]
    for with_pair, good in (("pair_1", True), ("pair_2", False), (None, False)):
        paid = Ending([legs[0], replace(legs[1], settled_with=with_pair)], books(), books())
        assert Outcome(replace(paid, after=paid.owed()), Report("ok")).good is good


def test_an_outcome_is_good_only_if_everything_holds() -> None:
    paid = Ending([completed(PLANNED[0])], books(), books())
    good = Outcome(replace(paid, after=paid.owed()), Report("ok"))
    assert good.good
    stuck = replace(completed(PLANNED[0]), status=PaymentStatus.QUEUED)
    one_cent = {f"{BRAVO}/USD": Money(1, "USD") + paid.owed()[f"{BRAVO}/USD"]}
    assert not Outcome(replace(good.ending, payments=[stuck]), Report("ok")).good
    assert not Outcome(replace(good.ending, after={**paid.owed(), **one_cent}), Report("ok")).good
    assert not Outcome(good.ending, Report("incomplete", unchecked=("the end",))).good


def test_tables_fit_into_a_hundred_columns() -> None:
    text = StringIO()
    console = Console(file=text, width=WIDTH)
    payments = [
        replace(completed(planned), status=planned.expected.status, reasons=planned.expected.reasons)
        for planned in PLANNED
    ]
    console.print(payments_table(payments))
    show(console, Outcome(Ending(payments, books(), books()), Report("ok")))
    assert "…" not in text.getvalue()
    assert "900,000,000.00 USD" in text.getvalue()
