"""The lists in force as every worker has them: built aside, swapped in one stroke, never silently missing."""

import asyncio
import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from activities.list_files import unpack
from domain.errors import Unavailable
from schema.tables import lists
from schema.tables.lists import ListVersion
from schema.tables.session import Database, ReadSession
from screening.embargo import Embargoes
from screening.engine import Screener
from screening.lists.force import InForce, Listed
from screening.lists.guard import Version, combined

log = logging.getLogger(__name__)

NETWORK: Final = "NETWORK"
"""The packaged list of invented entities: for demonstrations and tests, and no list to rely on."""
POLL_S: Final = 5.0
"""How often the versions in force are looked at when no notification comes."""


class Library:
    """Hands out the screener of the lists in force. One for each worker process; `run` keeps it in step with SQL.

    `wanted` are the lists without which nothing may be screened; a list that its publisher has not confirmed for
    `max_age_s` is too old to rely on. `embargoes` is a table in place of the packaged one.
    """

    def __init__(
        self, db: Database, wanted: Sequence[str], *, max_age_s: float, embargoes: Embargoes | None = None
    ) -> None:
        self._db = db
        self._embargoes = embargoes
        self._wanted = tuple(name for name in wanted if name != NETWORK)
        self._max_age = timedelta(seconds=max_age_s)
        self._screener = Screener.load(embargoes) if not self._wanted and NETWORK in wanted else None
        self._in_force = InForce()
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
        if not self._wanted:
            return False
        found = await lists.digests(session, self._wanted)
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
        if not self._wanted:
            return
        async with self._db.read() as session:
            versions = [each for each in await lists.current(session) if each.list_name in self._wanted]
            built = tuple(each.id for each in versions)
            fresh = built != self._built
            contents = [await lists.content(session, each.id) for each in versions] if fresh else []
        if not fresh:
            for each in versions:
                self._in_force = self._in_force.confirmed(each.list_name, each.confirmed_at)
        elif versions:
            began = time.perf_counter()
            in_force, screener = await asyncio.to_thread(arrange, versions, contents, self._embargoes)
            # Queries went on with the old one until now; from here on they get the new one.
            self._in_force, self._screener, self._built = in_force, screener, built
            log.info("lists in force: %s (arranged in %.1f s)", _named(versions), time.perf_counter() - began)


def arrange(
    versions: Sequence[ListVersion], contents: Sequence[bytes], embargoes: Embargoes | None = None
) -> tuple[InForce, Screener]:
    """Some versions as the lists in force, and their screener."""
    in_force = InForce(
        {
            each.list_name: Listed(
                Version(each.list_name, each.sha256, each.size, {}), tuple(unpack(content)), each.confirmed_at
            )
            for each, content in zip(versions, contents, strict=True)
        }
    )
    return in_force, in_force.screener(embargoes=embargoes)


def _named(versions: Sequence[ListVersion]) -> str:
    return ", ".join(f"{each.list_name} {each.version} ({each.entities})" for each in versions)
