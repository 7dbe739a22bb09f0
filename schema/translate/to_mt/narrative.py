"""Fields of code words: 70 for the beneficiary, 72 for the next banks, 77B for the authorities."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Final

from schema.mt.message import Field
from schema.translate.to_mt.agents import short_name
from schema.translate.to_mt.header import GPI
from schema.translate.to_mt.lines import FULL, coded, folded, plain, standing_alone
from schema.translate.to_mt.parties import country_of_residence
from schema.translate.to_mt.rows import Write, one
from schema.translate.to_mt.source import Node
from schema.translate.to_mt.values import NOT_PROVIDED

Told = tuple[str, Node, str]
"""A code word, the element it speaks for, and its text."""
Tell = Callable[[str, Node], Told | None]
"""Says an element with a code word; None when it says nothing."""

BANK_LINES: Final = 6
"""Lines of field 72."""
REPORT_LINES: Final = 3
"""Lines of field 77B."""
_CODED: Final = re.compile(r"/([A-Z0-9]{1,8})/(.*)", re.DOTALL)
_OF_REMITTANCE: Final = re.compile(r"/(?:INV|IPI|PURP|RFB|ROC|SRI|TSU|ULTB|ULTD|URI)/")
_MT26T: Final = re.compile(r":?26T:([A-Z0-9]{3})|([A-Z][0-9]{2})")
_BANK_OPERATIONS: Final = frozenset({"CRED", "CRTS", "SPAY", "SPRI", "SSTD"})


def _bank(code: str, node: Node) -> Told | None:
    """A bank in one word."""
    name = short_name(node)
    return (code, node, name) if name else None


def _choice(code: str, node: Node) -> Told | None:
    """A code or a proprietary text that no other field has said."""
    leaf = node.node("Cd") or node.node("Prtry")
    if leaf.is_read or GPI.fullmatch(leaf.peek()):
        return None
    text = plain(leaf)
    return (code, leaf, text) if text else None


def _instruction(code: str, node: Node) -> Told | None:
    """An instruction: under the code word that its text begins with, or its own code, or else the row's."""
    if node.node("Cd").is_read:
        return None
    own, text = plain(node, "Cd"), plain(node, "InstrInf")
    if match := _CODED.fullmatch(text):
        return (match[1], node, match[2])
    return (own or code, node, text) if own or text else None


FOR_BANKS: Final[tuple[tuple[str, str, Tell], ...]] = (
    ("INTA", "IntrmyAgt2", _bank),
    ("INTA", "IntrmyAgt3", _bank),
    ("SVCLVL", "PmtTpInf/SvcLvl", _choice),
    ("LOCINS", "PmtTpInf/LclInstrm", _choice),
    ("CATPURP", "PmtTpInf/CtgyPurp", _choice),
    ("ACC", "InstrForCdtrAgt", _instruction),
    ("REC", "InstrForNxtAgt", _instruction),
)
"""Field 72 of every payment, the most important first: what does not fit into six lines is lost."""

PREVIOUS_OF_CUSTOMER: Final[tuple[tuple[str, str, Tell], ...]] = (
    ("INS", "PrvsInstgAgt1", _bank),
    ("INS", "PrvsInstgAgt2", _bank),
    ("INS", "PrvsInstgAgt3", _bank),
)
"""Who instructed before the sender: an MT103 names the debtor's bank in 52a."""

PREVIOUS_OF_BANK: Final = (("INS", "DbtrAgt", _bank), *PREVIOUS_OF_CUSTOMER)
"""In an MT202 the debtor is the bank in 52a, and its own bank comes first among those who instructed."""


def for_banks(rows: tuple[tuple[str, str, Tell], ...], *, with_remittance: bool = False) -> Write:
    """Writes field 72 by a table; an MT202 has no field 70 and tells purpose and remittance here."""

    def write(node: Node, path: str) -> Iterable[Field]:
        told = chain(_by_table(rows, node), _for_beneficiary(node) if with_remittance else ())
        lines: list[str] = []
        for code, element, text in told:
            lines += coded(element, code, text, lines=BANK_LINES - len(lines))
        return one("72", "\n".join(lines))

    return write


def _by_table(rows: tuple[tuple[str, str, Tell], ...], node: Node) -> Iterator[Told]:
    for code, path, tell in rows:
        for element in node.nodes(path):
            if told := tell(code, element):
                yield told


def _for_beneficiary(node: Node) -> Iterator[Told]:
    for purpose in node.nodes("Purp"):
        if told := _choice("PURP", purpose):
            yield told
    for line in node.nodes("RmtInf/Ustrd"):
        text = plain(line)
        match = _CODED.fullmatch(text)
        yield (match[1], line, match[2]) if match else ("BNF", line, text)


def bank_operation(node: Node, path: str) -> Iterable[Field]:
    """Field 23B: the bank's operation if the local instrument names one, else a plain credit."""
    if node.peek(path) in _BANK_OPERATIONS:
        return [Field("23B", node.text(path))]
    return [Field("23B", "CRED")]


def transaction_type(node: Node, path: str) -> Iterable[Field]:
    """Field 26T from a proprietary purpose that says it is one (":26T:K90")."""
    match = _MT26T.fullmatch(node.peek(path))
    if match is None:
        return []
    node.take(path)
    return [Field("26T", match[1] or match[2])]


def remittance(node: Node, path: str) -> Iterable[Field]:
    """Field 70: who is behind the payment, what for, the customer's reference, and the remittance, each by code word.

    Code words are parted by "//". A remittance that stands alone needs none, and one that opens with a code word of
    field 70 has its own: it was an MT before.
    """
    text, last = _remittance(node, path)
    told = [
        *_ultimate("ULTB", node, "UltmtCdtr"),
        *_ultimate("ULTD", node, "UltmtDbtr"),
        *(f"/PURP/{purpose}" for each in node.nodes("Purp") if (said := _choice("", each)) and (purpose := said[2])),
        *_customer_reference(node, text),
    ]
    if text and node.node(f"{path}/Strd"):
        text = f"/SRI/{text}"
    elif text and told and not _OF_REMITTANCE.match(text):
        text = f"/URI/{text}"
    whole = "//".join((*told, *([text] if text else [])))
    return one("70", "\n".join(standing_alone(last, folded(last, whole, lines=4))))


def _ultimate(code: str, node: Node, path: str) -> Iterator[str]:
    party = node.node(path)
    name = plain(party, "Nm") or plain(party, "Id/OrgId/AnyBIC") or plain(party, "Id/OrgId/LEI")
    place = "/".join(text for name_ in ("Ctry", "TwnNm") if (text := plain(party, f"PstlAdr/{name_}")))
    if name or place:
        yield f"/{code}/" + "/".join(part for part in (name, place) if part)


def _customer_reference(node: Node, remittance: str) -> Iterator[str]:
    text = plain(node, "PmtId/EndToEndId")
    if text and text != NOT_PROVIDED and f"/ROC/{text}" not in remittance:
        yield f"/ROC/{text}"


def _remittance(node: Node, path: str) -> tuple[str, Node]:
    """The text of the remittance, free or put together from its structure, and the element to blame when it is cut."""
    information = node.node(path)
    free = [plain(line) for line in information.nodes("Ustrd")]
    structured = [
        plain(leaf)
        for place in ("CdtrRefInf/Ref", "RfrdDocInf/Nb", "AddtlRmtInf")
        for leaf in information.nodes(f"Strd/{place}")
    ]
    blamed = information or node.node("PmtId/EndToEndId") or node
    return " ".join(text for text in (*free, *structured) if text), blamed


def regulatory(debtor: str, creditor: str) -> Write:
    """Writes field 77B: countries of residence of the customers at the two paths, then what is reported."""

    def write(node: Node, path: str) -> Iterable[Field]:
        lines = country_of_residence("ORDERRES", node, debtor) + country_of_residence("BENEFRES", node, creditor)
        for details in node.nodes(f"{path}/Dtls"):
            lines += _reported(details, said=lines)
        return one("77B", "\n".join(lines))

    return write


def _reported(details: Node, *, said: list[str]) -> list[str]:
    """Lines of a report that are not said already, as far as there is room."""
    room = REPORT_LINES - len(said)
    code, country = plain(details, "Cd"), plain(details, "Ctry")
    texts = [text for leaf in details.nodes("Inf") if (text := plain(leaf)) not in said]
    if code and country and f"/{code}/{country}" in said and not texts:
        return []
    if code and country:
        return coded(details, code, "/".join((country, *([f"/{''.join(texts)}"] if texts else []))), lines=room)
    text = " ".join(filter(None, (code, country, *texts)))
    if text and room < 1:
        details.lose(FULL)
        return []
    return standing_alone(details, folded(details, text, lines=room)) if text else []
