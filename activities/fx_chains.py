"""The chains of an exchange: everything is set aside in one, and all of it moves in another, or none.

For the whole units that rounding may move (at most one, its direction known beforehand) a hold is made as well. So the
second chain only resolves holds, which nothing can refuse.
"""

from domain.fx import bought_hold, rounding_hold
from domain.money import Money
from domain.payment import hold_id, rounding_account, settlement_account
from ledger.book import Operation, Post, Reserve, Void
from schema.tables.exchange.fx_conversions import ConversionView


def reserve(made: ConversionView, may_move: Money) -> list[Operation]:
    """Set aside what is sold, what is bought, and the unit that rounding may move: positive, the dealer's."""
    own, dealer = (made.payment_id, made.hold_turn), settlement_account(made.dealer_bic, made.bought)
    paid, received = settlement_account(made.sender_bic, made.sold), settlement_account(made.receiver_bic, made.bought)
    taken = settlement_account(made.dealer_bic, made.sold)
    chain: list[Operation] = [
        Reserve(hold_id(*own), paid, taken, made.sold, made.sold_minor),
        Reserve(bought_hold(*own), dealer, received, made.bought, made.bought_minor),
    ]
    if may_move.minor:
        debit, credit = dealer, rounding_account(made.bought)
        if may_move.minor < 0:
            debit, credit = credit, debit
        chain.append(Reserve(rounding_hold(*own), debit, credit, made.bought, abs(may_move.minor)))
    return chain


def settle(made: ConversionView, may_move: Money) -> list[Operation]:
    """Pay what was bought, move the unit or give it back as it was planned, and last pay what was sold."""
    payment, own = made.payment_id, (made.payment_id, made.hold_turn)
    rounding = rounding_hold(*own)
    chain: list[Operation] = [Post(f"{payment}/fx/post", bought_hold(*own))]
    if made.rounding_minor:
        chain.append(Post(f"{payment}/fx/rounding/post", rounding))
    elif may_move.minor:
        chain.append(Void(f"{payment}/fx/rounding/void", rounding))
    return [*chain, Post(f"{payment}/post", hold_id(*own))]


def give_back(hold: str) -> Void:
    """Give one of the holds back."""
    return Void(f"{hold.removesuffix('hold')}void", hold)
