"""What a later message says of an earlier one: which payment it means, and why it comes."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.payment import PaymentKind, PaymentOrder

_INTERBANK: Final = re.compile(r"pacs\.00[3489]\.001\.\d\d")
_REFERENCE: Final = re.compile(r"[a-zA-Z0-9/?:().,'+ -]{1,35}")
"""What messages between banks carry as a reference (CBPR+: FIN X)."""
_INSTRUCTION: Final = re.compile(r"(?!/)(?!.*//)[a-zA-Z0-9/?:().,'+ -]{1,16}(?<!/)")
"""What they carry as an instruction id: 16 characters, no slash at the ends, no two in a row."""

MESSAGE_OF: Final[dict[PaymentKind, str]] = {
    PaymentKind.CUSTOMER: "pacs.008.001.08",
    PaymentKind.INSTITUTION: "pacs.009.001.08",
    PaymentKind.COVER: "pacs.009.001.08",
    PaymentKind.RETURN: "pacs.004.001.09",
}
"""The message between banks that a payment of each kind travels in."""


@dataclass(frozen=True, slots=True)
class Original:
    """The payment that is meant: by its message (id, name and version, time) and by its own references."""

    message_id: str | None = None
    message_name: str | None = None
    uetr: str | None = None
    end_to_end_id: str | None = None
    instruction_id: str | None = None
    transaction_id: str | None = None
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class StatedReason:
    """Why: a code of the ISO set that belongs to the message, and words. Single blanks between words."""

    code: str | None = None
    text: str | None = None


def original_of(order: PaymentOrder, created: datetime | None = None) -> Original:
    """How a later message names this payment; `created` is the time its own message was made.

    A payment that came by another way than a message between banks is named as the one it amounts to. A reference that
    no message between banks could have carried is left out, or reads NOTPROVIDED: nobody would know it.
    """
    interbank = bool(order.message_type and _INTERBANK.fullmatch(order.message_type))
    reference = order.reference or ""
    return Original(
        message_id=carried(order.message_id) or "NOTPROVIDED",
        message_name=order.message_type if interbank else MESSAGE_OF[order.kind],
        uetr=order.uetr,
        end_to_end_id=carried(order.end_to_end_id) or "NOTPROVIDED",
        instruction_id=reference if _INSTRUCTION.fullmatch(reference) else None,
        transaction_id=carried(order.transaction_id),
        created=created,
    )


def carried(reference: str | None) -> str | None:
    """The reference, if a message between banks can carry it; what a customer made up may be none."""
    return reference if reference is not None and _REFERENCE.fullmatch(reference) else None
