"""A payment's turns: it has another one whenever a change of a list has pulled it back from being paid.

What was set aside in one turn is taken over into the next, under an id of that turn; what belongs to an earlier turn can
do nothing any more (docs/decisions/021). Money is paid, in whatever turn, under the payment's own id: once.
"""


def in_turn(payment_id: str, turn: int) -> str:
    """What the ledger calls a payment in one of its turns: its own id at first. The ids of its holds begin with it."""
    assert turn >= 0, "turns are counted from 0"
    return f"{payment_id}/{turn}" if turn else payment_id


def turn_of(name: str) -> tuple[str, int]:
    """The payment and the turn that the ledger calls so."""
    payment_id, _, turn = name.partition("/")
    return payment_id, int(turn or 0)
