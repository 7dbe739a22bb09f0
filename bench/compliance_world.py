"""Payments for the compliance step: eight names, four of them of banks, two addresses and a remittance line."""

import asyncio
import hashlib
import itertools
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Final

from activities.library import NETWORK, Library
from activities.list_files import pack
from bench.screening_data import entities, positives_and_negatives
from domain.ids import PaymentId, Uetr
from domain.mention import Mentioned, Seat
from domain.money import Money
from domain.party import Party
from domain.payment import PaymentOrder
from domain.status import PaymentStatus
from schema.tables.common.session import Database, WriteSession
from schema.tables.compliance import lists
from schema.tables.compliance.lists import NewVersion
from schema.tables.payment import payments
from schema.tables.payment.payments import NewPayment, Step
from screening.entity import EntityKind
from screening.index import Index

NAMES: Final = 8
AGE_S: Final = 3600.0
BANKS: Final = ("DEUTDEFFXXX", "BNPAFRPPXXX", "CHASUS33XXX", "BARCGB22XXX", "UBSWCHZHXXX", "DBSSSGSGXXX")
_SYLLABLES: Final = (
    "bel",
    "cor",
    "dan",
    "fel",
    "gar",
    "hol",
    "jun",
    "kel",
    "lor",
    "mar",
    "nor",
    "pel",
    "ran",
    "sol",
    "tor",
    "vel",
    "win",
    "zan",
    "bri",
    "dro",
)
_TRADES: Final = ("Trading", "Shipping", "Foods", "Textiles", "Machinery", "Logistics", "Chemicals", "Holding")


async def library(db: Database, folder: Path | None) -> Library:
    """The lists of a folder of JSON lines, put into force and followed as a worker does; else the packaged one."""
    if folder is None:
        return Library(db, (NETWORK,), max_age_s=AGE_S)
    files = {name.upper(): folder / f"{name}.jsonl" for name in ("ofac", "eu", "un", "uk")}
    for name, file in files.items():
        async with db.write() as session:
            await _put(session, name, file)
    found = Library(db, tuple(files), max_age_s=AGE_S)
    await found.follow()
    return found


async def _put(session: WriteSession, name: str, file: Path) -> None:
    kept = list(entities([file]))
    content = await asyncio.to_thread(pack, kept)
    digest = hashlib.sha256(content).hexdigest()
    at = datetime.now(UTC)
    new = NewVersion(
        name, digest[:12], digest, len(content), len(kept), str(file), content, "bench", at, len(kept), 0, 0
    )
    await lists.activate(session, new)


class Payments:
    """Payments that nobody has screened yet; known names come again when all have had their turn."""

    def __init__(self, listed: Index, folder: Path | None, *, seed: int = 1) -> None:
        self._chance = Random(seed)
        self._numbers = itertools.count()
        sought = (EntityKind.PERSON, EntityKind.ORGANISATION)
        self._listed = [entity.names[0].text for entity in listed.entities if entity.kind in sought]
        if folder is None:
            self._people: Iterator[str] = (f"{self._word()} {self._word()}" for _ in self._numbers)
            self._firms: Iterator[str] = (
                f"{self._word()} {self._chance.choice(_TRADES)} {self._word()}" for _ in self._numbers
            )
        else:
            rows = [row for row in positives_and_negatives(folder)[1] if not row.hard]
            self._people = self._round({row.query for row in rows if row.kind == EntityKind.PERSON})
            self._firms = self._round({row.query for row in rows if row.kind == EntityKind.ORGANISATION})

    async def taken_in(self, db: Database, count: int, *, hit: bool = False) -> list[str]:
        """Ids of so many new payments that wait to be screened; of a hit, the creditor is listed."""
        return [await self._stored(db, hit=hit) for _ in range(count)]

    async def _stored(self, db: Database, *, hit: bool) -> str:
        at = datetime.now(UTC)
        new = NewPayment(PaymentId.new(), "BENCH", self._order(hit=hit), "bench", at)
        async with db.write() as session:
            await payments.insert(session, new, start={})
            await payments.advance(session, new.id, Step(PaymentStatus.VALIDATED, at, "bench"))
        return new.id

    def _order(self, *, hit: bool) -> PaymentOrder:
        one, two, three, four, five, _ = self._chance.sample(BANKS, 6)
        person, firm = self._people, self._firms
        mentioned = (
            Mentioned(Seat.ULTIMATE_DEBTOR, next(person)),
            Mentioned(Seat.ULTIMATE_CREDITOR, next(firm)),
            Mentioned(Seat.INITIATING_PARTY, next(person)),
            Mentioned(Seat.DEBTOR_AGENT, next(firm), three),
            Mentioned(Seat.CREDITOR_AGENT, next(firm), four),
            Mentioned(Seat.INTERMEDIARY_1, next(firm), five),
        )
        creditor = self._chance.choice(self._listed) if hit else next(person)
        return PaymentOrder(
            amount=Money(self._chance.randrange(10_000, 100_000_000), "EUR"),
            debtor=Party(
                next(person), one, account=f"DE{self._chance.randrange(10**20):020}", country="DE", town="Bonn"
            ),
            creditor=Party(creditor, two, country="FR", town="Lyon", address="12 rue du Port"),
            end_to_end_id=f"E2E-{next(self._numbers)}",
            uetr=Uetr.new(),
            remittance_info=f"INV {self._chance.randrange(10**6)} {next(firm)} final delivery as agreed, 30 days",
            mentioned=mentioned,
        )

    def _round(self, names: Iterable[str]) -> Iterator[str]:
        ordered = sorted(names)
        while True:
            self._chance.shuffle(ordered)
            yield from ordered

    def _word(self) -> str:
        return "".join(self._chance.choices(_SYLLABLES, k=self._chance.randint(2, 3))).capitalize()
