"""What every ledger must do, as tables."""

from dataclasses import replace

import pytest

from domain.errors import (
    AccountClosed,
    AlreadyExists,
    DelTranError,
    InsufficientFunds,
    LedgerAccountMissing,
    Unavailable,
)
from ledger.book import (
    MAX_AMOUNT,
    Account,
    Closing,
    Discharge,
    Entry,
    Expire,
    HoldState,
    Operation,
    Post,
    Receipt,
    Refusal,
    Reserve,
    Transfer,
    Void,
)
from ledger.errors import (
    AlreadyResolved,
    AmountOutOfRange,
    AssetMismatch,
    ExistsWithDifferent,
    HoldExceeded,
    HoldExpired,
    HoldNotExpired,
    HoldNotFound,
    MalformedName,
    NettingMismatch,
    SameAccount,
)
from ledger.journal import decode, link
from ledger.protocol import Ledger
from ledger.rules import is_name
from tests.ledger.worlds import ACCOUNTS, ALPHA, BETA, CAPPED, GAMMA, NETWORK, YEN, Ticks, conserved, furnish


def reserve(id: str = "h", debit: str = ALPHA, credit: str = BETA, amount: int = 100, asset: str = "USD") -> Reserve:
    return Reserve(id, debit, credit, asset, amount)


def transfer(id: str = "t", debit: str = ALPHA, credit: str = BETA, amount: int = 100, asset: str = "USD") -> Transfer:
    return Transfer(id, debit, credit, asset, amount)


async def figures(ledger: Ledger, *accounts: str) -> list[tuple[int, int]]:
    """Posted and available of each account."""
    return [(b.posted_minor, b.available_minor) for b in [await ledger.balance(account) for account in accounts]]


APPLIED: list[tuple[str, list[Operation], list[tuple[int, int]]]] = [
    ("reserve holds", [reserve()], [(1000, 900), (500, 500)]),
    ("post pays", [reserve(), Post("p", "h")], [(900, 900), (600, 600)]),
    ("post in part releases the rest", [reserve(), Post("p", "h", 30)], [(970, 970), (530, 530)]),
    ("void releases", [reserve(), Void("v", "h")], [(1000, 1000), (500, 500)]),
    ("transfer pays at once", [transfer()], [(900, 900), (600, 600)]),
    ("to the last cent", [reserve(amount=1000)], [(1000, 0), (500, 500)]),
    ("later sees earlier", [transfer(amount=1000), transfer("t2", BETA, ALPHA, 1500)], [(1500, 1500), (0, 0)]),
    (
        "netting of two obligations",
        [
            reserve("h1", ALPHA, BETA, 100),
            reserve("h2", BETA, ALPHA, 30),
            Discharge("d1", "h1"),
            Discharge("d2", "h2"),
            transfer("net", ALPHA, BETA, 70),
        ],
        [(930, 930), (570, 570)],
    ),
    (
        "netting of equal obligations moves nothing",
        [reserve("h1"), reserve("h2", BETA, ALPHA), Discharge("d1", "h1"), Discharge("d2", "h2")],
        [(1000, 1000), (500, 500)],
    ),
    (
        "netting through a third bank",
        [
            reserve("h1", ALPHA, BETA, 100),
            Discharge("d1", "h1"),
            transfer("n1", ALPHA, GAMMA, 100),
            transfer("n2", GAMMA, BETA, 100),
        ],
        [(900, 900), (600, 600)],
    ),
]


@pytest.mark.parametrize(("name", "chain", "expected"), APPLIED, ids=[case[0] for case in APPLIED])
async def test_chain_is_applied_and_repeats_safely(
    ledger: Ledger, name: str, chain: list[Operation], expected: list[tuple[int, int]]
) -> None:
    await furnish(ledger)
    start = (await ledger.head()).sequence
    receipts = await ledger.submit(chain)
    assert [receipt[:3] for receipt in receipts] == [(op.id, True, start + n) for n, op in enumerate(chain, 1)]
    last = receipts[-1]
    assert last.balances == tuple([await ledger.balance(told.account) for told in last.balances or ()])
    assert await figures(ledger, ALPHA, BETA) == expected
    head = await ledger.head()
    assert head.sequence == start + len(chain)

    again = await ledger.submit(chain)
    assert again == tuple(Receipt(receipt.operation_id, False, receipt.sequence) for receipt in receipts)
    assert await ledger.head() == head
    assert await figures(ledger, ALPHA, BETA) == expected
    assert conserved(await ledger.balances())


BEFORE: list[Operation] = [
    reserve("held"),
    reserve("paid"),
    Post("post", "paid", 40),
    reserve("void"),
    Void("v", "void"),
]

REFUSED: list[tuple[str, list[Operation], type[DelTranError], dict[str, object]]] = [
    ("more than available", [reserve(amount=861)], InsufficientFunds, {"account": ALPHA, "spendable_minor": 860}),
    ("direct, more than available", [transfer(amount=861)], InsufficientFunds, {"amount_minor": 861}),
    ("beyond the cap", [transfer(debit=CAPPED, amount=51)], InsufficientFunds, {"spendable_minor": 50}),
    ("unknown debit", [reserve(debit="NOBODY")], LedgerAccountMissing, {"account": "NOBODY"}),
    ("unknown credit", [transfer(credit="NOBODY")], LedgerAccountMissing, {"account": "NOBODY"}),
    ("closed debit", [reserve(debit="closed")], AccountClosed, {"account": "closed"}),
    ("closed credit", [transfer(credit="closed")], AccountClosed, {"account": "closed"}),
    ("same account", [transfer(credit=ALPHA)], SameAccount, {}),
    ("other asset on one side", [transfer(credit=YEN)], AssetMismatch, {"account": YEN}),
    ("other asset on both sides", [transfer(asset="EUR")], AssetMismatch, {"account": ALPHA}),
    ("nothing", [reserve(amount=0)], AmountOutOfRange, {}),
    ("less than nothing", [transfer(amount=-5)], AmountOutOfRange, {}),
    ("too much for 64 bits", [transfer(debit=NETWORK, amount=MAX_AMOUNT + 1)], AmountOutOfRange, {}),
    ("a truth value is no amount", [transfer(amount=True)], AmountOutOfRange, {}),
    ("empty id", [reserve(id="")], MalformedName, {}),
    ("id with a control character", [reserve(id="a\x1fb")], MalformedName, {}),
    ("id beyond ASCII", [reserve(id="zürich")], MalformedName, {}),
    ("id that is no text", [reserve(id="\udcff")], MalformedName, {}),
    ("hold that is no text", [Post("p", "\udcff")], MalformedName, {}),
    ("hold with a zero", [Void("p", "h\0")], MalformedName, {}),
    ("id too long", [reserve(id="x" * 256)], MalformedName, {}),
    ("post of nothing", [Post("p", "nothing")], HoldNotFound, {"hold": "nothing"}),
    ("void of a transfer", [Void("x", "fund/ALPHA/USD")], HoldNotFound, {}),
    ("post of zero", [Post("p", "held", 0)], AmountOutOfRange, {}),
    ("post of more than held", [Post("p", "held", 101)], HoldExceeded, {"held_minor": 100}),
    ("post of a posted hold", [Post("p", "paid")], AlreadyResolved, {"how": "posted", "by": "post"}),
    ("void of a posted hold", [Void("x", "paid")], AlreadyResolved, {"how": "posted"}),
    ("post of a voided hold", [Post("p", "void")], AlreadyResolved, {"how": "voided", "by": "v"}),
    ("discharge of a voided hold", [Discharge("d", "void")], AlreadyResolved, {"how": "voided"}),
    ("second resolution in one chain", [Void("x", "held"), Void("y", "held")], AlreadyResolved, {"by": "x"}),
    ("same id, other amount", [reserve("held", amount=1)], ExistsWithDifferent, {"field": "amount_minor"}),
    ("same id, other debit", [reserve("held", debit=GAMMA)], ExistsWithDifferent, {"field": "debit"}),
    ("same id, other kind", [transfer("held")], ExistsWithDifferent, {"field": "kind"}),
    ("same id, other hold", [Void("v", "held")], ExistsWithDifferent, {"field": "pending_id"}),
    ("discharge without a transfer", [Discharge("d", "held")], NettingMismatch, {}),
    ("net transfer too small", [Discharge("d", "held"), transfer(amount=99)], NettingMismatch, {"off_minor": 1}),
    ("net transfer too large", [Discharge("d", "held"), transfer(amount=101)], NettingMismatch, {}),
    (
        "net transfer to the wrong bank",
        [Discharge("d", "held"), transfer(credit=GAMMA)],
        NettingMismatch,
        {"accounts": 2},
    ),
    ("net transfer the wrong way", [Discharge("d", "held"), transfer("t", BETA, ALPHA)], NettingMismatch, {}),
]


@pytest.mark.parametrize(("name", "chain", "error", "facts"), REFUSED, ids=[case[0] for case in REFUSED])
async def test_refused_chain_leaves_nothing(
    ledger: Ledger, name: str, chain: list[Operation], error: type[DelTranError], facts: dict[str, object]
) -> None:
    await furnish(ledger)
    await ledger.open_account(Account("closed", "USD", floor_minor=None))
    await ledger.close_account("closed")
    await ledger.submit(BEFORE)
    before = (await ledger.head()).sequence, await ledger.balances()
    good = transfer("good", BETA, GAMMA, 1)
    # The net of a chain with discharges would not add up with one more transfer, so the good one goes in as a hold.
    for attempt in (chain, [reserve("good", BETA, GAMMA, 1), *chain], [*chain, good]):
        with pytest.raises(error) as refused:
            await ledger.submit(attempt)
        assert facts.items() <= refused.value.facts.items() or attempt is not chain
    noted = [sealed.entry.event for sealed in await ledger.entries(before[0], 10)]
    named = [attempt[0].id for attempt in (chain, [reserve("good")], chain)]
    assert noted == [Refusal(id, error.code) for id in named if is_name(id)], "each refusal is on record"
    assert await ledger.balances() == before[1]
    assert await ledger.hold("good") is None


async def test_what_was_refused_may_be_asked_again(ledger: Ledger) -> None:
    await furnish(ledger)
    wish: list[Operation] = [reserve(amount=1200), Post("p", "h")]
    for _ in range(2):
        with pytest.raises(InsufficientFunds):
            await ledger.submit(wish)
    await ledger.submit([transfer("fund", NETWORK, ALPHA, 500)])
    (held, _) = await ledger.submit(wish)
    assert held.created
    told = [sealed.entry.event for sealed in await ledger.entries(held.sequence - 4, 3)]
    assert told == [Refusal("h", "insufficient_funds")] * 2 + [transfer("fund", NETWORK, ALPHA, 500)]


HOUR_US = 3_600_000_000


async def test_a_hold_whose_time_is_over_can_only_be_given_back(ledger: Ledger, ticks: Ticks) -> None:
    await furnish(ledger)
    wishes = {id: replace(reserve(id), expires_us=ticks.now_us + HOUR_US) for id in "abc"}
    await ledger.submit([*wishes.values(), reserve("ever")])
    for id in ("a", "ever"):
        with pytest.raises(HoldNotExpired):
            await ledger.submit([Expire(f"{id}/expiry", id)])
    await ledger.submit([Post("a/post", "a")])
    ticks.now_us += HOUR_US
    late: list[list[Operation]] = [[Post("b/post", "b")], [Discharge("b/d", "b"), transfer()]]
    for chain in late:
        with pytest.raises(HoldExpired):
            await ledger.submit(chain)
    await ledger.submit([Expire("b/expiry", "b"), Void("c/void", "c")])
    told = [await ledger.hold(id) for id in ("a", "b", "c", "ever")]
    assert [hold.state for hold in told if hold] == ["posted", "expired", "voided", "pending"]
    with pytest.raises(AlreadyResolved) as refused:
        await ledger.submit([Post("b/post", "b")])
    assert refused.value.facts["how"] == "expired"
    (again,) = await ledger.submit([Expire("b/expiry", "b")])
    assert not again.created
    assert await figures(ledger, ALPHA) == [(900, 800)]
    with pytest.raises(ExistsWithDifferent):
        await ledger.submit([replace(wishes["a"], expires_us=None)])


@pytest.mark.parametrize(
    ("expires_us", "error"),
    [(0, HoldExpired), (-1, AmountOutOfRange), (2**63, AmountOutOfRange), (True, AmountOutOfRange)],
)
async def test_a_hold_ends_later_than_it_begins(ledger: Ledger, expires_us: int, error: type[DelTranError]) -> None:
    await furnish(ledger)
    with pytest.raises(error):
        await ledger.submit([replace(reserve(), expires_us=expires_us)])


async def test_repeated_discharge_does_not_cover_a_second_transfer(ledger: Ledger) -> None:
    await furnish(ledger)
    await ledger.submit([reserve()])
    await ledger.submit([Discharge("d", "h"), transfer("first")])
    with pytest.raises(NettingMismatch):
        await ledger.submit([Discharge("d", "h"), transfer("second")])
    assert await figures(ledger, ALPHA, BETA) == [(900, 900), (600, 600)]


async def test_discharges_free_the_funds_their_transfers_need(ledger: Ledger) -> None:
    await furnish(ledger)
    await ledger.submit([reserve(amount=1000)])
    await ledger.submit([Discharge("d", "h"), transfer(amount=1000)])
    assert await figures(ledger, ALPHA, BETA) == [(0, 0), (1500, 1500)]


async def test_holds_tell_their_story(ledger: Ledger) -> None:
    await furnish(ledger)
    await ledger.submit([reserve("a"), reserve("b"), reserve("c"), reserve("d")])
    await ledger.submit([Post("pb", "b", 25), Void("vc", "c"), Discharge("dd", "d"), transfer()])
    told = {id: await ledger.hold(id) for id in "abcd"}
    assert {id: (hold.state, hold.posted_minor, hold.resolved_by) for id, hold in told.items() if hold} == {
        "a": (HoldState.PENDING, 0, None),
        "b": (HoldState.POSTED, 25, "pb"),
        "c": (HoldState.VOIDED, 0, "vc"),
        "d": (HoldState.DISCHARGED, 0, "dd"),
    }
    assert await ledger.hold("t") is None
    assert await ledger.hold("nothing") is None
    assert await ledger.hold("zürich") is None


async def test_accounts_open_once(ledger: Ledger) -> None:
    assert [await ledger.open_account(account) for account in ACCOUNTS] == [True] * len(ACCOUNTS)
    assert [await ledger.open_account(account) for account in ACCOUNTS] == [False] * len(ACCOUNTS)
    for other in (
        Account(ALPHA, "EUR"),
        Account(ALPHA, "USD", floor_minor=-1),
        Account(ALPHA, "USD", floor_minor=None),
    ):
        with pytest.raises(AlreadyExists):
            await ledger.open_account(other)
    with pytest.raises(AmountOutOfRange):
        await ledger.open_account(Account("low", "USD", floor_minor=-(2**63)))
    with pytest.raises(MalformedName):
        await ledger.open_account(Account("", "USD"))
    assert (await ledger.head()).sequence == len(ACCOUNTS)


async def test_closed_account_still_resolves_its_holds(ledger: Ledger) -> None:
    await furnish(ledger)
    await ledger.submit([reserve("a"), reserve("b"), reserve("c")])
    await ledger.close_account(ALPHA)
    head = await ledger.head()
    await ledger.close_account(ALPHA)
    assert await ledger.head() == head
    assert await ledger.closed([ALPHA, BETA, "NOBODY", "no name"]) == {ALPHA}
    assert await ledger.open_account(Account(ALPHA, "USD")) is False
    await ledger.submit([Post("p", "a"), Void("v", "b")])
    with pytest.raises(AccountClosed):
        await ledger.submit([Discharge("d", "c"), transfer()])
    with pytest.raises(LedgerAccountMissing):
        await ledger.close_account("NOBODY")
    assert await figures(ledger, ALPHA) == [(900, 800)]


async def test_changes_since(ledger: Ledger) -> None:
    await furnish(ledger)
    seen, balances = await ledger.changes(0)
    assert {b.account for b in balances} == {account.id for account in ACCOUNTS}
    assert await ledger.changes(seen.sequence) == (seen, [])
    await ledger.submit([reserve()])
    await ledger.submit([transfer("t", BETA, GAMMA)])
    head, changed = await ledger.changes(seen.sequence)
    assert [(b.account, b.sequence) for b in changed] == [
        (ALPHA, seen.sequence + 1),
        (BETA, seen.sequence + 2),
        (GAMMA, seen.sequence + 2),
    ]
    assert head == await ledger.head()


async def test_changes_within_one_chain(ledger: Ledger) -> None:
    await furnish(ledger)
    start = (await ledger.head()).sequence
    await ledger.submit([transfer("1"), transfer("2", BETA, GAMMA), transfer("3", ALPHA, GAMMA)])
    _, changed = await ledger.changes(start + 2)
    assert {b.account for b in changed} == {ALPHA, GAMMA}


async def test_the_journal_tells_everything_in_order_and_when(ledger: Ledger, ticks: Ticks) -> None:
    await furnish(ledger)
    start, began_us = (await ledger.head()).sequence, ticks.now_us
    ticks.now_us += 5
    await ledger.submit([reserve(), Post("p", "h", 30)])
    ticks.now_us -= 3
    await ledger.submit([transfer()])
    ticks.now_us += 2_000_000
    await ledger.close_account(GAMMA)
    told = await ledger.entries(start, 10)
    assert [sealed.entry for sealed in told] == [
        Entry(start + 1, reserve(), began_us + 5),
        Entry(start + 2, Post("p", "h", 30), began_us + 5),
        Entry(start + 3, transfer(), began_us + 5),
        Entry(start + 4, Closing(GAMMA), began_us + 2_000_002),
    ]
    assert all(decode(sealed.body)[0] == sealed.entry for sealed in told)
    assert told[-1].hash == (await ledger.head()).hash == link(told[-2].hash, told[-1].body)
    assert await ledger.entries(start + 1, 2) == told[1:3]
    assert await ledger.entries(start + 4, 10) == await ledger.entries(start + 99, 1) == []
    assert [one.entry.sequence for one in await ledger.entries(0, 3)] == [1, 2, 3]


async def test_an_empty_chain_is_nothing(ledger: Ledger) -> None:
    head = await ledger.head()
    assert await ledger.submit([]) == ()
    assert await ledger.head() == head
    assert await ledger.balances() == []
    with pytest.raises(LedgerAccountMissing):
        await ledger.balance("NOBODY")


async def test_closed_ledger_serves_nobody(ledger: Ledger) -> None:
    await furnish(ledger)
    await ledger.aclose()
    await ledger.aclose()
    for call in (
        ledger.submit([transfer()]),
        ledger.closed([ALPHA]),
        ledger.balance(ALPHA),
        ledger.head(),
        ledger.hold("h"),
        ledger.changes(0),
        ledger.entries(0, 1),
    ):
        with pytest.raises(Unavailable):
            await call
