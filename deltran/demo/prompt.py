"""A question to the person at the terminal that Ctrl-C can interrupt."""

import asyncio
import sys
from collections.abc import Sequence

from rich.console import Console


def somebody_there(console: Console) -> bool:
    """Whether a person can be asked."""
    return console.is_terminal and sys.stdin.isatty()


async def ask(console: Console, question: str, choices: Sequence[str]) -> str:
    """One of the choices, by its name or first letter; the last, which must be the safe one, when input has ended."""
    offered = "/".join(choices)
    while True:
        console.print(f"{question} [bold]({offered})[/bold] ", end="", highlight=False)
        answer = await _line()
        if not answer:
            return choices[-1]
        for choice in choices:
            if answer.strip().lower() in (choice, choice[0]):
                return choice


async def _line() -> str:
    """One line of standard input. No thread waits for it, so that nothing holds the process when it must end."""
    loop = asyncio.get_running_loop()
    typed = asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), typed.set)
    try:
        await typed.wait()
    finally:
        loop.remove_reader(sys.stdin.fileno())
    return sys.stdin.readline()
