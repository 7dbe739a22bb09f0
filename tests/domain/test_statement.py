from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import CurrencyMismatch, InvalidValue
from domain.money import Money
from domain.statement import Account, Balance, Direction, EntryDetail, Statement, StatementEntry, total

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
ACCOUNT = Account("AURODEFFXXX/EUR", "EUR", "AURODEFFXXX", "DELTLULLXXX")
ENTRY = StatementEntry("E1", Money(100, "EUR"), Direction.DEBIT, NOW, DAY, None)

_moves = st.lists(st.tuples(st.integers(0, 10**15), st.sampled_from(Direction)), max_size=20)
BACK = EntryDetail(amount=Money(60, "EUR"), direction=Direction.CREDIT)


def statement(opening: int, entries: tuple[StatementEntry, ...], closing: int) -> Statement:
    before, after = Balance(Money(opening, "EUR"), DAY), Balance(Money(closing, "EUR"), DAY)
    return Statement("S1", 1, ACCOUNT, DAY, DAY, before, entries, after, NOW)


@given(st.integers(-(10**16), 10**16), _moves, st.integers(-3, 3))
def test_opening_and_entries_make_the_closing(opening: int, moves: list[tuple[int, Direction]], error: int) -> None:
    entries = tuple(replace(ENTRY, amount=Money(minor, "EUR"), direction=way) for minor, way in moves)
    closing = opening + sum(minor if way is Direction.CREDIT else -minor for minor, way in moves)
    told = statement(opening, entries, closing + error)
    assert told.computed_closing == Money(closing, "EUR")
    if error:
        with pytest.raises(InvalidValue):
            told.check()
    else:
        told.check()


def test_what_is_only_expected_does_not_count() -> None:
    statement(500, (replace(ENTRY, status="PDNG", booked_at=None, value_date=None),), 500).check()


@pytest.mark.parametrize(
    ("details", "fine"),
    [
        ((), True),
        ((EntryDetail(amount=Money(100, "EUR")),), True),
        ((EntryDetail(amount=Money(60, "EUR")), EntryDetail(amount=Money(40, "EUR"))), True),
        ((EntryDetail(amount=Money(60, "EUR")), EntryDetail()), True),
        ((EntryDetail(amount=Money(160, "EUR"), direction=Direction.DEBIT), BACK), True),
        ((EntryDetail(amount=Money(40, "EUR"), direction=Direction.DEBIT), BACK), False),
        ((EntryDetail(amount=Money(120, "USD")),), True),
        ((EntryDetail(amount=Money(60, "EUR")), EntryDetail(amount=Money(41, "EUR"))), False),
    ],
)
def test_details_add_up_to_their_entry(details: tuple[EntryDetail, ...], fine: bool) -> None:
    entry = replace(ENTRY, details=details)
    if fine:
        entry.check()
    else:
        with pytest.raises(InvalidValue):
            entry.check()


def test_currencies_do_not_mix() -> None:
    with pytest.raises(CurrencyMismatch):
        total([Money(1, "USD")], "EUR")
