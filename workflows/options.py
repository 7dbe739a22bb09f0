"""Every time-out and retry policy of every step, by name.

A step is retried for as long as it takes: the interceptor in `activities.errors` turns an error that retrying
cannot mend into a final one. So no policy here counts attempts.
"""

from datetime import timedelta
from typing import Any, Final

from temporalio.common import RetryPolicy

INSIST_AGAIN: Final = timedelta(seconds=30)
"""Pause before a step that must succeed in the end is tried anew."""

STEP: Final[dict[str, Any]] = {
    "start_to_close_timeout": timedelta(seconds=15),
    # Not an end but a breath: the story looks up, and may continue as new before its history grows long.
    "schedule_to_close_timeout": timedelta(minutes=10),
    # Longer waits become timers in the history, so that a decision or a cancellation is heard meanwhile.
    "local_retry_threshold": timedelta(seconds=2),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(milliseconds=200), backoff_coefficient=2, maximum_interval=timedelta(seconds=20)
    ),
}
"""A fast step in the worker's own process: one short transaction."""

REMOTE: Final[dict[str, Any]] = {
    "start_to_close_timeout": timedelta(seconds=15),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(milliseconds=200), backoff_coefficient=2, maximum_interval=timedelta(seconds=20)
    ),
}
"""A step on another task queue."""

BATCH: Final[dict[str, Any]] = {
    "start_to_close_timeout": timedelta(minutes=10),
    # A batch whose worker was killed waits this long for another. What takes long beats meanwhile; no other stroke over a
    # batch takes half of it.
    "heartbeat_timeout": timedelta(seconds=10),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(milliseconds=200), backoff_coefficient=2, maximum_interval=timedelta(seconds=20)
    ),
}
"""A step over a whole settlement batch; it reports progress by heartbeat."""

TELL: Final[dict[str, Any]] = {**BATCH, "start_to_close_timeout": timedelta(hours=2)}
"""Telling a batch's payments, or comparing all that are on their way with a changed list: fifty thousand of them take many
minutes, and the heartbeat tells that it goes on."""

FETCH: Final[dict[str, Any]] = {
    "start_to_close_timeout": timedelta(minutes=20),
    "heartbeat_timeout": timedelta(seconds=30),
    # The schedule asks again anyway; here an hour of trying is enough.
    "schedule_to_close_timeout": timedelta(hours=1),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=30),
        backoff_coefficient=2,
        maximum_interval=timedelta(minutes=10),
        maximum_attempts=5,
    ),
}
"""Fetching a file from somebody else's server."""
