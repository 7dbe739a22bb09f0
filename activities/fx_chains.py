"""The chains of an exchange: everything is set aside in one, and all of it moves in another, or none.

For the whole units that rounding may move (at most one, its direction known beforehand) a hold is made as well. So the
second chain only resolves holds, which nothing can refuse.
"""

from typing import Final

from domain.money import Money
from domain.payment import hold_id, rounding_account, settlement_account
from ledger.book import Operation, Post, Reserve, Void
from schema.tables.fx_conversions import ConversionView

OWN_HOLDS: Final = ("fx", "fx/rounding")
"""What an exchange holds beside the sender's money: the currency bought, and the unit that rounding may move."""


def own_hold(payment_id: str, what: str) -> str:
    """The ledger's name of one of an exchange's own holds."""
    return f"{payment_id}/{what}/hold"


def reserve(made: ConversionView, may_move: Money) -> list[Operation]:
    """Set aside what is sold, what is bought, and the unit that rounding may move: positive, the dealer's."""
    payment, dealer = made.payment_id, settlement_account(made.dealer_bic, made.bought)
    paid, received = settlement_account(made.sender_bic, made.sold), settlement_account(made.receiver_bic, made.bought)
    taken = settlement_account(made.dealer_bic, made.sold)
    chain: list[Operation] = [
        Reserve(hold_id(payment), paid, taken, made.sold, made.sold_minor),
        Reserve(own_hold(payment, "fx"), dealer, received, made.bought, made.bought_minor),
    ]
    if may_move.minor:
        debit, credit = dealer, rounding_account(made.bought)
        if may_move.minor < 0:
            debit, credit = credit, debit
        chain.append(Reserve(own_hold(payment, "fx/rounding"), debit, credit, made.bought, abs(may_move.minor)))
    return chain


def settle(made: ConversionView, may_move: Money) -> list[Operation]:
    """Pay what was bought, move the unit or give it back as it was planned, and last pay what was sold."""
    payment, rounding = made.payment_id, own_hold(made.payment_id, "fx/rounding")
    chain: list[Operation] = [Post(f"{payment}/fx/post", own_hold(payment, "fx"))]
    if made.rounding_minor:
        chain.append(Post(f"{payment}/fx/rounding/post", rounding))
    elif may_move.minor:
        chain.append(Void(f"{payment}/fx/rounding/void", rounding))
    return [*chain, Post(f"{payment}/post", hold_id(payment))]


def give_back(payment_id: str, what: str) -> Void:
    """Give one of an exchange's own holds back."""
    return Void(f"{payment_id}/{what}/void", own_hold(payment_id, what))
