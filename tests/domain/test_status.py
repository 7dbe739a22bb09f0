import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import IllegalTransition
from domain.status import NEXT, PACS002, PREDECESSORS, TERMINAL, PaymentStatus, advance

S = PaymentStatus
HAPPY = [S.INITIATED, S.VALIDATED, S.SCREENED, S.APPROVED, S.QUEUED, S.SETTLING, S.SETTLED, S.COMPLETED]


def test_the_straight_way() -> None:
    for now, to in itertools.pairwise(HAPPY):
        assert advance(now, to) is to


@given(st.sampled_from(S), st.sampled_from(S))
def test_no_step_outside_the_table(now: S, to: S) -> None:
    if to in NEXT[now]:
        assert advance(now, to) is to
    else:
        with pytest.raises(IllegalTransition):
            advance(now, to)


@given(st.lists(st.sampled_from(S), max_size=12))
def test_no_path_outside_the_table(wanted: list[S]) -> None:
    walked = [S.INITIATED]
    for to in wanted:
        try:
            walked.append(advance(walked[-1], to))
        except IllegalTransition:
            continue
    assert len(set(walked)) == len(walked), "no status is entered twice"
    straight = [status for status in walked if status in HAPPY]
    assert straight == HAPPY[: len(straight)], "no status is skipped"


@pytest.mark.parametrize("status", TERMINAL)
def test_an_end_is_an_end(status: S) -> None:
    assert not NEXT[status]


def test_the_ends() -> None:
    assert {S.COMPLETED, S.REJECTED, S.FAILED, S.CANCELLED} == TERMINAL


@pytest.mark.parametrize("status", [S.SETTLED, S.COMPLETED])
def test_settled_money_is_never_taken_back(status: S) -> None:
    assert not NEXT[status] & {S.REJECTED, S.FAILED, S.CANCELLED}


@pytest.mark.parametrize("status", S)
def test_predecessors_mirror_the_table(status: S) -> None:
    assert {now for now in S if status in NEXT[now]} == PREDECESSORS[status]


def test_every_status_has_its_report() -> None:
    assert set(PACS002) == set(S)
