"""`deltran up`: the stack in a terminal."""

import asyncio

from rich.console import Console
from rich.table import Table

from devstack.observer import Terminal
from devstack.options import Options
from devstack.stack import Stack
from devstack.supervisor import run_until_stopped


def up(options: Options) -> None:
    """Start a stack and stay until Ctrl-C. Raises StackError."""
    console = Console()

    async def stay() -> None:
        stack = Stack(options, Terminal(console))
        await run_until_stopped(stack, stack.start, lambda: announce(console, stack))
        console.print("Everything has stopped.")

    asyncio.run(stay())


def announce(console: Console, stack: Stack) -> None:
    """Say where everything is and how to log in."""
    urls = stack.urls()
    table = Table.grid(padding=(0, 2))
    for name, key in (
        ("API", "api"),
        ("API documentation", "docs"),
        ("Temporal", "temporal"),
        ("Temporal UI", "temporal_ui"),
    ):
        table.add_row(name, urls.get(key, ""))
    for key in (key for key in urls if key.startswith("metrics_")):
        table.add_row(f"Metrics: {key.removeprefix('metrics_')}", urls[key])
    table.add_row("State", str(stack.options.state))
    if stack.tokens is not None:
        for who, token in stack.tokens.rows():
            table.add_row(f"Token: {who}", token)
    console.print()
    console.print(table, soft_wrap=True)
    if stack.tokens is None and not _has_tokens(stack):
        console.print(
            "\n[bold]Nobody can log in yet:[/bold] no bearer token is set. Use --demo, or set DELTRAN_TOKEN_ADMIN, "
            "DELTRAN_TOKEN_OPERATOR, DELTRAN_TOKEN_COMPLIANCE, DELTRAN_TOKEN_SENIOR or DELTRAN_TOKEN_PARTICIPANT.",
            soft_wrap=True,
        )
    console.print("\nPress Ctrl-C to stop.")


def _has_tokens(stack: Stack) -> bool:
    return any(name.startswith("DELTRAN_TOKEN_") and value for name, value in stack.environment().items())
