"""What a message says beside the payment: nobody acts on it here, but listed names and ships stand in it, and so it is screened."""

import contextlib
from collections.abc import Iterable, Iterator
from typing import Final

from lxml import etree

from domain.errors import InvalidValue
from domain.ids import Bic
from domain.mention import Mentioned, Saying, Seat, Topic
from domain.party import NOTHING_MORE
from schema.iso20022.check import local_name
from schema.iso20022.codecs.parties import read_particulars, read_postal
from schema.iso20022.codecs.transfer import below
from schema.iso20022.codecs.values import Part

_TOPICS: Final = {
    "RmtInf/Strd": Topic.REMITTANCE_DETAILS,
    "RltdRmtInf": Topic.REMITTANCE_DETAILS,
    "Tax": Topic.REMITTANCE_DETAILS,
    "InstrForDbtrAgt": Topic.INSTRUCTION,
    "InstrForCdtrAgt": Topic.INSTRUCTION,
    "InstrForNxtAgt": Topic.INSTRUCTION,
    "Purp/Prtry": Topic.PURPOSE,
    "RgltryRptg": Topic.REGULATORY_REPORT,
}
"""Elements of a transaction that hold words, and what those are about."""
_CODED: Final = frozenset({"Cd", "Ctry", "CtryOfRes", "CdtDbtInd", "TwnNm", "Mtd"})
"""Elements whose text is a code, or means nothing outside of its address."""
_PARTIES: Final = (
    *(
        (f"RmtInf/Strd/{party}", "Nm", "PstlAdr")
        for party in ("Invcr", "Invcee", "GrnshmtRmt/Grnshee", "GrnshmtRmt/GrnshmtAdmstr")
    ),
    ("RltdRmtInf/RmtLctnDtls/PstlAdr", "Nm", "Adr"),
)
"""Parties that remittance information names: where they stand, and where therein name and address do."""
_ULTIMATE: Final = {Seat.ULTIMATE_DEBTOR: "UltmtDbtr", Seat.ULTIMATE_CREDITOR: "UltmtCdtr"}
_ACCOUNTS: Final = ("DbtrAcct", "CdtrAcct")


def said(read: Part, *places: str) -> tuple[Saying, ...]:
    """The words of a transaction that no step reads; of each element all in one, for names run on over lines."""
    found = (
        Saying(topic, words)
        for at in places
        for path, topic in _TOPICS.items()
        for element in read.elements(below(at, path))
        if (words := " ".join(_words(element)))
    )
    return tuple(dict.fromkeys(_joined(found)))


def in_passing(read: Part, *places: str) -> tuple[Mentioned, ...]:
    """Whom a transaction names beside those who take part in it, and what its accounts are called."""
    found = (who for at in places for who in (*_named(read, at), *_unnamed(read, at), *_holders(read, at)))
    return tuple(dict.fromkeys(found))


def _joined(sayings: Iterable[Saying]) -> Iterator[Saying]:
    """One saying for each topic: what a bank writes over several elements is one text."""
    topics: dict[Topic, list[str]] = {}
    for each in sayings:
        topics.setdefault(each.topic, []).append(each.text)
    yield from (Saying(topic, " ".join(texts)) for topic, texts in topics.items())


def _words(element: etree._Element) -> Iterator[str]:
    for each in element.iter(etree.Element):
        text = (each.text or "").strip()
        if local_name(each) not in _CODED and any(letter.isalnum() for letter in text):
            yield " ".join(text.split())


def _named(read: Part, at: str) -> Iterator[Mentioned]:
    for path, name, address in _PARTIES:
        for part in read.parts(below(at, path)):
            lines, town, country = read_postal(part, address)
            who = Mentioned(
                Seat.REMITTANCE_PARTY,
                part.text(name) or None,
                _bic(part.text("Id/OrgId/AnyBIC")),
                country=country,
                address=lines,
                town=town,
                particulars=read_particulars(part, ""),
            )
            if who != Mentioned(Seat.REMITTANCE_PARTY):
                yield who


def _unnamed(read: Part, at: str) -> Iterator[Mentioned]:
    """Ultimate parties who are told by their numbers or their residence alone; no message of ours could name them."""
    for seat, element in _ULTIMATE.items():
        particulars = read_particulars(read, below(at, element))
        if particulars != NOTHING_MORE and not read.text(f"{below(at, element)}/Nm"):
            yield Mentioned(seat, particulars=particulars)


def _bic(text: str) -> Bic | None:
    """A BIC that can be one; nobody is paid by it, so that another is no reason to refuse the payment."""
    with contextlib.suppress(InvalidValue):
        return Bic.parse(text)
    return None


def _holders(read: Part, at: str) -> Iterator[Mentioned]:
    for path in _ACCOUNTS:
        yield from (Mentioned(Seat.ACCOUNT_HOLDER, name) for name in read.texts(f"{below(at, path)}/Nm"))
