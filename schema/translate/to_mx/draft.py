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
from schema.translate.to_mx.values import uetr

Content = dict[str, Any]
"""Nested mappings that read like the message; empty parts are left out when it is written."""

NOT_PROVIDED: Final = "NOTPROVIDED"
"""What CBPR+ writes where an element must stand and the MT has nothing to say."""

_EMISSION: Final = frozenset({"PDE", "PDM"})
"""Trailers of a message that may have been sent before."""

_RELEASE: Final = "03"
"""The CBPR+ usage guidelines that the header announces (SR 2025)."""


class Fields:
    """The fields of one sequence. A field that nobody takes is a field that is lost."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self._waiting = list(fields)

    def take(self, *names: str) -> Field | None:
        """The first waiting field with one of the names: a tag ("53B") or a number ("53", whatever the option)."""
        found = next((field for field in self._waiting if field.tag in names or field.number in names), None)
        if found is not None:
            self._waiting.remove(found)
        return found

    def required(self, name: str) -> Field:
        """A field that is known to be there."""
        field = self.take(name)
        assert field is not None, f"nobody made sure that there is a {name}"
        return field

    def take_all(self, *names: str) -> list[Field]:
        """Every waiting field with one of the names, in the order of the message."""
        found = []
        while (field := self.take(*names)) is not None:
            found.append(field)
        return found

    def missing(self, *names: str) -> list[str]:
        """Those of the names that no waiting field has."""
        known = {name for field in self._waiting for name in (field.tag, field.number)}
        return [name for name in names if name not in known]

    @property
    def waiting(self) -> tuple[Field, ...]:
        """What nobody has taken yet."""
        return tuple(self._waiting)


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

    def header(self, tag: str) -> str | None:
        """A value of block 3."""
        field = self._user_header.take(tag)
        return field.value if field else None

    def uetr(self, text: str | None) -> str | None:
        """The UETR of block 3, noted as lost when it is none."""
        found = uetr(text) if text else None
        if text and found is None:
            self.lose("block 3, 121", "not a UETR")
        return found

    def lose(self, source: str, why: str) -> None:
        """Note what cannot come along."""
        self.lost.append(Lost(source, why))

    def cut(self, text: str, most: int, source: str) -> str:
        """The text, cut to what its new place takes."""
        if len(text) > most:
            self.lose(source, f"cut to {most} characters")
        return text[:most].strip()

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
