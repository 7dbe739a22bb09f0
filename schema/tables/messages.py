"""Messages as they came in, byte for byte, with their fingerprint."""

from datetime import datetime

from sqlmodel import Field

from schema.tables.base import MOMENT, Table


class PaymentMessage(Table, table=True):
    """The original of a payment's instruction; `payments.insert` keeps it."""

    __tablename__ = "payment_messages"

    id: str = Field(primary_key=True)
    payment_id: str = Field(foreign_key="payments.id", index=True)
    message_type: str
    raw: bytes
    sha256: bytes
    received_at: datetime = Field(sa_type=MOMENT)
