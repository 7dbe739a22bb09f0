from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.groups import EXACT, fewest_at_least, fewest_transfers, groups


@pytest.mark.parametrize(
    ("balances", "expected"),
    [
        ({}, []),
        ({"A": 0}, []),
        ({"A": 5, "B": -5}, [("B", "A")]),
        ({"A": 5, "B": 5, "C": -5, "D": -5}, [("C", "A"), ("D", "B")]),
        ({"A": 3, "B": 2, "C": -5, "D": 4, "E": 3, "F": -7}, [("A", "B", "C"), ("D", "E", "F")]),
        ({"A": 8, "B": -1, "C": -2, "D": -5}, [("A", "B", "C", "D")]),
    ],
)
def test_groups_cancel_out(balances: dict[str, int], expected: list[tuple[str, ...]]) -> None:
    assert sorted(groups(balances)) == sorted(expected)


def test_positions_that_do_not_add_up_are_a_programming_error() -> None:
    with pytest.raises(AssertionError):
        groups({"A": 1})


def balances_of(chance: Random, count: int, size: int) -> dict[str, int]:
    balances = {f"BANK{number:02}": chance.randint(-size, size) for number in range(count - 1)}
    return {**balances, "LAST": -sum(balances.values())}


@given(st.randoms(use_true_random=False), st.integers(1, 40), st.sampled_from([5, 50, 10**9]))
def test_everybody_off_zero_is_in_one_group_that_cancels_out(chance: Random, count: int, size: int) -> None:
    balances = balances_of(chance, count, size)
    found = groups(balances)
    members = [name for group in found for name in group]
    assert sorted(members) == sorted(name for name, balance in balances.items() if balance)
    assert all(sum(balances[name] for name in group) == 0 for group in found)
    assert fewest_at_least(balances) <= len(members) - len(found)


@pytest.mark.parametrize("seed", range(30))
def test_few_participants_need_the_fewest_transfers_there_can_be(seed: int) -> None:
    balances = balances_of(Random(seed), 12, 30)
    found = groups(balances)
    assert sum(len(group) - 1 for group in found) == fewest_transfers(balances) >= fewest_at_least(balances)


def test_more_participants_come_near_the_fewest_transfers() -> None:
    """Above what is divided exactly: at most one transfer too many, and seldom."""
    over = []
    for seed in range(6):
        balances = balances_of(Random(seed), EXACT + 2, 60)
        over.append(sum(len(group) - 1 for group in groups(balances)) - fewest_transfers(balances))
    assert set(over) <= {0, 1}
    assert over.count(0) >= 3
