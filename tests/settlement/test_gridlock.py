from collections import defaultdict
from collections.abc import Mapping
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.settlement import Obligation, Priority
from settlement.gridlock import Together, needed, resolve
from settlement.liquidity import queue_order
from tests.settlement.exact import largest_in_order, some_obligations

A, B, C = "AAAADEFFXXX", "BBBBFRPPXXX", "CCCCGB2LXXX"
ALONE, BILATERAL, MULTILATERAL = Together


def queue(*debts: tuple[str, str, int]) -> list[Obligation]:
    return [
        Obligation(str(n), debtor, creditor, amount, arrived=n) for n, (debtor, creditor, amount) in enumerate(debts)
    ]


@pytest.mark.parametrize(
    ("queued", "spendable", "released", "waiting"),
    [
        ([], {}, [], {}),
        ([(A, B, 100)], {A: 100}, [(ALONE, "0")], {}),
        ([(A, B, 100)], {A: 60}, [], {"0": (None, 40)}),
        # What comes in pays on.
        ([(B, C, 100), (A, B, 100)], {A: 100}, [(ALONE, "1"), (ALONE, "0")], {}),
        # Nobody overtakes in its own queue.
        ([(A, B, 100), (A, C, 1)], {A: 50}, [], {"0": (None, 50), "1": ("0", 50)}),
        ([(A, B, 100), (B, A, 90)], {A: 10}, [(BILATERAL, "01")], {}),
        ([(A, B, 100), (B, A, 90)], {A: 9}, [], {"0": (None, 91), "1": (None, 90)}),
        # Two for one.
        ([(A, B, 100), (B, A, 60), (B, A, 40)], {}, [(BILATERAL, "012")], {}),
        ([(A, B, 100), (B, C, 100), (C, A, 100)], {}, [(MULTILATERAL, "012")], {}),
        # The circle closes without the payments behind it.
        ([(A, B, 10), (B, C, 10), (C, A, 10), (A, B, 5)], {}, [(MULTILATERAL, "012")], {"3": (None, 5)}),
        ([(A, A, 10)], {}, [(MULTILATERAL, "0")], {}),
    ],
)
def test_resolve(
    queued: list[tuple[str, str, int]],
    spendable: Mapping[str, int],
    released: list[tuple[Together, str]],
    waiting: Mapping[str, tuple[str | None, int]],
) -> None:
    resolution = resolve(queue(*queued), spendable)
    assert [(r.how, "".join(owed.payment_id for owed in r.payments)) for r in resolution.released] == released
    assert {w.owed.payment_id: (w.behind, w.short_minor) for w in resolution.waiting} == waiting


def test_each_waiting_payment_says_why() -> None:
    first, second = resolve(queue((A, B, 100), (A, C, 1)), {A: 40}).waiting
    assert first.reason("EUR") == f"{A} is 0.60 EUR short of it, and nothing queued makes up for that"
    assert second.reason("EUR") == f"waits behind 0 in the queue of {A}"


_banks = st.sampled_from([f"BANK{n}" for n in range(5)])
_queued = st.lists(
    st.builds(
        Obligation,
        st.uuids().map(str),
        _banks,
        _banks,
        st.integers(1, 99),
        st.sampled_from(Priority),
        st.integers(0, 9),
    ),
    max_size=40,
    unique_by=lambda owed: owed.payment_id,
)
_spendable = st.dictionaries(_banks, st.integers(0, 150))


@given(_queued, _spendable)
def test_every_release_is_covered_and_keeps_to_the_order(queued: list[Obligation], spendable: dict[str, int]) -> None:
    resolution = resolve(queued, spendable)
    room = defaultdict(int, spendable)
    left: dict[str, list[Obligation]] = defaultdict(list)
    for owed in sorted(queued, key=queue_order):
        left[owed.debtor].append(owed)
    for release in resolution.released:
        for owed in release.payments:
            room[owed.debtor] -= owed.amount_minor
            room[owed.creditor] += owed.amount_minor
            assert left[owed.debtor].pop(0) is owed
        assert min(room.values()) >= 0
    assert [one.owed for one in resolution.waiting] == sorted(
        (o for rest in left.values() for o in rest), key=queue_order
    )


@given(_queued, _spendable, st.randoms(use_true_random=False))
def test_the_order_in_the_list_does_not_matter(
    queued: list[Obligation], spendable: dict[str, int], chance: Random
) -> None:
    shuffled = list(queued)
    chance.shuffle(shuffled)
    assert resolve(shuffled, spendable) == resolve(queued, spendable)


@pytest.mark.parametrize("seed", range(60))
def test_as_many_leave_as_exact_search_lets_go(seed: int) -> None:
    """The set is the largest that keeps to the order: the procedure is exact, whatever left alone or in pairs before."""
    chance = Random(seed)
    banks = ["BANK0", "BANK1", "BANK2", "BANK3"]
    queued = some_obligations(chance, banks, 14, 50)
    spendable = {bank: chance.randint(0, 25) for bank in banks}
    queues: dict[str, list[Obligation]] = defaultdict(list)
    for owed in queued:
        queues[owed.debtor].append(owed)
    left = sum(len(release.payments) for release in resolve(queued, spendable).released)
    assert left == largest_in_order(queues, spendable)


def test_needed_is_the_deepest_that_anybody_gets() -> None:
    one, two, three = queue((A, B, 100), (B, A, 70), (A, B, 20))
    assert needed([[one], [two], [three]]) == {A: 100, B: 0}
    assert needed([[one, two, three]]) == {A: 50, B: 0}
    assert needed([]) == {}
