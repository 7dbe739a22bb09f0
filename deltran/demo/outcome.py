"""How the demonstration ended: the payments, the balances, and what the ledger says of itself."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from deltran.books import known_of, public_key
from deltran.demo.banks import BANKS
from deltran.demo.screen import colour_of, make_table, money, note, route, short, standing
from deltran.demo.story import Balances, Ending, Followed
from devstack.stack import Stack
from domain.money import Money
from ledger.verify import Report, Signatures, verify
from runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of everything, and what the ledger says of itself."""

    ending: Ending
    report: Report

    def checks(self) -> Iterator[tuple[bool, str]]:
        """What must hold, and whether it does."""
        payments = self.ending.payments
        expected = sum(payment.as_expected for payment in payments)
        yield expected == len(payments), f"{expected} of {len(payments)} payments ended as they must"
        for legs in _exchanges(payments):
            pairs = {leg.settled_with for leg in legs}
            numbers = " and ".join(str(leg.planned.number) for leg in legs)
            yield len(pairs) == 1 and None not in pairs, f"payments {numbers} settled as one, in two currencies"
        yield self.ending.after == self.ending.owed(), "every balance moved by exactly the payments that completed"
        kept = _sums(self.ending.before) == _sums(self.ending.after)
        yield kept, f"the banks together hold what they held before, in {len(_sums(self.ending.after))} currencies"
        report = self.report
        text = f"ledger replayed from its first entry: {report.verdict}, {report.entries} entries, debits = credits"
        yield report.verdict == "ok", "; ".join([text, *(f.detail for f in report.findings), *report.unchecked])

    @property
    def good(self) -> bool:
        """Whether all of it holds."""
        return all(holds for holds, _ in self.checks())


async def judge(ending: Ending, stack: Stack) -> Outcome:
    """Have the running ledger verified against the mark and the signed heads in the stack's database."""
    known = await known_of(stack.urls()["database"])
    state = stack.options.state
    signatures = Signatures(known.signed, public_key(state))
    path = Settings(state=state).ledger_path
    return Outcome(ending, await asyncio.to_thread(verify, path, high_water=known.mark, signatures=signatures))


def show(console: Console, outcome: Outcome) -> None:
    """Payments, balances and verdict."""
    console.print()
    console.print(_payments(outcome.ending))
    console.print("[dim]took: from POST to the end; the held, the parked and the early one needed a person.[/dim]\n")
    console.print(_balances(outcome.ending))
    for holds, what in outcome.checks():
        console.print(f"[bold green]✓[/bold green] {what}" if holds else f"[bold red]✗ {what}[/bold red]")
    for asset, minor in outcome.report.posted_minor.items():
        if not minor:  # of fences nothing is ever posted, and they are of no currency
            continue
        posted = f"{money(Money(minor, asset))} {asset}"
        console.print(f"  [dim]{posted:>24} debited and credited since the ledger began[/dim]")


def _payments(ending: Ending) -> Table:
    table = make_table("Payments")
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("from → to", no_wrap=True)
    table.add_column("amount", justify="right", no_wrap=True)
    table.add_column("outcome", no_wrap=True)
    table.add_column("took", justify="right", no_wrap=True)
    table.add_column("note", no_wrap=True, overflow="ellipsis")
    for payment in ending.payments:
        amount, colour = payment.planned.order.amount, colour_of(payment)
        took = "" if payment.seconds is None else f"{payment.seconds:.2f} s"
        sign = "" if payment.as_expected else f" [red](not {payment.expected.status})[/red]"
        table.add_row(
            str(payment.planned.number),
            str(payment.planned.order.method),
            route(payment),
            f"{money(amount)} {amount.currency}",
            f"[{colour}]{standing(payment)}[/{colour}]{sign}",
            took,
            note(payment) if payment.been_in is None else f"{payment.been_in}, {note(payment)}",
        )
    return table


def _balances(ending: Ending) -> Table:
    table = make_table("Balances")
    table.add_column("bank", no_wrap=True)
    table.add_column("BIC", no_wrap=True)
    table.add_column("", no_wrap=True)
    for head in ("before", "after", "change"):
        table.add_column(head, justify="right", no_wrap=True)
    names = {bank.bic: bank.name for bank in BANKS}
    last = ""
    for account, before in ending.before.items():
        bic, _, currency = account.partition("/")
        after = ending.after[account]
        change = after - before
        moved = f"{'+' if change.minor > 0 else ''}{money(change)}" if change.minor else ""
        name = "" if bic == last else names.get(bic, "Foxglove Privatbank")
        table.add_row(name, "" if bic == last else short(bic), currency, money(before), money(after), moved)
        last = bic
    return table


def _exchanges(payments: Sequence[Followed]) -> Iterable[Sequence[Followed]]:
    """The legs of each exchange."""
    legs: dict[str, list[Followed]] = defaultdict(list)
    for payment in payments:
        if payment.planned.order.exchange is not None:
            legs[payment.planned.order.exchange.reference].append(payment)
    return legs.values()


def _sums(balances: Balances) -> Mapping[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for balance in balances.values():
        sums[balance.currency] += balance.minor
    return sums
