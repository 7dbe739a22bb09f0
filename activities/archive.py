"""Hits computed again from the archived lists: those that a payment was screened by, arranged once more."""

import asyncio
import itertools
import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from activities.library import arrange, network
from domain.errors import NotFound
from domain.payment import PaymentOrder
from domain.screening import EditRule, Hit
from schema.tables.common.session import Database, ReadSession
from schema.tables.compliance import lists
from schema.tables.compliance.checks import Check
from schema.tables.compliance.lists import ListVersion
from screening.embargo import packaged
from screening.engine import ENGINE_VERSION, Screener
from screening.explain import Explanation, explain
from screening.lists.guard import Version, combined
from screening.policies import subjects
from screening.regions import GEO

LAG: Final = timedelta(minutes=1)
"""How long a worker may go on screening by a version after the next one came into force."""

NAMED: Final = frozenset(("name", "text", "vessel"))
"""Reasons of hits by name; identifiers and countries have no points to compute."""


@dataclass(frozen=True, slots=True)
class Archived:
    """The lists of a check as they are kept. What is not among them was the packaged one."""

    versions: Sequence[ListVersion] = ()
    contents: Sequence[bytes] = ()
    edit_rule: EditRule = EditRule.BY_WORD
    """By which the check was made: it decides how far apart two names may be to be read letter by letter."""

    def screener(self) -> Screener:
        """The screener of that day. Takes seconds and hundreds of megabytes where all lists are in it."""
        return arrange(self.versions, self.contents, self.edit_rule)[1]


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A hit computed again by this engine. `explanation` is None for what is no hit by name, or not on the archived lists."""

    explanation: Explanation | None
    entity_hash: str
    engine_version: str = ENGINE_VERSION

    def same(self, hit: Hit) -> bool:
        """Whether it comes out as it was stored, from the entity as it was listed then."""
        evidence = hit.evidence
        unchanged = evidence is not None and evidence.entity_hash == self.entity_hash
        return unchanged and (self.explanation.same if self.explanation else not _named(hit))


class Archive:
    """Computes stored hits again, one at a time, in a process aside that ends with its answer."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._one_by_one = asyncio.Lock()

    async def recompute(self, order: PaymentOrder, check: Check, hit: Hit) -> Recomputed:
        """A hit of a check, by the lists of that check. Raises NotFound when these are not in the archive."""
        async with self._db.read() as session:
            archived = await lists_of(session, check)
        kind = kind_asked(order, hit)
        if not archived.versions:
            return await asyncio.to_thread(_work, archived, hit, kind)
        async with self._one_by_one:
            return await _aside(archived, hit, kind)


async def lists_of(session: ReadSession, check: Check) -> Archived:
    """The lists that a check was made by. Raises NotFound."""
    rule = next((hit.evidence.edit_rule for hit in check.hits if _named(hit) and hit.evidence), EditRule.BY_WORD)
    if check.list_version == network().version.name:  # as such checks were named before the embargo table was a list
        return Archived(edit_rule=rule)
    after = await lists.in_force_at(session, check.completed_at)
    before = await lists.in_force_at(session, check.completed_at - LAG)
    versions = called(check.list_version, [*after, *before])
    if versions is None:
        raise NotFound("the lists of this check are not in the archive", check_id=check.id)
    return Archived(versions, [await lists.content(session, each.id) for each in versions], rule)


def called(name: str, versions: Sequence[ListVersion]) -> list[ListVersion] | None:
    """Those of some versions, one of each list at most, whose common name this is; None when there are no such.

    The name may speak of the packaged list and embargo table, too, which are in no archive; of checks from before the embargo
    table was a list, it speaks of no table.
    """
    by_list: dict[str, list[ListVersion | None]] = {}
    for each in versions:
        known = by_list.setdefault(each.list_name, [None])
        known += [] if each in known else [each]
    for chosen in itertools.product(*by_list.values()):
        taken = [each for each in chosen if each is not None]
        named = [Version(each.list_name, each.sha256, each.size, {}) for each in taken]
        if any(combined([*named, *more]) == name for more in _packaged({each.list_name for each in taken})):
            return taken
    return None


def _packaged(archived: set[str]) -> Iterator[list[Version]]:
    """What may have been in force beside archived versions."""
    yield []
    table = [] if GEO in archived else [packaged().named]
    yield table
    if not archived - {GEO}:
        yield [*table, network().version]


def kind_asked(order: PaymentOrder, hit: Hit) -> str | None:
    """As what a hit's name was asked: a person, an organisation, a vessel; None when nobody knew."""
    if hit.evidence is not None and hit.evidence.reason == "vessel":
        return "vessel"
    asked = (who.kind for who in subjects(order) if (who.role, who.name) == (hit.role, hit.queried))
    return next(asked, None)


def recomputed(screener: Screener, hit: Hit, kind: str | None) -> Recomputed:
    """A hit computed again by a screener; `kind` as it was asked."""
    index = screener.index
    if hit.list_name == GEO:
        return Recomputed(None, _region_hash(screener, hit))
    entity = next((each for each in index.entities if each.key == (hit.list_name, hit.entity_id)), None)
    explanation = explain(hit, index, kind=kind) if _named(hit) else None
    return Recomputed(explanation, "" if entity is None else entity.content_hash)


def _region_hash(screener: Screener, hit: Hit) -> str:
    """The region's line as it was then; hits from before the table was a list do not know it."""
    region = screener.embargoes.regions.get(hit.entity_id)
    known = hit.evidence is not None and hit.evidence.entity_hash
    return region.content_hash if region is not None and known else ""


def _named(hit: Hit) -> bool:
    return hit.evidence is not None and hit.evidence.reason in NAMED


async def _aside(archived: Archived, hit: Hit, kind: str | None) -> Recomputed:
    spawned = multiprocessing.get_context("spawn")  # a fork would take the event loop's threads by surprise
    pool = ProcessPoolExecutor(1, mp_context=spawned)
    try:
        return await asyncio.get_running_loop().run_in_executor(pool, _work, archived, hit, kind)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _work(archived: Archived, hit: Hit, kind: str | None) -> Recomputed:
    return recomputed(archived.screener(), hit, kind)
