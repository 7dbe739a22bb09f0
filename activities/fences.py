"""Fences: a payment that ends unpaid takes its hold's id with it, so that no try of before can reserve for it any more.

A step may stand still (a process that was paused, a machine that swaps) until long after its time; meanwhile the payment
is refused or withdrawn, and then the step goes on. All that pays a payment hangs on its first hold. So whoever gives a
payment up that has none uses the hold's id up: he reserves one unit of nothing under it, between two accounts of the
network's own, and gives it back in the same chain. Whoever reserves under the id afterwards is told that it exists with
other content, and moves nothing (docs/decisions/021).

Nothing is XXX, ISO 4217's code for where no currency is involved: no bank's account has a part in a fence, so no account
that is closed or missing can keep one from being set, and no statement shows it.

The fence tells why it was set, in the id of its second operation: `<payment>/fence/<code>`. A repeat of the step that was
refused reads it there, and answers the same.

A payment that a change of a list has pulled back does not end: it has another turn, in which the ledger knows it by another
name (`domain.turns`). The turn before is fenced likewise, or all that is held for it is taken over into the next.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from activities import fx_chains
from domain.errors import (
    AccountClosed,
    DealerShort,
    DomainError,
    ExchangeCrowded,
    InsufficientFunds,
    Refused,
    Rejection,
)
from domain.fx import bought_hold, rounding_hold
from domain.payment import hold_id
from domain.turns import in_turn, turn_of
from ledger.book import Account, Hold, HoldState, Operation, Receipt, Reserve, Void
from ledger.errors import AlreadyResolved, ExistsWithDifferent
from ledger.protocol import Ledger

NOTHING: Final = "XXX"
"""The asset of fences: no currency."""
FENCES: Final = Account(f"NETWORK/{NOTHING}/fences", NOTHING, floor_minor=None)
BEYOND: Final = Account(f"NETWORK/{NOTHING}", NOTHING, floor_minor=None)
GIVEN_UP: Final = "given_up"
"""Why a payment that was withdrawn, or found no funds in time, has a fence."""
PULLED_BACK: Final = "pulled_back"
"""Why a turn of a payment that a change of a list has pulled back has a fence."""
TAKEN_OVER: Final = "taken_over"
"""How holds end that are made anew for the payment's next turn."""
HOLDS: Final = (hold_id, bought_hold, rounding_hold)
"""Everything that can be held for a payment: the holds of an exchange are made in one chain, and the first one always."""
MOVED: Final = frozenset({HoldState.POSTED, HoldState.DISCHARGED})

REFUSALS: Final[dict[str, tuple[type[Rejection], str]]] = {
    InsufficientFunds.code: (InsufficientFunds, "the available balance does not cover the amount"),
    AccountClosed.code: (AccountClosed, "the account is closed for new entries"),
    DealerShort.code: (DealerShort, "the dealer could not deliver what was bought"),
    ExchangeCrowded.code: (ExchangeCrowded, "too many legs wait under this reference already"),
}
"""What a repeat of a refused step answers, by the code in its fence."""


class Fences:
    """Submits payments' first holds, and fences whoever is refused or given up. A payment that is paid costs nothing more.

    `name` is what the ledger calls the payment in the turn that is meant.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._open = False
        """Whether this process knows the accounts of fences to be open."""

    async def submit(
        self, name: str, chain: Sequence[Operation], told: Callable[[Rejection], Rejection] = lambda said: said
    ) -> tuple[Receipt, ...]:
        """Submit a chain that begins with the payment's first hold; refused for good, the payment has a fence before we say so.

        `told` is what the payment is told of the ledger's refusal. Raises that, or what an earlier try was refused with;
        Refused when the payment was given up; ExistsWithDifferent when its hold is another one, and what else the ledger
        says.
        """
        try:
            return await self._ledger.submit(chain)
        except ExistsWithDifferent:
            await self.heed(name)
            raise
        except Rejection as refusal:
            await self.refuse(name, told(refusal))
            return await self._ledger.submit(chain)

    async def heed(self, name: str) -> None:
        """Raises what the payment's fence says, when it has one: a Rejection, or Refused."""
        hold = await self._ledger.hold(hold_id(name))
        if hold is not None and is_fence(hold):
            raise _said_by(hold)

    async def refuse(self, name: str, refusal: Rejection) -> None:
        """Fence the payment, and raise why.

        Returns when another try of the step was quicker: it found what this one missed, and the payment's hold is made.
        """
        assert refusal.code in REFUSALS, "a repeat must be able to answer the same"
        hold = await self._set(name, refusal.code)
        if is_fence(hold):
            said = _said_by(hold)
            raise refusal if said.code == refusal.code else said

    async def give_back(self, name: str, why: str = GIVEN_UP) -> bool:
        """Give all back that is held for the payment, or fence it when nothing is; whether its money has moved already.

        The holds of an exchange are made in one chain, so they are there together or not at all.
        """
        hold = await self._ledger.hold(hold_id(name)) or await self._set(name, why)
        if hold.state is HoldState.PENDING:
            for each in HOLDS:
                await self.void(each(name))
        return hold.state in MOVED

    async def end(self, name: str) -> bool:
        """Give back what is held for a payment that ends; whether its money has moved already.

        It goes on through the turns that came after the one that is named: a workflow that was set back to before it was
        pulled back does not know of them.
        """
        payment_id, turn = turn_of(name)
        while not await self.give_back(in_turn(payment_id, turn)):
            hold = await self._ledger.hold(hold_id(payment_id, turn))
            if hold is None or not _taken_over(hold):
                return False
            turn += 1
        return True

    async def take_over(self, payment_id: str, turn: int) -> bool:
        """Take all that is held for the payment over into its next turn, or fence this one when nothing is; whether its
        money has moved already.

        It is one chain, so nobody else can have the money meanwhile. Where an account takes no new entries any more all is
        given back, and the next turn is refused.
        """
        name = in_turn(payment_id, turn)
        hold = await self._ledger.hold(hold_id(name)) or await self._set(name, PULLED_BACK)
        if hold.state is HoldState.PENDING:
            over, anew = list[Operation](), list[Operation]()
            for each in HOLDS:
                found = await self._ledger.hold(each(name))
                if found is not None and found.state is HoldState.PENDING:
                    over.append(Void(f"{found.id.removesuffix('hold')}{TAKEN_OVER}", found.id))
                    sides = found.debit, found.credit, found.asset, found.amount_minor
                    anew.append(Reserve(each(in_turn(payment_id, turn + 1)), *sides))
            try:
                await self._ledger.submit([*over, *anew])
            except Rejection:
                await self._ledger.submit(over)
        return hold.state in MOVED

    async def void(self, hold_name: str) -> None:
        """Give one hold back, if there is such a hold and it is not over."""
        hold = await self._ledger.hold(hold_name)
        if hold is not None and hold.state is HoldState.PENDING:
            await self._ledger.submit([fx_chains.give_back(hold_name)])

    async def _set(self, name: str, why: str) -> Hold:
        """Fence the payment unless it has a hold, or a fence; answers which it has now."""
        if not self._open:
            for account in (FENCES, BEYOND):
                await self._ledger.open_account(account)
            self._open = True
        with suppress(ExistsWithDifferent, AlreadyResolved):  # its hold was quicker; another fence was
            await self._ledger.submit(fence(name, why))
        hold = await self._ledger.hold(hold_id(name))
        assert hold is not None, "there was one, or now there is"
        return hold


def fence(name: str, why: str) -> list[Operation]:
    """The chain that uses the id of a payment's first hold up."""
    hold = hold_id(name)
    return [Reserve(hold, FENCES.id, BEYOND.id, NOTHING, 1), Void(f"{name}/fence/{why}", hold)]


def is_fence(hold: Hold) -> bool:
    """Whether it is no hold but a fence."""
    return hold.debit == FENCES.id


def _taken_over(hold: Hold) -> bool:
    """Whether its turn ended because the payment was pulled back."""
    return (hold.resolved_by or "").rpartition("/")[2] in (TAKEN_OVER, PULLED_BACK)


def _said_by(fence: Hold) -> DomainError:
    assert fence.resolved_by is not None, "a fence is set and given back in one chain"
    code = fence.resolved_by.rpartition("/")[2]
    if code in REFUSALS:
        kind, text = REFUSALS[code]
        return kind(text)
    if code == PULLED_BACK:
        return Refused("the payment was pulled back, and this try belongs to its turn before")
    return Refused("the payment was given up before")
