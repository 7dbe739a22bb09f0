"""Killing members of a stack at random moments while payments run, and judging what is left."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from random import Random
from typing import TypeAlias

from devstack.stack import Stack
from tests.faults import books, diagnosis
from tests.faults.network import Network, Wish, eventually, wishes
from tests.faults.phases import Barrier, Missed, Phase

CALM_S = 150.0
"""How long everything may take to come to its end after the last blow."""
READY_S = 120.0
ATTEMPTS = 3
Calm: TypeAlias = Callable[[Network, list[str], str], Awaitable[None]]
Held: TypeAlias = tuple[Barrier, asyncio.Task[list[str]]]
"""What holds payments, and those that are being submitted."""


def seed_of(number: int) -> int:
    """The seed of a case; FAULT_SEED tries others."""
    return int(os.environ.get("FAULT_SEED", "0")) * 1000 + number


async def hurt(stack: Stack, random: Random, victims: Sequence[str], gaps_s: tuple[float, float]) -> list[str]:
    """Kill -9 each victim in turn, random pauses between; who was killed when."""
    begun, done = time.monotonic(), []
    for name in victims:
        await asyncio.sleep(random.uniform(*gaps_s))
        async with asyncio.timeout(READY_S):
            while name not in stack.pids():  # noqa: ASYNC110 - just now it is between two lives
                await asyncio.sleep(0.01)
        stack.kill(name)
        done.append(f"{name} at {time.monotonic() - begun:.2f} s")
    return done


async def survives(
    stack: Stack,
    network: Network,
    victims: Sequence[str],
    *,
    seed: int,
    count: int = 200,
    within_s: float = 5.0,
    gaps_s: tuple[float, float] = (0.3, 2.0),
) -> None:
    """Run payments, kill the victims meanwhile, wait until all is calm, and hold everything against the promises."""
    random = Random(seed)
    wanted = wishes(random, count, f"{'-'.join(dict.fromkeys(victims))}-{seed}"[:24], within_s=within_s)
    ids, blows = await asyncio.gather(network.submit_all(wanted), hurt(stack, random, victims, gaps_s))
    for wish, payment_id in zip(wanted[::9], ids[::9], strict=True):
        assert await network.submit(wish) == payment_id, f"{wish.key} repeated made another payment; seed {seed}"
    await calm(network, ids, f"seed {seed}, killed {', '.join(blows)}")


async def held(network: Network, phase: Phase, wanted: Callable[[int], Sequence[Wish]], calm: Calm) -> Held:
    """Submit payments and hold them in a phase; those that went on before they could be held are followed by others."""
    for attempt in range(ATTEMPTS):
        coming = asyncio.create_task(phase(network))
        submitted = asyncio.create_task(network.submit_all(wanted(attempt)))
        try:
            return await coming, submitted
        except Missed as missed:
            await network.let_go()
            await calm(network, await submitted, f"nobody was hurt: {missed}")
    raise AssertionError(f"the phase was missed {ATTEMPTS} times")


async def calm(network: Network, ids: Sequence[str], story: str) -> None:
    """Wait until all payments have come to their end, then check every promise; a failure tells what happened."""
    if await eventually(lambda: books.quiet(network, ids), within_s=CALM_S) is None:
        raise AssertionError(f"not calm after {CALM_S:.0f} s ({story}):\n{await diagnosis.told(network, ids)}")
    wrong = await books.check(network)
    assert not wrong, f"{len(wrong)} things are wrong ({story}):\n" + "\n".join(books.cut(wrong))
