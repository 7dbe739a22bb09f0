"""Intake: from a committed row to a running workflow. Nothing accepted is forgotten, whatever is down."""

import asyncio
import contextlib
import logging
from datetime import UTC, datetime
from typing import Final

from pydantic import TypeAdapter
from temporalio.service import RPCError

from activities.list_files import ListChange
from domain.errors import Unavailable
from schema.tables.common import outbox
from schema.tables.common.outbox import Claim, StartKind
from schema.tables.common.session import Database
from workers.schedules import WindowSchedules
from workflows.payloads import PairInput, PaymentInput, WindowInput
from workflows.start import Starter

log = logging.getLogger(__name__)

LEASE_S: Final = 15.0
"""A claimed start that is not confirmed within this time is claimed again, by whoever is alive."""
GATHER_S: Final = 0.02
"""Pause between claims under load: the next one finds several payments instead of one."""
POLL_S: Final = 1.0
"""How often the outbox is looked at when no notification comes."""

_PAYMENT: Final = TypeAdapter(PaymentInput)
_WINDOW: Final = TypeAdapter(WindowInput)
_PAIR: Final = TypeAdapter(PairInput)
_CHANGE: Final = TypeAdapter(ListChange)


class Intake:
    """Claims unstarted workflows (SKIP LOCKED), starts them, and confirms the starts; any number may run."""

    def __init__(
        self, db: Database, starter: Starter, schedules: WindowSchedules, *, batch: int, in_flight: int
    ) -> None:
        self._db = db
        self._starter = starter
        self._schedules = schedules
        self._batch = batch
        self._slots = asyncio.Semaphore(in_flight)
        self._wake = asyncio.Event()
        self._confirmed: list[str] = []
        self._starting: set[asyncio.Task[None]] = set()

    def wake(self, *_: object) -> None:
        """There may be work."""
        self._wake.set()

    async def run(self) -> None:
        """Serve until cancelled."""
        while True:
            try:
                claimed = await self._claim()
            except Unavailable as away:
                log.warning("the database is away: %s", away)
                await asyncio.sleep(POLL_S)
                continue
            for claim in claimed:
                await self._slots.acquire()
                task = asyncio.create_task(self._start(claim))
                self._starting.add(task)
                task.add_done_callback(self._starting.discard)
            if claimed:
                await asyncio.sleep(GATHER_S)
            else:
                await self._rest()

    async def _claim(self) -> list[Claim]:
        done, self._confirmed = self._confirmed, []
        try:
            async with self._db.stroke() as session:
                return await outbox.claim(session, limit=self._batch, lease_s=LEASE_S, now=datetime.now(UTC), done=done)
        except BaseException:
            self._confirmed += done
            raise

    async def _rest(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), POLL_S)
        self._wake.clear()

    async def _start(self, claim: Claim) -> None:
        try:
            match claim.kind:
                case StartKind.PAYMENT:
                    await self._starter.payment(_PAYMENT.validate_python(claim.input))
                case StartKind.SETTLEMENT:
                    await self._starter.settlement(_WINDOW.validate_python(claim.input))
                case StartKind.EXCHANGE:
                    await self._starter.exchange(_PAIR.validate_python(claim.input))
                case StartKind.SCHEDULE:
                    await self._schedules.follow(claim.subject)
                case StartKind.GROSS_QUEUE:
                    await self._starter.gross_queue(claim.subject)
                case StartKind.RESCREENING:
                    await self._starter.rescreening(_CHANGE.validate_python(claim.input))
                case other:
                    raise AssertionError(f"nobody starts a {other}")
            self._confirmed.append(claim.workflow_id)
        except RPCError as error:
            # Temporal is away. The claim's lease runs out and the start is tried again.
            log.warning("could not start %s: %s", claim.workflow_id, error.message)
        except Exception:
            log.exception("could not start %s", claim.workflow_id)
        finally:
            self._slots.release()
