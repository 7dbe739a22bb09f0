import random
from dataclasses import dataclass

import pytest

from domain.errors import AlreadyExists, NotFound
from schema.tables.accounts import heads, participants
from schema.tables.accounts.participants import AccountStatus, ParticipantStatus
from schema.tables.common.session import Database
from tests.schema.tables.world import AT, BERLIN, PARIS, TOKYO, later


@dataclass(frozen=True)
class Told:
    """A balance as the ledger tells it."""

    account: str
    credits_posted: int
    sequence: int
    debits_posted: int = 10
    debits_pending: int = 20
    credits_pending: int = 30


async def test_a_bank_is_registered_once(db: Database) -> None:
    async with db.write() as session:
        bank = {"bic": BERLIN, "name": "Berliner Bank", "country": "DE"}
        assert await participants.register(session, **bank, at=AT)
        assert not await participants.register(session, **bank, at=later(1))
        with pytest.raises(AlreadyExists):
            await participants.register(session, **{**bank, "name": "Another"}, at=AT)
        await participants.set_status(session, BERLIN, ParticipantStatus.SUSPENDED)
        found = await participants.find(session, BERLIN)
        listed = await participants.listing(session)
    assert (found.status, found.created_at) == (ParticipantStatus.SUSPENDED, AT)
    assert found in listed


async def test_an_account_from_registered_to_closed(db: Database) -> None:
    async with db.write() as session:
        await participants.register(session, bic=PARIS, name="Banque", country="FR", at=AT)
        for _ in range(2):
            account = await participants.add_account(session, bic=PARIS, currency="EUR", floor_minor=-500, at=AT)
        with pytest.raises(AlreadyExists):
            await participants.add_account(session, bic=PARIS, currency="EUR", floor_minor=0, at=AT)
        seen = []
        for at in (later(1), later(2)):
            _, accounts = await participants.with_balances(session, PARIS)
            seen.append(accounts[0].status)
            await participants.mark_open(session, account, at)
        _, (opened,) = await participants.with_balances(session, PARIS)
        await participants.mark_closed(session, account)
        _, (closed,) = await participants.with_balances(session, PARIS)
    assert seen == [AccountStatus.REGISTERED, AccountStatus.OPEN]
    assert (opened.id, opened.opened_at, opened.floor_minor) == (f"{PARIS}/EUR", later(1), -500)
    assert closed.status is AccountStatus.CLOSED


async def test_an_unknown_bank_is_not_found(db: Database) -> None:
    async with db.write() as session:
        with pytest.raises(NotFound):
            await participants.with_balances(session, "NOBODYXXXXX")
        with pytest.raises(NotFound):
            await participants.add_account(session, bic="NOBODYXXXXX", currency="EUR", floor_minor=0, at=AT)
        with pytest.raises(NotFound):
            await participants.set_status(session, "NOBODYXXXXX", ParticipantStatus.ACTIVE)


async def test_the_projection_never_goes_back(db: Database) -> None:
    async with db.write() as session:
        await participants.register(session, bic=TOKYO, name="Bank", country="JP", at=AT)
        yen = await participants.add_account(session, bic=TOKYO, currency="JPY", floor_minor=0, at=AT)
        usd = await participants.add_account(session, bic=TOKYO, currency="USD", floor_minor=0, at=AT)
    history = [Told(account, credits_posted=1_000 + n, sequence=n) for n in range(1, 21) for account in (yen, usd)]
    random.Random(3).shuffle(history)
    for start in range(0, len(history), 2):
        batch = {told.account: told for told in history[start : start + 2]}
        async with db.write() as session:
            await participants.project(session, [*batch.values(), Told("NETWORK/JPY", 1, 1)], later(start))
    async with db.write() as session:
        assert await participants.project(session, history[:1], AT) == 0
        assert await participants.project(session, [], AT) == 0
        _, accounts = await participants.with_balances(session, TOKYO)
    assert [(a.credits_posted, a.ledger_sequence) for a in accounts] == [(1_020, 20)] * 2
    assert (accounts[0].posted_minor, accounts[0].available_minor) == (1_010, 990)


async def test_the_mark_of_the_ledger_never_sinks(db: Database) -> None:
    async with db.write() as session:
        assert await heads.get(session, "ledger") is None
        for sequence in (5, 9, 7, 9):
            await heads.put(session, "ledger", sequence, bytes([sequence]), later(sequence))
        mark = await heads.get(session, "ledger")
    assert mark == heads.Mark(9, bytes([9]), later(9))
    async with db.write() as session:
        for hash, at in ((bytes([9]), later(50)), (bytes([9]), later(40)), (bytes([7]), later(60))):
            await heads.put(session, "ledger", 9, hash, at)
        mark = await heads.get(session, "ledger")
    assert mark == heads.Mark(9, bytes([9]), later(50)), (
        "it still stands; another journal of this length does not count"
    )
