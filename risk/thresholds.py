"""From which score a person must decide: the same for all at first, then by what is usual for a bank, within bounds."""

from dataclasses import dataclass

from domain.errors import InvalidValue
from domain.risk import FULL_SCORE
from risk.sketch import Scores


@dataclass(frozen=True, slots=True)
class Bounds:
    """`base` holds while a bank has fewer than `enough` scores; later its own quantile, never beyond the bounds."""

    base: int = 80
    lowest: int = 70
    highest: int = 95
    per_mille: int = 995
    """Which quantile of the bank's last scores is still usual."""
    enough: int = 200

    def __post_init__(self) -> None:
        if not 1 <= self.lowest <= self.base <= self.highest <= FULL_SCORE:
            raise InvalidValue("the thresholds must stand in order: lowest, base, highest, from 1 to 100")


def hold_at(scores: Scores, bounds: Bounds) -> int:
    """The score from which this bank's payments are held: the first beyond what is usual for it, within the bounds."""
    if scores.known < bounds.enough:
        return bounds.base
    return min(max(scores.quantile(bounds.per_mille) + 1, bounds.lowest), bounds.highest)
