"""Kinds of elements that rules are asked of by what they are, wherever they stand and whatever the message."""

from collections.abc import Iterator
from typing import Final

from schema.iso20022.shape import CURRENCY, Node

MESSAGE: Final = "a message"
"""Header and document together."""
AGENT: Final = "an agent"
"""Anything that holds a FinInstnId."""
PARTY: Final = "a party"
"""Anybody who is not a bank, or not as one."""
ACCOUNT: Final = "an account"
OTHER_ACCOUNT: Final = "an account number that is no IBAN"
ADDRESS: Final = "an address"
AMOUNT: Final = "an amount"
"""Anything with a currency."""
BIC: Final = "a BIC"
REFERENCE: Final = "a reference"
"""What a sender chose to call something by, and banks repeat to each other."""
EXTENDED_TEXT: Final = "an extended text"
"""Names, addresses and remittance, which may hold more characters than a reference."""
DATE: Final = "a date"
TEXT: Final = "a text"
"""Any element that holds a value."""

_PARTIES: Final = frozenset({"Dbtr", "UltmtDbtr", "Cdtr", "UltmtCdtr", "InitgPty", "Pty", "OrgnlDbtr", "OrgnlCdtr"})
_BICS: Final = frozenset({"BICFI", "AnyBIC", "BIC", "BICOrBEI", "BEI"})
_REFERENCES: Final = frozenset(
    {"BizMsgIdr", "MsgId", "InstrId", "EndToEndId", "TxId", "ClrSysRef", "PmtInfId", "RtrId", "StsId", "CxlId"}
    | {"OrgnlMsgId", "OrgnlInstrId", "OrgnlEndToEndId", "OrgnlTxId", "OrgnlPmtInfId", "OrgnlClrSysRef"}
    | {"CxlStsId", "AcctSvcrRef", "RltdRef", "RmtId"}
)
_ADDRESS_TEXTS: Final = frozenset(
    {"Dept", "SubDept", "StrtNm", "BldgNb", "BldgNm", "Flr", "PstBx", "Room", "PstCd", "TwnNm", "TwnLctnNm"}
    | {"DstrctNm", "CtrySubDvsn", "AdrLine"}
)
_EXTENDED: Final = _ADDRESS_TEXTS | {"Nm", "Ustrd", "AddtlRmtInf"}
_DATES: Final = frozenset(
    {"IntrBkSttlmDt", "OrgnlIntrBkSttlmDt", "EffctvIntrBkSttlmDt", "ReqdExctnDt", "PoolgAdjstmntDt", "BirthDt", "Dt"}
)


_VALUES: Final = {
    **dict.fromkeys(_BICS, (BIC,)),
    **dict.fromkeys(_REFERENCES, (REFERENCE,)),
    **dict.fromkeys(_EXTENDED, (EXTENDED_TEXT,)),
    **dict.fromkeys(_DATES, (DATE,)),
}
"""What elements that hold a value are by their names."""


def kinds_of(node: Node) -> list[str]:
    """What the node is, by its name, what is below it and where it stands."""
    if node.parent is None:
        return [MESSAGE]
    if node.name == CURRENCY:
        return []
    if all(child.name == CURRENCY for child in node.children):
        return list(_kinds_of_value(node))
    return list(_kinds_of_group(node))


def _kinds_of_value(node: Node) -> Iterator[str]:
    yield TEXT
    yield from _VALUES.get(node.name, ())
    if node.children:
        yield AMOUNT
    if node.name == "Id" and _is_of_another_account(node):
        yield OTHER_ACCOUNT
    if "/Strd" in node.path and node.name not in _EXTENDED:
        yield EXTENDED_TEXT
    if node.name in _PARTIES:
        yield PARTY  # there, and empty


def _kinds_of_group(node: Node) -> Iterator[str]:
    if node.find("FinInstnId"):
        yield AGENT
    elif node.name in _PARTIES and not node.find("Pty") and not node.find("Agt"):
        yield PARTY
    elif node.name.endswith("Acct") and (node.find("Id/IBAN") or node.find("Id/Othr")):
        yield ACCOUNT
    elif node.name == "PstlAdr":
        yield ADDRESS


def _is_of_another_account(node: Node) -> bool:
    around = [above.name for above in node.above()][:3]
    return around[:2] == ["Othr", "Id"] and around[-1].endswith("Acct")
