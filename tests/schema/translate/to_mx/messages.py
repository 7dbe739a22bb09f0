"""Small messages of our own making, and how a test reads what became of them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from lxml import etree

from schema.iso20022.check import check, local_name
from schema.iso20022.envelope import HEADER
from schema.mt.message import Direction, Field, MtMessage
from schema.translate.result import MxTranslation
from schema.translate.translate import to_mx

CREATED: Final = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
UETR: Final = "3d1f6c1e-52b7-4c39-9f0e-6a1b2c3d4e5f"
SENDER: Final = "AAAABEBBXXX"
RECEIVER: Final = "BBBBNL2AXXX"

Lines = tuple[str, ...]

CUSTOMER: Final[Lines] = (
    "20:TRANSFER7",
    "23B:CRED",
    "32A:260302EUR1250,5",
    "50K:/4711\nMill and Sons\n1 Brook Lane",
    "59:/0815\nOrchard Trading\n2 Hill Road",
    "71A:SHA",
)
BANK: Final[Lines] = ("20:TRANSFER7", "21:RELATED7", "32A:260302EUR1250,5", "52A:CCCCFRPP", "58A:DDDDDEFF")
COVER: Final[Lines] = (*BANK, "50K:/4711\nMill and Sons", "59:/0815\nOrchard Trading")
REQUEST: Final[Lines] = ("20:CASE7", "21:TRANSFER7", "11S:103\n260301", "79:/DUPL/", "32A:260302EUR1250,5")
ANSWER: Final[Lines] = ("20:ANSWER7", "21:CASE7", "76:/CNCL/", "11R:103\n260301")
REJECTION: Final[Lines] = ("20:NO7", "21:TRANSFER7", "79:/REJT/99\n/AC04/closed\n/MREF/TRANSFER7\n/TREF/INVOICE7")


def mt(mt_type: str, lines: Lines, **more: object) -> MtMessage:
    """A message between two banks that do not exist; a line is a tag, a colon and the value."""
    facts = {"direction": Direction.OUTPUT, "user_header": (("121", UETR),), "sent_at": "2603020815", **more}
    parts = (line.partition(":") for line in lines)
    fields = tuple(Field(tag, value, line) for line, (tag, _, value) in enumerate(parts, start=1))
    return MtMessage(mt_type, SENDER, RECEIVER, fields, **facts)  # type: ignore[arg-type]


def with_lines(lines: Lines, *new: str) -> Lines:
    """The lines, those with a number of the new ones replaced by these, which stand where it stood or at the end."""
    numbers = {line[:2] for line in new}
    kept = [line for line in lines if line[:2] not in numbers]
    at = next((at for at, line in enumerate(lines) if line[:2] in numbers), len(kept))
    return (*kept[:at], *new, *kept[at:])


def translated(mt_type: str, lines: Lines, **more: object) -> MxTranslation:
    """The translation, which is valid by its schema, as every one of a valid message is."""
    translation = to_mx(mt(mt_type, lines, **more), CREATED)
    message = translation.message
    assert check(message.document, message.message) == ()
    assert message.header is not None
    assert check(message.header, HEADER) == ()
    return translation


def leaves(translation: MxTranslation, *beginnings: str) -> list[str]:
    """The document's texts as "path = text" below its root, those whose path has one of the beginnings."""
    found = _leaves(translation.message.document[0], "")
    return [leaf for leaf in found if not beginnings or leaf.startswith(beginnings)]


def transaction(translation: MxTranslation, *beginnings: str) -> list[str]:
    """The texts below the one transaction."""
    places = ("CdtTrfTxInf/", "TxInf/", "TxInfAndSts/", "Undrlyg/TxInf/", "CxlDtls/TxInfAndSts/")
    below = [leaf.removeprefix(place) for leaf in leaves(translation) for place in places if leaf.startswith(place)]
    return [leaf for leaf in below if not beginnings or leaf.startswith(beginnings)]


def lost(translation: MxTranslation) -> list[str]:
    """The sources of what could not come along."""
    return [each.source for each in translation.lost]


def _leaves(element: etree._Element, path: str) -> Iterator[str]:
    for child in element:
        name = f"{path}/{local_name(child)}".lstrip("/")
        if len(child):
            yield from _leaves(child, name)
        else:
            yield f"{name} = {child.get('Ccy', '')}{child.text}"
