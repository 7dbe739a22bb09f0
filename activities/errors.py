"""The one table from error to retry: what is final, what is repaired by a person, what is tried again for ever."""

import logging
import traceback
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

log = logging.getLogger(__name__)

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
            # Not `from error`: its text may quote a row, and a cause travels into Temporal's history.
            raise self._told(error) from None

    def _told(self, error: Exception) -> ApplicationError:
        info = activity.info()
        meaning = consequence(error)
        if meaning is Consequence.REPAIR and info.attempt < self._repair_attempts:
            meaning = None
        detail = FailureDetail(
            consequence=meaning or Consequence.REPAIR,
            reasons=tuple(str(reason) for reason in error.reasons) if isinstance(error, Rejection) else (),
            attempts=info.attempt,
        )
        code = error.code if isinstance(error, DelTranError) else type(error).__name__
        text = first_line(error) or code
        log.info("%s of %s, attempt %d: %s: %s", info.activity_type, info.workflow_id, info.attempt, code, text)
        if not isinstance(error, DelTranError):
            log.error("unforeseen %s at\n%s", code, "".join(traceback.format_tb(error.__traceback__)))
        return ApplicationError(text, detail, type=code, non_retryable=meaning is not None)


def first_line(error: BaseException) -> str:
    """The error's text without what follows in further lines: databases quote whole rows there."""
    return str(error).partition("\n")[0][:300]
