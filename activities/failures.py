"""How a failed step is told to the workflow."""

from dataclasses import dataclass
from enum import StrEnum


class Consequence(StrEnum):
    """What a final failure means for the payment."""

    REJECT = "reject"
    """The business says no: the payment is rejected with the reasons given."""
    REFUSE = "refuse"
    """The act is not allowed; nothing happens to the payment."""
    REPAIR = "repair"
    """Something is broken: the payment parks as a dead letter."""


@dataclass(frozen=True, slots=True)
class FailureDetail:
    """Travels in the details of the step's ApplicationError, whose type is the error's code."""

    consequence: Consequence
    reasons: tuple[str, ...] = ()
    attempts: int = 1
