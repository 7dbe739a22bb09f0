"""What requests for cancellation (n92) and answers to them (n96) share: the case, and the payment that it is about."""

import re
from typing import Final

from schema.mt.message import Field
from schema.translate.to_mx.charges import UNKNOWN_AGENT
from schema.translate.to_mx.codewords import joined
from schema.translate.to_mx.draft import Content, Draft
from schema.translate.to_mx.refusal import unreadable
from schema.translate.to_mx.values import day, uetr

ORIGINALS: Final = {
    "102": "pacs.008",
    "103": "pacs.008",
    "104": "pacs.003",
    "107": "pacs.003",
    "200": "pacs.009",
    "201": "pacs.009",
    "202": "pacs.009",
    "203": "pacs.009",
    "204": "pacs.010",
    "205": "pacs.009",
}
"""The message that an MT type became, as camt.056 and camt.029 name it."""

_UETR: Final = "/UETR/"
_DATED: Final = re.compile(r"([0-9]{3})\n?([0-9]{6})\n?([0-9]*)")


def assignment(draft: Draft, reference: str) -> Content:
    """Who sends the case to whom."""
    return {
        "Id": reference,
        "Assgnr": {"Agt": draft.agent(draft.message.sender)},
        "Assgne": {"Agt": draft.agent(draft.message.receiver)},
        "CreDtTm": draft.moment,
    }


def case(reference: str) -> Content:
    """The case; MT does not tell who opened it."""
    return {"Id": reference, "Cretr": {"Agt": UNKNOWN_AGENT}}


def original(draft: Draft, field: Field | None, reference: str) -> Content:
    """The message that the case is about: field 11a, otherwise the category's own transfer."""
    if field is None:
        return {"OrgnlMsgId": reference, "OrgnlMsgNmId": ORIGINALS.get(draft.message.mt_type[0] + "02", "pacs.009")}
    match = _DATED.fullmatch(field.value)
    if match is None:
        unreadable(field, "expected a message type and a date")
    if match[3]:
        draft.lose(field.tag, "session and sequence number have no place")
    return {
        "OrgnlMsgId": reference,
        "OrgnlMsgNmId": ORIGINALS.get(match[1], f"MT{match[1]}"),
        "OrgnlCreDtTm": f"{day(match[2], field)}T00:00:00+00:00",
    }


def told_uetr(field: Field | None) -> tuple[str | None, list[str]]:
    """The UETR that a narrative tells ("/UETR/…", running on after "//"), and the other lines."""
    lines = field.lines if field else []
    for at, line in enumerate(lines):
        if line.startswith(_UETR):
            end = at + 1
            while end < len(lines) and lines[end].startswith("//"):
                end += 1
            found = uetr(joined(lines[at:end]).removeprefix(_UETR).replace(" ", ""))
            return found, lines[:at] + lines[end:] if found else lines
    return None, lines
