"""What being listed means: whose funds are frozen, and with whom only some business is forbidden.

It never changes whether a name hits or what it weighs; a reviewer sees it, and decides otherwise over a bank that may not issue bonds
than over one whose funds are frozen.
"""

from enum import StrEnum
from typing import Final

from screening.entity import Entity


class Scope(StrEnum):
    """How far a listing goes."""

    BLOCKING = "blocking"
    """Funds are frozen: nothing may be paid to or for it."""
    RESTRICTED = "restricted"
    """Some business is forbidden and not every payment: debt and equity, correspondent accounts, ports, travel."""


RESTRICTING: Final = frozenset(("OFAC-CONS",))
"""Lists of which no entry blocks by itself: OFAC's consolidated list has its sectoral (SSI), correspondent account (CAPTA),
menu-based (NS-MBS), Palestinian council (NS-PLC) and Chinese military company (NS-CMIC) entries."""

_FREEZE: Final = "asset freeze"


def scope(entity: Entity) -> Scope:
    """How far an entity's listing goes, as far as its list tells; what does not tell blocks."""
    if entity.list_name in RESTRICTING or any("list" in programme.lower().split() for programme in entity.programmes):
        return Scope.RESTRICTED
    if entity.list_name == "UK" and len(entity.programmes) > 1:  # a regime, and what is imposed under it
        frozen = any(_FREEZE in programme.lower() for programme in entity.programmes)
        return Scope.BLOCKING if frozen else Scope.RESTRICTED
    return Scope.BLOCKING
