"""pacs.002 as MT199 or MT299: a payment is rejected. Other statuses have no MT."""

from typing import Final, NoReturn

from domain.errors import MessageRefused
from domain.finding import Finding
from domain.reason import Reason
from schema.iso20022.envelope import BusinessMessage
from schema.mt.message import Field
from schema.translate.result import MtTranslation
from schema.translate.to_mt.header import message
from schema.translate.to_mt.originals import category
from schema.translate.to_mt.reasons import reason_lines
from schema.translate.to_mt.single import only_transaction
from schema.translate.to_mt.source import Node, Source
from schema.translate.to_mt.values import NOT_PROVIDED, reference

LINES: Final = 35
WIDTH: Final = 50
"""Field 79."""
REJECTED: Final = "RJCT"


def translate(business: BusinessMessage) -> MtTranslation:
    """A rejection as MT199 (of a customer's payment) or MT299 (of any other), with /REJT/ in field 79.

    Raises MessageRefused (TR-01: a status that is no rejection; TR-02; TR-03: several transactions).
    """
    source = Source(business)
    transaction = only_transaction(source, "TxInfAndSts")
    if transaction.text("TxSts") != REJECTED:
        _refuse(transaction)
    fields = [
        Field("20", reference(transaction, "/GrpHdr/MsgId") or NOT_PROVIDED),
        Field("21", reference(transaction, "OrgnlInstrId", "OrgnlGrpInf/OrgnlMsgId") or NOT_PROVIDED),
        Field("79", "\n".join(_lines(transaction))),
    ]
    _say_once(transaction)
    mt_type = f"{category(transaction)}99"
    return message(source, mt_type, transaction, fields, uetr="OrgnlUETR", created="/GrpHdr/CreDtTm")


def _lines(transaction: Node) -> list[str]:
    return reason_lines("REJT", transaction, "StsRsnInf", lines=LINES, width=WIDTH, with_uetr=True)


def _say_once(transaction: Node) -> None:
    """The original's message id is its instruction's, more often than not."""
    if transaction.peek("OrgnlGrpInf/OrgnlMsgId") == transaction.peek("OrgnlInstrId"):
        transaction.take("OrgnlGrpInf/OrgnlMsgId")


def _refuse(transaction: Node) -> NoReturn:
    finding = Finding(transaction.where("TxSts"), "TR-01", "of all statuses only a rejection has an MT", Reason.FF01)
    raise MessageRefused("the message cannot be written as MT", findings=(finding,))
