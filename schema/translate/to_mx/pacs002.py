"""Rejected payments as pacs.002: MT103, MT202 and MT205 with /REJT/ in field 72, MTn99 with /REJT/ in field 79."""

from datetime import datetime
from typing import Final

from domain.errors import MessageRefused
from domain.finding import Finding
from domain.reason import Reason
from schema.mt.message import MtMessage
from schema.translate.result import MxTranslation
from schema.translate.to_mx import reversal
from schema.translate.to_mx.draft import NOT_PROVIDED, Draft

MESSAGE: Final = "pacs.002.001.10"

_REJECTED: Final = "RJCT"


def translate_free_format(message: MtMessage, created: datetime) -> MxTranslation:
    """MT199 or MT299 that rejects a payment. Raises MessageRefused: TR-01 for any other free text, TR-02, TR-03."""
    if reversal.kind(message.first("79")) != reversal.REJECTED:
        what = f"an MT{message.mt_type} is translated only when it rejects a payment: 79 begins with /REJT/"
        raise MessageRefused(what, findings=(Finding("/79", "TR-01", what, Reason.FF01),))
    return translate(message, created, narrative="79")


def translate(message: MtMessage, created: datetime, narrative: str = "72") -> MxTranslation:
    """A rejection told in the field `narrative`. Raises MessageRefused (TR-02, TR-03)."""
    draft = Draft(message, created, MESSAGE)
    draft.need("20", narrative)
    reference = draft.reference("20")
    story = reversal.read_reversal(draft, draft.required(narrative))
    related = draft.fields.take("21")
    original = related.value[:35] if related else None
    instruction = original if narrative == "79" else story.message_reference
    rejected = {
        "OrgnlGrpInf": {
            "OrgnlMsgId": story.message_reference or original or NOT_PROVIDED,
            # What was rejected is not told; CBPR+ names the type of the message that tells it.
            "OrgnlMsgNmId": f"MT{message.mt_type}",
        },
        "OrgnlInstrId": instruction or story.message_reference or original or NOT_PROVIDED,
        "OrgnlEndToEndId": story.transaction_reference or NOT_PROVIDED,
        "OrgnlUETR": draft.uetr(story.uetr),
        "TxSts": _REJECTED,
        "StsRsnInf": story.reasons(),
        "InstgAgt": draft.agent(message.sender),
        "InstdAgt": draft.agent(message.receiver),
    }
    document = {"FIToFIPmtStsRpt": {"GrpHdr": {"MsgId": reference, "CreDtTm": draft.moment}, "TxInfAndSts": rejected}}
    return draft.finish(document, reference=reference)
