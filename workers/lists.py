"""The sanctions lists of a payments worker: where they come from, how old they are, and the schedule that asks for them."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
)

from activities.library import NETWORK, Library
from runtime.metrics import Metrics
from runtime.settings import Settings
from workflows.lists import ListRefreshWorkflow

log = logging.getLogger(__name__)

SCHEDULE: Final = "lists-refresh"
GAUGE_S: Final = 15.0


def sources_of(settings: Settings) -> Mapping[str, str]:
    """Addresses in place of the publishers' own."""
    pairs = (pair.partition("=") for pair in settings.lists_sources.split())
    return {name: url for name, _, url in pairs if url}


async def gauge(library: Library, metrics: Metrics) -> None:
    """Show how old and how large the lists in force are, and warn of what is missing or too old."""
    told = ""
    while True:
        now = datetime.now(UTC)
        for name, age_s in library.in_force.ages_s(now).items():
            metrics.list_age.labels(name).set(age_s)
            metrics.list_size.labels(name).set(len(library.in_force.lists[name].entities))
        trouble = library.trouble(now)
        if trouble and trouble != told:
            log.error("payments wait: %s", trouble)
        told = trouble
        await asyncio.sleep(GAUGE_S)


async def schedule_refresh(client: Client, settings: Settings) -> None:
    """Have the lists asked for again and again; nothing where a schedule stands or none is wanted."""
    names = [name for name in settings.wanted_lists if name != NETWORK]
    if not names or not settings.lists_refresh_s:
        return
    every = timedelta(seconds=settings.lists_refresh_s)
    action = ScheduleActionStartWorkflow(
        ListRefreshWorkflow.run, names, id="lists-refresh", task_queue=settings.task_queue
    )
    schedule = Schedule(
        action=action,
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP),
    )
    with contextlib.suppress(ScheduleAlreadyRunningError):
        await client.create_schedule(SCHEDULE, schedule, trigger_immediately=True)
