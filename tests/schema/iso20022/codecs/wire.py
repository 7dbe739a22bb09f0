"""What a stranger would make of the messages that we write."""

from datetime import UTC, datetime
from typing import Final

from schema.iso20022.check import check
from schema.iso20022.codecs.identity import Identity
from schema.iso20022.envelope import HEADER, BusinessMessage, unwrap
from schema.iso20022.safe_xml import parse

NOW: Final = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
SENT: Final = Identity("AURO-0001", NOW, "AURODEFFXXX", "LUMIFRPPXXX")


def received(raw: bytes, message: str) -> BusinessMessage:
    """The message as its receiver reads it; it must be without a fault."""
    business = unwrap(parse(raw, cap_bytes=10_000_000), frozenset({message}))
    assert business.header is not None
    assert check(business.header, HEADER) == ()
    assert check(business.document, message) == ()
    return business
