from random import Random

from hypothesis import given
from hypothesis import strategies as st

from risk.sketch import SCORES, Amounts, Scores, bucket, least
from risk.windows import DAY


@given(st.integers(0, 10**15))
def test_a_bucket_holds_what_is_within_13_per_cent(amount: int) -> None:
    place = bucket(amount)
    assert least(place) <= amount < least(place + 1)
    assert 100 * (least(place + 1) - 1 - least(place)) <= 13 * max(amount, 8)


@given(st.integers(0, 10**15), st.integers(0, 10**15))
def test_buckets_are_in_order(one: int, other: int) -> None:
    assert (bucket(one) <= bucket(other)) == (one <= other or bucket(one) == bucket(other))


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=200), st.integers(1, 100))
def test_a_quantile_is_as_good_as_its_bucket(amounts: list[int], per_cent: int) -> None:
    sketch = Amounts()
    for amount in amounts:
        sketch.add(0, amount)
    exact = sorted(amounts)[-(-per_cent * len(amounts) // 100) - 1]
    assert bucket(sketch.quantile(per_cent)) == bucket(exact)
    assert 0 <= sketch.rank(exact) <= 100


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(1, 10**6)), max_size=80), st.integers(0, 99))
def test_a_sketch_depends_on_what_was_added_and_not_on_the_order(told: list[tuple[int, int]], seed: int) -> None:
    shuffled = list(told)
    Random(seed).shuffle(shuffled)
    one, other = Amounts(), Amounts()
    for day, amount in told:
        one.add(day * DAY, amount)
    for day, amount in shuffled:
        other.add(day * DAY, amount)
    latest = max((day for day, _ in told), default=0)
    assert one.known == other.known == sum(day > latest - 30 for day, _ in told)
    assert [one.quantile(q) for q in (5, 50, 95)] == [other.quantile(q) for q in (5, 50, 95)]


def test_only_the_newest_scores_count_whatever_their_order() -> None:
    told = [(number, f"pay_{number}", number % 101) for number in range(SCORES + 250)]
    Random(7).shuffle(told)
    scores = Scores()
    for at, payment_id, score in told:
        scores.add(at, payment_id, score)
    newest = sorted(score for at, _, score in told if at >= 250)
    assert scores.known == SCORES
    assert scores.quantile(500) == newest[SCORES // 2 - 1]
    assert scores.quantile(1000) == newest[-1]
