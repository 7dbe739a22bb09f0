"""The table from error to retry, walked from end to end."""

from dataclasses import replace

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

import domain.errors
from activities.errors import StepErrors, consequence, first_line
from activities.failures import Consequence
from domain.errors import DelTranError, DomainError, InsufficientFunds, LedgerAccountMissing, Rejection, Unavailable

ALL = [kind for kind in vars(domain.errors).values() if isinstance(kind, type) and issubclass(kind, DelTranError)]


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_error_has_its_consequence(kind: type[DelTranError]) -> None:
    error = kind.__new__(kind)
    expected = (
        None
        if issubclass(kind, Unavailable)
        else Consequence.REJECT
        if issubclass(kind, Rejection)
        else Consequence.REFUSE
        if issubclass(kind, DomainError)
        else Consequence.REPAIR
    )
    assert consequence(error) is expected


def test_codes_are_unique() -> None:
    codes = [kind.code for kind in ALL]
    assert len(codes) == len(set(codes))


_NOTHING = ExecuteActivityInput(fn=lambda: None, args=(), executor=None, headers={})


class _Failing(ActivityInboundInterceptor):
    def __init__(self, error: Exception) -> None:
        self._error = error

    async def execute_activity(self, input: ExecuteActivityInput) -> None:
        raise self._error


CASES: list[tuple[Exception, int, str, bool]] = [
    (Unavailable("away"), 1, "dependency_unavailable", False),
    (Unavailable("away"), 500, "dependency_unavailable", False),
    (InsufficientFunds("short"), 1, "insufficient_funds", True),
    (LedgerAccountMissing("none"), 1, "ledger_account_missing", False),
    (LedgerAccountMissing("none"), 3, "ledger_account_missing", True),
    (ValueError("a bug"), 2, "ValueError", False),
    (ValueError("a bug"), 3, "ValueError", True),
]


@pytest.mark.parametrize(("error", "attempt", "code", "final"), CASES)
async def test_what_temporal_is_told(error: Exception, attempt: int, code: str, final: bool) -> None:
    environment = ActivityEnvironment()
    environment.info = replace(ActivityEnvironment.default_info(), attempt=attempt)
    step = StepErrors(repair_attempts=3).intercept_activity(_Failing(error))
    with pytest.raises(ApplicationError) as told:
        await environment.run(step.execute_activity, _NOTHING)
    assert (told.value.type, told.value.non_retryable) == (code, final)
    assert told.value.__cause__ is None, "a cause would carry what the error quotes into the history"


def test_only_the_first_line_is_told() -> None:
    assert (
        first_line(RuntimeError("new row breaks a rule\nDETAIL: Failing row contains (Ada Sample)"))
        == "new row breaks a rule"
    )
