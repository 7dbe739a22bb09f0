"""What is measured, under the names that dashboards know. Labels are few and never personal."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

CONTENT_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4

_VALIDATION_S: Final = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5)


class Metrics:
    """One process's measurements; whoever composes a process makes one and hands it down."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
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
        self.risk_score = Histogram(
            "risk_score",
            "Risk scores of payments, by kind: hot (they decide) or recalculated (after settlement).",
            ["kind"],
            buckets=range(0, 101, 10),
            registry=self._registry,
        )

    def exposition(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self._registry)
