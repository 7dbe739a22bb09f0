"""Where payments are stuck, told well enough to find out why without running it again."""

import asyncio
from collections.abc import Collection
from typing import Any

from temporalio.client import Client
from temporalio.service import RPCError

from runtime.temporal import connect
from tests.faults.books import unfinished
from tests.faults.network import Network
from workflows.plugin import plugin

FEW = 6


async def told(network: Network, ids: Collection[str]) -> str:
    """Which payments are stuck, and where: status, events, queue, dead letter, outbox, workflow; then what else is open."""
    left = await unfinished(network, ids) or []
    async with asyncio.timeout(20):
        client = await connect(network.at.temporal, "default", plugin())
    lines = [f"{len(left)} of {len(ids)} payments are not terminal"]
    for payment_id in left[:FEW]:
        wish = network.accepted.get(payment_id)
        lines.append(f"  {payment_id} ({wish and wish.order.method})")
        lines += [f"    {row['kind']}: {row['facts']}" for row in await network.rows(_PAYMENT, payment_id)]
        lines.append(f"    workflow: {await _workflow(client, f'payment/{payment_id}')}")
    for kind, name, facts in await network.rows(_OPEN):
        lines.append(f"  {kind}: {facts}")
        if kind == "window":
            lines.append(f"    workflow: {await _workflow(client, f'settlement/{name}')}")
    lines += await _log(network)
    return "\n".join(lines)


async def _workflow(client: Client, workflow_id: str) -> dict[str, Any] | str:
    handle = client.get_workflow_handle(workflow_id)
    try:
        async with asyncio.timeout(5):
            described = await handle.describe()
    except (RPCError, TimeoutError) as error:
        return repr(error)
    raw = described.raw_description
    found: dict[str, Any] = {
        "status": described.status and described.status.name,
        "events": described.history_length,
        "activities": [
            (a.activity_type.name, a.attempt, str(a.last_failure.message)[:200]) for a in raw.pending_activities
        ],
        "task": raw.HasField("pending_workflow_task") and str(raw.pending_workflow_task).split("\n"),
    }
    try:
        async with asyncio.timeout(5):
            found["state"] = await handle.query("state")
    except (RPCError, TimeoutError, Exception) as error:
        found["state"] = repr(error)[:200]
    return found


async def _log(network: Network) -> list[str]:
    """What the processes complained of last, and when they died."""
    lines = (
        (network.at.state / "stack.log").read_text().splitlines() if (network.at.state / "stack.log").exists() else []
    )
    grave = [line for line in lines if "│ *" in line or " ERROR " in line]
    return ["  last words:", *[f"    {line[:300]}" for line in grave[-40:]]]


_PAYMENT = """
    SELECT 'payment' AS kind, concat_ws(' ', status, method, currency, created_at, updated_at) AS facts FROM payments WHERE id = $1
    UNION ALL SELECT 'event', concat_ws(' ', number, kind, status, at) FROM payment_events WHERE payment_id = $1
    UNION ALL SELECT 'item', concat_ws(' ', state, window_id, batch_id, deferrals, reason)
              FROM settlement_items WHERE payment_id = $1
    UNION ALL SELECT 'dead letter', concat_ws(' ', step, error_code, message, attempts, state)
              FROM dead_letters WHERE payment_id = $1
    UNION ALL SELECT 'outbox', concat_ws(' ', workflow_id, not_before) FROM workflow_starts WHERE subject = $1
"""
_OPEN = """
    SELECT 'window' AS kind, id, concat_ws(' ', id, currency, state, opened_at, closed_at) AS facts
    FROM settlement_windows WHERE state NOT IN ('final', 'deferred')
    UNION ALL SELECT 'start', subject, concat_ws(' ', workflow_id, created_at, not_before, now()) FROM workflow_starts
    UNION ALL SELECT 'dead letter', payment_id, concat_ws(' ', payment_id, step, error_code, message, state) FROM dead_letters
"""
