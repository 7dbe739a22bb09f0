"""Random programs against a tiny independent model; memory, RocksDB and PostgreSQL must answer alike, and no money may appear."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import DelTranError
from ledger.book import Account, Discharge, Operation, Post, Reserve, Transfer, Void
from ledger.memory import MemoryLedger
from ledger.protocol import Ledger
from ledger.rocks import RocksLedger
from ledger.verify import verify
from tests.ledger.conftest import fresh_postgres
from tests.ledger.model import Model
from tests.ledger.worlds import ACCOUNTS, ALPHA, BETA, CAPPED, FUNDING, GAMMA, NETWORK, YEN, Ticks, conserved

# Few names, so that programs meet their own ids, holds and limits often.
ids = st.sampled_from([f"o{n}" for n in range(14)])
accounts = st.sampled_from([ALPHA, ALPHA, BETA, BETA, GAMMA, GAMMA, CAPPED, NETWORK, YEN])
amounts = st.integers(1, 400) | st.just(0)
assets = st.sampled_from(["USD"] * 9 + ["JPY"])
operations: st.SearchStrategy[Operation] = st.one_of(
    st.builds(Reserve, ids, accounts, accounts, assets, amounts),
    st.builds(Reserve, ids, accounts, accounts, assets, amounts),
    st.builds(Transfer, ids, accounts, accounts, assets, amounts),
    st.builds(Post, ids, ids, st.none() | amounts),
    st.builds(Void, ids, ids),
    st.builds(Discharge, ids, ids),
)


class Net(tuple[int, int]):
    """Net a choice of the open holds (a bit mask); the second number is what to get wrong by."""


Step: TypeAlias = list[Operation] | Net | Account
steps: st.SearchStrategy[Step] = st.one_of(
    st.lists(operations, min_size=1, max_size=1),
    st.lists(operations, min_size=1, max_size=1),
    st.lists(operations, min_size=1, max_size=4),
    st.builds(lambda mask, off: Net((mask, off)), st.integers(1, 255), st.sampled_from([0, 0, 0, 1])),
    st.sampled_from(ACCOUNTS[3:]),
)


def net_chain(model: Model, step: Net, number: int) -> list[Operation]:
    """Discharge the chosen holds and settle them by as few transfers as there are net debtors and creditors."""
    mask, off = step
    chosen = [hold for n, hold in enumerate(model.pending()) if mask >> n & 1]
    chain: list[Operation] = [Discharge(f"net{number}/{hold.id}", hold.id) for hold in chosen]
    for asset in sorted({hold.asset for hold in chosen}):
        due: Counter[str] = Counter()
        for hold in chosen:
            if hold.asset == asset:
                due[hold.credit] += hold.amount_minor
                due[hold.debit] -= hold.amount_minor
        moves = enumerate(_settle(due))
        chain += [Transfer(f"net{number}/{asset}/{n}", d, c, asset, amount + off) for n, (d, c, amount) in moves]
    return chain


def _settle(due: Counter[str]) -> Iterator[tuple[str, str, int]]:
    while any(due.values()):
        debtor, creditor = min(due, key=lambda a: (due[a], a)), max(due, key=lambda a: (due[a], a))
        amount = min(-due[debtor], due[creditor])
        yield debtor, creditor, amount
        due[debtor] += amount
        due[creditor] -= amount


async def answer(ledger: Ledger, chain: list[Operation]) -> tuple[str, object]:
    try:
        return "ok", await ledger.submit(chain)
    except DelTranError as refusal:
        return refusal.code, dict(refusal.facts)


@settings(max_examples=60)
@given(st.lists(steps, min_size=1, max_size=25))
async def test_every_ledger_agrees_with_the_model(book_url: str, program: list[Step]) -> None:
    with TemporaryDirectory() as place:
        path = Path(place, "ledger")
        model, ticks = Model(), Ticks()
        memory, rocks = MemoryLedger(ticks), await RocksLedger.open(path, clock=ticks)
        postgres = await fresh_postgres(book_url, ticks)
        others: list[Ledger] = [rocks, postgres]
        for account in ACCOUNTS:
            model.open(account)
            assert {await ledger.open_account(account) for ledger in (memory, *others)} == {True}
        assert model.submit(list(FUNDING)) == "ok"
        funded = await memory.submit(FUNDING)
        assert [await ledger.submit(FUNDING) for ledger in others] == [funded, funded]
        for number, step in enumerate(program):
            ticks.now_us += 7 - number
            if isinstance(step, Account):
                model.closed.add(step.id)
                for ledger in (memory, *others):
                    await ledger.close_account(step.id)
                continue
            chain = net_chain(model, step, number) if isinstance(step, Net) else step
            expected = model.submit(chain)
            one = await answer(memory, chain)
            assert [await answer(ledger, chain) for ledger in others] == [one, one]
            assert one[0] == expected
            balances = await memory.balances()
            assert {b.account: b.posted_minor for b in balances} == model.posted
            assert {b.account: b.debits_pending for b in balances} == model.held
            assert conserved(balances)
        for ledger in others:
            assert await ledger.balances() == await memory.balances()
            assert await ledger.head() == await memory.head()
            assert await ledger.entries(0, 1000) == await memory.entries(0, 1000)
            for operation_id in model.operations:
                assert await ledger.hold(operation_id) == await memory.hold(operation_id)
        head = await rocks.head()
        await rocks.aclose()
        await postgres.aclose()
        report = verify(path, high_water=head)
        assert report.verdict == "ok", report
        assert report.open_holds == len(model.pending())
