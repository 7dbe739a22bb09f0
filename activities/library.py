"""The lists in force as every worker has them: built aside, swapped in one stroke, never silently missing."""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final

from activities.list_files import table_of, unpack
from domain.errors import Unavailable
from domain.screening import EditRule
from schema.tables.common.session import Database, ReadSession
from schema.tables.compliance import lists
from schema.tables.compliance.lists import ListVersion
from screening.embargo import packaged
from screening.engine import Screener
from screening.entries import PACKAGED, read
from screening.levels import Settings
from screening.lists.force import InForce, Listed
from screening.lists.guard import Version, combined
from screening.regions import GEO

log = logging.getLogger(__name__)

NETWORK: Final = "NETWORK"
"""The packaged list of invented entities: for demonstrations and tests, and no list to rely on."""
POLL_S: Final = 5.0
"""How often the versions in force are looked at when no notification comes."""


class Library:
    """Hands out the screener of the lists in force. One for each worker process; `run` keeps it in step with SQL.

    `wanted` are the lists without which nothing may be screened; a list that its publisher has not confirmed for
    `max_age_s` is too old to rely on. The embargo table is followed with them; while SQL has none, it is the packaged one.
    """

    def __init__(
        self, db: Database, wanted: Sequence[str], *, max_age_s: float, edit_rule: EditRule = EditRule.BY_WORD
    ) -> None:
        self._db = db
        self._wanted = tuple(name for name in wanted if name != NETWORK)
        self._max_age = timedelta(seconds=max_age_s)
        self._edit_rule = edit_rule
        self._in_force = InForce()
        self._screener: Screener | None = None
        self._packaged = {GEO: packaged().named.sha256}
        """What is in force while SQL has nothing in its place."""
        if not self._wanted and NETWORK in wanted:
            self._in_force, self._screener = arrange((), (), edit_rule)
            self._packaged[NETWORK] = network().version.sha256
        self._built: tuple[str, ...] = ()
        self._wake = asyncio.Event()

    def screener(self) -> Screener:
        """The screener of every wanted list. Raises Unavailable while one is missing or too old: the payment waits."""
        trouble = self.trouble(datetime.now(UTC))
        if self._screener is None or trouble:
            raise Unavailable(trouble or "the sanctions lists are being arranged")
        return self._screener

    def trouble(self, now: datetime) -> str:
        """What is wrong with the lists in force, in one line; empty when nothing is."""
        if missing := self._in_force.missing(self._wanted):
            return f"sanctions lists are missing: {', '.join(missing)}"
        if stale := self._in_force.stale(now, oldest=self._max_age):
            return f"sanctions lists are too old: {', '.join(stale)}"
        return ""

    @property
    def in_force(self) -> InForce:
        """The lists in force, with their ages and sizes."""
        return self._in_force

    async def outdated(self, session: ReadSession, version: str) -> bool:
        """Whether other versions of the wanted lists are in force than those that this one name stands for."""
        found = self._packaged | await lists.digests(session, [*self._wanted, GEO])
        return combined([Version(name, sha256, 0, {}) for name, sha256 in found.items()]) != version

    def wake(self, *_: object) -> None:
        """There may be a new version."""
        self._wake.set()

    async def run(self) -> None:
        """Serve until cancelled."""
        while True:
            try:
                await self.follow()
            except Unavailable as away:
                log.warning("the lists are not looked at: %s", away)
            try:
                await asyncio.wait_for(self._wake.wait(), POLL_S)
            except TimeoutError:
                continue
            self._wake.clear()

    async def follow(self) -> None:
        """Look which versions are in force, and rebuild the search when they are others. Raises Unavailable."""
        followed = (*self._wanted, GEO)
        async with self._db.read() as session:
            versions = [each for each in await lists.current(session) if each.list_name in followed]
            built = tuple(each.id for each in versions)
            fresh = built != self._built
            contents = [await lists.content(session, each.id) for each in versions] if fresh else []
        if not fresh:
            for each in versions:
                if each.list_name in self._wanted:
                    self._in_force = self._in_force.confirmed(each.list_name, each.confirmed_at)
        elif not self._wanted or any(each.list_name in self._wanted for each in versions):
            began = time.perf_counter()
            in_force, screener = await asyncio.to_thread(arrange, versions, contents, self._edit_rule)
            # Queries went on with the old one until now; from here on they get the new one.
            self._in_force, self._screener, self._built = in_force, screener, built
            log.info("lists in force: %s (arranged in %.1f s)", _named(versions), time.perf_counter() - began)


def arrange(
    versions: Sequence[ListVersion], contents: Sequence[bytes], edit_rule: EditRule
) -> tuple[InForce, Screener]:
    """Some versions as the lists in force, and their screener. Where they hold no list, it is the packaged one."""
    in_force = InForce()
    for each, content in zip(versions, contents, strict=True):
        if each.list_name == GEO:
            in_force = replace(in_force, embargoes=table_of(content), embargoes_at=each.confirmed_at)
        else:
            version = Version(each.list_name, each.sha256, each.size, {})
            listed = Listed(version, tuple(unpack(content)), each.confirmed_at)
            in_force = replace(in_force, lists={**in_force.lists, each.list_name: listed})
    if not in_force.lists:
        in_force = replace(in_force, lists={NETWORK: network()})
    return in_force, in_force.screener(Settings(edit_rule=edit_rule))


@cache
def network() -> Listed:
    """The packaged list."""
    data = PACKAGED.read_bytes()
    entities = tuple(read(data.decode().splitlines()))
    return Listed(Version.of(NETWORK, data, entities), entities, None)


def _named(versions: Sequence[ListVersion]) -> str:
    return ", ".join(f"{each.list_name} {each.version} ({each.entities})" for each in versions)
