from hypothesis import given
from hypothesis import strategies as st

from risk.windows import Encounters, Tally, Window, Windows

MOMENTS = st.lists(st.tuples(st.integers(0, 100), st.integers(0, 10**20)), max_size=80)


def brute(moments: list[tuple[int, int]], after: int, until: int) -> Tally:
    inside = [amount for at, amount in moments if after < at <= until]
    return Tally(len(inside), sum(inside))


@given(MOMENTS, st.integers(-1, 101), st.integers(-1, 101))
def test_a_window_is_exact(moments: list[tuple[int, int]], after: int, until: int) -> None:
    window = Window()
    for at, amount in moments:
        window.add(at, amount)
    assert window.within(after, until) == brute(moments, after, until)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 1000), st.integers(0, 9)), max_size=200))
def test_what_is_young_enough_is_never_forgotten(told: list[tuple[str, int, int]]) -> None:
    windows = Windows(span=300)
    for key, at, amount in told:
        windows.add(key, at, amount)
    latest = max((at for _, at, _ in told), default=0)
    for key in "abc":
        moments = [(at, amount) for other, at, amount in told if other == key]
        for until in (latest, latest - 100):
            assert windows.within(key, 200, until) == brute(moments, until - 200, until)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 1000)), max_size=200))
def test_meetings_are_counted_exactly(told: list[tuple[str, int]]) -> None:
    encounters = Encounters(span=300)
    for pair, at in told:
        encounters.add(pair, at)
    latest = max((at for _, at in told), default=0)
    for pair in "abc":
        for until in (latest, latest - 100):
            met = sum(other == pair and until - 200 < at <= until for other, at in told)
            assert encounters.within(pair, 200, until) == met


def test_pairs_that_meet_no_more_are_let_go() -> None:
    encounters = Encounters(span=100)
    for number in range(1000):
        encounters.add(number, number)
        encounters.add("old friends", number)
    assert len(encounters) < 400
    assert encounters.within("old friends", 50, 999) == 50


def test_keys_that_are_heard_of_no_more_are_let_go() -> None:
    windows = Windows(span=100)
    for number in range(1000):
        windows.add(number, number)
    assert len(windows) < 400
