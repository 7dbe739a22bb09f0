"""A worker that dies in the middle of screening: one check, one review, and the payment goes on.

A lock of the tests holds the step between two of its statements; there the worker is killed, and only then the lock is let go,
so that PostgreSQL may still carry out what the dead worker had asked for.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from random import Random

import asyncpg
import httpx
import pytest

from devstack.stack import Stack
from domain.party import Party
from tests.api.house import ALIKE
from tests.faults.chaos import CALM_S, calm
from tests.faults.conftest import Hurt
from tests.faults.network import PAYMENTS, Network, Wish, eventually, wishes

pytestmark = pytest.mark.slow

REVIEWERS = ("compliance", "senior")


@pytest.mark.parametrize(
    ("table", "written"),
    [
        ("risk_assessments", ()),
        ("compliance_checks", ("risk_assessments",)),
        ("reviews", ("risk_assessments", "compliance_checks")),
    ],
    ids=["before anything is written", "before the check", "before the review"],
)
async def test_a_worker_killed_in_the_middle_of_screening(alone: Hurt, table: str, written: tuple[str, ...]) -> None:
    stack, network = alone
    async with held_at(network, table):
        payment_id = await network.submit(suspicious(f"mid-{table}"))
        assert await eventually(lambda: stands_at(network, table), within_s=CALM_S), "the step comes to the lock"
        assert await rows_of(network, payment_id) == dict.fromkeys(written, 1)
        stack.kill("payments-1")
    case = await eventually(lambda: review_of(network, payment_id), within_s=CALM_S)
    assert case is not None, "the review is opened by the next worker"
    assert await rows_of(network, payment_id) == {"risk_assessments": 1, "compliance_checks": 1, "reviews": 1}
    opened = await network.rows(
        "SELECT kind FROM payment_events WHERE payment_id = $1 AND kind = 'review_opened'", payment_id
    )
    assert len(opened) == 1
    await approved(stack, payment_id, case)
    await calm(network, [payment_id], f"payments-1 died before it wrote {table}")


def suspicious(key: str) -> Wish:
    """A payment to somebody who resembles a listed person."""
    wish = next(each for each in wishes(Random(7), 9, key) if not each.refused)
    order = replace(wish.order, creditor=Party(ALIKE, wish.order.creditor.agent_bic))
    return replace(wish, order=order, xml=False, wait=False)


@asynccontextmanager
async def held_at(network: Network, table: str) -> AsyncIterator[None]:
    """Nobody writes to a table meanwhile; reading goes on."""
    connection = await asyncpg.connect(network.at.database)
    try:
        await connection.execute(f"BEGIN; LOCK TABLE {table} IN SHARE MODE")
        yield
    finally:
        await connection.close()


async def stands_at(network: Network, table: str) -> bool | None:
    """True once somebody waits to insert into the table."""
    waiting = await network.rows(
        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE $1", f"%INSERT INTO {table}%"
    )
    return bool(waiting) or None


async def rows_of(network: Network, payment_id: str) -> dict[str, int]:
    """How much of the step is written, by table."""
    names = ("risk_assessments", "compliance_checks", "reviews")
    found = {}
    for name in names:
        kind = " AND kind = 'hot'" if name == "risk_assessments" else ""
        (row,) = await network.rows(f"SELECT count(*) AS rows FROM {name} WHERE payment_id = $1{kind}", payment_id)
        found[name] = row["rows"]
    return {name: count for name, count in found.items() if count}


async def review_of(network: Network, payment_id: str) -> str | None:
    """The check that a weighed, open review is about."""
    rows = await network.rows(
        "SELECT check_id FROM reviews WHERE payment_id = $1 AND approvals_needed > 0 AND state = 'open'", payment_id
    )
    return rows[0]["check_id"] if rows else None


async def approved(stack: Stack, payment_id: str, check_id: str) -> None:
    """Two people wave the payment through; the second word may come when the first was enough."""
    assert stack.tokens is not None
    path, word = f"{PAYMENTS}/{payment_id}/decision", {"verdict": "approve", "screening_id": check_id}
    async with httpx.AsyncClient(base_url=stack.urls()["api"], timeout=30) as client:
        for role in REVIEWERS:
            bearer = {"Authorization": f"Bearer {getattr(stack.tokens, role)}"}
            answer = await eventually(partial(answered, client, path, word, bearer), within_s=CALM_S)
            assert answer is not None, "nobody answers"
            assert answer.status_code in {200, 409}, answer.text


async def answered(
    client: httpx.AsyncClient, path: str, word: dict[str, str], bearer: dict[str, str]
) -> httpx.Response | None:
    """The answer to a person's word; None when it must be said again."""
    with suppress(httpx.TransportError):
        answer = await client.post(path, json=word, headers=bearer)
        return answer if answer.status_code < 500 else None
    return None
