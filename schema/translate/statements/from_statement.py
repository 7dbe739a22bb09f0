"""camt.053 as MT940 or MT950, and camt.052 as MT942, or as MT941 when it tells balances only."""

import re
from collections.abc import Iterator
from typing import Final

from domain.reason import Reason
from schema.iso20022.envelope import BusinessMessage
from schema.mt.message import Field
from schema.translate.result import MtTranslation
from schema.translate.statements.codes import NOT_PROVIDED, REPORT, STATEMENT
from schema.translate.statements.from_entry import CUSTOMER, INTERIM, NOSTRO, Lines
from schema.translate.statements.from_item import Item, moment_with_offset, said_again
from schema.translate.statements.texts import LINES, WIDTH_86
from schema.translate.statements.values import mt_amount
from schema.translate.to_mt.lines import folded, plain
from schema.translate.to_mt.source import Node
from schema.translate.to_mt.values import reference

_NUMBER: Final = re.compile(r"[0-9]+")
_PAGE_DIGITS: Final = {"28C": 5, "28": 2}
_SUMS: Final = (("90D", "TxsSummry/TtlDbtNtries"), ("90C", "TxsSummry/TtlCdtNtries"))


def to_mt940(business: BusinessMessage) -> MtTranslation:
    """A customer's statement. Raises MessageRefused (TR-02)."""
    item = Item(business, STATEMENT)
    fields = [
        _reference(item),
        *item.request(),
        item.account(),
        _number(item, "28C"),
        *_booked(item, "60F", "60M"),
        *Lines(item, CUSTOMER).fields(),
        *_booked(item, "62F", "62M"),
        *_available(item),
        *_remark(item),
    ]
    return item.finish("940", fields)


def to_mt950(business: BusinessMessage) -> MtTranslation:
    """A bank's statement, which has neither remarks nor forward balances. Raises MessageRefused (TR-02)."""
    item = Item(business, STATEMENT)
    fields = [
        _reference(item),
        item.account(with_owner=False),
        _number(item, "28C"),
        *_booked(item, "60F", "60M"),
        *Lines(item, NOSTRO).fields(),
        *_booked(item, "62F", "62M"),
        *item.balance("64"),
    ]
    return item.finish("950", fields)


def to_mt942_or_941(business: BusinessMessage) -> MtTranslation:
    """An interim report: of entries (MT942), or of balances when it has no entries but a closing balance (MT941)."""
    item = Item(business, REPORT)
    told = {balance.peek("Tp/CdOrPrtry/Cd") for balance in item.at.nodes("Bal")}
    tells_balances_only = not item.at.nodes("Ntry") and told & {"CLBD", "ITBD"}
    return _balance_report(item) if tells_balances_only else _entry_report(item)


def _entry_report(item: Item) -> MtTranslation:
    fields = [
        _reference(item),
        *item.request(),
        item.account(),
        _number(item, "28C", page="1"),
        Field("34F", f"{item.currency}0,"),  # every entry is listed, however small
        _moment(item),
        *Lines(item, INTERIM).fields(),
        *_sums(item),
        *_remark(item),
    ]
    return item.finish("942", fields)


def _balance_report(item: Item) -> MtTranslation:
    fields = [
        _reference(item),
        *item.request(),
        item.account(),
        _number(item, "28"),
        _moment(item),
        *item.balance("60F"),
        *_sums(item),
        *_booked(item, "62F"),
        *_available(item),
        *_remark(item),
    ]
    return item.finish("941", fields)


def _reference(item: Item) -> Field:
    said_again(item.at, "/GrpHdr/MsgId", item.at.peek("Id"))
    return Field("20", reference(item.at, "Id") or NOT_PROVIDED)


def _number(item: Item, tag: str, *, page: str = "") -> Field:
    """The statement's number and its page; `page` is that of a message that does not tell."""
    number = _digits(item.at, "LglSeqNb") or _digits(item.at, "ElctrncSeqNb") or "1"
    page = _digits(item.at, f"{item.form.pages}/PgNb", most=_PAGE_DIGITS[tag]) or page
    said_again(item.at, "ElctrncSeqNb", page)
    is_last = item.at.peek(f"{item.form.pages}/LastPgInd") in {"true", "1"}
    if is_last is not item.goes_on:
        item.at.take(f"{item.form.pages}/LastPgInd")  # the closing balance says so: 62F, not 62M
    return Field(tag, f"{number}/{page}" if page else number)


def _digits(node: Node, path: str, *, most: int = 5) -> str:
    """A number of at most so many digits, which is all that MT has room for; empty when there is none."""
    number = node.peek(path).lstrip("0") or node.peek(path)[-1:]
    if not _NUMBER.fullmatch(number) or len(number) > most:
        return ""
    node.take(path)
    return number


def _moment(item: Item) -> Field:
    told = moment_with_offset(item.at, "CreDtTm", "/GrpHdr/CreDtTm")
    if not told:
        item.at.complain("CreDtTm", "a report says of which moment it is", Reason.DT01)
    return Field("13D", told)


def _booked(item: Item, *tags: str) -> list[Field]:
    """The balance of the whole statement or else that of this page; without either there is no such MT."""
    found = item.balance(*tags)
    if not found:
        item.at.complain("Bal", f"the MT must tell a balance in {' or '.join(tags)}")
    return found


def _available(item: Item) -> list[Field]:
    return [*item.balance("64"), *item.forward_balances()]


def _sums(item: Item) -> Iterator[Field]:
    for tag, path in _SUMS:
        total = item.at.node(path)
        count = _digits(total, "NbOfNtries")
        if count and total.peek("Sum"):
            amount = total.parsed("Sum", lambda text: mt_amount(text, item.currency))
            yield Field(tag, f"{count}{item.currency}{amount}")


def _remark(item: Item) -> Iterator[Field]:
    if text := plain(item.at, item.form.remarks):
        node = item.at.node(item.form.remarks)
        yield Field("86", "\n".join(folded(node, text, lines=LINES, width=WIDTH_86)))
