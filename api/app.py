"""The whole service on one page: what it serves, what it works with, how it says no."""

from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi_offline import FastAPIOffline
from temporalio.client import Client

from activities.archive import Archive
from api.accounts import ledger, participants, past_balances, standing
from api.auth.tokens import Tokens
from api.common import openapi, problems
from api.common.body import BodyLimit
from api.common.deps import Services
from api.compliance import audit, embargoes, explanations, lists, rescreenings, review_cases, reviews, risk
from api.exchange import exchanges, fx
from api.initiation import batch, payments, validation
from api.investigations import recalls, returns
from api.operations import dead_letters, health, metrics
from api.reporting import evidence, messages, statements
from api.settlement import batches, calendars, queues, schedules, warehouse, windows
from runtime.metrics import Metrics
from runtime.settings import Placement, Settings
from schema.tables.common.session import Database
from workflows.payloads import Terms
from workflows.start import Starter

NOUNS: Final = (
    batch, payments, messages, evidence, recalls, returns, validation, reviews, review_cases, audit, risk, lists, embargoes, rescreenings, explanations, dead_letters,
    batches, calendars, warehouse, windows, queues, schedules, exchanges, participants, standing, past_balances, statements, ledger, fx,
)  # fmt: skip
"""One router for each noun; of two that could serve a path, the first does."""


def create_app(settings: Settings, db: Database, client: Client) -> FastAPI:
    """The API over a database and Temporal, which stay their owner's to close."""
    # The pages' scripts and styles come with the package: a bank's network does not reach a public CDN.
    app = FastAPIOffline(title="DelTran", version="1", redoc_url=None, static_url="/docs-assets")
    app.state.services = Services(
        settings=settings,
        db=db,
        client=client,
        starter=Starter(client, settings.payments_queue, deployment=settings.deployment),
        tokens=Tokens.of(settings),
        terms=_terms(settings),
        metrics=Metrics(),
        archive=Archive(db),
    )
    v1 = APIRouter(prefix="/api/v1")
    for noun in NOUNS:
        v1.include_router(noun.router)
    app.include_router(v1)
    app.include_router(health.router)
    app.include_router(metrics.router)
    larger = {"/api/v1/payments/batch": settings.batch_max_bytes}
    app.add_middleware(BodyLimit, max_bytes=settings.body_max_bytes, larger=larger)
    problems.install(app)
    openapi.install(app)
    return app


def _terms(settings: Settings) -> Terms:
    return Terms(
        ledger_task_queue=settings.ledger_queue if settings.placement is Placement.QUEUE else None,
        window_s=settings.window_s,
        remind_after_s=settings.review_remind_after_s,
        escalate_after_s=settings.review_escalate_after_s,
        expire_after_s=settings.review_expire_after_s,
        lock_s=settings.review_lock_s,
        cut_off=settings.review_cut_off.isoformat("minutes") if settings.review_cut_off else None,
        gross_queue_s=settings.gross_queue_s,
        at_cut_off=settings.at_cut_off,
    )
