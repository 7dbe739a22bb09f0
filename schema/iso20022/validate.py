"""Validation of a message that came in: safe reading, schema, rules; everything that is wrong is told at once."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from domain.errors import MessageRefused
from domain.finding import Finding, Severity
from schema.iso20022.check import check
from schema.iso20022.envelope import BusinessMessage, message_of
from schema.iso20022.intake import read
from schema.iso20022.profile import AddressPolicy, Options, Profile
from schema.iso20022.rules.catalogue import RULES
from schema.iso20022.rules.plan import Engine


@dataclass(frozen=True, slots=True)
class Validated:
    """What came of a validation. `message` is None when it could not even be read (IN)."""

    message: BusinessMessage | None
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings for which the message is refused."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def ok(self) -> bool:
        """Whether the message may go on."""
        return not self.errors


def validate(
    raw: bytes,
    *,
    profile: Profile,
    strict: bool = False,
    today: date | None = None,
    addresses: AddressPolicy = AddressPolicy.GRACE,
    unknown_codes: Severity = Severity.ERROR,
) -> Validated:
    """Read a message and hold it against schema and rules. Never raises for a bad message."""
    try:
        business = read(raw)
    except MessageRefused as refused:
        return Validated(None, refused.findings)
    return Validated(business, _inspect(business, _engine(profile, strict, addresses, unknown_codes, today)))


def inspect(business: BusinessMessage, options: Options) -> tuple[Finding, ...]:
    """Everything that is wrong with a message that has been read: schema (XS), then rules, in the order of the message.

    Where the schema has spoken, the rules are silent.
    """
    return _inspect(business, engine(options))


def against_schema(business: BusinessMessage) -> tuple[Finding, ...]:
    """Every place where header or document breaks its schema (XS)."""
    header = () if business.header is None else check(business.header, message_of(business.header))
    return header + check(business.document, business.message)


def _inspect(business: BusinessMessage, rules: Engine) -> tuple[Finding, ...]:
    broken = against_schema(business)
    found = rules.findings(business, valid=not broken)
    if not broken:
        return tuple(found)
    spoken = {finding.path.partition("/@")[0] for finding in broken}
    return (*broken, *(finding for finding in found if finding.path.partition("/@")[0] not in spoken))


@lru_cache(maxsize=16)
def engine(options: Options) -> Engine:
    """The rules of these options, ready to use."""
    return Engine(RULES, options)


@lru_cache(maxsize=16)
def _engine(
    profile: Profile, strict: bool, addresses: AddressPolicy, unknown_codes: Severity, today: date | None
) -> Engine:
    return engine(Options(profile, strict, addresses, unknown_codes, today=today))
