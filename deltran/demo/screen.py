"""The demonstration in a terminal: a live table of the payments, or plain lines where nobody watches."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from rich import box
from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from deltran.demo.orders import Form
from deltran.demo.story import Followed, Progress
from domain.money import Money
from domain.status import PaymentStatus

WIDTH: Final = 100
"""Columns where the output goes to no terminal."""

_COLOURS: Final = {
    PaymentStatus.COMPLETED: "green",
    PaymentStatus.REJECTED: "red",
    PaymentStatus.FAILED: "red",
    PaymentStatus.CANCELLED: "red",
}


def make_console() -> Console:
    """A console as wide as its terminal, of our own width elsewhere."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDTH)


def progress_on(console: Console) -> Progress:
    """The watcher that suits the console."""
    return LiveTable(console) if console.is_terminal else PlainLines(console)


class LiveTable:
    """A table that is drawn anew whenever something changed."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._payments: Sequence[Followed] = ()
        self._live: Live | None = None

    @contextmanager
    def watching(self, payments: Sequence[Followed]) -> Iterator[None]:
        """While this is entered, the table stands in the terminal; it leaves no trace but its last state."""
        self._payments = payments
        with Live(payments_table(payments), console=self._console, auto_refresh=False, transient=True) as live:
            self._live = live
            try:
                yield
            finally:
                self._live = None

    def update(self) -> None:
        """Draw the table as it is now."""
        if self._live is not None:
            self._live.update(payments_table(self._payments), refresh=True)

    def say(self, markup: str) -> None:
        """Tell what is done now."""
        _say(self._console, markup)


class PlainLines:
    """One line for every change of a payment."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._payments: Sequence[Followed] = ()
        self._told: dict[int, str] = {}

    @contextmanager
    def watching(self, payments: Sequence[Followed]) -> Iterator[None]:
        """While this is entered, changes are told."""
        self._payments = payments
        yield

    def update(self) -> None:
        """Tell what changed since the last time."""
        for payment in self._payments:
            stands = standing(payment)
            number = payment.planned.number
            if payment.status is not None and self._told.get(number) != stands:
                self._told[number] = stands
                order = payment.planned.order
                amount = f"{money(order.amount)} {order.amount.currency}"
                self._console.print(
                    f"{number:>4}  {form(payment):<10}  {route(payment):<22} {amount:>18}  {stands:<9}  {note(payment)}"
                )

    def say(self, markup: str) -> None:
        """Tell what is done now."""
        _say(self._console, markup)


def payments_table(payments: Sequence[Followed]) -> Table:
    """Where every payment stands."""
    table = make_table()
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("as", no_wrap=True)
    table.add_column("from → to", no_wrap=True, min_width=22)
    table.add_column("amount", justify="right", no_wrap=True)
    table.add_column("status", no_wrap=True, min_width=9)
    table.add_column("note", no_wrap=True, overflow="ellipsis", min_width=24)
    for payment in payments:
        amount, colour = payment.planned.order.amount, colour_of(payment)
        table.add_row(
            str(payment.planned.number),
            form(payment),
            route(payment),
            f"{money(amount)} {amount.currency}",
            f"[{colour}]{standing(payment)}[/{colour}]",
            escape(note(payment)),
        )
    return table


def make_table(title: str | None = None) -> Table:
    """An empty table as all of them look."""
    return Table(
        title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0)
    )


def form(payment: Followed) -> str:
    """How the payment was written down and how it settles, short enough for a column."""
    written = "XML" if payment.planned.form is Form.PACS008 else "JSON"
    return f"{written} {payment.planned.order.method}"


def route(payment: Followed) -> str:
    """From which bank to which."""
    order = payment.planned.order
    return f"{short(order.debtor.agent_bic)} → {short(order.creditor.agent_bic)}"


def short(bic: str) -> str:
    """A head office's BIC in eight characters."""
    return bic.removesuffix("XXX")


def standing(payment: Followed) -> str:
    """Status, or the trouble that it is in."""
    if payment.trouble is not None:
        return str(payment.trouble)
    return str(payment.status or "·")


def note(payment: Followed) -> str:
    """Why it stands there, else what it is about."""
    if payment.reasons:
        return f"{' '.join(payment.reasons)}: {payment.planned.about}"
    return payment.planned.about


def money(amount: Money) -> str:
    """An amount for people, with separators between thousands."""
    return f"{amount.decimal:,f}"


def colour_of(payment: Followed) -> str:
    """Green for paid, red for refused, yellow for whoever waits for a person."""
    if payment.trouble is not None:
        return "bold yellow"
    return _COLOURS.get(payment.status, "cyan") if payment.status else "dim"


def _say(console: Console, markup: str) -> None:
    console.print(f"[bold]▸[/bold] {markup}", soft_wrap=True)
