"""Reading what a failed step, or a refused act, has to say."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from temporalio.exceptions import ActivityError, ApplicationError, TimeoutError

from activities.failures import Consequence, FailureDetail
from domain.errors import DelTranError, Unavailable


@dataclass(frozen=True, slots=True)
class StepFailure:
    """A step that failed for good: the error's code, its text, and what follows from it."""

    code: str
    message: str
    consequence: Consequence
    reasons: tuple[str, ...]
    attempts: int


STEP_FAILED: Final = (ActivityError, ApplicationError, TimeoutError)
"""What a failed step raises: a remote one wraps its cause, a local one does not."""


def read(error: BaseException) -> StepFailure | None:
    """What the step's interceptor wrote into the failure. None: only the time for trying ran out; try on.

    Anything unreadable needs repair.
    """
    cause = error.cause if isinstance(error, ActivityError) else error
    if isinstance(cause, TimeoutError) or (isinstance(cause, ApplicationError) and not cause.non_retryable):
        return None
    if not isinstance(cause, ApplicationError):
        return StepFailure(type(cause).__name__, str(cause), Consequence.REPAIR, (), 1)
    raw = cause.details[0] if cause.details else {}
    given = raw if isinstance(raw, dict) else {}
    detail = FailureDetail(
        consequence=Consequence(given.get("consequence", Consequence.REPAIR)),
        reasons=tuple(given.get("reasons", ())),
        attempts=int(given.get("attempts", 1)),
    )
    return StepFailure(
        code=cause.type or "unknown",
        message=cause.message,
        consequence=detail.consequence,
        reasons=detail.reasons,
        attempts=detail.attempts,
    )


def passed_on(error: BaseException) -> ApplicationError:
    """What a step that an act needs has failed with, as the act's caller will see it."""
    failure = read(error)
    if failure is None:
        return refusal(Unavailable("what this takes is away; ask again"))
    return ApplicationError(failure.message, type=failure.code, non_retryable=True)


@contextmanager
def answered_by_code() -> Iterator[None]:
    """Let a refused act fail its update under the error's stable code, with its public facts."""
    try:
        yield
    except DelTranError as error:
        raise refusal(error) from error


def refusal(error: DelTranError) -> ApplicationError:
    """A refused act as its caller will see it."""
    return ApplicationError(error.message, dict(error.facts), type=error.code, non_retryable=True)
