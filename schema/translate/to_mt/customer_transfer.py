"""pacs.008 as MT103: a customer's payment (CBPR+ translation, research in docs/translation-mx-to-mt.md)."""

from typing import Final

from schema.iso20022.envelope import BusinessMessage
from schema.mt.message import Field
from schema.translate.result import MtTranslation
from schema.translate.to_mt.agents import agent
from schema.translate.to_mt.amounts import charges, exchange, instructed, settled, times
from schema.translate.to_mt.header import message
from schema.translate.to_mt.instructions import instruction_codes
from schema.translate.to_mt.narrative import (
    FOR_BANKS,
    PREVIOUS_OF_CUSTOMER,
    bank_operation,
    for_banks,
    regulatory,
    remittance,
    transaction_type,
)
from schema.translate.to_mt.parties import beneficiary_customer, ordering_customer
from schema.translate.to_mt.rows import Row, fill
from schema.translate.to_mt.service import as_allowed, straight_through
from schema.translate.to_mt.settlement import settlement
from schema.translate.to_mt.single import only_transaction, senders_reference
from schema.translate.to_mt.source import Source

ROWS: Final = (
    Row("20", "PmtId/InstrId", senders_reference),
    Row("13C", "", times),
    Row("23B", "PmtTpInf/LclInstrm/Prtry", bank_operation),
    Row("23E", "", instruction_codes),
    Row("26T", "Purp/Prtry", transaction_type),
    Row("32A", "IntrBkSttlmAmt", settled("IntrBkSttlmDt")),
    Row("33B", "InstdAmt", instructed),
    Row("36", "XchgRate", exchange("InstdAmt")),
    Row("50a", "Dbtr", ordering_customer),
    Row("52a", "DbtrAgt", agent("52", "AD")),
    Row("53a 54a 55a", "/GrpHdr/SttlmInf", settlement()),
    Row("56a", "IntrmyAgt1", agent("56", "ACD", may_ask_rtgs=True)),
    Row("57a", "CdtrAgt", agent("57", "ABCD", may_ask_rtgs=True)),
    Row("59a", "Cdtr", beneficiary_customer),
    Row("70", "RmtInf", remittance),
    Row("71A 71F 71G", "ChrgsInf", charges),
    Row("72", "", for_banks((*FOR_BANKS, *PREVIOUS_OF_CUSTOMER))),
    Row("77B", "RgltryRptg", regulatory("Dbtr", "Cdtr")),
)
"""The fields of an MT103 in their order."""


def translate(business: BusinessMessage) -> MtTranslation:
    """A pacs.008 as MT103, with the flag STP when it was sent as one and the MT103 is one.

    Raises MessageRefused (TR-02: it lacks what an MT103 cannot do without; TR-03: several transactions).
    """
    source = Source(business)
    transaction = only_transaction(source, "CdtTrfTxInf")
    transaction.take("/GrpHdr/NbOfTxs")
    fields: list[Field] = as_allowed(transaction, list(fill(ROWS, transaction)))
    flag = straight_through(source, fields)
    return message(source, "103", transaction, fields, uetr="PmtId/UETR", created="/GrpHdr/CreDtTm", flag=flag)
