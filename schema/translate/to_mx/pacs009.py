"""MT202 and MT205, with or without a cover's sequence B, as pacs.009: a transfer between banks."""

from datetime import datetime
from typing import Final

from schema.mt.message import MtMessage
from schema.mt.sequences import sequences
from schema.translate.result import MxTranslation
from schema.translate.to_mx import pacs002, pacs004, reversal
from schema.translate.to_mx.agents import Agent, agent
from schema.translate.to_mx.draft import Content, Draft
from schema.translate.to_mx.fields import Fields
from schema.translate.to_mx.instructions import BANK_CODES, CUSTOMER_CODES, Instructions
from schema.translate.to_mx.parties import creditor, debtor
from schema.translate.to_mx.remittance import remittance
from schema.translate.to_mx.settlement import COVER, settlement_information
from schema.translate.to_mx.times import times
from schema.translate.to_mx.values import amount, settlement

MESSAGE: Final = "pacs.009.001.08"

MANDATORY: Final = ("20", "21", "32A", "58")
OF_THE_COVER: Final = ("50", "59")


def translate(message: MtMessage, created: datetime) -> MxTranslation:
    """MT202 or MT205 as pacs.009, or as pacs.004 or pacs.002 when field 72 says that it returns or rejects one.

    Raises MessageRefused (TR-02, TR-03), InvalidValue.
    """
    first, second = sequences(message)
    match reversal.kind(next((field for field in first if field.number == "72"), None)):
        case reversal.RETURNED:
            return pacs004.translate(message, created)
        case reversal.REJECTED:
            return pacs002.translate(message, created)
    transfer, cover = Fields(first), Fields(second)
    draft = Draft(message, created, MESSAGE, transfer, cover)
    draft.need(*MANDATORY)
    covering = draft.flag("", "COV") == "COV" or bool(cover.waiting)
    if covering:
        draft.need(*OF_THE_COVER, sequence=cover)
    reference = draft.reference("20")
    way = settlement_information(draft, transfer)
    document = {
        "FICdtTrf": {
            "GrpHdr": {"MsgId": reference, "CreDtTm": draft.moment, "NbOfTxs": "1", "SttlmInf": way.content},
            "CdtTrfTxInf": _transaction(draft, reference, cover if covering else None),
        }
    }
    # Somebody else's account settles: the message to the receiver announces the payment and does not make it.
    service = "cov" if covering else "adv" if way.method == COVER else ""
    return draft.finish(document, reference=reference, service=service)


def _transaction(draft: Draft, reference: str, cover: Fields | None) -> Content:
    fields, message = draft.fields, draft.message
    value_date, settled = settlement(draft.required("32A"))
    payer, payee = agent(draft, fields.take("52")), agent(draft, draft.required("58"))
    first, account_with = agent(draft, fields.take("56")), agent(draft, fields.take("57"))
    instructions = Instructions(draft, after=2 if first.bank else 1)
    instructions.gpi(draft.header("111"))
    narrative = fields.take("72")
    if narrative is not None:
        instructions.narrative(narrative, BANK_CODES)
    return {
        "PmtId": {
            "InstrId": reference,
            "EndToEndId": draft.reference("21"),
            "UETR": draft.uetr(),
        },
        "PmtTpInf": instructions.payment_type(real_time=first.real_time or account_with.real_time),
        "IntrBkSttlmDt": value_date,
        "IntrBkSttlmAmt": settled,
        **times(draft, fields.take_all("13C"), value_date),
        **instructions.asked(),
        "InstgAgt": draft.agent(message.sender),
        "InstdAgt": draft.agent(message.receiver),
        **first.at("IntrmyAgt1"),
        **instructions.agents(),
        **payer.at("Dbtr", otherwise=message.sender),
        **account_with.at("CdtrAgt"),
        **payee.at("Cdtr"),
        "Purp": instructions.single.get("Purp"),
        "RmtInf": remittance(draft, instructions.remittance, "72"),
        "UndrlygCstmrCdtTrf": _underlying(draft, cover, payer, payee) if cover else None,
    }


def _underlying(draft: Draft, fields: Fields, payer: Agent, payee: Agent) -> Content:
    """Sequence B. Banks that it does not name are those of the cover: 52a (or the sender) and 58a."""
    first, debtor_agent = agent(draft, fields.take("56")), agent(draft, fields.take("52"))
    creditor_agent = agent(draft, fields.take("57"))
    instructions = Instructions(draft, after=2 if first.bank else 1)
    narrative, text, instructed = fields.take("72"), fields.take("70"), fields.take("33B")
    if narrative is not None:
        instructions.narrative(narrative, CUSTOMER_CODES)
    if any(instructions.payment_type().values()):
        draft.lose("72", "the type of the covered payment has no place")
    customer, beneficiary = debtor(draft, fields.required("50")), creditor(draft, fields.required("59"))
    return {
        "Dbtr": customer.party,
        "DbtrAcct": customer.account,
        "DbtrAgt": debtor_agent.bank or payer.bank or draft.agent(draft.message.sender),
        "DbtrAgtAcct": debtor_agent.account,
        **first.at("IntrmyAgt1"),
        **instructions.agents(),
        "CdtrAgt": creditor_agent.bank or payee.bank,
        "CdtrAgtAcct": creditor_agent.account,
        "Cdtr": beneficiary.party,
        "CdtrAcct": beneficiary.account,
        **instructions.asked(),
        "RmtInf": remittance(draft, text.lines if text else [], "70"),
        "InstdAmt": amount(instructed) if instructed else None,
    }
