"""When the windows of a currency close, as an operator set it."""

from dataclasses import dataclass
from datetime import time


@dataclass(frozen=True, slots=True)
class Schedule:
    """The closings of one currency: every so many seconds (at whole multiples since 1970, UTC), or at times of the day.

    On `business_days` they lie between the hours of the currency's calendar, and its cut-off is always the last closing of
    the day; otherwise every day is the same. Times are told on the clock of the calendar's zone. A schedule that is
    `paused` is kept, but windows close as if there were none.
    """

    currency: str
    every_s: int | None = None
    times: tuple[time, ...] = ()
    business_days: bool = True
    paused: bool = False

    def __post_init__(self) -> None:
        assert (self.every_s is None) != (not self.times), "either every so often or at times"
