"""Banks of the network and the accounts they settle from, with the ledger's balances as last projected."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from sqlalchemy import BigInteger, text
from sqlmodel import Field

from domain.errors import AlreadyExists, NotFound
from domain.payment import settlement_account
from schema.tables.common.base import MOMENT, Table, one_of
from schema.tables.common.session import Line, ReadSession, WriteSession, typed


class ParticipantStatus(StrEnum):
    """Whether a bank may send and receive."""

    ACTIVE = "active"
    """It may."""
    SUSPENDED = "suspended"
    """It may not, at present."""


class AccountStatus(StrEnum):
    """How far an account has come."""

    REGISTERED = "registered"
    """Ordered, but not yet opened in the ledger."""
    OPEN = "open"
    """In use."""
    CLOSED = "closed"
    """Takes no new entries."""


class Participant(Table, table=True):
    """A bank of the network."""

    __tablename__ = "participants"
    __table_args__ = (one_of("status", ParticipantStatus),)

    bic: str = Field(primary_key=True)
    name: str
    country: str
    status: str
    created_at: datetime = Field(sa_type=MOMENT)


class Account(Table, table=True):
    """A bank's settlement account in one currency. The six ledger columns follow the ledger; they never lead it."""

    __tablename__ = "accounts"
    __table_args__ = (one_of("status", AccountStatus),)

    id: str = Field(primary_key=True)
    participant_bic: str = Field(foreign_key="participants.bic", index=True)
    currency: str
    floor_minor: int = Field(sa_type=BigInteger)
    status: str
    opened_at: datetime | None = Field(sa_type=MOMENT)
    created_at: datetime = Field(sa_type=MOMENT)
    debits_posted: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    credits_posted: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    debits_pending: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    credits_pending: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    ledger_sequence: int = Field(sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    projected_at: datetime | None = Field(sa_type=MOMENT)


@dataclass(frozen=True, slots=True)
class ParticipantView:
    """A bank as it is listed."""

    bic: str
    name: str
    country: str
    status: ParticipantStatus
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account with its balance at the ledger's journal position `ledger_sequence`, in minor units."""

    id: str
    currency: str
    floor_minor: int
    status: AccountStatus
    opened_at: datetime | None
    debits_posted: int
    credits_posted: int
    debits_pending: int
    credits_pending: int
    ledger_sequence: int
    projected_at: datetime | None

    @property
    def posted_minor(self) -> int:
        """What is finally there."""
        return self.credits_posted - self.debits_posted

    @property
    def available_minor(self) -> int:
        """What may still be spent: posted, less what is reserved."""
        return self.posted_minor - self.debits_pending


class LedgerBalance(Protocol):
    """A balance as the ledger tells it."""

    @property
    def account(self) -> str:
        """The account's id."""

    @property
    def debits_posted(self) -> int:
        """Paid out for good."""

    @property
    def credits_posted(self) -> int:
        """Taken in for good."""

    @property
    def debits_pending(self) -> int:
        """Reserved to be paid out."""

    @property
    def credits_pending(self) -> int:
        """Reserved to be taken in."""

    @property
    def sequence(self) -> int:
        """The journal position of the account's last change."""


async def register(session: WriteSession, *, bic: str, name: str, country: str, at: datetime) -> bool:
    """Take a bank in; False when it is there already. Raises AlreadyExists when it is there under another name."""
    facts = {"bic": bic, "name": name, "country": country}
    if await session.run(_REGISTER, {**facts, "at": at}):
        return True
    known = await find(session, bic)
    if (known.name, known.country) != (name, country):
        raise AlreadyExists("the participant is registered with other particulars", bic=bic)
    return False


async def set_status(session: WriteSession, bic: str, status: ParticipantStatus) -> None:
    """Suspend a bank or let it act again. Raises NotFound."""
    if not await session.run(_SET_STATUS, {"bic": bic, "status": status}):
        raise NotFound("no such participant", bic=bic)


async def add_account(session: WriteSession, *, bic: str, currency: str, floor_minor: int, at: datetime) -> str:
    """Register a settlement account, still to be opened in the ledger; answers its id.

    Raises NotFound (no such bank) or AlreadyExists (the account has another floor).
    """
    account_id = settlement_account(bic, currency)
    facts = {"id": account_id, "bic": bic, "currency": currency, "floor_minor": floor_minor, "at": at}
    await session.run(_ADD_ACCOUNT, facts)
    known = await session.first(_FLOOR, {"id": account_id})
    if known is None:
        raise NotFound("no such participant", bic=bic)
    if known.floor_minor != floor_minor:
        raise AlreadyExists("the account is registered with another floor", account=account_id)
    return account_id


async def mark_open(session: WriteSession, account_id: str, at: datetime) -> None:
    """The account is open in the ledger."""
    await session.run(_MARK_OPEN, {"id": account_id, "at": at})


async def mark_closed(session: WriteSession, account_id: str) -> None:
    """The account takes no new entries."""
    await session.run(_MARK_CLOSED, {"id": account_id})


async def find(session: ReadSession, bic: str) -> ParticipantView:
    """One bank. Raises NotFound."""
    if row := await session.first(_FIND, {"bic": bic}):
        return _view(row)
    raise NotFound("no such participant", bic=bic)


async def listing(session: ReadSession) -> list[ParticipantView]:
    """Every bank, by BIC."""
    return [_view(row) for row in await session.all(_LISTING)]


async def with_balances(session: ReadSession, bic: str) -> tuple[ParticipantView, list[AccountView]]:
    """One bank and its accounts, by currency. Raises NotFound."""
    participant = await find(session, bic)
    rows = await session.all(_ACCOUNTS, {"bic": bic})
    return participant, [AccountView(**typed(row, status=AccountStatus)) for row in rows]


async def floors(session: ReadSession, currency: str) -> dict[str, int]:
    """How low each bank's account in a currency may go, in minor units: 0, or minus its net debit cap."""
    return {row.participant_bic: row.floor_minor for row in await session.all(_FLOORS, {"currency": currency})}


async def project(session: WriteSession, balances: Iterable[LedgerBalance], at: datetime) -> int:
    """Show the ledger's balances; one that is older than what is shown is passed over. Says how many changed."""
    told = [
        (b.account, b.debits_posted, b.credits_posted, b.debits_pending, b.credits_pending, b.sequence)
        for b in balances
    ]
    if not told:
        return 0
    columns = dict(
        zip(("accounts", "dr", "cr", "dr_pending", "cr_pending", "sequences"), zip(*told, strict=True), strict=True)
    )
    return await session.run(_PROJECT, {**{name: list(column) for name, column in columns.items()}, "at": at})


async def forget_balances(session: WriteSession) -> None:
    """Show no balances any more, until they are projected again."""
    await session.run(_FORGET_BALANCES)


def _view(row: Line) -> ParticipantView:
    return ParticipantView(**typed(row, status=ParticipantStatus))


_REGISTER: Final = text(
    "INSERT INTO participants (bic, name, country, status, created_at)"
    " VALUES (:bic, :name, :country, 'active', :at) ON CONFLICT DO NOTHING"
)
_SET_STATUS: Final = text("UPDATE participants SET status = :status WHERE bic = :bic")
_ADD_ACCOUNT: Final = text(
    """
    INSERT INTO accounts (id, participant_bic, currency, floor_minor, status, created_at)
    SELECT :id, bic, :currency, CAST(:floor_minor AS bigint), 'registered', CAST(:at AS timestamptz)
    FROM participants WHERE bic = :bic
    ON CONFLICT DO NOTHING
    """
)
_FLOOR: Final = text("SELECT floor_minor FROM accounts WHERE id = :id")
_FLOORS: Final = text("SELECT participant_bic, floor_minor FROM accounts WHERE currency = :currency")
_MARK_OPEN: Final = text(
    "UPDATE accounts SET status = 'open', opened_at = :at WHERE id = :id AND status = 'registered'"
)
_MARK_CLOSED: Final = text("UPDATE accounts SET status = 'closed' WHERE id = :id")
_FORGET_BALANCES: Final = text(
    """
    UPDATE accounts
    SET debits_posted = 0, credits_posted = 0, debits_pending = 0, credits_pending = 0,
        ledger_sequence = 0, projected_at = NULL
    """
)
_FIND: Final = text("SELECT bic, name, country, status, created_at FROM participants WHERE bic = :bic")
_LISTING: Final = text("SELECT bic, name, country, status, created_at FROM participants ORDER BY bic")
_ACCOUNTS: Final = text(
    """
    SELECT id, currency, floor_minor, status, opened_at,
           debits_posted, credits_posted, debits_pending, credits_pending, ledger_sequence, projected_at
    FROM accounts WHERE participant_bic = :bic ORDER BY currency
    """
)
# What is due stands on accounts that are not shown here, and is more than 64 bits hold when a bank orders it without funds.
_PROJECT: Final = text(
    """
    UPDATE accounts AS a
    SET debits_posted = b.dr, credits_posted = b.cr, debits_pending = b.dr_pending, credits_pending = b.cr_pending,
        ledger_sequence = b.sequence, projected_at = :at
    FROM unnest(CAST(:accounts AS text[]), CAST(:dr AS numeric[]), CAST(:cr AS numeric[]),
                CAST(:dr_pending AS numeric[]), CAST(:cr_pending AS numeric[]), CAST(:sequences AS bigint[]))
         AS b (account, dr, cr, dr_pending, cr_pending, sequence)
    WHERE a.id = b.account AND a.ledger_sequence < b.sequence
    """
)
