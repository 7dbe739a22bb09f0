"""Steps of repair: what is parked, and what an operator did about it."""

from dataclasses import dataclass

from temporalio import activity

from activities.clock import now
from domain.decision import Actor
from schema.tables.common import audit
from schema.tables.common.session import Database
from schema.tables.payment import dead_letters


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A payment that cannot go on by itself: the failed step, the error's code and text."""

    payment_id: str
    step: str
    code: str
    message: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Repair:
    """An operator's act on a dead letter: "redrive" or "abandon"."""

    payment_id: str
    act: str
    actor: Actor
    comment: str = ""


class DeadLetterActivities:
    """Keeps the list of parked payments."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @activity.defn
    async def park(self, letter: DeadLetter) -> None:
        """List the payment as a dead letter."""
        async with self._db.write() as session:
            await dead_letters.park(
                session,
                letter.payment_id,
                step=letter.step,
                error_code=letter.code,
                message=letter.message,
                attempts=letter.attempts,
                at=now(),
            )

    @activity.defn
    async def resolve_dead_letter(self, repair: Repair) -> None:
        """Take the payment off the list, by redriving or abandoning it, and write it into the audit log."""
        at = now()
        act = dead_letters.redrive if repair.act == "redrive" else dead_letters.abandon
        async with self._db.write() as session:
            if await act(session, repair.payment_id, at=at, actor=repair.actor.id):
                await audit.append(
                    session,
                    at=at,
                    actor_id=repair.actor.id,
                    actor_role=repair.actor.role,
                    action=f"dead_letter.{repair.act}",
                    subject=repair.payment_id,
                    detail={"comment": repair.comment},
                )
