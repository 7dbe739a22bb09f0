"""Banks: fields 51a to 58a with options A (BIC), B (location), C (account or code) and D (name and address)."""

import re
from dataclasses import dataclass
from typing import Final

from schema.mt.message import Field
from schema.translate.to_mx.accounts import Identifier, account, identifier
from schema.translate.to_mx.clearing import is_real_time, member
from schema.translate.to_mx.draft import NOT_PROVIDED, Content, Draft

_BIC: Final = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_CHANNELS: Final = frozenset({"56", "57"})
"""Fields whose clearing code may ask for a channel of payment."""


@dataclass(frozen=True, slots=True)
class Agent:
    """A bank and its account, each as content; `mark` is the C or D before the account."""

    bank: Content | None = None
    account: Content | None = None
    mark: str = ""
    real_time: bool = False

    def at(self, place: str, *, otherwise: str | None = None) -> Content:
        """Bank and account under the element's name: CdtrAgt, CdtrAgtAcct. `otherwise` is the BIC of nobody."""
        bank = self.bank or ({"FinInstnId": {"BICFI": otherwise}} if otherwise else None)
        return {place: bank, f"{place}Acct": self.account}


NOBODY: Final = Agent()


def agent(draft: Draft, field: Field | None, *, marked: bool = False) -> Agent:
    """The bank that a field names; nobody when there is no field. `marked`: the caller carries the mark."""
    if field is None:
        return NOBODY
    who, lines = identifier(field.lines)
    real_time = is_real_time(who.clearing)
    if real_time and field.number not in _CHANNELS:
        draft.lose(field.tag, "the channel of payment has a place at 56a and 57a only")
    if who.mark and not marked:
        draft.lose(field.tag, "the mark of debit or credit has no place")
    bank = _bank(draft, field, who, lines)
    return Agent(bank, account(draft, who.account, field.tag), who.mark, real_time)


def named(draft: Draft, text: str, source: str) -> Content:
    """A bank of which only a text is known: a BIC if it is one, otherwise a name."""
    if _BIC.fullmatch(text):
        return draft.agent(text)
    return {"FinInstnId": _described(draft, [text], source)}


def is_bic(text: str) -> bool:
    """Whether the text has the shape of a BIC."""
    return _BIC.fullmatch(text) is not None


def _bank(draft: Draft, field: Field, who: Identifier, lines: list[str]) -> Content:
    known: Content = {"ClrSysMmbId": member(draft, who.clearing, field.tag) if who.clearing else None}
    lines = [line for line in lines if line.strip()]
    if field.option == "A" and lines and is_bic(lines[0]):
        for _ in lines[1:]:
            draft.lose(field.tag, "a line after the BIC")
        return {"FinInstnId": {**known, "BICFI": lines[0]}}
    if field.option == "B":
        lines = [NOT_PROVIDED, *lines]
    return {"FinInstnId": {**known, **_described(draft, lines, field.tag)}}


def _described(draft: Draft, lines: list[str], source: str) -> Content:
    """Name and address; CBPR+ wants both as soon as there is no BIC."""
    name, *address = lines or [NOT_PROVIDED]
    return {
        "Nm": draft.cut(name, 140, source) or NOT_PROVIDED,
        "PstlAdr": {"AdrLine": [draft.cut(line, 70, source) for line in address[:7]] or [NOT_PROVIDED]},
    }
