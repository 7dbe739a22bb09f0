"""On which day a payment settles: derived when it is found valid, and again when that day has passed it by."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from activities.network_rules import Refusal
from domain.calendars import CalendarLine, Observance, line_of
from domain.errors import NotReleasable, Rejection, ValueDateTooFar
from domain.finding import Finding, Severity
from domain.reason import Reason
from schema.tables.common.session import Database
from schema.tables.payment.warehouse import Dating
from schema.tables.settlement import calendars
from settlement.dates import Moved, Timing, calendar_by, span, timing_of

MAX_AGE_S: Final = 5.0
"""How long a process believes the calendars it has read."""
FURTHEST_DAYS: Final = 366
"""How far ahead a payment may lie, unless a setting says otherwise."""


@dataclass(frozen=True, slots=True)
class SettlementDay:
    """The day on which a payment settles, and from when until when it may on that day."""

    date: date
    release_at: datetime
    until: datetime

    def is_on(self, at: datetime) -> bool:
        """Whether the payment may settle at this moment."""
        return self.release_at <= at < self.until

    @classmethod
    def of(cls, timing: Timing) -> "SettlementDay":
        """A derived value date as the workflow is told."""
        return cls(timing.value_date, timing.release_at, timing.until)


@dataclass(frozen=True, slots=True)
class DateRule:
    """One rule on value dates: its id, what it asks in one line, the reason it gives, and what breaking it does."""

    id: str
    text: str
    reasons: tuple[Reason, ...]
    severity: Severity


TOO_FAR: Final = DateRule(
    "NW-05", "A value date lies no further ahead than the warehouse reaches.", (Reason.CH03,), Severity.ERROR
)
KEPT: Final = DateRule(
    "NW-06",
    "A value date is a day that can still be made and on which its currency settles; else the payment goes to another.",
    (Reason.DT01, Reason.TM01),
    Severity.WARNING,
)
IN_TIME: Final = DateRule(
    "NW-09",
    "A payment can settle before the time by which its sender wants it rejected.",
    (Reason.TM01,),
    Severity.ERROR,
)
NOTED: Final = DateRule(
    "NW-10",
    "The times that a payment asks for are FrTm and RjctTm; CLSTm and TillTm are not promised.",
    (Reason.NARR,),
    Severity.WARNING,
)
RULES: Final = (TOO_FAR, KEPT, IN_TIME, NOTED)
_COMPLAINTS: Final[Mapping[Moved, tuple[Reason, str]]] = {
    Moved.PAST: (Reason.DT01, "the value date is over"),
    Moved.CLOSED: (Reason.DT01, "the currency does not settle on the value date"),
    Moved.CUT_OFF: (Reason.TM01, "the payment came after the cut-off of its value date"),
}


class ValueDates:
    """Derives value dates by the currencies' lines, which whoever asks has `read` before."""

    def __init__(
        self,
        db: Database,
        observance: Observance = Observance.ALWAYS_OPEN,
        *,
        furthest_days: int = FURTHEST_DAYS,
        max_age_s: float = MAX_AGE_S,
    ) -> None:
        self._db = db
        self._observance = observance
        self._furthest = timedelta(days=furthest_days)
        self._max_age_s = max_age_s
        self._reading = asyncio.Lock()
        self._lines: Mapping[str, CalendarLine] = {}
        self._stale_at = 0.0

    def timing(
        self, currencies: Sequence[str], at: datetime, wanted: date | None, settle_from: datetime | None = None
    ) -> Timing:
        """The value date of a payment in one currency, or of two that are exchanged, by the lines that were read last.

        None wanted: as soon as it can, but not before `settle_from`.
        """
        begins = max(at, settle_from or at)
        found = timing_of(self._lines_of(currencies), begins, observance=self._observance, wanted=wanted)
        return found if settle_from is None else replace(found, release_at=max(found.release_at, settle_from))

    def let_go(
        self, currencies: Sequence[str], at: datetime, wanted: date | None, settle_from: datetime | None = None
    ) -> Timing:
        """The value date of a payment for which an operator waives the hours: today. Raises NotReleasable.

        Hours and cut-off are the network's to waive; the wanted day and hour are the sender's, and a holiday nobody's.
        """
        if settle_from is not None and settle_from > at:
            raise NotReleasable("the hour of the payment has not come", settle_from=settle_from.isoformat())
        lines = self._lines_of(currencies)
        zone = ZoneInfo(lines[0].zone)
        today = at.astimezone(zone).date()
        if wanted is not None and wanted > today:
            raise NotReleasable("the day of the payment has not come", value_date=wanted.isoformat())
        for line in lines:
            if not calendar_by(line, self._observance).is_open(today):
                raise NotReleasable("the currency does not settle today", currency=line.currency)
        why = Moved.PAST if wanted is not None and wanted < today else Moved.NOT
        return Timing(today, at, span(today, None, zone)[1], why)

    async def read(self) -> None:
        """Know when the currencies settle, as it was a moment ago at the latest. Raises Unavailable."""
        async with self._reading:
            if time.monotonic() >= self._stale_at:
                async with self._db.read() as session:
                    self._lines = {each.line.currency: each.line for each in await calendars.lines(session)}
                self._stale_at = time.monotonic() + self._max_age_s

    def _lines_of(self, currencies: Sequence[str]) -> list[CalendarLine]:
        return [self._lines.get(currency) or line_of(currency) for currency in currencies]

    def too_far(self, wanted: date | None, at: datetime) -> Iterator[Refusal]:
        """Holds a value date that is further ahead than the warehouse reaches against the payment."""
        if wanted is not None and wanted - at.date() > self._furthest:
            message = f"the value date is more than {self._furthest.days} days ahead"
            found = Finding("/value_date", TOO_FAR.id, message, Reason.CH03, value=wanted.isoformat())
            yield Refusal(found, ValueDateTooFar(message))


def too_late(reject_at: datetime | None, timing: Timing, at: datetime) -> Iterator[Refusal]:
    """Holds the time by which a payment is to be rejected against when it can settle at the earliest."""
    if reject_at is not None and reject_at <= max(at, timing.release_at):
        message = f"it cannot settle before {told(reject_at)}, as its sender wants"
        found = Finding("/reject_at", IN_TIME.id, message, Reason.TM01, value=reject_at.isoformat())
        yield Refusal(found, Rejection(message, reasons=IN_TIME.reasons))


def told(moment: datetime) -> str:
    """A moment as people read it."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def dating(timing: Timing) -> Dating:
    """A derived value date as it is stored."""
    reason = None if timing.moved is Moved.NOT else str(timing.moved)
    return Dating(timing.value_date, timing.release_at, timing.until, reason)


def moved(wanted: date | None, timing: Timing) -> list[Finding]:
    """What there is to say of a value date that a payment asked for and does not get."""
    if wanted is None or timing.moved is Moved.NOT:
        return []
    reason, complaint = _COMPLAINTS[timing.moved]
    message = f"{complaint}; it settles on {timing.value_date}"
    return [
        Finding("/value_date", KEPT.id, message, reason, severity=KEPT.severity, value=wanted.isoformat()),
    ]
