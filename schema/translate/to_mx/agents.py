"""Banks: fields 51a to 58a with options A (BIC), B (location), C (account or code) and D (name and address)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from schema.mt.fields.parties import Party, read_party
from schema.mt.message import Field
from schema.translate.to_mx.accounts import account
from schema.translate.to_mx.clearing import is_real_time, member
from schema.translate.to_mx.draft import NOT_PROVIDED, Content, Draft
from schema.translate.to_mx.refusal import read

_BIC: Final = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_CHANNELS: Final = frozenset({"56", "57"})
"""Fields whose clearing code may ask for a channel of payment."""


@dataclass(frozen=True, slots=True)
class Agent:
    """A bank and its account, each as content; `real_time` when it is to be paid through the real-time channel."""

    bank: Content | None = None
    account: Content | None = None
    real_time: bool = False

    def at(self, place: str, *, otherwise: str | None = None) -> Content:
        """Bank and account under the element's name: CdtrAgt, CdtrAgtAcct. `otherwise` is the BIC of nobody."""
        bank = self.bank or ({"FinInstnId": {"BICFI": otherwise}} if otherwise else None)
        return {place: bank, f"{place}Acct": self.account}


NOBODY: Final = Agent()


def agent(draft: Draft, field: Field | None) -> Agent:
    """The bank that a field names; nobody when there is no field. Raises MessageRefused (TR-03)."""
    if field is None:
        return NOBODY
    party = party_of(field)
    if party.debit_credit:
        draft.lose(field.tag, "the mark of debit or credit has no place")
    real_time = is_real_time(party.clearing)
    if real_time and field.number not in _CHANNELS:
        draft.lose(field.tag, "the channel of payment has a place at 56a and 57a only")
    return Agent(_bank(draft, field, party), account(draft, party.account, field.tag), real_time)


def party_of(field: Field) -> Party:
    """The party of a field, by the reader of MT. Raises MessageRefused (TR-03)."""
    return read(field, lambda _: read_party(field))


def bic_of(field: Field) -> str:
    """The BIC of option A as it is written: of 8 or 11 characters."""
    return field.lines[-1]


def named(draft: Draft, lines: Sequence[str], source: str) -> Content:
    """A bank of which only a text is known: a BIC if it is one, otherwise name and address."""
    match lines:
        case [bic] if _BIC.fullmatch(bic.strip()):
            return draft.agent(bic.strip())
    return {"FinInstnId": _described(draft, lines, source)}


def _bank(draft: Draft, field: Field, party: Party) -> Content:
    identification: Content = {"ClrSysMmbId": member(draft, party.clearing, field.tag)}
    if party.bic:
        return {"FinInstnId": {"BICFI": bic_of(field), **identification}}
    lines = [NOT_PROVIDED, *party.lines] if party.option == "B" else party.lines
    return {"FinInstnId": {**identification, **_described(draft, lines, field.tag)}}


def _described(draft: Draft, lines: Iterable[str], source: str) -> Content:
    """Name and address; CBPR+ wants both as soon as there is no BIC."""
    name, *address = [line for line in lines if line.strip()] or [NOT_PROVIDED]
    return {
        "Nm": draft.cut(name, 140, source),
        "PstlAdr": {"AdrLine": draft.address(address, source) or [NOT_PROVIDED]},
    }
