"""Correspondents: fields 53a, 54a and 55a tell how the two banks settle.

| 53a                      | 54a, 55a | method | carried                                   |
|--------------------------|----------|--------|-------------------------------------------|
| none                     | none     | INDA   | nothing                                   |
| B with an account        | none     | INGA after /C/, otherwise INDA | the account       |
| the sender or its branch | none     | INGA   | the account                               |
| the receiver, its branch | none     | INDA   | the account                               |
| anything else            | any      | COVE   | the reimbursement agents and their accounts |
"""

from dataclasses import dataclass
from typing import Final

from schema.mt.message import Field
from schema.translate.to_mx.accounts import identifier
from schema.translate.to_mx.agents import agent
from schema.translate.to_mx.draft import Content, Draft, Fields

COVER: Final = "COVE"
OURS: Final = "INDA"
THEIRS: Final = "INGA"

_AGENTS: Final = {"53": "InstgRmbrsmntAgt", "54": "InstdRmbrsmntAgt", "55": "ThrdRmbrsmntAgt"}
_BANK_AND_COUNTRY: Final = 6
"""Characters of a BIC that a bank's branches in one country share."""


@dataclass(frozen=True, slots=True)
class Way:
    """How the banks settle, as content of SttlmInf."""

    method: str
    content: Content


def settlement_information(draft: Draft, fields: Fields) -> Way:
    """How the two banks settle."""
    found = {number: field for number in _AGENTS if (field := fields.take(number)) is not None}
    if found.keys() <= {"53"} and (method := _own_account(draft, found.get("53"))):
        return _over_account(draft, method, found.get("53"))
    content: Content = {"SttlmMtd": COVER}
    for number, field in found.items():
        content |= agent(draft, field).at(_AGENTS[number])
    return Way(COVER, content)


def _own_account(draft: Draft, field: Field | None) -> str | None:
    """The method when the two banks settle over an account between them, otherwise None."""
    if field is None:
        return OURS
    who, lines = identifier(field.lines)
    if field.option == "B":
        # A location without an account is a branch of the sender.
        return THEIRS if who.mark == "C" or not (who.account or who.mark) else OURS
    if field.option == "A" and lines:
        message = draft.message
        for bank, method in ((message.sender, THEIRS), (message.receiver, OURS)):
            if lines[0][:_BANK_AND_COUNTRY] == bank[:_BANK_AND_COUNTRY]:
                return method
    return None


def _over_account(draft: Draft, method: str, field: Field | None) -> Way:
    found = agent(draft, field, marked=True)
    if field is not None:
        _, lines = identifier(field.lines)
        if field.option == "B" and lines:
            draft.lose(field.tag, "the branch of the sender has no place")
        elif lines and lines[0].ljust(11, "X") not in (draft.message.sender, draft.message.receiver):
            draft.lose(field.tag, "the branch that keeps the account has no place")
    return Way(method, {"SttlmMtd": method, "SttlmAcct": found.account})
