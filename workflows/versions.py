"""Every patch id of every workflow, with its date and the condition for its removal.

A change of the commands that a running workflow would repeat needs one: add a constant here,
branch on `workflow.patched(CONSTANT)` outside of any loop, and record a new history beside the old ones.
"""

from typing import Final

REVIEW_CASES: Final = "review-cases"
"""2026-11-25: a review is weighed before it waits, reminds, ring-fences, and takes further acts. Goes when no payment
that was held before that day can still run: when the retention of its histories is over."""
PLANNED_WINDOWS: Final = "planned-windows"
"""2026-11-25: a window is claimed unless paused, planned by liquidity, and can be closed early. Before, its batch settled
or was deferred as a whole. Goes when no window of before is open or in retention."""
