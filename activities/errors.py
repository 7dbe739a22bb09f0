"""The one table from error to retry: what is final, what is repaired by a person, what is tried again for ever."""

from typing import Any, Final

from temporalio import activity
from temporalio.exceptions import ApplicationError, CancelledError
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
)

from activities.failures import Consequence, FailureDetail
from domain.errors import DelTranError, DomainError, Rejection, RepairNeeded, Unavailable

TABLE: Final[tuple[tuple[type[BaseException], Consequence | None], ...]] = (
    (Unavailable, None),  # a dependency is away: tried again for as long as it takes
    (Rejection, Consequence.REJECT),  # final at once
    (DomainError, Consequence.REFUSE),  # final at once
    (RepairNeeded, Consequence.REPAIR),  # final after the stated number of attempts
    (Exception, Consequence.REPAIR),  # a bug, or a fault that we did not foresee: the same
)
"""Read from the top: the first class that matches says what the error means."""


def consequence(error: BaseException) -> Consequence | None:
    """What the table says of an error; None means: try again."""
    return next(meaning for kind, meaning in TABLE if isinstance(error, kind))


class StepErrors(Interceptor):
    """Gives the table to every activity, so that steps stay free of Temporal's error types."""

    def __init__(self, *, repair_attempts: int) -> None:
        self._repair_attempts = repair_attempts

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Wrap one activity's execution."""
        return _Translate(next, self._repair_attempts)


class _Translate(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, repair_attempts: int) -> None:
        super().__init__(next)
        self._repair_attempts = repair_attempts

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        try:
            return await self.next.execute_activity(input)
        except (ApplicationError, CancelledError):
            raise
        except Exception as error:
            raise self._told(error) from error

    def _told(self, error: Exception) -> ApplicationError:
        attempts = activity.info().attempt
        meaning = consequence(error)
        if meaning is Consequence.REPAIR and attempts < self._repair_attempts:
            meaning = None
        detail = FailureDetail(
            consequence=meaning or Consequence.REPAIR,
            reasons=tuple(str(reason) for reason in error.reasons) if isinstance(error, Rejection) else (),
            attempts=attempts,
        )
        code = error.code if isinstance(error, DelTranError) else type(error).__name__
        return ApplicationError(str(error)[:500] or code, detail, type=code, non_retryable=meaning is not None)
