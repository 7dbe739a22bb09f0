"""The chains of ledger operations in which many payments settle as one.

A payment waits for its window in one of two ways (docs/decisions/015). *Held*: its amount is reserved on its sender's
settlement account. *Due*: it is reserved on the banks' dues accounts, which have no floor, so it takes no liquidity until
the net is paid. Both ways the book itself checks, account by account, that the transfers settle what is discharged.
"""

from collections.abc import Iterable, Sequence

from domain.payment import dues_account, hold_id, settlement_account
from domain.settlement import NetTransfer, Obligation
from ledger.book import Discharge, Operation, Post, Reserve, Transfer
from settlement.exchange import Act, Movement


def held(owed: Obligation, currency: str) -> Reserve:
    """Set the payment's whole amount aside, on its sender's settlement account."""
    debit, credit = settlement_account(owed.debtor, currency), settlement_account(owed.creditor, currency)
    return Reserve(hold_id(owed.payment_id, owed.hold_turn), debit, credit, currency, owed.amount_minor)


def due(owed: Obligation, currency: str) -> Reserve:
    """Write the payment down as due, without setting money aside."""
    debit, credit = dues_account(owed.debtor, currency), dues_account(owed.creditor, currency)
    return Reserve(hold_id(owed.payment_id, owed.hold_turn), debit, credit, currency, owed.amount_minor)


def settle_held(
    batch_id: str, currency: str, obligations: Iterable[Obligation], transfers: Iterable[NetTransfer]
) -> list[Operation]:
    """Discharge held payments, then make the transfers that settle them, numbered from 1."""
    moves = [
        Transfer(
            id=f"{batch_id}/{number}",
            debit=settlement_account(move.debtor, currency),
            credit=settlement_account(move.creditor, currency),
            asset=currency,
            amount_minor=move.amount_minor,
        )
        for number, move in enumerate(transfers, start=1)
    ]
    return [*_discharges(batch_id, obligations), *moves]


def settle_due(
    batch_id: str, currency: str, obligations: Iterable[Obligation], transfers: Sequence[NetTransfer], *, first: int = 1
) -> list[Operation]:
    """Discharge due payments, make the transfers on the dues accounts, and pay the same on the settlement accounts.

    The book holds the transfers on the dues accounts against what is discharged. The payment of each is a hold that is
    posted at once, because a direct transfer would have to settle a discharge of its own account.
    """
    chain = _discharges(batch_id, obligations)
    for number, move in enumerate(transfers, start=first):
        owing, owed = dues_account(move.debtor, currency), dues_account(move.creditor, currency)
        debit, credit = settlement_account(move.debtor, currency), settlement_account(move.creditor, currency)
        chain += [
            Transfer(f"{batch_id}/{number}/due", owing, owed, currency, move.amount_minor),
            Reserve(f"{batch_id}/{number}/hold", debit, credit, currency, move.amount_minor),
            Post(f"{batch_id}/{number}", f"{batch_id}/{number}/hold"),
        ]
    return chain


def exchange(movements: Iterable[Movement]) -> list[Operation]:
    """Make the holds of both legs final: each pays the other, or nobody pays."""
    moves = list(movements)
    assert all(move.act is Act.PAY for move in moves), "an exchange pays"
    return [Post(f"{move.payment_id}/post", hold_id(move.payment_id, move.hold_turn)) for move in moves]


def _discharges(batch_id: str, obligations: Iterable[Obligation]) -> list[Operation]:
    return [
        Discharge(f"{owed.payment_id}/net/{batch_id}", hold_id(owed.payment_id, owed.hold_turn)) for owed in obligations
    ]
