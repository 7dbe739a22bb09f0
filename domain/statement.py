"""What happened on an account: single entries as they are made, and the statement of a day (camt.054 and camt.053)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.errors import InvalidValue
from domain.money import Money


class Direction(StrEnum):
    """Which way an entry goes, seen from the account's owner."""

    CREDIT = "CRDT"
    """Money comes in."""
    DEBIT = "DBIT"
    """Money goes out."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account held on a day; negative when it was overdrawn."""

    amount: Money
    day: date


@dataclass(frozen=True, slots=True)
class BankCode:
    """What kind of movement it was (ISO 20022 bank transaction code), like PMNT RCDT XBCT."""

    domain: str
    family: str
    sub_family: str


@dataclass(frozen=True, slots=True)
class EntryDetail:
    """One payment of an entry, by all the names that its banks know it by. BICs are BIC11, amounts positive."""

    end_to_end_id: str | None = None
    uetr: str | None = None
    instruction_id: str | None = None
    payment_id: str | None = None
    amount: Money | None = None
    direction: Direction | None = None
    debtor_bic: str | None = None
    creditor_bic: str | None = None
    remittance_info: str | None = None


@dataclass(frozen=True, slots=True)
class StatementEntry:
    """One movement of an account. The amount is positive; `booked_at` is None for what is only expected.

    `status` is of ExternalEntryStatus1Code; BOOK is final.
    """

    reference: str | None
    amount: Money
    direction: Direction
    booked_at: datetime | None
    value_date: date | None
    code: BankCode | None
    servicer_reference: str | None = None
    details: tuple[EntryDetail, ...] = ()
    additional_info: str | None = None
    status: str = "BOOK"

    @property
    def signed(self) -> Money:
        """What the entry adds to the account."""
        return self.amount if self.direction is Direction.CREDIT else -self.amount

    def check(self) -> None:
        """Raises InvalidValue when the entry is negative, has no date, or its details do not add up to it.

        A detail that goes the other way counts against it. Details that are not told, or are in another currency than
        the account's, cannot be added up.
        """
        if self.amount.minor < 0:
            raise InvalidValue("the amount of an entry is not negative; its direction tells the sign")
        if self.status == "BOOK" and self.booked_at is None and self.value_date is None:
            raise InvalidValue("a booked entry has a date")
        parts = [part for detail in self.details if (part := self._part(detail)) is not None]
        if parts and len(parts) == len(self.details) and total(parts, self.amount.currency) != self.amount:
            raise InvalidValue("the details of an entry add up to it")

    def _part(self, detail: EntryDetail) -> Money | None:
        """What a detail adds to the entry's amount; None when that is not known."""
        if detail.amount is None or detail.amount.currency != self.amount.currency:
            return None
        return detail.amount if detail.direction in (None, self.direction) else -detail.amount


@dataclass(frozen=True, slots=True)
class Account:
    """An account as statements name it: an IBAN or another id, its currency, its owner's and its servicer's BIC."""

    id: str
    currency: str
    owner_bic: str | None
    servicer_bic: str | None


@dataclass(frozen=True, slots=True)
class Notification:
    """Entries told to the account's owner as they are made."""

    id: str
    account: Account
    entries: tuple[StatementEntry, ...]
    created: datetime
    sequence: int | None = None

    def check(self) -> None:
        """Raises InvalidValue when there is nothing to tell, or an entry is wrong."""
        if not self.entries:
            raise InvalidValue("a notification tells of an entry")
        _check_entries(self.entries, self.account.currency)


@dataclass(frozen=True, slots=True)
class Statement:
    """All booked entries of an account from one day to another, between what it held before and after."""

    id: str
    sequence: int | None
    account: Account
    from_day: date
    to_day: date
    opening: Balance
    entries: tuple[StatementEntry, ...]
    closing: Balance
    created: datetime

    @property
    def computed_closing(self) -> Money:
        """The opening balance and every booked entry, added up."""
        booked = [entry.signed for entry in self.entries if entry.status == "BOOK"]
        return total([self.opening.amount, *booked], self.account.currency)

    def check(self) -> None:
        """Raises InvalidValue when opening and entries do not make the closing, or an entry is wrong."""
        _check_entries(self.entries, self.account.currency)
        if self.computed_closing != self.closing.amount:
            raise InvalidValue("opening balance and entries do not make the closing balance")


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The exact sum of amounts of one currency. Raises CurrencyMismatch."""
    return sum(amounts, start=Money(0, currency))


def _check_entries(entries: Iterable[StatementEntry], currency: str) -> None:
    for entry in entries:
        entry.check()
        if entry.amount.currency != currency:
            raise InvalidValue("an entry is in the currency of its account")
