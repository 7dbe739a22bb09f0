"""Small messages of our own making, and how a test reads what became of them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from lxml import etree

from schema.iso20022.check import check, local_name
from schema.iso20022.envelope import HEADER, BusinessMessage
from schema.iso20022.order import in_schema_order
from schema.iso20022.writer import Amount, element
from schema.mt.message import Direction, Field, MtMessage
from schema.translate.result import MtTranslation, MxTranslation
from schema.translate.statements.codes import Form
from schema.translate.translate import to_mt, to_mx

CREATED: Final = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)

STATEMENT: Final = (
    ("20", "STATEMENT7"),
    ("25", "4711-0815"),
    ("28C", "17/1"),
    ("60F", "C260227EUR1000,"),
    ("61", "260228D250,5NTRFRENT-FEB"),
    ("62F", "C260228EUR749,5"),
)
REPORT: Final = (
    ("20", "REPORT7"),
    ("25", "4711-0815"),
    ("28C", "17/2"),
    ("34F", "EUR0,"),
    ("13D", "2602281200+0100"),
    ("61", "260228C10,NTRFSALE"),
)
CONFIRMATION: Final = (
    ("20", "CONFIRM7"),
    ("21", "PAYMENT7"),
    ("25", "4711-0815"),
    ("32A", "260228EUR10,"),
)

Fields = tuple[tuple[str, str], ...]


def mt(mt_type: str, fields: Fields, **more: object) -> MtMessage:
    """A message between two banks that do not exist."""
    facts = {"direction": Direction.OUTPUT, "sent_at": "2602281745", **more}
    return MtMessage(
        mt_type,
        "AAAABEBBXXX",
        "BBBBNL2AXXX",
        tuple(Field(tag, text) for tag, text in fields),
        **facts,  # type: ignore[arg-type]
    )


def changed(fields: Fields, **values: str | None) -> Fields:
    """The fields with some values replaced (`f61="…"`), some left out (None) and new ones at the end."""
    new = {tag.removeprefix("f"): value for tag, value in values.items()}
    kept = [(tag, new.pop(tag, text)) for tag, text in fields]
    return tuple((tag, text) for tag, text in [*kept, *new.items()] if text is not None)


def translated(mt_type: str, fields: Fields, **more: object) -> MxTranslation:
    return to_mx(mt(mt_type, fields, **more), CREATED)


def leaves(translation: MxTranslation) -> list[str]:
    """The document's texts as "path = text", below the statement, report or notification."""
    item = translation.message.document[0][1]
    return list(_leaves(item, ""))


def _leaves(element: etree._Element, path: str) -> Iterator[str]:
    for child in element:
        name = f"{path}/{local_name(child)}".lstrip("/")
        if len(child):
            yield from _leaves(child, name)
        else:
            yield f"{name} = {child.get('Ccy', '')}{child.text}"


def lost(translation: object) -> list[str]:
    return [each.source for each in translation.lost]  # type: ignore[attr-defined]


def amount(text: str, currency: str = "EUR") -> Amount:
    return Amount(text, currency)


def balance(code: str, text: str = "10", indicator: str = "CRDT", **tp: Any) -> dict[str, Any]:
    return {
        "Tp": {"CdOrPrtry": {"Cd": code}, **tp},
        "Amt": amount(text),
        "CdtDbtInd": indicator,
        "Dt": {"Dt": "2026-02-28"},
    }


def entry(transaction: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """An entry with what it must have."""
    facts = {
        "Amt": amount("250.5"),
        "CdtDbtInd": "CRDT",
        "Sts": {"Cd": "BOOK"},
        "ValDt": {"Dt": "2026-02-28"},
        "BkTxCd": {"Prtry": {"Cd": "NOTPROVIDED", "Issr": "NOTPROVIDED"}},
        "NtryDtls": {"TxDtls": transaction} if transaction else None,
    }
    return facts | more


def camt(form: Form, *, header: bool = True, group: Mapping[str, Any] | None = None, **item: Any) -> BusinessMessage:
    """A statement, report or notification with what it must have; its schema agrees."""
    facts = {
        "Id": "ITEM7",
        "LglSeqNb": "17",
        "Acct": {"Id": {"Othr": {"Id": "4711-0815"}}, "Ccy": "EUR"},
    }
    told = {"MsgId": "MESSAGE7", "CreDtTm": "2026-02-28T18:45:00+01:00", **(group or {})}
    content = {form.root: {"GrpHdr": told, form.item: facts | item}}
    document = element("Document", form.message, in_schema_order("Document", form.message, content))
    assert check(document, form.message) == ()
    return BusinessMessage(form.message, document, _header(form) if header else None)


def _header(form: Form) -> etree._Element:
    banks = {end: {"FIId": {"FinInstnId": {"BICFI": bic}}} for end, bic in (("Fr", "AAAABEBB"), ("To", "BBBBNL2A"))}
    facts = {"BizMsgIdr": "MESSAGE7", "MsgDefIdr": form.message, "CreDt": "2026-02-28T18:45:00+01:00"}
    return element("AppHdr", HEADER, banks | facts)


def fields(translation: MtTranslation) -> list[str]:
    return [f"{field.tag}:{field.value}" for field in translation.message.fields]


def back(message: MtMessage) -> MtTranslation:
    """There and back again."""
    return to_mt(to_mx(message, CREATED).message)
