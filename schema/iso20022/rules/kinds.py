"""Kinds of elements that rules are asked of by what they are, wherever they stand and whatever the message."""

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


def kinds_of(node: Node) -> frozenset[str]:
    """What the node is, by its name and what is below it."""
    return frozenset(kind for kind, test in _TESTS if test(node))


def _holds_value(node: Node) -> bool:
    return all(child.name == CURRENCY for child in node.children)


def _is_party(node: Node) -> bool:
    return node.name in _PARTIES and not any(node.find(way) for way in ("FinInstnId", "Pty", "Agt"))


def _is_other_account(node: Node) -> bool:
    around = [above.name for above in node.above()][:3]
    return node.name == "Id" and around[:2] == ["Othr", "Id"] and around[2].endswith("Acct")


def _in_strd(node: Node) -> bool:
    return any(above.name == "Strd" for above in node.above())


_TESTS: Final = (
    (MESSAGE, lambda node: node.parent is None),
    (AGENT, lambda node: bool(node.find("FinInstnId"))),
    (PARTY, _is_party),
    (ACCOUNT, lambda node: bool(node.find("Id/IBAN") or node.find("Id/Othr")) and node.name.endswith("Acct")),
    (OTHER_ACCOUNT, _is_other_account),
    (ADDRESS, lambda node: node.name == "PstlAdr"),
    (AMOUNT, lambda node: bool(node.find(CURRENCY))),
    (BIC, lambda node: node.name in _BICS),
    (REFERENCE, lambda node: node.name in _REFERENCES and _holds_value(node)),
    (EXTENDED_TEXT, lambda node: _holds_value(node) and (node.name in _EXTENDED or _in_strd(node))),
    (DATE, lambda node: node.name in _DATES and _holds_value(node)),
    (TEXT, lambda node: node.name != CURRENCY and _holds_value(node)),
)
