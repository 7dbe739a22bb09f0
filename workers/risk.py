"""The risk engine's memory, kept in step with SQL and with the other workers; and the second look after settlement."""

import asyncio
import logging
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import asyncpg

from activities.risk import RiskAssessor
from domain.errors import Unavailable
from schema.tables.common.session import Database
from schema.tables.compliance import risk_assessments, risk_rules
from schema.tables.compliance.risk_assessments import CHANNEL

log = logging.getLogger(__name__)

HORIZON: Final = timedelta(days=31)
"""How far back the memory is rebuilt."""
OVERLAP: Final = timedelta(minutes=5)
"""What was recorded so long before the last news is read again after a gap: no transaction takes as long."""
CHUNK: Final = 500
"""Payments read at once: taking so many in stops the house for some milliseconds."""
PAUSE_S: Final = 1.0
BREATH_S: Final = 5.0
"""How often the line on which news come is tried, and how long it may take to answer."""

SETTLED_FOR: Final = timedelta(seconds=10)
"""A second look is taken once a payment has been settled so long: its batch and whatever came late are in SQL."""
LOOK_BACK: Final = timedelta(days=1)
BATCH: Final = 100
LOOK_EVERY_S: Final = 3.0


class RiskFollower:
    """Keeps one worker's memory whole: rebuilt from SQL at the start and after every gap, told of everything in between."""

    def __init__(self, db: Database, url: str, assessor: RiskAssessor) -> None:
        self._db = db
        self._url = url
        self._assessor = assessor
        self._whole_until: datetime | None = None
        self._rules_changed = asyncio.Event()

    async def run(self) -> None:
        """Serve until cancelled; reconnects for ever."""
        while True:
            try:
                connection = await asyncpg.connect(self._url)
            except (OSError, asyncpg.PostgresError):
                await asyncio.sleep(PAUSE_S)
                continue
            try:
                try:
                    await self._follow(connection)
                finally:
                    self._assessor.lose_track()
            except (Unavailable, OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as away:
                log.warning("the risk engine's memory is not in step: %s", away)
                await asyncio.sleep(PAUSE_S)
            finally:
                connection.terminate()

    async def _follow(self, connection: asyncpg.Connection) -> None:
        """Listen first and read then, so that nothing falls between."""
        self._rules_changed.clear()
        connection.add_termination_listener(lambda *_: self._rules_changed.set())
        await connection.add_listener(CHANNEL, self._hear)
        await self._read()
        while not connection.is_closed():
            self._rules_changed.clear()
            await self._read_rules()
            self._assessor.catch_up()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._rules_changed.wait(), BREATH_S)
            await connection.execute("SELECT 1", timeout=BREATH_S)  # a line that died in silence tells no news either

    def _hear(self, *told: Any) -> None:
        trace = risk_assessments.heard(told[3])
        if trace is None:
            self._rules_changed.set()
        else:
            self._assessor.remember([trace])
            self._whole_until = datetime.now(UTC) if self._assessor.in_step else self._whole_until

    async def _read(self) -> None:
        """Everything within the horizon, or only what the gap may have hidden."""
        now = datetime.now(UTC)
        after, after_id, count = (self._whole_until or now - HORIZON) - OVERLAP, "", 0
        while True:
            async with self._db.read() as session:
                traces, after, after_id = await risk_assessments.traces(
                    session, after=after, after_id=after_id, limit=CHUNK
                )
            self._assessor.remember(traces)
            count += len(traces)
            if len(traces) < CHUNK:
                break
        self._whole_until = now
        log.info("the risk engine remembers %d payments more", count)

    async def _read_rules(self) -> None:
        async with self._db.read() as session:
            active = await risk_rules.active(session)
        if active is None:
            self._assessor.go_by_own()
        else:
            self._assessor.go_by(active.version, active.rules)


class SecondLook:
    """Weighs payments again after their settlement, a few at a time beside everything else; any number may run."""

    def __init__(self, db: Database, assessor: RiskAssessor, *, settled_for: timedelta = SETTLED_FOR) -> None:
        self._db = db
        self._assessor = assessor
        self._settled_for = settled_for
        self._after: datetime | None = None

    async def run(self) -> None:
        """Serve until cancelled."""
        while True:
            try:
                full = self._assessor.in_step and await self.look() == BATCH
            except Unavailable as away:
                log.warning("the database is away: %s", away)
                full = False
            await asyncio.sleep(0 if full else LOOK_EVERY_S)

    async def look(self) -> int:
        """One batch; how many payments were weighed again. Raises Unavailable."""
        until = datetime.now(UTC) - self._settled_for
        after = self._after or until - LOOK_BACK
        async with self._db.write() as session:
            traces = await risk_assessments.to_recalculate(session, after=after, until=until, limit=BATCH)
            known = {trace.payment_id: trace for trace in traces}
            cases = await risk_assessments.cases(session, list(known))
            made = [self._assessor.again(case, known[case.payment_id]) for case in cases]
            await risk_assessments.record(session, made, datetime.now(UTC))
        if len(traces) < BATCH:
            self._after = max(after, until - OVERLAP)
        return len(traces)
