"""How long a payment still waits for liquidity: its time runs while it is in its queue, and stands still while it is not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

A_MOMENT: Final = timedelta(seconds=5)
"""Whoever comes back has at least so long, however little was left: one look at the queue must find it there."""


@dataclass(frozen=True, slots=True)
class Patience:
    """So many seconds are left, counted from the moment `since`; out of the queue (None) they do not run."""

    left_s: float
    since: datetime | None = None

    @property
    def until(self) -> datetime:
        """When its time is over, should it stay in the queue."""
        assert self.since is not None, "its time runs"
        return self.since + timedelta(seconds=self.left_s)

    def stopped(self, at: datetime) -> "Patience":
        """What is left when it leaves the queue; nothing changes if it has left before."""
        return self if self.since is None else Patience(max((self.until - at).total_seconds(), 0.0))


def resumed(kept: Patience | None, whole: timedelta, at: datetime) -> Patience:
    """The patience of a payment that comes into its queue, or is there already; `kept` is what it came out with, if it ever did."""
    if kept is None:
        return Patience(whole.total_seconds(), at)
    if kept.since is not None:
        return kept
    return Patience(max(kept.left_s, min(whole, A_MOMENT).total_seconds()), at)
