"""What the network asks of an instruction beyond its message: banks, accounts and currencies that can be settled."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from domain.errors import AccountClosed, AccountNotFound, ParticipantNotFound, ParticipantSuspended, Rejection
from domain.finding import Finding
from domain.reason import Reason
from schema.tables.payment.payments import Instruction


@dataclass(frozen=True, slots=True)
class NetworkRule:
    """One rule: its id, what it asks in one line, and who holds an instruction against it."""

    id: str
    text: str
    reasons: tuple[Reason, ...]
    check: Callable[[Instruction], Iterator[tuple[str, Rejection]]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A broken rule: as it is stored, and as it is raised."""

    finding: Finding
    rejection: Rejection


def broken(instruction: Instruction) -> list[Refusal]:
    """Every rule that the instruction breaks, in the order of the table."""
    return [
        Refusal(Finding(path, rule.id, rejection.message, rejection.reasons[0]), rejection)
        for rule in RULES
        for path, rejection in rule.check(instruction)
    ]


def together(refusals: list[Refusal]) -> Rejection:
    """One rejection for all: the first speaks, the reasons are everybody's."""
    reasons = dict.fromkeys(reason for refusal in refusals for reason in refusal.rejection.reasons)
    first = refusals[0].rejection
    return type(first)(first.message, reasons=tuple(reasons))


def _participants_known(instruction: Instruction) -> Iterator[tuple[str, Rejection]]:
    for side, status, reason in _sides(instruction):
        if status is None:
            message = f"the {side}'s bank is not a participant of this network"
            yield f"/{side}_bic", ParticipantNotFound(message, reasons=(reason,))


def _participants_active(instruction: Instruction) -> Iterator[tuple[str, Rejection]]:
    for side, status, _ in _sides(instruction):
        if status == "suspended":
            yield f"/{side}_bic", ParticipantSuspended(f"the {side}'s bank is suspended")


def _between_two_banks(instruction: Instruction) -> Iterator[tuple[str, Rejection]]:
    if instruction.sender_bic == instruction.receiver_bic:
        message = "sender and receiver are the same bank; this network settles between banks"
        yield "/receiver_bic", Rejection(message, reasons=(Reason.AG01,))


def _accounts_usable(instruction: Instruction) -> Iterator[tuple[str, Rejection]]:
    banks = {side: bank for side, bank, _ in _sides(instruction)}
    accounts = (
        ("sender", instruction.sender_account_status, instruction.currency),
        ("receiver", instruction.receiver_account_status, instruction.received_currency),
    )
    for side, status, currency in accounts:
        if banks[side] is None:
            continue  # said already: a bank that is not here has no account here
        if status is None:
            reason = Reason.AM03 if side == "sender" else Reason.AC03
            message = f"the {side}'s bank settles no {currency} here"
            yield "/currency", AccountNotFound(message, reasons=(reason,))
        if status == "closed":
            yield "/currency", AccountClosed(f"the {side}'s bank has closed its {currency} account")


def _dealer_deals(instruction: Instruction) -> Iterator[tuple[str, Rejection]]:
    if instruction.dealer_bic is None:
        return
    if instruction.dealer_status != "active":
        yield "/fx/quote_id", ParticipantSuspended("the dealer of the exchange is suspended")
    accounts = {
        instruction.currency: instruction.dealer_sold_account_status,
        instruction.received_currency: instruction.dealer_bought_account_status,
    }
    for currency, status in accounts.items():
        if status in (None, "closed"):
            yield "/fx/quote_id", AccountClosed(f"the dealer of the exchange settles no {currency} here")


def _exchange_possible(instruction: Instruction) -> Iterator[tuple[str, Rejection]]:
    """Else the other leg could never come, and this one would wait in vain."""
    if instruction.wanted_asset is None:
        return
    banks = {side: bank for side, bank, _ in _sides(instruction)}
    accounts = (
        ("sender", instruction.wanted_by_sender_account_status),
        ("receiver", instruction.wanted_of_receiver_account_status),
    )
    for side, status in accounts:
        if banks[side] is not None and status in (None, "closed"):
            message = f"the {side}'s bank settles no {instruction.wanted_asset} here, which is wanted in exchange"
            yield "/exchange/wants", AccountNotFound(message)


def _sides(instruction: Instruction) -> tuple[tuple[str, str | None, Reason], ...]:
    return (
        ("sender", instruction.sender_status, Reason.RC03),
        ("receiver", instruction.receiver_status, Reason.RC04),
    )


RULES: Final[tuple[NetworkRule, ...]] = (
    NetworkRule("NW-01", "Both banks take part in this network.", (Reason.RC03, Reason.RC04), _participants_known),
    NetworkRule("NW-02", "Neither bank is suspended.", (Reason.AG01,), _participants_active),
    NetworkRule("NW-03", "Sender and receiver are two banks.", (Reason.AG01,), _between_two_banks),
    NetworkRule(
        "NW-04",
        "Both banks hold an open account in what they pay or are paid.",
        (Reason.AM03, Reason.AC03, Reason.AC04),
        _accounts_usable,
    ),
    NetworkRule(
        "NW-07",
        "The dealer of an exchange is active, and holds an open account in both currencies.",
        (Reason.AG01, Reason.AC04),
        _dealer_deals,
    ),
    NetworkRule(
        "NW-08", "Both banks hold an open account in what is wanted in exchange.", (Reason.AC03,), _exchange_possible
    ),
)
"""In this order; every one of them is asked."""
