"""The payments worker: intake, the workflows, and every step that is not the ledger's (unless it owns the ledger)."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from temporalio.worker import Worker

from activities.dead_letters import DeadLetterActivities
from activities.payments import PaymentActivities
from activities.reviews import ReviewActivities
from activities.risk import RiskAssessor
from activities.screening import ScreeningActivities
from activities.settlement import SettlementActivities
from domain.review import FourEyes
from risk.thresholds import Bounds
from runtime.metrics import Metrics
from runtime.settings import Placement, Settings
from screening.engine import Screener
from workers.intake import Intake, listen
from workers.ledger import ledger_activities, owned_ledger, shared_ledger
from workers.process import Process
from workers.risk import RiskFollower, SecondLook
from workflows.account import AccountWorkflow
from workflows.payment import PaymentWorkflow
from workflows.settlement import SettlementWorkflow
from workflows.start import Starter

WORKFLOWS = [PaymentWorkflow, SettlementWorkflow, AccountWorkflow]


async def serve(process: Process) -> None:
    """Serve until the process is told to stop."""
    settings, db, client = process.settings, process.db, process.client
    risk = risk_assessor(settings)
    activities = payment_activities(process, risk)
    async with _local_ledger(process, activities):
        worker = Worker(
            client,
            task_queue=settings.task_queue,
            workflows=WORKFLOWS,
            activities=activities,
            max_cached_workflows=2000,
            max_concurrent_workflow_tasks=40,
            max_concurrent_local_activities=40,
            max_concurrent_activities=40,
            graceful_shutdown_timeout=process.grace,
        )
        intake = Intake(
            db,
            Starter(client, settings.task_queue),
            batch=settings.intake_batch,
            in_flight=settings.intake_in_flight,
        )
        process.background(intake.run())
        process.background(listen(settings.database_url, intake))
        process.background(RiskFollower(db, settings.database_url, risk).run())
        process.background(SecondLook(db, risk).run())
        async with worker:
            await process.until_stopped()


def payment_activities(process: Process, risk: RiskAssessor) -> list[Callable[..., Any]]:
    """Every step but the ledger's."""
    db, client = process.db, process.client
    payments = PaymentActivities(db)
    reviews = ReviewActivities(db, FourEyes(process.settings.review_four_eyes_above))
    letters, settlement = DeadLetterActivities(db), SettlementActivities(db, client)
    return [
        payments.validate,
        payments.complete,
        payments.stop,
        ScreeningActivities(db, Screener.load(), risk).screen,
        reviews.weigh_review,
        reviews.record_decision,
        reviews.record_assignment,
        reviews.record_information,
        reviews.ignore_decision,
        reviews.remind_review,
        reviews.ring_fence_review,
        reviews.escalate_review,
        reviews.expire_review,
        reviews.withdraw_review,
        letters.park,
        letters.resolve_dead_letter,
        settlement.leave_queue,
        settlement.close_window,
        settlement.claim_window,
        settlement.record_finality,
        settlement.defer_batch,
        settlement.tell_payments,
    ]


def risk_assessor(settings: Settings) -> RiskAssessor:
    """The risk engine by the settings; its memory is still to be filled."""
    bounds = Bounds(settings.risk_hold_score, settings.risk_hold_lowest, settings.risk_hold_highest)
    return RiskAssessor(Metrics(), bounds, without_memory=settings.risk_without_memory)


@asynccontextmanager
async def _local_ledger(process: Process, activities: list[Callable[..., Any]]) -> AsyncIterator[None]:
    if process.settings.placement is Placement.QUEUE:
        yield
        return
    at_hand = owned_ledger if process.settings.placement is Placement.LOCAL else shared_ledger
    async with at_hand(process) as ledger:
        activities += ledger_activities(process.db, ledger, process.settings.net_backing)
        yield
