"""Who sends a message to whom, under which name, and the one place where a message is put together and checked."""

import hashlib
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from domain.errors import InvalidValue, MessageRefused
from domain.finding import Finding
from domain.ids import Bic, Uetr
from domain.reason import Reason
from schema.iso20022.check import check
from schema.iso20022.envelope import HEADER, BusinessMessage
from schema.iso20022.writer import element, envelope

RELEASE: Final = "03"
"""The release of CBPR+ that our messages follow: that of November 2025."""

_FIN_X: Final = re.compile(r"[a-zA-Z0-9/?:().,'+ -]+")
_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_OURS: Final = re.compile(r"([a-z]{2,5})([_-])([0-9A-HJKMNP-TV-Z]{26})(-[0-9]{3,4})?")
"""An id of ours: a prefix, a ULID, and of a release of a gross queue its place in the plan."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A message's own name, the moment it was made, and the banks it travels between (BIC11).

    Raises InvalidValue when the name is not 1 to 35 characters of FIN X, a bank is not a BIC, or the moment has no
    UTC offset. A repeat of the same message keeps its identity, so both are the caller's to choose.
    """

    message_id: str
    created: datetime
    sender: str
    receiver: str

    def __post_init__(self) -> None:
        reference(self.message_id, 35)
        Bic.parse(self.sender)
        Bic.parse(self.receiver)
        if self.created.tzinfo is None:
            raise InvalidValue("a message's time has a UTC offset")


@dataclass(frozen=True, slots=True)
class Related:
    """The message that this one answers, as the header names it."""

    message: str
    identity: Identity


def write(
    message: str,
    identity: Identity,
    content: Mapping[str, Any],
    *,
    variant: str = "",
    related: Related | None = None,
) -> bytes:
    """The enveloped message, header and all; `variant` is "cov" for a cover payment.

    Raises MessageRefused when something does not fit into its element, InvalidValue when XML cannot carry it.
    """
    header = _header(message, identity, variant) | ({"Rltd": _related(related)} if related else {})
    business = BusinessMessage(message, element("Document", message, content), element("AppHdr", HEADER, header))
    assert business.header is not None
    if findings := (*check(business.header, HEADER), *check(business.document, message)):
        raise MessageRefused(f"what is to be said does not fit into a {message}", findings=findings)
    return envelope(business)


def group(identity: Identity, **more: Any) -> dict[str, Any]:
    """The group header: the message's name and time, and what else the message wants there."""
    return {"MsgId": identity.message_id, "CreDtTm": moment(identity.created), **more}


def moment(at: datetime) -> str:
    """A moment as CBPR+ writes it, with its UTC offset."""
    assert at.tzinfo is not None, "a moment has a UTC offset"
    return at.isoformat()


def reference(text: str, longest: int) -> str:
    """`text`, if it can go into a reference of so many characters. Raises InvalidValue (FIN X, TX-06)."""
    if len(text) > longest or not _FIN_X.fullmatch(text):
        raise InvalidValue(f"a reference has 1 to {longest} characters of a-z A-Z 0-9 / - ? : ( ) . , ' + and blank")
    return text


def instruction_reference(text: str, element_path: str, longest: int = 16) -> str:
    """`text`, if MT could carry it as well: no slash at its ends, no two in a row. Raises MessageRefused (TX-02)."""
    if len(text) > longest or not _FIN_X.fullmatch(text) or text[0] == "/" or text[-1] == "/" or "//" in text:
        complaint = f"a reference has at most {longest} characters of FIN X, no slash at its ends and no two in a row"
        raise MessageRefused(complaint, findings=(Finding(element_path, "TX-02", complaint, Reason.FF01),))
    return text


def our_id(ours: str) -> str:
    """One of our ids as a reference: "pay_01J…" travels as "pay-01J…", for FIN X has no underscore."""
    return ours.replace("_", "-") if _OURS.fullmatch(ours) else ours


def from_our_id(text: str) -> str:
    """The id behind a reference that `our_id` made; any other text is itself."""
    return text.replace("-", "_", 1) if _OURS.fullmatch(text) else text


def derived_id(*parts: str, length: int = 26) -> str:
    """A reference that follows from its parts: the same parts, the same reference. 16 characters fit everywhere."""
    assert 16 <= length <= 35, "a shorter one would not be unique, a longer one fits nowhere"
    number = int.from_bytes(_digest(parts)[:22], "big")
    return "".join(_CROCKFORD[number >> 5 * place & 31] for place in range(length))


def derived_uetr(*parts: str) -> Uetr:
    """A UETR that follows from its parts, for a payment that came without one."""
    return Uetr(str(uuid.UUID(bytes=_digest(parts)[:16], version=4)))


def _digest(parts: tuple[str, ...]) -> bytes:
    return hashlib.sha256("".join(f"{len(part)}:{part}" for part in parts).encode()).digest()


def _header(message: str, identity: Identity, variant: str) -> dict[str, Any]:
    return {
        "Fr": _bank(identity.sender),
        "To": _bank(identity.receiver),
        "BizMsgIdr": identity.message_id,
        "MsgDefIdr": message,
        "BizSvc": ".".join(part for part in ("swift.cbprplus", variant, RELEASE) if part),
        "CreDt": moment(identity.created),
    }


def _related(related: Related) -> dict[str, Any]:
    return _header(related.message, related.identity, "")


def _bank(bic: str) -> dict[str, Any]:
    return {"FIId": {"FinInstnId": {"BICFI": bic}}}
