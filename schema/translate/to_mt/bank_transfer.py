"""pacs.009 as MT202: a payment between banks, and the cover of a customer's payment (MT202 COV)."""

from collections.abc import Iterable
from typing import Final

from schema.iso20022.envelope import BusinessMessage
from schema.mt.message import Field
from schema.translate.result import MtTranslation
from schema.translate.to_mt.agents import agent
from schema.translate.to_mt.amounts import instructed, settled, times
from schema.translate.to_mt.header import message
from schema.translate.to_mt.narrative import (
    FOR_BANKS,
    PREVIOUS_OF_BANK,
    PREVIOUS_OF_CUSTOMER,
    for_banks,
    remittance,
)
from schema.translate.to_mt.parties import beneficiary_customer, ordering_customer
from schema.translate.to_mt.rows import Row, fill
from schema.translate.to_mt.settlement import settlement
from schema.translate.to_mt.single import only_transaction, related_reference, senders_reference
from schema.translate.to_mt.source import Node, Source

ROWS: Final = (
    Row("20", "PmtId/InstrId", senders_reference),
    Row("21", "PmtId/EndToEndId", related_reference),
    Row("13C", "", times),
    Row("32A", "IntrBkSttlmAmt", settled("IntrBkSttlmDt")),
    Row("52a", "Dbtr", agent("52", "AD")),
    Row("53a 54a", "/GrpHdr/SttlmInf", settlement("53 54")),
    Row("56a", "IntrmyAgt1", agent("56", "AD", may_ask_rtgs=True)),
    Row("57a", "CdtrAgt", agent("57", "ABD", may_ask_rtgs=True)),
    Row("58a", "Cdtr", agent("58", "AD")),
    Row("72", "", for_banks((*FOR_BANKS, *PREVIOUS_OF_BANK), with_remittance=True)),
)
"""The fields of an MT202, and of sequence A of an MT202 COV, in their order."""

COVERED: Final = (
    Row("50a", "Dbtr", ordering_customer),
    Row("52a", "DbtrAgt", agent("52", "AD")),
    Row("56a", "IntrmyAgt1", agent("56", "ACD")),
    Row("57a", "CdtrAgt", agent("57", "ABCD")),
    Row("59a", "Cdtr", beneficiary_customer),
    Row("70", "RmtInf", remittance),
    Row("72", "", for_banks((*FOR_BANKS, *PREVIOUS_OF_CUSTOMER))),
    Row("33B", "InstdAmt", instructed),
)
"""Sequence B of an MT202 COV: the customer's payment that is covered ("UndrlygCstmrCdtTrf")."""

UNDERLYING: Final = "UndrlygCstmrCdtTrf"


def translate(business: BusinessMessage) -> MtTranslation:
    """A pacs.009 as MT202, or as MT202 COV when it covers a customer's payment.

    Raises MessageRefused (TR-02: it lacks what an MT202 cannot do without; TR-03: several transactions).
    """
    source = Source(business)
    transaction = only_transaction(source, "CdtTrfTxInf")
    transaction.take("/GrpHdr/NbOfTxs")
    fields = with_account_bank(list(fill(ROWS, transaction)))
    if ".adv." in f"{source.header.peek('BizSvc')}.":
        source.header.node("BizSvc").note("an MT202 does not say that it only advises of a payment that others settle")
    covered = transaction.node(UNDERLYING)
    flag = "COV" if covered else ""
    fields += with_account_bank(_sequence_b(covered)) if covered else []
    return message(source, "202", transaction, fields, uetr="PmtId/UETR", created="/GrpHdr/CreDtTm", flag=flag)


def with_account_bank(fields: list[Field]) -> list[Field]:
    """An intermediary in 56a without a bank in 57a is itself the bank with the account (network rule: 56a needs 57a)."""
    if any(field.number == "57" for field in fields):
        return fields
    return [Field(f"57{field.option}", field.value) if field.number == "56" else field for field in fields]


def _sequence_b(covered: Node) -> list[Field]:
    fields = list(fill(COVERED, covered))
    for number, path in (("50", "Dbtr"), ("59", "Cdtr")):
        if not _has(fields, number):
            covered.complain(path, f"an MT202 COV names the customer in {number}a")
    return fields


def _has(fields: Iterable[Field], number: str) -> bool:
    return any(field.number == number for field in fields)
