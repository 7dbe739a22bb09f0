"""How many turns a payment has had, as far as money goes: whatever belongs to an earlier one is queued no more.

A turn ends in the transaction in which its payment leaves its queue, under the lock of the payment's row; whoever queues it
looks under the same lock. So either the late try queues it first, and it is taken out; or it finds its turn over.
"""

from typing import Final

from sqlalchemy import text

from domain.errors import IllegalTransition
from schema.tables.common.session import WriteSession


async def ended(session: WriteSession, payment_id: str, turn: int) -> bool:
    """Whether a turn of the payment is over; which stays so until the session ends."""
    return int((await session.one(_LOCK, {"payment_id": payment_id})).hold_turn) > turn


async def end(session: WriteSession, payment_id: str, turn: int) -> None:
    """End a turn of the payment; one that is over already is no difference."""
    await session.run(_END, {"payment_id": payment_id, "turn": turn})


async def require(session: WriteSession, payment_id: str, turn: int) -> None:
    """Hold the payment until the session ends. Raises IllegalTransition when this turn of it is over."""
    if await ended(session, payment_id, turn):
        raise over(payment_id)


def over(payment_id: str) -> IllegalTransition:
    """What a late try of an earlier turn is told."""
    return IllegalTransition("the payment was pulled back, and this try belongs to its turn before", id=payment_id)


_LOCK: Final = text("SELECT hold_turn FROM payments WHERE id = :payment_id FOR NO KEY UPDATE")
_END: Final = text(
    "UPDATE payments SET hold_turn = CAST(:turn AS smallint) + 1 WHERE id = :payment_id AND hold_turn <= :turn"
)
