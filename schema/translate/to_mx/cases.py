"""What requests for cancellation (n92) and answers to them (n96) share: the case, and the payment that it is about."""

from typing import Final

from schema.mt.fields.codes import read_link
from schema.mt.fields.texts import CodedText, read_coded
from schema.mt.message import Field
from schema.translate.to_mx.charges import UNKNOWN_AGENT
from schema.translate.to_mx.draft import Content, Draft
from schema.translate.to_mx.refusal import read
from schema.translate.to_mx.values import maybe_uetr

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

_OF_CATEGORY: Final = {"1": "pacs.008", "2": "pacs.009"}


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
    """The message that the case is about: field 11a, otherwise the category's own transfer.

    Raises MessageRefused (TR-03).
    """
    if field is None:
        mt_type = draft.message.mt_type
        return {"OrgnlMsgId": reference, "OrgnlMsgNmId": _OF_CATEGORY.get(mt_type[:1], f"MT{mt_type}")}
    link = read(field, read_link)
    if link.session:
        draft.lose(field.tag, "session and sequence number have no place")
    return {
        "OrgnlMsgId": reference,
        "OrgnlMsgNmId": ORIGINALS.get(link.mt_type, f"MT{link.mt_type}"),
        "OrgnlCreDtTm": f"{link.sent.isoformat()}T00:00:00+00:00",
    }


def told_uetr(field: Field | None) -> tuple[str | None, list[CodedText]]:
    """The UETR that a narrative tells ("/UETR/…", running on after "//"), and what else it tells."""
    texts = list(read_coded(field.value)) if field else []
    for text in texts:
        if text.code == "UETR" and (found := maybe_uetr("".join(text.lines))):
            texts.remove(text)
            return found, texts
    return None, texts
