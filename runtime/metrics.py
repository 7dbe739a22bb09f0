"""What is measured, under the names that dashboards know. Labels are few and never personal."""

from collections.abc import Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, start_http_server
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

CONTENT_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4

_VALIDATION_S: Final = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5)
_SCREENING_S: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1)
_WINDOW_S: Final = (0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 4 * 3600, 12 * 3600, 24 * 3600)


class Metrics:
    """One process's measurements; whoever composes a process makes one and hands it down."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._of_messages()
        self._of_compliance()
        self._of_reviews()
        self._of_settlement()
        self._of_the_ledger()
        self._of_exchange()
        self._of_exchanges()
        self._of_the_gross_queue()
        self._of_workflows()

    def _of_messages(self) -> None:
        self.validation_total = Counter(
            "iso20022_validation",
            "Messages held against the rules, by result: valid, warned or invalid.",
            ["result"],
            registry=self._registry,
        )
        self.validation_duration = Histogram(
            "iso20022_validation_duration_seconds",
            "How long intake, schema and rules took for one message.",
            buckets=_VALIDATION_S,
            registry=self._registry,
        )
        self.field_errors = Counter(
            "iso20022_field_errors", "Broken rules, by rule.", ["rule"], registry=self._registry
        )

    def _of_compliance(self) -> None:
        self.risk_score = Histogram(
            "risk_score",
            "Risk scores of payments, by kind: hot (they decide) or recalculated (after settlement).",
            ["kind"],
            buckets=range(0, 101, 10),
            registry=self._registry,
        )
        self.screening_total = Counter(
            "sanctions_screening",
            "Screenings by result: clear, review, or error (a list is missing or too old, and the payment waits).",
            ["result"],
            registry=self._registry,
        )
        self.screening_hits = Counter(
            "sanctions_hits", "Listed entities that a payment resembled, by level.", ["risk"], registry=self._registry
        )
        self.screening_duration = Histogram(
            "sanctions_screening_duration_seconds",
            "How long one payment's names were compared with the lists.",
            buckets=_SCREENING_S,
            registry=self._registry,
        )
        self.rescreenings = Histogram(
            "sanctions_rescreening_duration_seconds",
            "From a list's change until payments on their way had been screened again; nothing settles meanwhile.",
            buckets=(0.5, 1, 2, 5, 10, 20, 60, 300, 1800),
            registry=self._registry,
        )
        self.pulled_back = Counter(
            "sanctions_pulled_back",
            "Payments that a list's change pulled back, by reason: listed, or delisted (their review begins anew).",
            ["reason"],
            registry=self._registry,
        )
        self.hits_after_close = Counter(
            "sanctions_hits_after_close",
            "Payments that a list's change concerned when it was too late: they were being settled.",
            registry=self._registry,
        )
        self.list_age = Gauge(
            "sanctions_list_age_seconds",
            "Time since a list's publisher confirmed the version in force.",
            ["list"],
            registry=self._registry,
        )
        self.list_size = Gauge(
            "sanctions_list_entities", "Entities of the version in force.", ["list"], registry=self._registry
        )

        self.list_refused = Gauge(
            "sanctions_list_refused",
            "1 while the last file of a list that came was not used: the version in force stayed.",
            ["list"],
            registry=self._registry,
        )

    def _of_reviews(self) -> None:
        self.review_depth = Gauge(
            "review_queue_depth",
            "Held payments, by state and heaviest hit.",
            ["state", "level"],
            registry=self._registry,
        )
        self.review_oldest = Gauge(
            "review_queue_oldest_age_seconds", "How long the oldest held payment has waited.", registry=self._registry
        )
        self.review_breaches = Gauge(
            "review_sla_breaches",
            "Reviews whose term ran out, by term: remind, escalate, ring_fence or expire.",
            ["term"],
            registry=self._registry,
        )

    def _of_settlement(self) -> None:
        self.windows = Counter(
            "settlement_windows",
            "Windows that ended, by outcome: empty, final, or deferred (nothing of them settled).",
            ["currency", "outcome"],
            registry=self._registry,
        )
        self.settled = Counter(
            "settlement_payments",
            "Payments that settled, by method: net with its window, pvp and dvp with their partner, gross at once, fx at a quote"
            " (later: gross_queue_released).",
            ["method"],
            registry=self._registry,
        )
        self.deferred = Counter(
            "settlement_deferred",
            "Payments that a batch left for the next window, by reason: insufficient_funds, account_closed, or whatever"
            " the ledger refused the batch for.",
            ["currency", "reason"],
            registry=self._registry,
        )
        self.gross = Counter(
            "settlement_gross_minor", "What net batches settled, in minor units.", ["currency"], registry=self._registry
        )
        self.net = Counter(
            "settlement_net_minor",
            "What they moved to settle it, in minor units.",
            ["currency"],
            registry=self._registry,
        )
        self.liquidity_saved = Gauge(
            "settlement_liquidity_saved_ratio",
            "What the last net batch did not have to move: 1 - net / gross.",
            ["currency"],
            registry=self._registry,
        )
        self.window_duration = Histogram(
            "settlement_window_duration_seconds",
            "How long windows took, by phase: gather, plan, execute, tell.",
            ["phase"],
            buckets=_WINDOW_S,
            registry=self._registry,
        )
        self.queue_depth = Gauge(
            "settlement_queue_depth", "Payments that wait for their window.", ["currency"], registry=self._registry
        )
        self.queue_oldest = Gauge(
            "settlement_queue_oldest_age_seconds",
            "How long the oldest of them has waited, over all windows that left it out.",
            ["currency"],
            registry=self._registry,
        )
        self.warehoused = Gauge(
            "warehouse_payments", "Payments that wait for their settlement day.", ["currency"], registry=self._registry
        )
        self.overdue = Gauge(
            "warehouse_overdue_payments",
            "Those of them whose day began more than a minute ago.",
            ["currency"],
            registry=self._registry,
        )

    def _of_the_ledger(self) -> None:
        self.ledger_position = Gauge(
            "ledger_position", "The journal's last entry that SQL shows.", registry=self._registry
        )
        self.ledger_signed_position = Gauge(
            "ledger_signed_position", "The journal's last entry under a signed head.", registry=self._registry
        )
        self.ledger_projection_age = Gauge(
            "ledger_projection_age_seconds",
            "How long ago the ledger's process last said that SQL shows all of the journal; up to 6 is normal.",
            registry=self._registry,
        )

    def _of_exchange(self) -> None:
        self.fx_conversions = Counter(
            "fx_conversions",
            "Exchanges by pair and result: paid, refused (the sender), or dealer_short.",
            ["sold", "bought", "result"],
            registry=self._registry,
        )
        self.fx_rounding = Gauge(
            "fx_rounding_minor",
            "Balance of a currency's rounding account in minor units, as this process moved it last.",
            ["currency"],
            registry=self._registry,
        )

    def _of_workflows(self) -> None:
        self.astray = Gauge(
            "workflows_astray",
            "What is not over and whose workflow does not run, by kind: payment, settlement, exchange or rescreening.",
            ["kind"],
            registry=self._registry,
        )

    def _of_exchanges(self) -> None:
        self.exchange_legs = Gauge(
            "exchange_legs",
            "Legs of exchanges under way, by standing: alone, contradicted, matched or executing.",
            ["standing"],
            registry=self._registry,
        )
        self.exchange_executing = Gauge(
            "exchange_executing_oldest_age_seconds",
            "How long ago the oldest pair was claimed that is not yet recorded as settled; a second is normal.",
            registry=self._registry,
        )

    def _of_the_gross_queue(self) -> None:
        self.gross_depth = Gauge(
            "gross_queue_depth",
            "Gross payments that wait for liquidity, by currency and priority.",
            ["currency", "priority"],
            registry=self._registry,
        )
        self.gross_oldest = Gauge(
            "gross_queue_oldest_age_seconds", "How long the oldest of them has waited.", registry=self._registry
        )
        self.gross_released = Counter(
            "gross_queue_released",
            "Payments that left the gross queue, by how: alone, bilateral or multilateral.",
            ["currency", "how"],
            registry=self._registry,
        )
        self.gross_liquidity = Counter(
            "gross_queue_liquidity_minor",
            "What the banks had to have in hand for what left the queue, in minor units: as_released, and one_by_one.",
            ["currency", "way"],
            registry=self._registry,
        )

    def show_warehouse(self, waiting: Mapping[str, tuple[int, int]]) -> None:
        """What waits for its settlement day, and how much of it should have left, by currency."""
        for gauge, place in ((self.warehoused, 0), (self.overdue, 1)):
            gauge.clear()
            for currency, counts in waiting.items():
                gauge.labels(currency).set(counts[place])

    def show_gross_queues(self, depth: Mapping[tuple[str, str], int], oldest_age_s: float) -> None:
        """Show how many gross payments wait for liquidity, by currency and priority; empty queues are gone."""
        self.gross_depth.clear()
        for (currency, priority), count in depth.items():
            self.gross_depth.labels(currency, priority).set(count)
        self.gross_oldest.set(oldest_age_s)

    def show_exchanges(self, legs: Mapping[str, int], executing_s: float) -> None:
        """Show the exchanges under way as they are now."""
        self.exchange_legs.clear()
        for standing, count in legs.items():
            self.exchange_legs.labels(standing).set(count)
        self.exchange_executing.set(executing_s)

    def show_queues(self, waiting: Mapping[str, tuple[int, float]]) -> None:
        """Show how many payments wait for a window and for how many seconds, by currency; empty queues are gone."""
        self.queue_depth.clear()
        self.queue_oldest.clear()
        for currency, (depth, oldest_age_s) in waiting.items():
            self.queue_depth.labels(currency).set(depth)
            self.queue_oldest.labels(currency).set(oldest_age_s)

    def rescreened(self, pulled_back: int, reopened: int, took_s: float) -> None:
        """A list's change has been followed up."""
        self.rescreenings.observe(took_s)
        self.pulled_back.labels("listed").inc(pulled_back)
        self.pulled_back.labels("delisted").inc(reopened)

    def show_reviews(
        self, depth: Mapping[tuple[str, str], int], oldest_age_s: float, breaches: Mapping[str, int]
    ) -> None:
        """Show the reviewers' queue as it is now; states and levels in which nothing waits are gone."""
        self.review_depth.clear()
        for (state, level), count in depth.items():
            self.review_depth.labels(state, level).set(count)
        self.review_oldest.set(oldest_age_s)
        for term, count in breaches.items():
            self.review_breaches.labels(term).set(count)

    def serve(self, host: str, port: int) -> None:
        """Show everything at a port of its own, for a process that serves nothing else."""
        start_http_server(port, host, registry=self._registry)

    def exposition(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self._registry)
