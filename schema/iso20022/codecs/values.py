"""Reads amounts, days, moments and references out of a message, each fault under its rule."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Final

from lxml import etree

from domain.errors import InvalidValue, MessageRefused
from domain.finding import Finding
from domain.ids import Bic, Uetr
from domain.money import Money
from domain.original import Original, StatedReason
from domain.reason import Reason
from schema.iso20022.check import local_name
from schema.iso20022.envelope import HEADER, BusinessMessage
from schema.iso20022.reader import Reader
from schema.iso20022.xsd import vocabulary

_AMOUNT_RULES: Final = {Reason.AM03: "AM-02", Reason.AM09: "AM-04", Reason.AM02: "AM-05", Reason.FF01: "AM-06"}


class Part(Reader):
    """A message, or one element of several in it, with what is found wrong in it and in its parts."""

    def __init__(
        self, business: BusinessMessage, element: etree._Element | None = None, within: "Part | None" = None
    ) -> None:
        self.element = business.document if element is None else element
        super().__init__(self.element, business.message)
        self.business = business
        self._within = within
        self._parts: list[Part] = []

    def parts(self, path: str) -> list["Part"]:
        """A reader for every element at the path."""
        found = [Part(self.business, element, self) for element in self.elements(path)]
        self._parts += found
        return found

    def located(self) -> tuple[Finding, ...]:
        """What is wrong here and in no part, with the paths from the document down."""
        if not self.findings:
            return ()
        own = f"/{local_name(self.element)}"
        return tuple(replace(found, path=self.place + found.path.removeprefix(own)) for found in self.findings)

    def all_located(self) -> Iterator[Finding]:
        """What is wrong here and in all parts."""
        yield from self.located()
        for part in self._parts:
            yield from part.all_located()

    @cached_property
    def place(self) -> str:
        """Where the part stands, from the document down."""
        if self._within is None:
            return f"/{local_name(self.element)}"
        return self._within.place + self._within.places[self.element]

    @cached_property
    def places(self) -> dict[etree._Element, str]:
        """Where everything below stands: counted at once, for among thousands each by itself would take for ever."""
        names = vocabulary(self.business.message)
        places = {self.element: ""}
        for parent in self.element.iter():
            of_a_kind, so_far = Counter(child.tag for child in parent), Counter[Any]()
            for child in parent:
                so_far[child.tag] += 1
                name = local_name(child)
                step = name if name in names else "*"
                step += f"[{so_far[child.tag]}]" if of_a_kind[child.tag] > 1 else ""
                places[child] = f"{places[parent]}/{step}"
        return places

    def refuse_if_wrong(self) -> None:
        """Raises MessageRefused when anything is found."""
        if found := tuple(self.all_located()):
            what = self.business.message
            raise MessageRefused(f"the message breaks {len(found)} rules of {what}", findings=found)


def only(read: Reader, path: str) -> bool:
    """Whether there is exactly one element at the path; more than one is reported (TX-01)."""
    count = len(read.elements(path))
    if count > 1:
        read.report("TX-01", Reason.FF01, "a message carries exactly one transaction", path, nth=1)
    elif not count:
        read.report("TX-01", Reason.FF01, "the message carries no transaction", path)
    return count == 1


def amount(read: Reader, path: str) -> Money | None:
    """The amount with its currency; None when it is absent or cannot be, which is then reported."""
    found = read.elements(path)
    if not found:
        return None
    try:
        return Money.parse(read.text(path).strip(), found[0].get("Ccy", ""))
    except InvalidValue as wrong:
        read.report(_AMOUNT_RULES.get(wrong.reason, "AM-06"), wrong.reason, wrong.message, path)
        return None


def told_amount(read: Reader, path: str) -> Money | None:
    """The amount, which must be there."""
    if not read.elements(path):
        read.report("AM-06", Reason.AM09, "the amount is missing", path)
    return amount(read, path)


def needed_amount(read: Reader, path: str) -> Money | None:
    """The amount, which must be there and more than zero."""
    value = told_amount(read, path)
    if value is not None and not value.minor:
        read.report("AM-01", Reason.AM01, "the amount is zero", path)
    return value


def day(read: Reader, *paths: str) -> str | None:
    """The first day found, as YYYY-MM-DD; of a moment its day. A day with a time zone is reported (DT-02)."""
    text = read.text(*paths).strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text.partition("T")[0]).isoformat()
    except ValueError:
        where = next(path for path in paths if read.text(path))
        read.report("DT-02", Reason.DT01, "a date is written YYYY-MM-DD, without a time zone", where)
        return None


def moment(read: Reader, path: str) -> datetime | None:
    """The moment, in UTC where the message tells no offset."""
    text = read.text(path).strip()
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        read.report("DT-02", Reason.DT01, "a moment is written YYYY-MM-DDThh:mm:ss and an offset", path)
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def created(read: Reader, *paths: str) -> datetime | None:
    """When the message was made, which it must tell (GH-02)."""
    path = next((path for path in paths if read.text(path)), paths[0])
    read.required("GH-02", Reason.DT01, "the message does not tell when it was made", path)
    return moment(read, path)


def number(read: Reader, *paths: str) -> int | None:
    """A count of statements or pages; None when the message does not tell, or nothing that counts."""
    text = read.text(*paths).strip()
    return int(text) if text.isascii() and text.isdigit() else None


def needed_uetr(read: Reader, path: str) -> Uetr | None:
    """The UETR, which must be there (TX-04)."""
    return read.parsed("TX-04", Uetr.parse, read.required("TX-04", Reason.FF01, "the UETR is missing", path), path)


def uetr(read: Reader, path: str) -> Uetr | None:
    """The UETR where the message tells one."""
    return read.parsed("TX-04", Uetr.parse, read.text(path), path)


def bic(read: Reader, *paths: str) -> Bic | None:
    """The first BIC found, as BIC11."""
    return read.parsed("AG-06", Bic.parse, read.text(*paths), *paths)


def original(read: Reader, at: str, *group_at: str, uetr_name: str = "OrgnlUETR") -> Original:
    """How the transaction at the path names the payment it means; its message may be named elsewhere (`group_at`)."""
    groups = [f"{at}/OrgnlGrpInf", *group_at]
    created = next((path for path in groups if read.text(f"{path}/OrgnlCreDtTm")), groups[0])
    return Original(
        message_id=read.text(*(f"{path}/OrgnlMsgId" for path in groups)) or None,
        message_name=read.text(*(f"{path}/OrgnlMsgNmId" for path in groups)) or None,
        uetr=uetr(read, f"{at}/{uetr_name}"),
        end_to_end_id=read.text(f"{at}/OrgnlEndToEndId") or None,
        instruction_id=read.text(f"{at}/OrgnlInstrId") or None,
        transaction_id=read.text(f"{at}/OrgnlTxId") or None,
        created=moment(read, f"{created}/OrgnlCreDtTm"),
    )


def reasons(read: Part, path: str) -> tuple[StatedReason, ...]:
    """Every reason given at the path, with its words joined by blanks; those that say nothing are left out."""
    told = (
        StatedReason(part.text("Rsn/Cd", "Rsn/Prtry") or None, " ".join(part.texts("AddtlInf")) or None)
        for part in read.parts(path)
    )
    return tuple(reason for reason in told if reason.code or reason.text)


def header(business: BusinessMessage) -> Reader | None:
    """What the header says, where there is one."""
    return None if business.header is None else Reader(business.header, HEADER)


def variant(business: BusinessMessage) -> str:
    """The variant that the header's business service names: "cov", "adv", "stp", or nothing."""
    read = header(business)
    steps = read.text("BizSvc").lower().split(".") if read else []
    return next((step for step in steps if step in {"cov", "adv", "stp"}), "")
