from collections import Counter
from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.settlement import NetPosition, NetTransfer, Obligation
from settlement.bilateral import bilateral
from settlement.multilateral import net, positions

A, B, C, D = "AAAADEFFXXX", "BBBBFRPPXXX", "CCCCGB2LXXX", "DDDDUS33XXX"


def owes(*debts: tuple[str, str, int]) -> list[Obligation]:
    return [Obligation(f"pay_{n}", debtor, creditor, amount) for n, (debtor, creditor, amount) in enumerate(debts)]


@pytest.mark.parametrize(
    ("obligations", "transfers"),
    [
        ([], []),
        ([(A, B, 100)], [(A, B, 100)]),
        ([(A, B, 100), (B, A, 100)], []),
        ([(A, B, 100), (B, A, 30)], [(A, B, 70)]),
        ([(A, B, 100), (B, C, 100), (C, A, 100)], []),
        ([(A, B, 100), (B, C, 100)], [(A, C, 100)]),
        ([(A, A, 100)], []),
        # One large debtor, three creditors: largest creditor first, then by name.
        ([(A, C, 50), (A, B, 50), (A, D, 60)], [(A, D, 60), (A, B, 50), (A, C, 50)]),
        # Equal positions close each other; largest-first alone would need three transfers.
        ([(A, C, 70), (B, D, 40)], [(A, C, 70), (B, D, 40)]),
        ([(A, D, 40), (B, C, 70), (A, C, 30), (A, B, 30)], [(A, C, 100), (B, D, 40)]),
        # A and B owe 30 and 20, C is owed 50; D, E and F are quits among themselves the same way.
        (
            [(A, C, 30), (B, C, 20), (D, "F", 31), ("E", "F", 9)],
            [(A, C, 30), (B, C, 20), (D, "F", 31), ("E", "F", 9)],
        ),
    ],
)
def test_net(obligations: list[tuple[str, str, int]], transfers: list[tuple[str, str, int]]) -> None:
    assert net(owes(*obligations)) == tuple(NetTransfer(*transfer) for transfer in transfers)


def test_equal_positions_are_settled_against_each_other_first() -> None:
    # Positions: A -60, B -40, C +40, D +60, E -55, F +55: three pairs, three transfers instead of five.
    obligations = owes((A, C, 40), (A, D, 20), (B, D, 40), ("EEEE", "FFFF", 55))
    assert len(net(obligations)) == 3


def test_positions_list_everybody_by_name() -> None:
    assert positions(owes((C, A, 100), (A, C, 100), (A, B, 5))) == (
        NetPosition(A, 100, 105),
        NetPosition(B, 5, 0),
        NetPosition(C, 100, 100),
    )


def test_bilateral_nets_each_pair_on_its_own() -> None:
    obligations = owes((A, B, 100), (B, A, 30), (B, C, 70), (C, B, 70), (C, A, 10), (A, A, 9))
    assert bilateral(obligations) == (NetTransfer(A, B, 70), NetTransfer(C, A, 10))


def test_an_obligation_of_nothing_is_a_programming_error() -> None:
    for netting in (positions, net, bilateral):
        with pytest.raises(AssertionError):
            netting(owes((A, B, 0)))


_participants = st.sampled_from([f"BANK{n:02}" for n in range(12)])
_obligations = st.lists(
    st.builds(Obligation, st.uuids().map(str), _participants, _participants, st.integers(1, 10**15)), max_size=80
)


@given(_obligations)
def test_every_participant_moves_exactly_its_position(obligations: list[Obligation]) -> None:
    expected = {position.participant: position.net_minor for position in positions(obligations) if position.net_minor}
    assert moved(net(obligations)) == expected
    assert moved(bilateral(obligations)) == expected
    assert sum(expected.values()) == 0


@given(_obligations)
def test_transfers_are_few_positive_and_between_two(obligations: list[Obligation]) -> None:
    involved = sum(1 for position in positions(obligations) if position.net_minor)
    transfers = net(obligations)
    assert len(transfers) <= max(involved - 1, 0)
    for transfer in (*transfers, *bilateral(obligations)):
        assert transfer.amount_minor > 0
        assert transfer.debtor != transfer.creditor


@given(_obligations, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(obligations: list[Obligation], random: Random) -> None:
    shuffled = list(obligations)
    random.shuffle(shuffled)
    assert net(shuffled) == net(obligations)
    assert bilateral(shuffled) == bilateral(obligations)
    assert positions(shuffled) == positions(obligations)


@given(_obligations)
def test_a_participant_only_pays_or_only_receives(obligations: list[Obligation]) -> None:
    transfers = net(obligations)
    assert not {transfer.debtor for transfer in transfers} & {transfer.creditor for transfer in transfers}


def moved(transfers: Iterable[NetTransfer]) -> dict[str, int]:
    received: Counter[str] = Counter()
    for transfer in transfers:
        received[transfer.creditor] += transfer.amount_minor
        received[transfer.debtor] -= transfer.amount_minor
    return {participant: amount for participant, amount in received.items() if amount}
