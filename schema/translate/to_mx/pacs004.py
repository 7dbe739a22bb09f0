"""MT103, MT202 and MT205 that return a payment (72 begins with /RETN/) as pacs.004."""

from datetime import datetime
from typing import Final

from schema.mt.message import MtMessage
from schema.mt.sequences import sequences
from schema.translate.result import MxTranslation
from schema.translate.to_mx import reversal
from schema.translate.to_mx.agents import Agent, agent
from schema.translate.to_mx.charges import UNKNOWN_AGENT, bearer, charges
from schema.translate.to_mx.draft import NOT_PROVIDED, Content, Draft
from schema.translate.to_mx.fields import Fields
from schema.translate.to_mx.parties import Customer, creditor, debtor
from schema.translate.to_mx.regulatory import regulatory
from schema.translate.to_mx.settlement import settlement_information
from schema.translate.to_mx.times import REQUESTS, times
from schema.translate.to_mx.values import amount, rate, settlement

MESSAGE: Final = "pacs.004.001.09"

OF_CUSTOMERS: Final = ("20", "32A", "50", "59", "71A", "72")
OF_BANKS: Final = ("20", "32A", "58", "72")


def translate(message: MtMessage, created: datetime) -> MxTranslation:
    """A returned payment. Raises MessageRefused (TR-02, TR-03), InvalidValue."""
    draft = Draft(message, created, MESSAGE, *(Fields(sequence) for sequence in sequences(message)))
    of_customers = message.mt_type == "103"
    draft.need(*(OF_CUSTOMERS if of_customers else OF_BANKS))
    reference = draft.reference("20")
    way = settlement_information(draft, draft.fields)
    returned = _returned(draft, reference)
    chain = _customers(draft) if of_customers else _banks(draft)
    document = {
        "PmtRtr": {
            "GrpHdr": {"MsgId": reference, "CreDtTm": draft.moment, "NbOfTxs": "1", "SttlmInf": way.content},
            "TxInf": returned | {"RtrChain": chain},
        }
    }
    return draft.finish(document, reference=reference)


def _returned(draft: Draft, reference: str) -> Content:
    fields, message = draft.fields, draft.message
    story = reversal.read_reversal(draft, draft.required("72"))
    value_date, settled = settlement(draft.required("32A"))
    related, instructed, exchange = fields.take("21"), fields.take("33B"), fields.take("36")
    bears = fields.take("71A")
    charge_bearer = bearer(bears) if bears else "SHAR"
    taken = charges(draft, fields, bearer=charge_bearer, settled=settled)
    if story.charge is not None:
        taken = [{"Amt": story.charge, "Agt": UNKNOWN_AGENT}]
    moments = times(draft, fields.take_all("13C"), value_date)
    if moments.pop("SttlmTmReq"):
        draft.lose("13C", f"{', '.join(REQUESTS)} have no place in a return")
    operation = fields.take("23B")
    if operation is not None and operation.value != "CRED":
        draft.lose("23B", "the service level of the operation code has no place")
    return {
        "RtrId": reference,
        "OrgnlInstrId": story.message_reference or (related.value[:35] if related else NOT_PROVIDED),
        "OrgnlEndToEndId": story.transaction_reference or (related.value[:35] if related else NOT_PROVIDED),
        "OrgnlUETR": draft.uetr(story.uetr),
        "RtrdIntrBkSttlmAmt": settled,
        "IntrBkSttlmDt": value_date,
        "RtrdInstdAmt": amount(instructed) if instructed else None,
        "XchgRate": rate(exchange) if exchange else None,
        **moments,
        "ChrgBr": charge_bearer,
        "ChrgsInf": taken,
        "InstgAgt": draft.agent(message.sender),
        "InstdAgt": draft.agent(message.receiver),
        "RtrRsnInf": story.reasons(),
    }


def _customers(draft: Draft) -> Content:
    """The chain of a customer's payment. It has no accounts, so that customers are identified otherwise."""
    fields = draft.fields
    reports = regulatory(draft, fields.take("77B"))
    if reports.reports:
        draft.lose("77B", "a return carries the country of residence only")
    payer = debtor(draft, draft.required("50"), with_account=False)
    payee = creditor(draft, draft.required("59"), with_account=False)
    for name, customer in (("50", payer), ("59", payee)):
        _lose_account(draft, name, customer)
    return {
        "Dbtr": {"Pty": payer.party | reports.resident("ORDERRES")},
        "Cdtr": {"Pty": payee.party | reports.resident("BENEFRES")},
        "DbtrAgt": _bank(draft, "52"),
        "IntrmyAgt1": _bank(draft, "56"),
        "CdtrAgt": _bank(draft, "57"),
    }


def _banks(draft: Draft) -> Content:
    """The chain of a payment between banks; the returning bank is the sender where 52a does not name it."""
    return {
        "Dbtr": {"Agt": _bank(draft, "52") or draft.agent(draft.message.sender)},
        "IntrmyAgt1": _bank(draft, "56"),
        "CdtrAgt": _bank(draft, "57"),
        "Cdtr": {"Agt": _bank(draft, "58")},
    }


def _bank(draft: Draft, number: str) -> Content | None:
    found = agent(draft, draft.fields.take(number))
    _lose_account(draft, number, found)
    if found.real_time:
        draft.lose(number, "the channel of payment has no place in a return")
    return found.bank


def _lose_account(draft: Draft, name: str, owner: Agent | Customer) -> None:
    if owner.account is not None:
        draft.lose(name, "the chain of a return has no accounts")
