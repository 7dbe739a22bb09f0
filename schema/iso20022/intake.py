"""How a message comes in: as large as its kind may be, read safely, found in its wrapper."""

import re
from collections.abc import Container
from typing import Final

from domain.errors import MessageRefused
from domain.finding import Finding
from domain.reason import Reason
from schema.iso20022.envelope import BusinessMessage, unwrap
from schema.iso20022.safe_xml import PAYMENT_CAP_BYTES, parse

FILE_CAP_BYTES: Final = 10_000_000
"""Largest message that carries many entries: statements, notifications, customers' instructions."""

_FILES: Final = ("camt.052", "camt.053", "camt.054", "pain.001", "pain.002")
_SAYS_FILE: Final = re.compile(rb"xsd:(?:camt\.05[234]|pain\.00[12])\.")
_HEAD: Final = 16_384
"""Bytes in which a large message names its kind; a header and a wrapper come first."""


def read(raw: bytes, supported: Container[str] | None = None) -> BusinessMessage:
    """The one business message in `raw`, by default of any version that there is a schema of.

    Raises MessageRefused: IN-01 larger than its kind may be, IN-02 to IN-05 unreadable or unsupported.
    """
    small = len(raw) <= PAYMENT_CAP_BYTES
    cap = PAYMENT_CAP_BYTES if small or not _SAYS_FILE.search(raw, 0, _HEAD) else FILE_CAP_BYTES
    business = unwrap(parse(raw, cap_bytes=cap), supported)
    if not small and not business.message.startswith(_FILES):
        words = f"the message is larger than {PAYMENT_CAP_BYTES} bytes"
        raise MessageRefused(words, findings=(Finding("/", "IN-01", words, Reason.FF01),))
    return business
