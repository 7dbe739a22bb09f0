"""What is measured of settlement windows. Each is told of once: by whoever's SQL statement made the change."""

from datetime import datetime
from typing import Final

from domain.errors import AccountClosed, InsufficientFunds
from runtime.metrics import Metrics
from schema.tables.settlement.plans import Plan
from schema.tables.settlement.steering import WindowView
from schema.tables.settlement.windows import Batch

NET: Final = "net"


class WindowMeasures:
    """Counts windows and their payments, and how long each phase took."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def closed(self, window: WindowView, payments: int, at: datetime) -> None:
        """A window has closed with so many payments."""
        self._took("gather", window.opened_at, at)
        if payments == 0:
            self._ended(window.currency, "empty")

    def planned(self, currency: str, plan: Plan, *, settles: bool) -> None:
        """A batch was planned; `settles` False: all of it waits."""
        for one in plan.deferred:
            reason = InsufficientFunds.code if one.short_minor else AccountClosed.code
            self._metrics.deferred.labels(currency, reason).inc()
        if not settles:
            self._ended(currency, "deferred")

    def refused(self, currency: str, payments: int, reason: str) -> None:
        """The ledger refused a batch for good, with a code, and all of it waits."""
        self._metrics.deferred.labels(currency, reason).inc(payments)
        self._ended(currency, "deferred")

    def final(self, batch: Batch) -> None:
        """A batch is final."""
        net_minor = batch.net_minor or 0
        self._metrics.settled.labels(NET).inc(batch.payment_count)
        self._metrics.gross.labels(batch.currency).inc(batch.gross_minor)
        self._metrics.net.labels(batch.currency).inc(net_minor)
        self._metrics.liquidity_saved.labels(batch.currency).set(1 - net_minor / batch.gross_minor)
        self._took("plan", batch.closed_at, batch.planned_at)
        self._took("execute", batch.planned_at, batch.final_at)
        self._ended(batch.currency, "final")

    def told(self, final_at: datetime, at: datetime) -> None:
        """The last payment of a batch has been told."""
        self._took("tell", final_at, at)

    def _ended(self, currency: str, outcome: str) -> None:
        self._metrics.windows.labels(currency, outcome).inc()

    def _took(self, phase: str, began: datetime | None, ended: datetime | None) -> None:
        if began is not None and ended is not None:
            self._metrics.window_duration.labels(phase).observe((ended - began).total_seconds())
