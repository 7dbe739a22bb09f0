"""The ledger itself, where it is placed in PostgreSQL: its journal, its accounts and its head. `ledger.postgres` owns them.

Everything that reads the ledger for people reads `ledger_entries` and `accounts`, which follow it wherever it is placed.
No triggers, no foreign keys, no uniqueness beyond the primary keys: the tables can be distributed as they are.
"""

from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, Numeric
from sqlmodel import Field

from schema.tables.common.base import Table


class BookHead(Table, table=True):
    """The end of the journal: one row, which every writer locks first."""

    __tablename__ = "book_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    sequence: int = Field(sa_type=BigInteger)
    hash: bytes
    at_us: int | None = Field(sa_type=BigInteger)


class BookEntry(Table, table=True):
    """A journal entry as it was sealed, and the ids to find it by."""

    __tablename__ = "book_journal"

    sequence: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    operation_id: str | None = Field(index=True)
    pending_id: str | None = Field(index=True)
    hash: bytes
    body: bytes


class BookAccount(Table, table=True):
    """An account and its balance. The sums have more digits than 64 bits: many large amounts add up."""

    __tablename__ = "book_accounts"

    id: str = Field(primary_key=True)
    asset: str
    floor_minor: int | None = Field(sa_type=BigInteger)
    closed: bool
    debits_posted: Decimal = Field(sa_type=Numeric(40, 0))
    credits_posted: Decimal = Field(sa_type=Numeric(40, 0))
    debits_pending: Decimal = Field(sa_type=Numeric(40, 0))
    credits_pending: Decimal = Field(sa_type=Numeric(40, 0))
    sequence: int = Field(sa_type=BigInteger, index=True)
