"""The risk of a payment, weighed in the screening step from what this worker remembers; no step of its own."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from domain.errors import Unavailable
from domain.risk import Assessment, AssessmentKind, Case, Rule, Trace
from risk import engine
from risk.defaults import RULES
from risk.memory import Memory
from risk.rules import RuleSet
from risk.thresholds import Bounds
from runtime.metrics import Metrics
from schema.tables.common.session import WriteSession
from schema.tables.compliance import risk_assessments


class RiskAssessor:
    """Weighs payments with what it remembers. While its memory is not whole it refuses, and the step waits.

    Whoever composes a worker keeps the memory in step (`workers.risk`): `remember` what others assessed, `catch_up` when all
    is told, `lose_track` when news may have been missed. With `without_memory` it does not wait for its memory, and every
    assessment says so.
    """

    def __init__(self, metrics: Metrics, bounds: Bounds | None = None, *, without_memory: bool = False) -> None:
        self._metrics = metrics
        self._bounds = bounds or Bounds()
        self._without_memory = without_memory
        self._memory = Memory()
        self._rules = RULES
        self._in_step = False

    @property
    def in_step(self) -> bool:
        """Whether the memory is whole."""
        return self._in_step

    @property
    def rules_version(self) -> int:
        """Which rules are in force."""
        return self._rules.version

    def known(self, participant: str) -> int:
        """How many payments of a bank are remembered."""
        return self._memory.known(participant)

    def weigh(self, case: Case) -> Assessment:
        """How risky a payment is. Raises Unavailable while the memory is not whole."""
        if not self._in_step and not self._without_memory:
            raise Unavailable("the risk engine's memory is not whole yet")
        memory = self._memory if self._in_step else Memory()
        return engine.assess(case, memory, self._rules, self._bounds, with_memory=self._in_step)

    async def record(self, session: WriteSession, made: Assessment, at: datetime) -> Assessment:
        """Store what decides on the payment. The first that was stored stands; answers the one that stands."""
        if await risk_assessments.record(session, [made], at):
            self._memory.remember(made.trace)
            self._metrics.risk_score.labels(made.kind).observe(made.score)
            return made
        first, *_ = await risk_assessments.of(session, made.trace.payment_id)
        return first.assessment

    def again(self, case: Case, own: Trace) -> Assessment:
        """A payment that left its trace once more, with all that came to be known since, and the rules that are in force now."""
        made = engine.assess(
            case,
            self._memory,
            self._rules,
            self._bounds,
            kind=AssessmentKind.RECALCULATED,
            own=own,
        )
        self._metrics.risk_score.labels(made.kind).observe(made.score)
        return made

    def remember(self, traces: Iterable[Trace]) -> None:
        """Take in what was assessed, here or elsewhere; twice is once."""
        for trace in traces:
            self._memory.remember(trace)

    def go_by(self, version: int, rules: Sequence[Rule]) -> None:
        """These rules are in force from now on."""
        self._rules = RuleSet(version, tuple(rules))

    def go_by_own(self) -> None:
        """No version is in force: the engine's own rules are."""
        self._rules = RULES

    def catch_up(self) -> None:
        """The memory is whole."""
        self._in_step = True

    def lose_track(self) -> None:
        """News may have been missed: no payment is weighed until the memory is whole again."""
        self._in_step = False
