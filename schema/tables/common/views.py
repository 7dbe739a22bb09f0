"""What the API asks and notes beside the payments themselves: unstarted workflows, given answers, past orders."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text

from domain.errors import NotFound
from schema.tables.common.base import to_json
from schema.tables.common.session import ReadSession, WriteSession


async def unstarted(session: ReadSession, workflow_id: str) -> Mapping[str, Any] | None:
    """The input of a workflow whose start is not confirmed; None when it is, or was never asked for."""
    row = await session.first(_UNSTARTED, {"workflow_id": workflow_id})
    return None if row is None else dict(row.input)


async def confirm_start(session: WriteSession, workflow_id: str) -> None:
    """Whoever waited has started the workflow itself; the intake need not."""
    await session.run(_CONFIRM, {"workflow_id": workflow_id})


async def hand_over(session: WriteSession, workflow_id: str, now: datetime) -> None:
    """Whoever waited gives up: the intake may start the workflow at once."""
    await session.all(_HAND_OVER, {"workflow_id": workflow_id, "now": now})


async def answer(session: WriteSession, participant: str, key: str, response: Mapping[str, Any]) -> None:
    """Remember the verdict that was answered in place of the receipt."""
    await session.run(_ANSWER, {"participant": participant, "key": key, "response": to_json(response)})


async def funding(session: WriteSession, account_id: str, reference: str) -> tuple[int, str | None]:
    """Hold an account for an order on it: its floor, and the amount ordered before under the reference, if any.

    Raises NotFound.
    """
    account = await session.first(_ACCOUNT, {"account_id": account_id})
    if account is None:
        raise NotFound("the participant has no such account", account=account_id)
    known = await session.first(_FUNDING, {"account_id": account_id, "reference": reference})
    return account.floor_minor, None if known is None else known.amount


_UNSTARTED: Final = text("SELECT input FROM workflow_starts WHERE workflow_id = :workflow_id")
_CONFIRM: Final = text("DELETE FROM workflow_starts WHERE workflow_id = :workflow_id")
_HAND_OVER: Final = text(
    """
    WITH due AS (
        UPDATE workflow_starts SET not_before = :now
        WHERE workflow_id = :workflow_id AND not_before > :now
        RETURNING subject
    )
    SELECT pg_notify('workflow_starts', subject) FROM due
    """
)
_ANSWER: Final = text(
    "UPDATE idempotency_keys SET response = CAST(:response AS jsonb) WHERE participant = :participant AND key = :key"
)
_ACCOUNT: Final = text("SELECT floor_minor FROM accounts WHERE id = :account_id FOR NO KEY UPDATE")
_FUNDING: Final = text(
    """
    SELECT detail ->> 'amount' AS amount FROM audit_log
    WHERE subject = :account_id AND action = 'account.fund' AND detail ->> 'reference' = :reference
    """
)
