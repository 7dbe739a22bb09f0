"""Correspondents: fields 53a, 54a and 55a tell how the two banks settle.

| 53a                      | 54a, 55a | method                         | carried                                     |
|--------------------------|----------|--------------------------------|---------------------------------------------|
| none                     | none     | INDA                           | nothing                                     |
| B with an account        | none     | INGA after /C/, otherwise INDA | the account                                 |
| the sender or its branch | none     | INGA                           | the account                                 |
| the receiver, its branch | none     | INDA                           | the account                                 |
| anything else            | any      | COVE                           | the reimbursement agents and their accounts |
"""

from dataclasses import dataclass
from typing import Final

from schema.mt.message import Field
from schema.translate.to_mx.accounts import account
from schema.translate.to_mx.agents import agent, party_of
from schema.translate.to_mx.draft import Content, Draft
from schema.translate.to_mx.fields import Fields

COVER: Final = "COVE"
RECEIVER_HOLDS: Final = "INDA"
SENDER_HOLDS: Final = "INGA"

_AGENTS: Final = {"53": "InstgRmbrsmntAgt", "54": "InstdRmbrsmntAgt", "55": "ThrdRmbrsmntAgt"}
_BANK_AND_COUNTRY: Final = 6
"""Characters of a BIC that a bank's branches in one country share."""


@dataclass(frozen=True, slots=True)
class Way:
    """How the banks settle: the method, and the content of SttlmInf."""

    method: str
    content: Content


def settlement_information(draft: Draft, fields: Fields) -> Way:
    """How the two banks settle. Raises MessageRefused (TR-03)."""
    found = {number: field for number in _AGENTS if (field := fields.take(number)) is not None}
    if not found:
        return Way(RECEIVER_HOLDS, {"SttlmMtd": RECEIVER_HOLDS})
    if found.keys() == {"53"} and (way := _over_account(draft, found["53"])):
        return way
    content: Content = {"SttlmMtd": COVER}
    for number, field in found.items():
        content |= agent(draft, field).at(_AGENTS[number])
    return Way(COVER, content)


def _over_account(draft: Draft, field: Field) -> Way | None:
    """The way over an account that one of the two banks holds for the other; None when a third bank is in it."""
    party, sender, receiver = party_of(field), draft.message.sender, draft.message.receiver
    if party.option == "B":
        # Credit is given on the receiver's account with the sender; a place alone names a branch of the sender.
        method = (
            SENDER_HOLDS if party.debit_credit == "C" or not (party.account or party.debit_credit) else RECEIVER_HOLDS
        )
    elif party.bic and party.bic[:_BANK_AND_COUNTRY] == sender[:_BANK_AND_COUNTRY]:
        method = SENDER_HOLDS
    elif party.bic and party.bic[:_BANK_AND_COUNTRY] == receiver[:_BANK_AND_COUNTRY]:
        method = RECEIVER_HOLDS
    else:
        return None
    if party.name or party.bic not in (None, sender, receiver):
        draft.lose(field.tag, "the branch that keeps the account has no place")
    return Way(method, {"SttlmMtd": method, "SttlmAcct": account(draft, party.account, field.tag)})
