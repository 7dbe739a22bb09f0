"""`deltran demo`: a whole network on one machine, fourteen payments through it, and what became of them."""

import asyncio
import time
from typing import Final

from rich.markup import escape

from deltran.demo import outcome
from deltran.demo.network import Network
from deltran.demo.outcome import Outcome
from deltran.demo.prompt import ask, somebody_there
from deltran.demo.screen import make_console, money, progress_on
from deltran.demo.story import Followed, Story
from deltran.up import announce
from devstack.observer import Terminal
from devstack.options import Options
from devstack.stack import Stack
from devstack.supervisor import run_until_stopped

_INTERRUPTED: Final = 130


def run(options: Options, *, once: bool, yes: bool) -> int:
    """Play the demonstration, then stay until Ctrl-C or, with `once`, leave.

    Answers 0 when everything ended as it must and the ledger is sound, 1 when not, 130 when a signal came first.
    Raises StackError.
    """
    demonstration = Demonstration(options, once=once, yes=yes)
    asyncio.run(demonstration.run())
    if demonstration.outcome is None:
        return _INTERRUPTED
    return 0 if demonstration.outcome.good else 1


class Demonstration:
    """One start of the command."""

    def __init__(self, options: Options, *, once: bool, yes: bool) -> None:
        self.outcome: Outcome | None = None
        self._console = make_console()
        self._stack = Stack(options, Terminal(self._console, lines=False))
        self._once = once
        self._asks = somebody_there(self._console) and not yes

    async def run(self) -> None:
        """Start the stack, play, stay or leave, stop."""
        await run_until_stopped(self._stack, self._play, self._up, stay=not self._once)
        self._console.print("Everything has stopped.")

    async def _play(self) -> None:
        begun = time.monotonic()
        self._console.print("[bold]DelTran[/bold]: starting PostgreSQL, Temporal, the ledger, a worker and the API")
        await self._stack.start()
        self._console.print(f"Ready after {time.monotonic() - begun:.1f} s.\n")
        assert self._stack.tokens is not None, "a demonstration has tokens"
        async with Network(self._stack.urls()["api"], self._stack.tokens) as network:
            ending = await Story(network, progress_on(self._console), self._decide).play()
        self.outcome = await outcome.judge(ending, self._stack)

    def _up(self) -> None:
        assert self.outcome is not None, "played to the end"
        outcome.show(self._console, self.outcome)
        if not self._once:
            announce(self._console, self._stack)

    async def _decide(self, payment: Followed) -> str:
        """Show why the payment is held and ask for the verdict; approve where nobody can be asked."""
        order, hits = payment.planned.order, payment.facts["hits"]
        self._console.print(
            f"[bold yellow]▸ Payment {payment.planned.number} is held for review:[/bold yellow] "
            f"{money(order.amount)} {order.amount.currency} to {escape(order.creditor.name)}"
        )
        for hit in hits:
            self._console.print(
                f"    {hit['role']} “{escape(hit['queried'])}” resembles “{escape(hit['matched'])}” "
                f"({hit['list_name']} {hit['entity_id']}): {hit['level']}, score {hit['score']}",
                soft_wrap=True,
            )
        if self._asks:
            return await ask(self._console, "  Your decision?", ("approve", "reject"))
        self._console.print("  Approved without asking.")
        return "approve"
