"""What of a payment is screened, and as what: a table of its parts."""

from collections.abc import Iterator
from typing import Final

from domain.mention import Mentioned, Seat
from domain.party import NOTHING_MORE, Particulars, Party
from domain.payment import PaymentKind, PaymentOrder
from domain.screening import Field, Subject
from screening.countries import code_of

AGENTS: Final = frozenset(seat for seat in Seat if "agent" in seat.value or "intermediary" in seat.value)
"""Seats of banks: their BIC is compared first, then their name."""


def subjects(order: PaymentOrder) -> tuple[Subject, ...]:
    """Every name, bank, address and text of a payment, each with its role.

    Both customers with their addresses and countries, both of their banks, the dealer that exchanges the amount, everybody
    else whom the message mentions or names in passing, the remittance information, and what else it says in words.
    """
    bank = order.kind in (PaymentKind.INSTITUTION, PaymentKind.COVER)
    found = [
        *_party("debtor", order.debtor, bank=bank),
        *_party("creditor", order.creditor, bank=bank),
        *agent("exchange_dealer", order.fx.dealer_bic if order.fx else None),
        *(subject for other in (*order.mentioned, *order.in_passing) for subject in _mentioned(other)),
        *text("remittance", order.remittance_info),
        *(subject for each in order.said for subject in text(each.topic.value, each.text)),
    ]
    return tuple(dict.fromkeys(found))


def name(
    role: str,
    written: str | None,
    *,
    kind: str | None = None,
    country: str | None = None,
    account: str | None = None,
    more: Particulars = NOTHING_MORE,
) -> Iterator[Subject]:
    """A party's name, with its country, its account, its birth and its numbers where they are known; also without the name."""
    known = _countries(country, more.residence)
    if (written and written.strip()) or known or more.identifiers:
        yield Subject(
            role,
            written or "",
            Field.PARTY,
            kind,
            births=more.births,
            countries=known,
            identifiers=more.identifiers,
            account=account or "",
        )


def agent(
    role: str,
    bic: str | None,
    written: str | None = None,
    *,
    country: str | None = None,
    more: Particulars = NOTHING_MORE,
) -> Iterator[Subject]:
    """A bank by its BIC and other numbers, by the BIC's country, and by its name."""
    identifiers = ((bic,) if bic else ()) + more.identifiers
    if identifiers or written:
        yield Subject(
            role, written or "", Field.AGENT, "organisation", countries=_countries(country), identifiers=identifiers
        )


def address(role: str, *parts: str | None) -> Iterator[Subject]:
    """A postal address as one text: its lines, its town, its country."""
    written = ", ".join(part for part in parts if part)
    if written:
        yield Subject(role, written, Field.ADDRESS)


def text(role: str, written: str | None) -> Iterator[Subject]:
    """A text that may name anybody."""
    if written and written.strip():
        yield Subject(role, written, Field.TEXT)


def _party(role: str, party: Party, *, bank: bool) -> Iterator[Subject]:
    kind = "organisation" if bank else None
    more = party.particulars
    yield from name(role, party.name, kind=kind, country=party.country, account=party.account, more=more)
    if party.bic:
        yield from agent(role, party.bic)
    yield from address(f"{role}_address", party.address, party.town)
    yield from agent(f"{role}_agent", party.agent_bic)


def _mentioned(other: Mentioned) -> Iterator[Subject]:
    role = other.role.value
    if other.role in AGENTS:
        yield from agent(role, other.bic, other.name, country=other.country, more=other.particulars)
    else:
        more = other.particulars
        yield from name(role, other.name, country=other.country, account=other.account, more=more)
        yield from agent(role, other.bic)
    yield from address(f"{role}_address", other.address, other.town)


def _countries(*told: str | None) -> tuple[str, ...]:
    codes = (code_of(country) for country in told if country)
    return tuple(dict.fromkeys(code for code in codes if code))
