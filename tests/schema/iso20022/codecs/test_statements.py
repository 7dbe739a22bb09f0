from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import DomainError, InvalidValue, MessageRefused
from domain.ids import PaymentId
from domain.money import Money
from domain.statement import (
    Account,
    Balance,
    BankCode,
    Direction,
    EntryDetail,
    Notification,
    Statement,
    StatementEntry,
    total,
)
from schema.iso20022.codecs import camt053, camt054
from tests.schema.iso20022.codecs.strategies import bics, days, moments, references, texts, uetrs
from tests.schema.iso20022.codecs.wire import NOW, SENT, faultless, received

CODE = BankCode("PMNT", "RCDT", "XBCT")
DAY = date(2026, 3, 2)


@st.composite
def entries(draw: st.DrawFn, currency: str) -> StatementEntry:
    amount = Money(draw(st.integers(1, 10**12)), currency)
    direction = draw(st.sampled_from(Direction))
    detail = st.builds(
        EntryDetail,
        end_to_end_id=st.none() | references(),
        uetr=st.none() | uetrs,
        instruction_id=st.none() | references(16),
        payment_id=st.none() | st.builds(PaymentId.new).map(str) | references(),
        debtor_bic=st.none() | bics,
        creditor_bic=st.none() | bics,
        remittance_info=st.none() | texts(140),
        amount=st.just(amount),
        direction=st.just(direction),
    )
    return StatementEntry(
        reference=draw(references()),
        amount=amount,
        direction=direction,
        booked_at=draw(moments),
        value_date=draw(st.none() | days),
        code=draw(st.sampled_from([CODE, BankCode("PMNT", "ICDT", "XBCT")])),
        servicer_reference=draw(st.none() | references()),
        details=tuple(draw(st.lists(detail, max_size=1))),
        additional_info=draw(st.none() | texts(500)),
    )


accounts = st.builds(
    Account,
    id=st.sampled_from(["DE89370400440532013000", "AURODEFFXXX/EUR", "12547896"]),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
    owner_bic=bics,
    servicer_bic=bics,
)


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    account = draw(accounts)
    made = tuple(draw(st.lists(entries(account.currency), max_size=4)))
    opening = Money(draw(st.integers(-(10**13), 10**13)), account.currency)
    closing = total([opening, *(entry.signed for entry in made)], account.currency)
    day = draw(days.filter(lambda day: day.year < 2099))
    return Statement(
        id=draw(references()),
        sequence=draw(st.none() | st.integers(1, 10**17)),
        account=account,
        from_day=day,
        to_day=day + timedelta(days=1),
        opening=Balance(opening, day),
        entries=made,
        closing=Balance(closing, day),
        created=draw(moments),
    )


@st.composite
def notifications(draw: st.DrawFn) -> Notification:
    account = draw(accounts)
    made = tuple(draw(st.lists(entries(account.currency), min_size=1, max_size=3)))
    return Notification(draw(references()), account, made, draw(moments), draw(st.none() | st.integers(1, 10**17)))


@given(statements())
def test_a_statement_survives_the_wire(statement: Statement) -> None:
    assert camt053.decode(received(faultless(camt053.encode(statement, SENT)), camt053.MESSAGE)) == (statement,)


@given(notifications())
def test_a_notification_survives_the_wire(notification: Notification) -> None:
    assert camt054.decode(received(faultless(camt054.encode(notification, SENT)), camt054.MESSAGE)) == (notification,)


@given(statements(), st.integers(1, 10**6))
def test_a_statement_that_does_not_add_up_is_not_written(statement: Statement, error: int) -> None:
    wrong = Balance(statement.closing.amount + Money(error, statement.account.currency), statement.closing.day)
    with pytest.raises(InvalidValue):
        camt053.encode(replace(statement, closing=wrong), SENT)


ACCOUNT = Account("LUMIFRPPXXX/EUR", "EUR", "LUMIFRPPXXX", "DELTLULLXXX")
HUNDRED = Money(10_000, "EUR")
ENTRY = StatementEntry("E1", HUNDRED, Direction.DEBIT, NOW, DAY, CODE)
OPEN, SHUT = Balance(Money(2_500, "EUR"), DAY), Balance(Money(-7_500, "EUR"), DAY)
STATEMENT = Statement("S1", 7, ACCOUNT, DAY, DAY, OPEN, (ENTRY,), SHUT, NOW)


def test_an_overdrawn_account_closes_in_debit() -> None:
    raw = camt053.encode(STATEMENT, SENT).decode()
    closing = raw[raw.index("CLBD") :]
    assert '<Amt Ccy="EUR">75.00</Amt>' in closing[: closing.index("</Bal>")]
    assert "<CdtDbtInd>DBIT</CdtDbtInd>" in closing[: closing.index("</Bal>")]


def test_our_payment_ids_travel_without_an_underscore() -> None:
    payment = PaymentId.new()
    raw = camt054.encode(
        Notification("N1", ACCOUNT, (replace(ENTRY, details=(EntryDetail(payment_id=payment),)),), NOW), SENT
    )
    assert payment.encode() not in raw
    assert payment.replace("_", "-").encode() in raw


@pytest.mark.parametrize(
    "entry",
    [
        replace(ENTRY, amount=-HUNDRED),
        replace(ENTRY, booked_at=None, value_date=None),
        replace(ENTRY, amount=Money(10_000, "USD")),
        replace(ENTRY, details=(EntryDetail(amount=Money(9_999, "EUR")),)),
        replace(ENTRY, details=(EntryDetail(amount=Money(5_000, "EUR")), EntryDetail(amount=Money(4_999, "EUR")))),
        replace(ENTRY, reference="under_score"),
        replace(ENTRY, additional_info="x" * 501),
    ],
)
def test_a_wrong_entry_is_not_written(entry: StatementEntry) -> None:
    with pytest.raises(DomainError):
        camt054.encode(Notification("N1", ACCOUNT, (entry,), NOW), SENT)


def test_a_notification_tells_of_something() -> None:
    with pytest.raises(InvalidValue):
        camt054.encode(Notification("N1", ACCOUNT, (), NOW), SENT)


def test_what_is_wrong_in_an_entry_is_told_with_its_place() -> None:
    two = replace(STATEMENT, entries=(ENTRY, replace(ENTRY, direction=Direction.CREDIT)), closing=OPEN)
    raw = camt053.encode(two, SENT)
    at = raw.rindex(b">100.00<")
    with pytest.raises(MessageRefused) as refused:
        camt053.decode(received(raw[:at] + b">100.005<" + raw[at + 8 :], camt053.MESSAGE))
    (finding,) = refused.value.findings
    assert (finding.rule, finding.path) == ("AM-04", "/Document/BkToCstmrStmt/Stmt/Ntry[2]/Amt")


def test_a_statement_without_an_opening_balance_is_refused() -> None:
    raw = camt053.encode(STATEMENT, SENT).replace(b"OPBD", b"INFO")
    with pytest.raises(MessageRefused) as refused:
        camt053.decode(received(raw, camt053.MESSAGE))
    assert [finding.rule for finding in refused.value.findings] == ["ST-01"]
