"""Who and what of a payment is screened: everybody it names, every bank, every address, and what it is for."""

from collections.abc import Iterator
from typing import Final

from domain.mention import Mentioned, Seat
from domain.party import Party
from domain.payment import PaymentOrder
from domain.screening import Field, Subject

_PARTIES: Final = frozenset(
    {
        Seat.ULTIMATE_DEBTOR,
        Seat.ULTIMATE_CREDITOR,
        Seat.INITIATING_PARTY,
        Seat.UNDERLYING_DEBTOR,
        Seat.UNDERLYING_CREDITOR,
        Seat.UNDERLYING_ULTIMATE_DEBTOR,
        Seat.UNDERLYING_ULTIMATE_CREDITOR,
        Seat.UNDERLYING_INITIATING_PARTY,
    }
)
"""Seats of people and companies; every other seat is a bank's."""


def subjects(order: PaymentOrder) -> tuple[Subject, ...]:
    """Everything that is screened of a payment, each with where it stands."""
    return tuple(_subjects(order))


def _subjects(order: PaymentOrder) -> Iterator[Subject]:
    yield from _party("debtor", order.debtor)
    yield from _party("creditor", order.creditor)
    for other in order.mentioned:
        yield from _mentioned(other)
    if order.remittance_info:
        yield Subject("remittance", order.remittance_info, Field.TEXT)


def _party(role: str, party: Party) -> Iterator[Subject]:
    countries = (party.country,) if party.country else ()
    known = tuple(filter(None, (party.bic,)))
    yield Subject(role, party.name, Field.PARTY, countries=countries, identifiers=known, account=party.account or "")
    yield from _address(role, party.address, party.town, party.country)
    yield Subject(f"{role}_agent", "", Field.AGENT, identifiers=(party.agent_bic,))


def _mentioned(other: Mentioned) -> Iterator[Subject]:
    field = Field.PARTY if other.role in _PARTIES else Field.AGENT
    countries = (other.country,) if other.country else ()
    known = tuple(filter(None, (other.bic,)))
    yield Subject(
        str(other.role),
        other.name or "",
        field,
        countries=countries,
        identifiers=known,
        account=other.account or "",
    )
    yield from _address(str(other.role), other.address, other.town, other.country)


def _address(role: str, address: str | None, town: str | None, country: str | None) -> Iterator[Subject]:
    text = ", ".join(filter(None, (address, town)))
    if text:
        yield Subject(f"{role}_address", text, Field.ADDRESS, countries=(country,) if country else ())
