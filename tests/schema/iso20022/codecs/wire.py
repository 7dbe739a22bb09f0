"""What a stranger would make of the messages that we write."""

from datetime import UTC, datetime
from typing import Final

from schema.iso20022.check import check
from schema.iso20022.codecs.identity import Identity
from schema.iso20022.envelope import HEADER, BusinessMessage, unwrap
from schema.iso20022.profile import Profile
from schema.iso20022.safe_xml import parse
from schema.iso20022.validate import validate

NOW: Final = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
SENT: Final = Identity("AURO-0001", NOW, "AURODEFFXXX", "LUMIFRPPXXX")


def faultless(raw: bytes, *, lines: bool = False) -> bytes:
    """The message, which our own rules must have nothing to say of, even strictly.

    With `lines` some address in it can only go out in lines, for its town is not known; of that strict rules warn.
    """
    strictly = validate(raw, profile=Profile.CBPR_2025, strict=True).findings
    assert {finding.rule for finding in strictly} <= ({"PA-04"} if lines else set()), strictly
    assert validate(raw, profile=Profile.CBPR_2025).ok
    return raw


def received(raw: bytes, message: str) -> BusinessMessage:
    """The message as its receiver reads it; it must be without a fault."""
    business = unwrap(parse(raw, cap_bytes=10_000_000), frozenset({message}))
    assert business.header is not None
    assert check(business.header, HEADER) == ()
    assert check(business.document, message) == ()
    return business
