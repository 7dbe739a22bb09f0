"""The statement of an account for a day, out of the ledger's movements: it adds up because the ledger does."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from domain.calendars import value_day
from domain.money import Money
from domain.original import carried
from domain.payment import PaymentKind, rounding_account
from domain.statement import Account, Balance, BankCode, Direction, EntryDetail, Statement, StatementEntry
from schema.iso20022.codecs.identity import derived_id
from schema.reports import bank_code
from schema.tables.accounts.ledger_entries import Movement, Side
from schema.tables.reporting.statements import Booked

FUNDING: Final = BankCode("PMNT", "MCOP", "OTHR")
"""A movement that is no payment: liquidity paid in or out (miscellaneous credit operations, ISO 20022 BTC set)."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the network, from its midnight to the next (UTC)."""

    date: date

    @property
    def begins(self) -> datetime:
        """Its first moment."""
        return datetime.combine(self.date, datetime.min.time(), UTC)

    @property
    def ends(self) -> datetime:
        """The first moment of the next."""
        return self.begins + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sources:
    """What a statement is made of: the balance before the day, its movements, and the payments behind them."""

    opening_minor: int
    movements: Sequence[Movement]
    payments: Mapping[str, Sequence[Booked]]
    """Payments by what booked them: a batch of the window, or the payment itself."""


def statement(account: Account, day: Day, sources: Sources, *, opened: date, created: datetime) -> Statement:
    """The day's statement: one entry for each gross payment, each net batch, each funding.

    `opened` is the account's first day; statements are numbered from it, so a missing one is noticed.
    """
    entries = tuple(_entries(account, sources))
    opening = Money(sources.opening_minor, account.currency)
    closing = sum((entry.signed for entry in entries), start=opening)
    return Statement(
        id=derived_id("camt.053", account.id, day.date.isoformat()),
        sequence=(day.date - opened).days + 1,
        account=account,
        from_day=day.date,
        to_day=day.date,
        opening=Balance(opening, day.date),
        entries=entries,
        closing=Balance(closing, day.date),
        created=created,
    )


def _entries(account: Account, sources: Sources) -> Iterable[StatementEntry]:
    booked: dict[str, list[Movement]] = {}
    for movement in sources.movements:
        booked.setdefault(_cause(movement), []).append(movement)
    for cause, payments in sources.payments.items():
        settled_at = payments[0].settled_at
        if cause not in booked and settled_at is not None and netted_to_nothing(cause, payments, account.owner_bic):
            yield _entry(account, cause, [], payments, at=settled_at)
    for cause, movements in booked.items():
        yield _entry(account, cause, movements, sources.payments.get(cause, ()), at=movements[0].at)


def netted_to_nothing(cause: str, payments: Sequence[Booked], owner: str | None) -> bool:
    """Whether a batch left the account as it was: no money moved, and all the same its payments are settled."""
    signed = sum(-each.amount_minor if each.payer_bic == owner else each.amount_minor for each in payments)
    return cause.startswith("bat_") and signed == 0


def _cause(movement: Movement) -> str:
    """What booked a movement: the payment or the batch that its operation belongs to, or the operation itself.

    What rounding moves stands by itself, for it is no part of what the payment's banks were promised.
    """
    if _rounds(movement):
        return movement.operation_id
    head, _, _ = movement.operation_id.partition("/")
    return head if head.startswith(("pay_", "bat_")) else movement.operation_id


def _entry(
    account: Account, cause: str, movements: Sequence[Movement], payments: Sequence[Booked], *, at: datetime
) -> StatementEntry:
    signed = sum(move.amount_minor if move.side is Side.CREDIT else -move.amount_minor for move in movements)
    direction = Direction.DEBIT if signed < 0 else Direction.CREDIT
    owner = account.owner_bic or ""
    single = payments[0].kind if len(payments) == 1 else PaymentKind.CUSTOMER
    return StatementEntry(
        reference=cause if payments else derived_id("entry", cause),
        amount=Money(abs(signed), account.currency),
        direction=direction,
        booked_at=at,
        value_date=max(
            (value_day(at, each.settlement_date, each.settle_until) for each in payments),
            default=value_day(at, None, None),
        ),
        code=bank_code(single, direction) if payments else FUNDING,
        servicer_reference=cause if payments else None,
        details=tuple(_detail(each, owner) for each in payments),
        additional_info=_words(cause, movements, payments),
    )


def _rounds(movement: Movement) -> bool:
    return movement.counter_account == rounding_account(movement.asset)


def _words(cause: str, movements: Sequence[Movement], payments: Sequence[Booked]) -> str | None:
    if not payments:
        return "rounding of exchanges" if movements and _rounds(movements[0]) else "liquidity transfer"
    return f"net of {len(payments)} payments" if cause.startswith("bat_") else None


def _detail(booked: Booked, owner: str) -> EntryDetail:
    return EntryDetail(
        end_to_end_id=carried(booked.end_to_end_id),
        uetr=booked.uetr,
        payment_id=booked.payment_id,
        amount=Money(booked.amount_minor, booked.currency),
        direction=Direction.DEBIT if booked.payer_bic == owner else Direction.CREDIT,
        debtor_bic=booked.sender_bic,
        creditor_bic=booked.receiver_bic,
    )
