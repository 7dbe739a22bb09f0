"""Messages of our own making: a small valid one of every kind, changed path by path."""

import copy
from collections.abc import Mapping
from typing import Any, Final

from domain.money import Money
from schema.iso20022.envelope import HEADER, BusinessMessage
from schema.iso20022.writer import element
from schema.mt.message import MtMessage
from schema.translate.result import MtTranslation
from schema.translate.translate import to_mt

UETR: Final = "0b5e3a52-6f0c-4c55-9c7e-2f8a3c1d9e10"
Changes = Mapping[str, Any]


def agent(bic: str) -> dict[str, Any]:
    return {"FinInstnId": {"BICFI": bic}}


def amount(currency: str, text: str) -> Money:
    return Money.parse(text, currency)


def party(name: str, country: str = "", town: str = "", street: str = "") -> dict[str, Any]:
    address = {"StrtNm": street or None, "TwnNm": town or None, "Ctry": country or None}
    return {"Nm": name, "PstlAdr": address if country else None}


def account(number: str) -> dict[str, Any]:
    return {"Id": {"Othr": {"Id": number}}}


PACS_008: Final[dict[str, Any]] = {
    "GrpHdr": {
        "MsgId": "ORDER-1",
        "CreDtTm": "2026-03-02T09:30:00+01:00",
        "NbOfTxs": "1",
        "SttlmInf": {"SttlmMtd": "INDA"},
    },
    "CdtTrfTxInf": {
        "PmtId": {"InstrId": "ORDER-1", "EndToEndId": "E2E-1", "UETR": UETR},
        "IntrBkSttlmAmt": amount("USD", "1250.5"),
        "IntrBkSttlmDt": "2026-03-03",
        "ChrgBr": "SHAR",
        "InstgAgt": agent("AAAAUS33"),
        "InstdAgt": agent("BBBBSGSG"),
        "Dbtr": party("Mill and Sons", "US", "Springfield", "1 River Road"),
        "DbtrAcct": account("00112233"),
        "DbtrAgt": agent("AAAAUS33"),
        "CdtrAgt": agent("CCCCSGSG"),
        "Cdtr": party("Orchid Traders", "SG", "Singapore", "7 Quay"),
        "CdtrAcct": account("99887766"),
    },
}

PACS_009: Final[dict[str, Any]] = {
    "GrpHdr": PACS_008["GrpHdr"],
    "CdtTrfTxInf": {
        "PmtId": {"InstrId": "ORDER-1", "EndToEndId": "COVERS-1", "UETR": UETR},
        "IntrBkSttlmAmt": amount("USD", "1250.5"),
        "IntrBkSttlmDt": "2026-03-03",
        "InstgAgt": agent("AAAAUS33"),
        "InstdAgt": agent("BBBBSGSG"),
        "Dbtr": agent("AAAAUS33"),
        "CdtrAgt": agent("CCCCSGSG"),
        "Cdtr": agent("DDDDSGSG"),
    },
}

UNDERLYING: Final[dict[str, Any]] = {
    name: PACS_008["CdtTrfTxInf"][name] for name in ("Dbtr", "DbtrAcct", "DbtrAgt", "CdtrAgt", "Cdtr", "CdtrAcct")
}

ORIGINAL: Final[dict[str, Any]] = {
    "OrgnlGrpInf": {
        "OrgnlMsgId": "ORDER-1",
        "OrgnlMsgNmId": "pacs.008.001.08",
        "OrgnlCreDtTm": "2026-03-02T09:30:00+01:00",
    },
    "OrgnlInstrId": "ORDER-1",
    "OrgnlEndToEndId": "E2E-1",
    "OrgnlUETR": UETR,
}

PACS_002: Final[dict[str, Any]] = {
    "GrpHdr": {"MsgId": "STATUS-1", "CreDtTm": "2026-03-02T10:00:00+00:00"},
    "TxInfAndSts": {**ORIGINAL, "TxSts": "RJCT", "StsRsnInf": {"Rsn": {"Cd": "AC04"}}},
}

PACS_004: Final[dict[str, Any]] = {
    "GrpHdr": {
        "MsgId": "RETURN-1",
        "CreDtTm": "2026-03-04T10:00:00+00:00",
        "NbOfTxs": "1",
        "SttlmInf": {"SttlmMtd": "INDA"},
    },
    "TxInf": {
        "RtrId": "RETURN-1",
        **ORIGINAL,
        "RtrdIntrBkSttlmAmt": amount("USD", "1250.5"),
        "IntrBkSttlmDt": "2026-03-04",
        "ChrgBr": "SHAR",
        "RtrChain": {
            "Dbtr": {"Pty": party("Orchid Traders", "SG", "Singapore", "7 Quay")},
            "DbtrAgt": agent("CCCCSGSG"),
            "CdtrAgt": agent("AAAAUS33"),
            "Cdtr": {"Pty": party("Mill and Sons", "US", "Springfield", "1 River Road")},
        },
        "RtrRsnInf": {"Rsn": {"Cd": "AC04"}},
    },
}

_ASSIGNMENT: Final[dict[str, Any]] = {
    "Id": "ASSIGN-1",
    "Assgnr": {"Agt": agent("AAAAUS33")},
    "Assgne": {"Agt": agent("BBBBSGSG")},
    "CreDtTm": "2026-03-02T11:00:00+00:00",
}

CAMT_056: Final[dict[str, Any]] = {
    "Assgnmt": _ASSIGNMENT,
    "Undrlyg": {
        "TxInf": {
            "Case": {"Id": "CASE-1", "Cretr": {"Agt": agent("AAAAUS33")}},
            **ORIGINAL,
            "OrgnlIntrBkSttlmAmt": amount("USD", "1250.5"),
            "OrgnlIntrBkSttlmDt": "2026-03-03",
            "CxlRsnInf": {"Rsn": {"Cd": "DUPL"}},
        }
    },
}

CAMT_029: Final[dict[str, Any]] = {
    "Assgnmt": _ASSIGNMENT,
    "Sts": {"Conf": "RJCR"},
    "CxlDtls": {
        "TxInfAndSts": {
            "CxlStsId": "ANSWER-1",
            "RslvdCase": {"Id": "CASE-1", "Cretr": {"Agt": agent("BBBBSGSG")}},
            **ORIGINAL,
            "CxlStsRsnInf": {"Rsn": {"Cd": "AGNT"}},
        }
    },
}

KINDS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "pacs.008.001.08": ("FIToFICstmrCdtTrf", PACS_008),
    "pacs.009.001.08": ("FICdtTrf", PACS_009),
    "pacs.002.001.10": ("FIToFIPmtStsRpt", PACS_002),
    "pacs.004.001.09": ("PmtRtr", PACS_004),
    "camt.056.001.08": ("FIToFIPmtCxlReq", CAMT_056),
    "camt.029.001.09": ("RsltnOfInvstgtn", CAMT_029),
}


def business(name: str, changes: Changes | None = None, *, header: Changes | None = None) -> BusinessMessage:
    """The message `name` with values set at paths below its root; None takes an element away."""
    root, content = KINDS[name]
    document = element("Document", name, {root: _changed(content, changes or {})})
    return BusinessMessage(name, document, None if header is None else _header(name, header))


def translated(name: str, changes: Changes | None = None, *, header: Changes | None = None) -> MtTranslation:
    return to_mt(business(name, changes, header=header))


def values(message: MtMessage, tag: str) -> list[str]:
    """The values of a tag, or of all fields of a number when the tag has none ("50a")."""
    return [field.value for field in message.fields if tag in {field.tag, f"{field.number}a"}]


def _header(name: str, changes: Changes) -> Any:
    content = {
        "Fr": {"FIId": agent("AAAAUS33XXX")},
        "To": {"FIId": agent("BBBBSGSGXXX")},
        "BizMsgIdr": "ORDER-1",
        "MsgDefIdr": name,
        "BizSvc": "swift.cbprplus.03",
        "CreDt": "2026-03-02T09:30:00+01:00",
    }
    return element("AppHdr", HEADER, _changed(content, changes))


def _changed(content: dict[str, Any], changes: Changes) -> dict[str, Any]:
    changed = copy.deepcopy(content)
    for path, value in changes.items():
        *parents, last = path.split("/")
        at = changed
        for parent in parents:
            at = at.setdefault(parent, {})
        at[last] = value
    return changed
