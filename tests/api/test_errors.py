from typing import Any

import pytest

from api.common.errors import STATUS, by_code, leaves, status_of
from api.common.problems import problem
from domain.errors import DelTranError, Unavailable, ValidationFailed
from ledger import errors as ledger


@pytest.mark.parametrize("error", list(leaves()), ids=lambda kind: str(kind.code))
def test_every_error_has_a_status(error: type[DelTranError]) -> None:
    assert 400 <= status_of(error) < 600
    ours = issubclass(error, Unavailable | ledger.LedgerCorrupt)
    assert (status_of(error) >= 500) == ours, "nothing that the caller did wrong is a 5xx"


def test_every_line_of_the_table_decides_something() -> None:
    decided = {next(known for known, _ in STATUS if issubclass(error, known)) for error in leaves()}
    assert decided == {known for known, _ in STATUS}


def test_every_code_is_one_error() -> None:
    codes = [error.code for error in leaves()]
    assert len(codes) == len(set(codes))
    assert {by_code(error.code) for error in leaves()} == set(leaves())
    assert by_code("nonsense") is None


def test_facts_never_displace_what_every_problem_has() -> None:
    facts: dict[str, Any] = {"status": "settled", "payment_id": "pay_1"}
    answer = problem(ValidationFailed("no", findings=(), **facts), "/here")
    assert answer.status_code == 422
    assert b'"status":422' in answer.body
    assert b'"payment_id":"pay_1"' in answer.body
    assert b"settled" not in answer.body
