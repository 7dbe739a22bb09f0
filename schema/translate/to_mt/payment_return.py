"""pacs.004 as MT103, MT202 or MT205 with /RETN/: money comes back."""

from collections.abc import Iterable
from typing import Final

from schema.iso20022.envelope import BusinessMessage
from schema.mt.message import Field
from schema.translate.result import MtTranslation
from schema.translate.to_mt.agents import agent
from schema.translate.to_mt.amounts import charges, exchange, instructed, settled, times
from schema.translate.to_mt.bank_transfer import with_account_bank
from schema.translate.to_mt.header import message
from schema.translate.to_mt.narrative import bank_operation, regulatory, remittance
from schema.translate.to_mt.originals import original_type
from schema.translate.to_mt.parties import returned_to
from schema.translate.to_mt.reasons import reason_lines
from schema.translate.to_mt.rows import Row, fill
from schema.translate.to_mt.settlement import settlement
from schema.translate.to_mt.single import only_transaction, related_reference
from schema.translate.to_mt.source import Node, Source
from schema.translate.to_mt.values import NOT_PROVIDED, reference

LINES: Final = 6
WIDTH: Final = 35
"""Field 72."""


def _reference(node: Node, path: str) -> Iterable[Field]:
    """Field 20: the return's own message; the reference of the return itself is lost unless it is the same."""
    if node.peek("RtrId") == node.peek(path):
        node.take("RtrId")
    return [Field("20", reference(node, path, "RtrId") or NOT_PROVIDED)]


def _why_customer(node: Node, path: str) -> Iterable[Field]:
    return [Field("72", "\n".join(reason_lines("RETN", node, path, lines=LINES, width=WIDTH)))]


def _why_bank(node: Node, path: str) -> Iterable[Field]:
    return [Field("72", "\n".join(reason_lines("RETN", node, path, lines=LINES, width=WIDTH, with_charges=True)))]


def _ordering(node: Node, path: str) -> Iterable[Field]:
    return returned_to("50", node, path)


def _beneficiary(node: Node, path: str) -> Iterable[Field]:
    return returned_to("59", node, path)


def _behind(node: Node, path: str) -> Iterable[Field]:
    return remittance(node.node(path), "RmtInf")


CUSTOMER: Final = (
    Row("20", "/GrpHdr/MsgId", _reference),
    Row("13C", "", times),
    Row("23B", "PmtTpInf/LclInstrm/Prtry", bank_operation),
    Row("32A", "RtrdIntrBkSttlmAmt", settled("IntrBkSttlmDt")),
    Row("33B", "RtrdInstdAmt", instructed),
    Row("36", "XchgRate", exchange("RtrdInstdAmt")),
    Row("50a", "RtrChain/Dbtr", _ordering),
    Row("52a", "RtrChain/DbtrAgt", agent("52", "AD")),
    Row("53a 54a", "/GrpHdr/SttlmInf", settlement("53 54")),
    Row("56a", "RtrChain/IntrmyAgt1", agent("56", "ACD")),
    Row("57a", "RtrChain/CdtrAgt", agent("57", "ABCD")),
    Row("59a", "RtrChain/Cdtr", _beneficiary),
    Row("70", "RtrChain", _behind),
    Row("71A 71F 71G", "ChrgsInf", charges),
    Row("72", "RtrRsnInf", _why_customer),
    Row("77B", "RgltryRptg", regulatory("RtrChain/Dbtr/Pty", "RtrChain/Cdtr/Pty")),
)
"""The fields of an MT103 RETN in their order."""

BANK: Final = (
    Row("20", "/GrpHdr/MsgId", _reference),
    Row("21", "OrgnlEndToEndId", related_reference),
    Row("13C", "", times),
    Row("32A", "RtrdIntrBkSttlmAmt", settled("IntrBkSttlmDt")),
    Row("52a", "RtrChain/Dbtr/Agt", agent("52", "AD")),
    Row("53a 54a", "/GrpHdr/SttlmInf", settlement("53 54")),
    Row("56a", "RtrChain/IntrmyAgt1", agent("56", "AD")),
    Row("57a", "RtrChain/CdtrAgt", agent("57", "ABD")),
    Row("58a", "RtrChain/Cdtr/Agt", agent("58", "AD")),
    Row("72", "RtrRsnInf", _why_bank),
)
"""The fields of an MT202 RETN in their order; an MT205 has the same but 54a."""


def translate(business: BusinessMessage) -> MtTranslation:
    """A return as the type of the original it returns: MT103, MT202, or MT205.

    Raises MessageRefused (TR-02: it lacks what the MT cannot do without; TR-03: several transactions).
    """
    source = Source(business)
    transaction = only_transaction(source, "TxInf")
    transaction.take("/GrpHdr/NbOfTxs")
    mt_type = _type(transaction)
    fields = list(fill(CUSTOMER if mt_type == "103" else BANK, transaction))
    if mt_type == "205":
        fields = [field for field in fields if field.number != "54"]
    fields = with_account_bank(fields)
    if mt_type != "103" and not any(field.number == "58" for field in fields):
        transaction.complain("RtrChain/Cdtr/Agt", "58a names the bank that gets the money back")
    return message(source, mt_type, transaction, fields, uetr="OrgnlUETR", created="/GrpHdr/CreDtTm")


def _type(transaction: Node) -> str:
    of_original = original_type(transaction)
    if of_original:
        return of_original if of_original in {"202", "205"} else "202" if of_original.startswith("2") else "103"
    chain = transaction.node("RtrChain")
    return "202" if chain.node("Dbtr/Agt") and chain.node("Cdtr/Agt") else "103"
