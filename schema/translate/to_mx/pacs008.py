"""MT103 (also STP and REMIT) as pacs.008: a customer's credit transfer."""

from datetime import datetime
from typing import Final

from schema.mt.message import MtMessage
from schema.translate.result import MxTranslation
from schema.translate.to_mx import pacs002, pacs004, reversal
from schema.translate.to_mx.agents import agent
from schema.translate.to_mx.charges import bearer, charges
from schema.translate.to_mx.draft import NOT_PROVIDED, Content, Draft
from schema.translate.to_mx.instructions import CUSTOMER_CODES, Instructions
from schema.translate.to_mx.parties import creditor, debtor
from schema.translate.to_mx.regulatory import regulatory
from schema.translate.to_mx.remittance import end_to_end, remittance
from schema.translate.to_mx.settlement import settlement_information
from schema.translate.to_mx.times import times
from schema.translate.to_mx.values import amount, rate, settlement

MESSAGE: Final = "pacs.008.001.08"

MANDATORY: Final = ("20", "32A", "50", "59", "71A")

_SERVICES: Final = {"": "", "STP": "stp", "REMIT": ""}
"""The validation flag of block 3, and the variant of CBPR+ that it stands for."""
_PLAIN: Final = "CRED"
"""The operation code that asks for nothing beyond the transfer."""
_ENVELOPE: Final = "/NARR/"
"""What 77T begins with when it holds plain remittance information."""


def translate(message: MtMessage, created: datetime) -> MxTranslation:
    """MT103 as pacs.008, or as pacs.004 or pacs.002 when field 72 says that it returns or rejects a payment.

    Raises MessageRefused (TR-02, TR-03), InvalidValue.
    """
    match reversal.kind(message.first("72")):
        case reversal.RETURNED:
            return pacs004.translate(message, created)
        case reversal.REJECTED:
            return pacs002.translate(message, created)
    draft = Draft(message, created, MESSAGE)
    draft.need(*MANDATORY)
    reference = draft.reference("20")
    way = settlement_information(draft, draft.fields)
    document = {
        "FIToFICstmrCdtTrf": {
            "GrpHdr": {"MsgId": reference, "CreDtTm": draft.moment, "NbOfTxs": "1", "SttlmInf": way.content},
            "CdtTrfTxInf": _transaction(draft, reference),
        }
    }
    return draft.finish(document, reference=reference, service=_SERVICES[draft.flag(*_SERVICES)])


def _transaction(draft: Draft, reference: str) -> Content:
    fields = draft.fields
    value_date, settled = settlement(draft.required("32A"))
    instructed, exchange = fields.take("33B"), fields.take("36")
    bears = bearer(draft.required("71A"))
    return {
        "IntrBkSttlmDt": value_date,
        "IntrBkSttlmAmt": settled,
        "InstdAmt": amount(instructed) if instructed else None,
        "XchgRate": rate(exchange) if exchange else None,
        "ChrgBr": bears,
        "ChrgsInf": charges(draft, fields, bearer=bears, settled=settled),
        **times(draft, fields.take_all("13C"), value_date),
        **_remittance(draft, reference),
        **_agents(draft),
        **_customers(draft),
        **_purpose(draft),
    }


def _remittance(draft: Draft, reference: str) -> Content:
    field, envelope = draft.fields.take("70"), draft.fields.take("77T")
    lines, source = (field.lines, "70") if field else ([], "70")
    if envelope is not None and envelope.value.startswith(_ENVELOPE):
        lines, source = [*lines, *envelope.value.removeprefix(_ENVELOPE).split("\n")], "77T"
    elif envelope is not None:
        draft.lose("77T", "structured remittance data has no place")
    return {
        "PmtId": {
            "InstrId": reference,
            "EndToEndId": end_to_end(field) or NOT_PROVIDED,
            "UETR": draft.uetr(),
        },
        "RmtInf": remittance(draft, lines, source),
    }


def _agents(draft: Draft) -> Content:
    fields, message = draft.fields, draft.message
    first, account_with = fields.take("56"), fields.take("57")
    intermediary, creditor_agent = agent(draft, first), agent(draft, account_with)
    debtor_agent = agent(draft, fields.take("52"))
    instructions = Instructions(draft, after=2 if first else 1)
    instructions.gpi(draft.header("111"))
    for code in fields.take_all("23E"):
        instructions.instruction_code(code)
    narrative = fields.take("72")
    if narrative is not None:
        instructions.narrative(narrative, CUSTOMER_CODES)
    return {
        **instructions.asked(),
        "PmtTpInf": instructions.payment_type(real_time=intermediary.real_time or creditor_agent.real_time),
        "InstgAgt": draft.agent(message.sender),
        "InstdAgt": draft.agent(message.receiver),
        **intermediary.at("IntrmyAgt1"),
        **instructions.agents(),
        **debtor_agent.at("DbtrAgt", otherwise=message.sender),
        **creditor_agent.at("CdtrAgt", otherwise=message.receiver),
    }


def _customers(draft: Draft) -> Content:
    reports = regulatory(draft, draft.fields.take("77B"))
    payer, payee = debtor(draft, draft.required("50")), creditor(draft, draft.required("59"))
    return {
        "Dbtr": payer.party | reports.resident("ORDERRES"),
        "DbtrAcct": payer.account,
        "Cdtr": payee.party | reports.resident("BENEFRES"),
        "CdtrAcct": payee.account,
        "RgltryRptg": reports.reports,
    }


def _purpose(draft: Draft) -> Content:
    operation, code = draft.fields.take("23B"), draft.fields.take("26T")
    if operation is not None and operation.value != _PLAIN:
        draft.lose("23B", "the service level of the operation code has no place")
    return {"Purp": {"Prtry": f":26T:{draft.cut(code.value, 30, '26T')}"} if code else None}
