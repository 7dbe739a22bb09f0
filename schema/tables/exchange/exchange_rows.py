"""What of an exchange is written down: the agreement of two banks, its legs, its pairs. Reached through `exchanges`."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from domain.payment import EXCHANGED
from schema.tables.common.base import MOMENT, Table, one_of


class ExchangeState(StrEnum):
    """Where an exchange stands: where its furthest pair or leg does."""

    WAITING = "waiting"
    """A leg waits for its partner."""
    MATCHED = "matched"
    """Two legs have found one another; each may still leave."""
    EXECUTING = "executing"
    """Its pair is being posted."""
    SETTLED = "settled"
    """Both legs are final."""
    ENDED = "ended"
    """Nothing waits, and nothing was exchanged."""


class LegState(StrEnum):
    """Where a leg stands."""

    WAITING = "waiting"
    """For its partner."""
    MATCHED = "matched"
    """It has found it."""
    SETTLED = "settled"
    """Final, together with its partner."""
    WITHDRAWN = "withdrawn"
    """Taken out before it settled."""
    EXPIRED = "expired"
    """Taken out because its time was over."""


class PairState(StrEnum):
    """Where a pair stands."""

    MATCHED = "matched"
    """To be executed as soon as it may be."""
    EXECUTING = "executing"
    """Being posted: nobody can leave any more."""
    SETTLED = "settled"
    """Posted: cannot be unwound."""
    DISSOLVED = "dissolved"
    """One of its legs left; the other waits again."""


class Exchange(Table, table=True):
    """What two banks agreed on under one reference. `first_bic` comes before `second_bic`."""

    __tablename__ = "exchanges"
    __table_args__ = (
        one_of("state", ExchangeState),
        one_of("method", sorted(EXCHANGED)),
        UniqueConstraint("first_bic", "second_bic", "reference"),
        Index("ix_exchanges_opened_at_id", "opened_at", "id"),
        Index("ix_exchanges_second_bic", "second_bic"),
    )

    id: str = Field(primary_key=True)
    reference: str
    method: str
    first_bic: str
    second_bic: str
    state: str
    opened_at: datetime = Field(sa_type=MOMENT)
    updated_at: datetime = Field(sa_type=MOMENT)


class ExchangeLeg(Table, table=True):
    """One payment of an exchange: what it gives and what it wants. `told` is where its nearest partner contradicts it.

    `asked_at` is the moment of its workflow's last word about it: an older word that comes late changes nothing.
    """

    __tablename__ = "exchange_legs"
    __table_args__ = (
        one_of("state", LegState),
        CheckConstraint("amount_minor > 0 AND wanted_minor > 0", name="amounts"),
        Index("ix_exchange_legs_living", "state", postgresql_where=text("state IN ('waiting', 'matched')")),
    )

    payment_id: str = Field(primary_key=True, foreign_key="payments.id")
    exchange_id: str = Field(foreign_key="exchanges.id", index=True)
    giver: str
    taker: str
    asset: str
    amount_minor: int = Field(sa_type=BigInteger)
    wanted_asset: str
    wanted_minor: int = Field(sa_type=BigInteger)
    arrived_at: datetime = Field(sa_type=MOMENT)
    expires_at: datetime = Field(sa_type=MOMENT)
    asked_at: datetime = Field(sa_type=MOMENT)
    state: str
    pair_id: str | None = Field(foreign_key="exchange_pairs.id")
    told: dict[str, Any] | None = Field(sa_type=JSONB)
    ended_at: datetime | None = Field(sa_type=MOMENT)


class ExchangePair(Table, table=True):
    """Two legs that match. `waits_until` and `waits_for` tell why a matched pair is not executed yet."""

    __tablename__ = "exchange_pairs"
    __table_args__ = (
        one_of("state", PairState),
        Index("ix_exchange_pairs_exchange_id", "exchange_id"),
        *(
            Index(f"uq_exchange_pairs_{side}_payment_id_living", f"{side}_payment_id", unique=True,
                  postgresql_where=text("state <> 'dissolved'"))
            for side in ("first", "second")
        ),
    )  # fmt: skip

    id: str = Field(primary_key=True)
    exchange_id: str = Field(foreign_key="exchanges.id")
    first_payment_id: str = Field(foreign_key="payments.id")
    second_payment_id: str = Field(foreign_key="payments.id")
    state: str
    matched_at: datetime = Field(sa_type=MOMENT)
    waits_until: datetime | None = Field(sa_type=MOMENT)
    waits_for: str | None
    claimed_at: datetime | None = Field(sa_type=MOMENT)
    settled_at: datetime | None = Field(sa_type=MOMENT)
    dissolved_at: datetime | None = Field(sa_type=MOMENT)
    reason: str | None


ELSEWHERE: Final = """(
    SELECT CASE WHEN o.giver = l.taker THEN 'taker' ELSE 'giver' END
    FROM exchange_legs AS o JOIN exchanges AS theirs ON theirs.id = o.exchange_id
    JOIN exchanges AS ours ON ours.id = l.exchange_id AND ours.reference = theirs.reference AND ours.id <> theirs.id
    WHERE l.state = 'waiting' AND l.told IS NULL AND o.state = 'waiting'
      AND (o.giver = l.taker OR o.taker = l.giver)
      AND o.asset = l.wanted_asset AND o.amount_minor = l.wanted_minor
      AND o.wanted_asset = l.asset AND o.wanted_minor = l.amount_minor
    ORDER BY o.arrived_at, o.payment_id LIMIT 1
)"""
"""Of a leg `l` that nobody answers: the side on which a leg that is its match in everything else has another bank.

Who that is nobody learns; and that there is one learns only who knows reference and amounts of both sides.
"""
