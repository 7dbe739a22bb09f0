"""Between the two worlds: an MT message as ISO 20022, and back, by table."""

from datetime import datetime

from domain.errors import MessageRefused
from domain.finding import Finding
from domain.reason import Reason
from schema.iso20022.envelope import BusinessMessage
from schema.mt.message import MtMessage
from schema.translate.result import MtTranslation, MxTranslation
from schema.translate.statements import table as statements
from schema.translate.to_mt import table as to_mt_payments
from schema.translate.to_mx import table as to_mx_payments


def to_mx(message: MtMessage, created: datetime) -> MxTranslation:
    """The MT message as ISO 20022; `created` (with its UTC offset) dates the new message where the header does not.

    Raises MessageRefused (TR-01: there is no translation of this type).
    """
    tables = {**to_mx_payments.TABLE, **statements.TO_MX}
    kind = f"{message.mt_type}{message.variant}"
    translate = tables.get(kind) or tables.get(message.mt_type)
    if translate is None:
        raise _refused(f"MT{message.mt_type} has no translation to ISO 20022")
    return translate(message, created)


def to_mt(message: BusinessMessage) -> MtTranslation:
    """The ISO 20022 message as MT. Raises MessageRefused (TR-01: there is no translation of this type)."""
    tables = {**to_mt_payments.TABLE, **statements.TO_MT}
    translate = tables.get(message.message[:8])
    if translate is None:
        raise _refused(f"{message.message} has no translation to MT")
    return translate(message)


def _refused(message: str) -> MessageRefused:
    return MessageRefused(message, findings=(Finding("/", "TR-01", message, Reason.FF01, None),))
