"""A customer's payment as it comes in when its message claims no profile."""

from domain.errors import MessageRefused
from domain.finding import Severity
from domain.payment import PaymentOrder
from schema.iso20022.codecs import pacs008
from schema.iso20022.envelope import unwrap
from schema.iso20022.profile import Options, Profile
from schema.iso20022.safe_xml import PAYMENT_CAP_BYTES, parse
from schema.iso20022.validate import inspect


def decode(raw: bytes, *, cap_bytes: int = PAYMENT_CAP_BYTES) -> PaymentOrder:
    """Read safely, held against schema and rules, and understood. Raises MessageRefused with everything that is wrong."""
    business = unwrap(parse(raw, cap_bytes=cap_bytes), frozenset({pacs008.MESSAGE}))
    found = inspect(business, Options(Profile.PAYABLE))
    if errors := tuple(finding for finding in found if finding.severity is Severity.ERROR):
        raise MessageRefused("the message breaks rules", findings=errors)
    return pacs008.decode(business)
