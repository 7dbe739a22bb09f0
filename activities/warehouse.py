"""The warehouse: payments wait in it for their settlement day, and leave it when that day has begun."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from temporalio import activity

from activities import network_rules
from activities.clock import now
from activities.payments import NETWORK
from activities.value_dates import SettlementDay, ValueDates, dating
from domain.decision import Actor
from domain.errors import NotReleasable
from domain.status import PaymentStatus
from schema.tables.common import audit
from schema.tables.common.session import Database, WriteSession
from schema.tables.payment import payments, warehouse
from schema.tables.payment.warehouse import Change, Dated

S = PaymentStatus

BEFORE_SETTLEMENT: Final = frozenset({S.SCREENED, S.APPROVED, S.QUEUED})


@dataclass(frozen=True, slots=True)
class DayCheck:
    """A payment whose day must be looked at: it lies ahead, has begun, or is over. `at` is the workflow's own time."""

    payment_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DayEnd:
    """A payment that waits in a queue, where its day has ended. `stays`: it waits there for the next one as well."""

    payment_id: str
    at: datetime
    stays: bool


@dataclass(frozen=True, slots=True)
class EarlyRelease:
    """An operator's wish to let a payment go before its hour, and why."""

    payment_id: str
    at: datetime
    actor: Actor
    comment: str


class WarehouseActivities:
    """Puts payments into the warehouse and takes them out."""

    def __init__(self, db: Database, dates: ValueDates) -> None:
        self._db = db
        self._dates = dates

    @activity.defn
    async def look_at_day(self, check: DayCheck) -> SettlementDay:
        """Put the payment into the warehouse, take it out when its day has begun, or give it another day.

        The day is derived anew, so what became of the calendar meanwhile is heard, and whoever leaves the warehouse is
        held against the network's rules once more. A repeat finds it done. Raises the Rejection of a rule that broke.
        """
        await self._dates.read()
        async with self._db.write() as session:
            dated = await warehouse.hold(session, check.payment_id)
            day = _day(dated)
            waits = dated.warehoused_at is not None
            if dated.status not in BEFORE_SETTLEMENT or (day.is_on(check.at) and not waits):
                return day
            timing = self._dates.timing(dated.currencies, check.at, dated.settlement_date, dated.settle_from)
            change = Change(dated.payment_id, dating(timing), now(), NETWORK, dated.settlement_date)
            if not timing.warehoused(check.at):
                await _require_payable(session, dated)
                await (warehouse.take_out if waits else warehouse.redate)(session, change)
            elif not waits or SettlementDay.of(timing) != day:
                await warehouse.store(session, change)
            return SettlementDay.of(timing)

    @activity.defn
    async def end_day(self, end: DayEnd) -> SettlementDay:
        """The day that follows for a payment whose day has ended in its queue: its own from now on, if it may stay there.

        It may when that day has begun, as where the network never closes. Otherwise nothing is written: it must leave its
        queue first, and can no more when it is just being settled. A repeat finds it done.
        """
        await self._dates.read()
        async with self._db.write() as session:
            dated = await warehouse.hold(session, end.payment_id)
            day = _day(dated)
            if dated.status not in BEFORE_SETTLEMENT or end.at < day.until:
                return day
            timing = self._dates.timing(dated.currencies, end.at, dated.settlement_date, dated.settle_from)
            if end.stays or not timing.warehoused(end.at):
                change = Change(dated.payment_id, dating(timing), now(), NETWORK, dated.settlement_date)
                await warehouse.redate(session, change)
            return SettlementDay.of(timing)

    @activity.defn
    async def release_early(self, wish: EarlyRelease) -> SettlementDay:
        """Let a payment go today, whatever the hour, with a line in the audit log.

        Raises NotReleasable, or the Rejection of a rule that it breaks by now.
        """
        await self._dates.read()
        async with self._db.write() as session:
            dated = await warehouse.hold(session, wish.payment_id)
            day = _day(dated)
            if dated.warehoused_at is None or dated.status not in BEFORE_SETTLEMENT:
                if day.is_on(wish.at):
                    return day  # a repeat, or its day has begun by itself
                raise NotReleasable("the payment is not in the warehouse")
            await _require_payable(session, dated)
            timing = self._dates.let_go(dated.currencies, wish.at, dated.value_date, dated.settle_from)
            at = now()
            change = Change(dated.payment_id, dating(timing), at, wish.actor.id, dated.settlement_date)
            await warehouse.take_out(session, change)
            told = {"comment": wish.comment, "settlement_date": timing.value_date.isoformat()}
            await audit.act(session, wish.actor, "settlement.release", dated.payment_id, told, at=at)
            return SettlementDay.of(timing)


async def _require_payable(session: WriteSession, dated: Dated) -> None:
    """While a payment waited, a bank may have been suspended or an account closed. One with a hold is the ledger's."""
    if dated.status is not S.SCREENED:
        return
    if refusals := network_rules.broken(await payments.instruction(session, dated.payment_id)):
        raise network_rules.together(refusals)


def _day(dated: Dated) -> SettlementDay:
    return SettlementDay(dated.settlement_date, dated.release_at, dated.settle_until)
