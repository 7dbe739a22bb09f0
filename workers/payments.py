"""The payments worker: intake, the workflows, and every step that is not the ledger's (unless it owns the ledger)."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from temporalio.worker import Worker

from activities.closings import ClosingActivities
from activities.dead_letters import DeadLetterActivities
from activities.exchanges import ExchangeActivities
from activities.library import Library
from activities.lists import ListActivities
from activities.payments import PaymentActivities
from activities.rescreening import RescreeningActivities
from activities.reviews import ReviewActivities
from activities.risk import RiskAssessor
from activities.screening import ScreeningActivities
from activities.settlement import SettlementActivities
from activities.value_dates import ValueDates
from activities.warehouse import WarehouseActivities
from domain.review import FourEyes
from risk.thresholds import Bounds
from runtime.metrics import Metrics
from runtime.settings import Placement, Settings
from schema.tables.common import outbox
from schema.tables.compliance import lists
from workers.intake import Intake
from workers.ledger import ledger_activities, owned_ledger, shared_ledger
from workers.listening import listen
from workers.lists import embargoes_at_start, gauge, schedule_refresh, sources_of
from workers.process import Process
from workers.risk import RiskFollower, SecondLook
from workers.schedules import WindowSchedules
from workers.strays import Strays
from workflows.account import AccountWorkflow
from workflows.closing import WindowCloseWorkflow
from workflows.exchange import ExchangeWorkflow
from workflows.gross_queue import GrossQueueWorkflow
from workflows.lists import ListRefreshWorkflow
from workflows.payment import PaymentWorkflow
from workflows.rescreening import RescreeningWorkflow
from workflows.settlement import SettlementWorkflow
from workflows.start import Starter

WORKFLOWS = [
    PaymentWorkflow,
    SettlementWorkflow,
    WindowCloseWorkflow,
    GrossQueueWorkflow,
    ExchangeWorkflow,
    AccountWorkflow,
    ListRefreshWorkflow,
    RescreeningWorkflow,
]


async def serve(process: Process) -> None:
    """Serve until the process is told to stop."""
    settings, db, client = process.settings, process.db, process.client
    await embargoes_at_start(db, settings.embargoes)
    library = Library(db, settings.wanted_lists, max_age_s=settings.lists_max_age_s, edit_rule=settings.edit_rule)
    risk = risk_assessor(settings, process.metrics)
    activities = payment_activities(process, library, risk)
    async with _local_ledger(process, activities):
        worker = Worker(
            client,
            task_queue=settings.payments_queue,
            workflows=WORKFLOWS,
            activities=activities,
            max_cached_workflows=2000,
            max_concurrent_workflow_tasks=40,
            max_concurrent_local_activities=40,
            max_concurrent_activities=40,
            graceful_shutdown_timeout=process.grace,
        )
        windows = WindowSchedules(db, client, settings.payments_queue, deployment=settings.deployment)
        intake = Intake(
            db,
            Starter(
                client,
                settings.payments_queue,
                deployment=settings.deployment,
                ledger_task_queue=settings.ledger_queue if settings.placement is Placement.QUEUE else None,
                gross_look_s=settings.gross_look_s,
            ),
            windows,
            batch=settings.intake_batch,
            in_flight=settings.intake_in_flight,
        )
        process.background(intake.run())
        process.background(listen(settings.database_url, outbox.CHANNEL, intake.wake))
        process.background(library.run())
        process.background(listen(settings.database_url, lists.CHANNEL, library.wake))
        process.background(gauge(db, library, process.metrics))
        process.background(RiskFollower(db, settings.database_url, risk).run())
        process.background(SecondLook(db, risk).run())
        process.background(Strays(db, client, process.metrics).run())
        await schedule_refresh(client, settings)
        await windows.follow_all()
        async with worker:
            await process.until_stopped()


def payment_activities(process: Process, library: Library, risk: RiskAssessor) -> list[Callable[..., Any]]:
    """Every step but the ledger's."""
    db, client = process.db, process.client
    settings = process.settings
    dates = ValueDates(
        db, settings.calendars, furthest_days=settings.warehouse_days, max_age_s=settings.calendars_max_age_s
    )
    payments, days = PaymentActivities(db, dates), WarehouseActivities(db, dates)
    reviews = ReviewActivities(db, FourEyes(settings.review_four_eyes_above), settings.calendars)
    again = RescreeningActivities(db, client, library, process.metrics)
    letters, settlement = DeadLetterActivities(db), SettlementActivities(db, client, process.metrics)
    exchanges = ExchangeActivities(db, client, process.metrics, process.settings.calendars)
    return [
        payments.validate,
        payments.complete,
        payments.stop,
        days.look_at_day,
        days.end_day,
        days.release_early,
        ScreeningActivities(db, library, risk, process.metrics).screen,
        ListActivities(db, sources_of(process.settings)).refresh_list,
        again.compare,
        again.tell_pulled_back,
        again.unanswered,
        again.lists_changing,
        again.end_rescreening,
        again.close_pull_backs,
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
        ClosingActivities(db, client).close_by_schedule,
        exchanges.leave_exchange,
        exchanges.claim_pair,
        exchanges.record_pair,
        exchanges.tell_legs,
        settlement.tell_released,
        settlement.tell_unpayable,
    ]


def risk_assessor(settings: Settings, metrics: Metrics) -> RiskAssessor:
    """The risk engine by the settings; its memory is still to be filled."""
    bounds = Bounds(settings.risk_hold_score, settings.risk_hold_lowest, settings.risk_hold_highest)
    return RiskAssessor(metrics, bounds, without_memory=settings.risk_without_memory)


@asynccontextmanager
async def _local_ledger(process: Process, activities: list[Callable[..., Any]]) -> AsyncIterator[None]:
    if process.settings.placement is Placement.QUEUE:
        yield
        return
    at_hand = owned_ledger if process.settings.placement is Placement.LOCAL else shared_ledger
    async with at_hand(process) as ledger:
        activities += ledger_activities(process.db, ledger, process.settings.net_backing, process.metrics)
        yield
