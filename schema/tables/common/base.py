"""What all tables share: one metadata, named constraints, exact timestamps, statuses checked by the database."""

from collections.abc import Iterable, Mapping
from json import dumps
from typing import Any, ClassVar, Final

from sqlalchemy import CheckConstraint, MetaData, Numeric, Text
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlmodel import SQLModel

NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""How constraints are named, so that a migration can find them again."""


class Table(SQLModel):
    """A table of DelTran."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMES)


MOMENT: Final = TIMESTAMP(timezone=True)
"""A moment, with its time zone."""

SUM: Final = Numeric(40, 0)
"""A sum of amounts: what banks order without funds may come to more than 64 bits hold. To be read as int."""

TEXTS: Final = ARRAY(Text)
"""A list of short texts."""


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """The column holds one of the values; the database refuses anything else."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def to_json(value: Mapping[str, Any]) -> str:
    """A JSON object as a statement's parameter."""
    return dumps(value, ensure_ascii=False, separators=(",", ":"))
