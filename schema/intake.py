"""From the bytes that a bank sent to what it wants: one reading for ISO 20022 and SWIFT MT, with every finding."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final, TypeAlias

from domain.errors import MessageRefused
from domain.finding import Finding, Severity
from domain.payment import PaymentOrder
from domain.payment_return import ReturnOrder
from domain.reason import Reason
from domain.recall import RecallAnswer, RecallRequest
from domain.settlement import Priority
from schema.iso20022 import intake
from schema.iso20022.check import local_name, path_of
from schema.iso20022.codecs import camt029, camt056, pacs004, pacs008, pacs009
from schema.iso20022.codecs.times import UNPROMISED
from schema.iso20022.envelope import BusinessMessage
from schema.iso20022.profile import Options, Profile
from schema.iso20022.validate import inspect
from schema.iso20022.xsd import vocabulary
from schema.mt.rules import validate as validate_mt
from schema.translate import translate
from schema.translate.result import Lost

Wish: TypeAlias = PaymentOrder | ReturnOrder | RecallRequest | RecallAnswer
"""What a message may want of the network."""


class Syntax(StrEnum):
    """How a message is written down."""

    XML = "xml"
    """ISO 20022, in or out of an envelope."""
    MT = "mt"
    """SWIFT MT (FIN)."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A message with everything that the rules have to say of it; `business` is None when it cannot be taken in.

    `hurried`: FIN was to bring it urgently (priority U in block 2), which has no place in ISO 20022.
    """

    message_type: str | None
    business: BusinessMessage | None
    findings: tuple[Finding, ...]
    hurried: bool = False

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What stands in its way."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message wants, as which type it came, and the warnings that came with it."""

    message_type: str
    wish: Wish
    warnings: tuple[Finding, ...]


def check(
    raw: bytes,
    syntax: Syntax,
    *,
    profile: Profile | None = None,
    strict: bool = False,
    today: date | None = None,
    holidays: Severity = Severity.ERROR,
) -> Checked:
    """Hold one message against schema and rules; without a profile, those that it claims for itself. Never raises.

    `holidays` is what a settlement date is that is no business day of its currency.
    """
    if syntax is Syntax.MT:
        return _check_mt(raw, strict=strict)
    try:
        business = intake.read(raw)
    except MessageRefused as refused:
        return Checked(None, None, refused.findings)
    options = Options(profile or claimed(business), strict=strict, today=today, holidays=holidays)
    return Checked(business.message, business, inspect(business, options))


def claimed(business: BusinessMessage) -> Profile:
    """The profile that a message claims by its business service; any other must be payable, and no more."""
    if business.header is None:
        return Profile.PAYABLE
    service = next((str(e.text) for e in business.header.iter("{*}BizSvc") if e.text), "")
    return Profile.CBPR_2025 if service.startswith("swift.cbprplus") else Profile.PAYABLE


def read(raw: bytes, syntax: Syntax, *, today: date | None = None) -> Reading:
    """What one message wants. Raises MessageRefused with every finding.

    A settlement date that is a holiday refuses no payment: the network puts it on another day, if it keeps holidays at all.
    """
    checked = check(raw, syntax, today=today, holidays=Severity.WARNING)
    if checked.business is None or checked.errors:
        raise refused(checked)
    assert checked.message_type is not None, "what was read has a type"
    decode = DECODERS.get(checked.business.message[:8])
    if decode is None:
        complaint = ELSEWHERE.get(checked.business.message[:8], f"{checked.message_type} asks nothing of the network")
        raise MessageRefused(complaint, findings=(Finding("/", "IN-05", complaint, Reason.FF01),))
    wish = decode(checked.business)
    if checked.hurried and isinstance(wish, PaymentOrder):
        wish = replace(wish, priority=max(wish.priority, Priority.HIGH))
    return Reading(checked.message_type, wish, (*checked.findings, *_unpromised(checked.business, syntax)))


def refused(checked: Checked) -> MessageRefused:
    """The refusal of a message, with all that was found."""
    count = len(checked.errors)
    words = "1 rule" if count == 1 else f"{count} rules"
    return MessageRefused(f"the message breaks {words}", findings=checked.findings)


def _check_mt(raw: bytes, *, strict: bool) -> Checked:
    message, findings = validate_mt(raw, strict=strict)
    if message is None:
        return Checked(None, None, findings)
    name = f"MT{message.mt_type}"
    if any(finding.severity is Severity.ERROR for finding in findings):
        return Checked(name, None, findings)
    try:
        translated = translate.to_mx(message, datetime.now(UTC))
    except MessageRefused:
        return Checked(name, None, findings)  # right as it is, but there is nothing that it could become
    hurried = message.priority == "U"
    return Checked(name, translated.message, (*findings, *map(_left_behind, translated.lost)), hurried)


def _left_behind(lost: Lost) -> Finding:
    return Finding(f"/4/{lost.source}", "TR-02", lost.why, Reason.NARR, None, Severity.WARNING)


def _unpromised(business: BusinessMessage, syntax: Syntax) -> Iterator[Finding]:
    """What a payment asks of its time that the network notes and does not promise."""
    for asked in business.document.iter("{*}SttlmTmReq"):
        for name in (local_name(element) for element in asked):
            if name in UNPROMISED:
                told = UNPROMISED[name] if syntax is Syntax.MT else name
                path = (
                    "/4/13C"
                    if syntax is Syntax.MT
                    else path_of(asked, vocabulary(business.message), business.document) + f"/{name}"
                )
                words = f"{told} is noted and not promised: the payment settles when it can"
                yield Finding(path, "NW-10", words, Reason.NARR, None, Severity.WARNING)


ELSEWHERE: Final = {"pain.001": "a pain.001 brings several payments: send it as a batch"}
"""What to say of messages that are welcome at another place."""

DECODERS: Final[Mapping[str, Callable[[BusinessMessage], Wish]]] = {
    "pacs.008": pacs008.decode,
    "pacs.009": pacs009.decode,
    "pacs.004": pacs004.decode,
    "camt.056": camt056.decode,
    "camt.029": camt029.decode,
}
"""How the wish of each message is read."""
