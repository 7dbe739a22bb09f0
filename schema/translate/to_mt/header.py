"""The headers of the MT: from whom to whom, when, how urgent, and the values of block 3."""

import re
from collections.abc import Iterable
from typing import Final

from domain.errors import InvalidValue
from domain.ids import Bic, Uetr
from domain.reason import Reason
from schema.mt.message import Direction, Field, MtMessage
from schema.translate.result import MtTranslation
from schema.translate.to_mt.source import Node, Source
from schema.translate.to_mt.values import moment

SAID_ELSEWHERE: Final = ("BizMsgIdr", "MsgDefIdr", "BizSvc")
"""Parts of the business header that the MT tells in its own way: reference and type."""
GPI: Final = re.compile(r"G(00[1-9])")
"""Service levels of gpi; their number is the service type identifier of block 3, tag 111."""

_OF_BANK: Final = "FIId/FinInstnId/BICFI"
_PRIORITIES: Final = {"HIGH": "U", "URGT": "U"}


def message(
    source: Source,
    mt_type: str,
    transaction: Node,
    fields: Iterable[Field],
    *,
    uetr: str,
    created: str,
    sender: str = "InstgAgt/FinInstnId/BICFI",
    receiver: str = "InstdAgt/FinInstnId/BICFI",
    flag: str = "",
) -> MtTranslation:
    """The MT with its headers, as its receiver gets it, and everything that stayed behind.

    The paths `sender`, `receiver`, `uetr` and `created` are used where the business header does not tell. Raises
    MessageRefused (TR-02) when the message lacks what an MT cannot do without.
    """
    block_3 = (("111", _gpi(transaction)), ("119", flag), ("121", transaction.parsed(uetr, Uetr.parse)))
    told = tuple(fields)
    sent = _moment(source, transaction, created)
    from_whom, to_whom = _bank(source, "Fr", transaction, sender), _bank(source, "To", transaction, receiver)
    priority, trailer = _priority(source, transaction), _trailer(source)
    source.header.take(*SAID_ELSEWHERE)
    lost = source.finish()
    translated = MtMessage(
        mt_type=mt_type,
        sender=from_whom,
        receiver=to_whom,
        fields=told,
        direction=Direction.OUTPUT,
        user_header=tuple((tag, value) for tag, value in block_3 if value),
        trailer=trailer,
        priority=priority,
        sent_at=sent,
    )
    return MtTranslation(translated, lost)


def _bank(source: Source, end: str, transaction: Node, path: str) -> str:
    """A BIC of 11 characters, from the business header or, in messages without one, from the transaction."""
    in_header = source.header.text(f"{end}/{_OF_BANK}")
    place = transaction.node(path) or transaction.node(f"/GrpHdr/{path}")
    in_message = place.text()
    if in_header and in_message and in_header.removesuffix("XXX") != in_message.removesuffix("XXX"):
        place.note("the MT goes between the banks of the business header")
    text = in_header or in_message
    try:
        return Bic.parse(text)
    except InvalidValue as wrong:
        complaint = wrong.message if text else "MT names its sender and its receiver by BIC"
        (source.header if in_header else transaction).complain(
            f"{end}/{_OF_BANK}" if in_header else path, complaint, Reason.RC01
        )
        return ""


def _moment(source: Source, transaction: Node, path: str) -> str:
    in_header = moment(source.header, "CreDt")
    created = moment(transaction, path)
    sent = in_header or created
    if sent is None:
        transaction.complain(path, "MT tells when the message was made", Reason.DT01)
        return ""
    return sent.strftime("%y%m%d%H%M")


def _gpi(transaction: Node) -> str:
    for node in transaction.nodes("PmtTpInf/SvcLvl/Cd"):
        if match := GPI.fullmatch(node.peek()):
            node.take("")
            return match[1]
    return ""


def _priority(source: Source, transaction: Node) -> str:
    told = source.header.text("Prty") or transaction.text("PmtTpInf/InstrPrty")
    transaction.take("PmtTpInf/InstrPrty")
    return _PRIORITIES.get(told, "N")


def _trailer(source: Source) -> tuple[tuple[str, str], ...]:
    """A possible duplicate says so in both worlds."""
    return (("PDE", ""),) if source.header.text("PssblDplct") in {"true", "1"} else ()
