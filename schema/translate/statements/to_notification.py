"""MT900 and MT910, which confirm a debit and a credit, as camt.054."""

from datetime import datetime
from typing import Final

from schema.iso20022.writer import Amount
from schema.mt.fields.codes import read_moment
from schema.mt.fields.texts import read_coded
from schema.mt.message import Field, MtMessage
from schema.translate.result import MxTranslation
from schema.translate.statements.codes import BOOKED, NOT_PROVIDED, NOTIFICATION
from schema.translate.statements.to_item import NO_CODE, account, finish
from schema.translate.to_mx.agents import Agent, agent
from schema.translate.to_mx.draft import Content, Draft
from schema.translate.to_mx.parties import customer
from schema.translate.to_mx.refusal import read
from schema.translate.to_mx.values import settlement

_SCHEME: Final = "BBAN"
"""What CBPR+ calls the account number of a confirmation that is not an IBAN."""
_DIRECTIONS: Final = {"900": "DBIT", "910": "CRDT"}


def to_camt054(message: MtMessage, created: datetime) -> MxTranslation:
    """The confirmation as a notification of one entry. Raises MessageRefused (TR-02, TR-03), InvalidValue."""
    draft = Draft(message, created, NOTIFICATION.message)
    draft.need("20", "21", "25", "32A")
    day, amount = settlement(draft.required("32A"))
    indicator = _DIRECTIONS[message.mt_type]
    moment = draft.fields.take("13D")
    entry = {
        "NtryRef": NOT_PROVIDED,
        "Amt": amount,
        "CdtDbtInd": indicator,
        "Sts": {"Cd": BOOKED},
        "BookgDt": {"DtTm": read(moment, read_moment).isoformat() if moment else None},
        "ValDt": {"Dt": day},
        "BkTxCd": NO_CODE,
        "NtryDtls": {"TxDtls": _transaction(draft, amount, indicator, day)},
    }
    item = {
        "Id": draft.required("20").value.strip(),
        "Acct": account(draft, amount.currency, scheme=_SCHEME),
        "Ntry": entry,
    }
    return finish(draft, NOTIFICATION, item)


def _transaction(draft: Draft, amount: Amount, indicator: str, day: str) -> Content:
    reference = draft.required("21").value.strip()
    through = agent(draft, draft.fields.take("56"))
    if through.account:
        draft.lose("56", "the account of the bank in between has no place")
    return {
        "Refs": {"InstrId": reference, "EndToEndId": reference, "UETR": draft.uetr()},
        "Amt": amount,
        "CdtDbtInd": indicator,
        **_parties(draft, through),
        "RltdDts": {"IntrBkSttlmDt": day},
        "AddtlTxInf": _remark(draft.fields.take("72")),
    }


def _parties(draft: Draft, through: Agent) -> Content:
    """The ordering customer and its bank, or the ordering bank, which then is the debtor itself."""
    customer_field, bank_field = draft.fields.take("50"), draft.fields.take("52")
    if bank_field is not None and bank_field.value.strip() == NOT_PROVIDED:
        bank_field = None  # written where MT910 must name somebody and nobody is known
    bank = agent(draft, bank_field)
    if customer_field is None:
        parties = {"Dbtr": {"Agt": bank.bank}, "DbtrAcct": bank.account}
        return {"RltdPties": parties, "RltdAgts": {"IntrmyAgt1": through.bank}}
    debtor = customer(draft, customer_field)
    if bank.account:
        draft.lose("52", "the account of the customer's bank has no place")
    parties = {"Dbtr": {"Pty": debtor.party}, "DbtrAcct": debtor.account}
    return {"RltdPties": parties, "RltdAgts": {"DbtrAgt": bank.bank, "IntrmyAgt1": through.bank}}


def _remark(field: Field | None) -> str | None:
    """Field 72 as one text, its code words kept."""
    if field is None:
        return None
    return " ".join(f"/{part.code}/{part.text}" if part.code else part.text for part in read_coded(field.value)).strip()
