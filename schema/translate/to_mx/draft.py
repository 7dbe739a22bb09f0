"""The message under translation: its fields, each handed out once, and the list of what cannot come along."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from domain.errors import MessageRefused
from domain.finding import Finding
from domain.reason import Reason
from schema.iso20022.envelope import HEADER, BusinessMessage
from schema.iso20022.order import in_schema_order
from schema.iso20022.writer import element
from schema.mt.message import Field, MtMessage
from schema.translate.result import Lost, MxTranslation
from schema.translate.to_mx.fields import Fields
from schema.translate.to_mx.refusal import unreadable
from schema.translate.to_mx.values import maybe_uetr

Content = dict[str, Any]
"""Nested mappings that read like the message; empty parts are left out when it is written."""

NOT_PROVIDED: Final = "NOTPROVIDED"
"""What CBPR+ writes where an element must stand and the MT has nothing to say."""

_EMISSION: Final = frozenset({"PDE", "PDM"})
"""Trailers of a message that may have been sent before."""

_RELEASE: Final = "03"
"""The CBPR+ usage guidelines that the header announces (SR 2025)."""

_REFERENCE: Final = 35
_ADDRESS_LINES: Final = 7


class Draft:
    """One translation on its way to the message `target` ("pacs.008.001.08")."""

    def __init__(self, message: MtMessage, created: datetime, target: str, *sequences: Fields) -> None:
        assert created.tzinfo is not None, "a moment without its offset is not a moment"
        self.message = message
        self.target = target
        self.lost: list[Lost] = []
        self.fields = sequences[0] if sequences else Fields(message.fields)
        self._sequences = sequences or (self.fields,)
        self._user_header = Fields(Field(tag, value) for tag, value in message.user_header if value)
        self.moment = _sent(message.sent_at) or created.isoformat(timespec="seconds")

    def need(self, *names: str, sequence: Fields | None = None) -> None:
        """Refuse a message that lacks a field that its type must have. Raises MessageRefused (TR-02)."""
        absent = (sequence or self.fields).missing(*names)
        if absent:
            what = f"MT{self.message.mt_type} cannot be translated without " + ", ".join(absent)
            raise MessageRefused(
                what,
                findings=tuple(Finding(f"/{name}", "TR-02", "the field is missing", Reason.FF01) for name in absent),
            )

    def required(self, name: str) -> Field:
        """A field that `need` has asked for."""
        return self.fields.required(name)

    def reference(self, tag: str) -> str:
        """A reference that `need` has asked for. Raises MessageRefused (TR-03: it is blank)."""
        field = self.required(tag)
        if not field.value.strip():
            unreadable(field, "the reference is blank")
        return self.cut(field.value, _REFERENCE, tag)

    def header(self, tag: str) -> str | None:
        """A value of block 3."""
        field = self._user_header.take(tag)
        return field.value if field else None

    def flag(self, *known: str) -> str:
        """The validation flag of block 3 if it is a known one, otherwise nothing."""
        flag = self.header("119") or ""
        if flag in known:
            return flag
        self.lose("block 3, 119", "no variant of this message")
        return ""

    def uetr(self, told: str | None = None) -> str | None:
        """The UETR that a narrative told, otherwise that of block 3."""
        text = self.header("121")
        found = maybe_uetr(text) if text else None
        if text and found is None:
            self.lose("block 3, 121", "not a UETR")
        elif told and found and found != told:
            self.lose("block 3, 121", "not the UETR that the narrative tells")
        return told or found

    def lose(self, source: str, why: str) -> None:
        """Note what cannot come along."""
        self.lost.append(Lost(source, why))

    def cut(self, text: str, most: int, source: str) -> str:
        """The text, cut to what its new place takes."""
        text = text.strip()
        if len(text) > most:
            self.lose(source, f"cut to {most} characters")
        return text[:most].rstrip()

    def address(self, lines: Iterable[str], source: str) -> list[str]:
        """Free lines of an address, none of them empty."""
        found = [line for line in lines if line.strip()]
        if len(found) > _ADDRESS_LINES:
            self.lose(source, f"more than {_ADDRESS_LINES} lines of address")
        return [self.cut(line, 70, source) for line in found[:_ADDRESS_LINES]]

    def agent(self, bic: str) -> Content:
        """An agent known by its BIC."""
        return {"FinInstnId": {"BICFI": bic}}

    def finish(self, document: Mapping[str, Any], *, reference: str, service: str = "") -> MxTranslation:
        """The translation; `service` is the CBPR+ variant ("stp", "cov", "adv")."""
        header = {
            "Fr": {"FIId": self.agent(self.message.sender)},
            "To": {"FIId": self.agent(self.message.receiver)},
            "BizMsgIdr": reference,
            "MsgDefIdr": self.target,
            "BizSvc": ".".join(filter(None, ("swift.cbprplus", service, _RELEASE))),
            "CreDt": self.moment,
            "PssblDplct": "true" if any(tag in _EMISSION for tag, _ in self.message.trailer) else None,
        }
        self._lose_the_rest()
        message = BusinessMessage(
            self.target,
            element("Document", self.target, in_schema_order("Document", self.target, document)),
            element("AppHdr", HEADER, in_schema_order("AppHdr", HEADER, header)),
        )
        return MxTranslation(message, tuple(dict.fromkeys(self.lost)))

    def _lose_the_rest(self) -> None:
        for sequence in self._sequences:
            for field in sequence.waiting:
                self.lose(field.tag, f"{self.target} has no place for it")
        for field in self._user_header.waiting:
            self.lose(f"block 3, {field.tag}", "it belongs to FIN")
        if self.message.priority != "N":
            self.lose("block 2, priority", "it belongs to FIN")


def _sent(sent_at: str | None) -> str | None:
    """The header's input time; FIN counts the sender's local time, which CBPR+ writes as if it were UTC."""
    try:
        return datetime.strptime(f"{sent_at}+0000", "%y%m%d%H%M%z").isoformat() if sent_at else None
    except ValueError:
        return None
