"""The sanctions lists of a payments worker: where they come from, how old they are, and the schedule that asks for them."""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
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
from activities.list_files import NETWORK as BY_ITSELF
from activities.list_files import SHIPPED, ListFile, bring_in, shipped
from domain.errors import Unavailable
from runtime.metrics import Metrics
from runtime.settings import Settings
from schema.tables.common.session import Database
from schema.tables.compliance import lists
from schema.tables.compliance.lists import Checked, CheckOutcome
from screening.regions import GEO
from workflows import ids
from workflows.lists import ListRefreshWorkflow

log = logging.getLogger(__name__)

GAUGE_S: Final = 15.0


def sources_of(settings: Settings) -> Mapping[str, str]:
    """Addresses in place of the publishers' own."""
    pairs = (pair.partition("=") for pair in settings.lists_sources.split())
    return {name: url for name, _, url in pairs if url}


async def embargoes_at_start(db: Database, own: Path | None) -> None:
    """Have an embargo table in force: a bank's own file when it was never in force here, the packaged one while there is no other.

    What was in force before comes back by people's word alone. Raises ListRefused, OSError: the worker does not start.
    """
    async with db.read() as session:
        before = await lists.of_list(session, GEO)
    standing = before[0] if before else None
    if own is None:
        file = replace(shipped(), acknowledged=True)
    else:
        data = await asyncio.to_thread(own.read_bytes)
        file = ListFile(GEO, data, str(own), BY_ITSELF, acknowledged=standing is None)
    known = {each.sha256 for each in before}
    theirs = own is None and standing is not None and standing.source != SHIPPED
    if not theirs and hashlib.sha256(file.data).hexdigest() not in known:
        await bring_in(db, file, datetime.now(UTC))


async def gauge(db: Database, library: Library, metrics: Metrics) -> None:
    """Show how old and how large the lists in force are, and warn of what is missing, too old, or was refused."""
    told = ""
    refused: set[Checked] = set()
    while True:
        refused = await _refusals(db, metrics, refused)
        now = datetime.now(UTC)
        for name, age_s in library.in_force.ages_s(now).items():
            metrics.list_age.labels(name).set(age_s)
        for name, size in library.in_force.sizes.items():
            metrics.list_size.labels(name).set(size)
        trouble = library.trouble(now)
        if trouble and trouble != told:
            log.error("payments wait: %s", trouble)
        told = trouble
        await asyncio.sleep(GAUGE_S)


async def _refusals(db: Database, metrics: Metrics, known: set[Checked]) -> set[Checked]:
    """The lists whose last file was refused; each refusal is told once."""
    try:
        async with db.read() as session:
            looks = await lists.last_checks(session)
    except Unavailable:
        return known
    for each in looks:
        metrics.list_refused.labels(each.list_name).set(each.outcome is CheckOutcome.REFUSED)
    refused = {each for each in looks if each.outcome is CheckOutcome.REFUSED}
    for each in refused - known:
        log.error(
            "a file of %s was refused (%s), the version in force stays: %s", each.list_name, each.reason, each.source
        )
    return refused


async def schedule_refresh(client: Client, settings: Settings) -> None:
    """Have the lists asked for again and again; nothing where a schedule stands or none is wanted."""
    names = [name for name in settings.wanted_lists if name != NETWORK]
    if not names or not settings.lists_refresh_s:
        return
    every = timedelta(seconds=settings.lists_refresh_s)
    action = ScheduleActionStartWorkflow(
        ListRefreshWorkflow.run, names, id=ids.lists_refresh(settings.deployment), task_queue=settings.payments_queue
    )
    schedule = Schedule(
        action=action,
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP),
    )
    with contextlib.suppress(ScheduleAlreadyRunningError):
        await client.create_schedule(ids.lists_refresh(settings.deployment), schedule, trigger_immediately=True)
