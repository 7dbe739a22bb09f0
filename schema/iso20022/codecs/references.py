"""Writes which payment a message means and why it comes."""

from typing import Any

from domain.errors import InvalidValue
from domain.original import Original, StatedReason
from schema.iso20022.codecs.identity import moment, reference
from schema.iso20022.codecs.letters import lines


def original_group(original: Original) -> dict[str, Any] | None:
    """The message of the original payment. Raises InvalidValue when only half of its name is known."""
    if original.message_id is None and original.message_name is None:
        return None
    if original.message_id is None or original.message_name is None:
        raise InvalidValue("the original message is named by its id and its name, or not at all")
    created = None if original.created is None else moment(original.created)
    return {"OrgnlMsgId": told(original.message_id), "OrgnlMsgNmId": original.message_name, "OrgnlCreDtTm": created}


def original_ids(original: Original) -> dict[str, Any]:
    """The references of the original payment but its UETR, whose place differs from message to message.

    Raises InvalidValue when one of them is no reference between banks.
    """
    return {
        "OrgnlInstrId": told(original.instruction_id),
        "OrgnlEndToEndId": told(original.end_to_end_id),
        "OrgnlTxId": told(original.transaction_id),
    }


def told(text: str | None) -> str | None:
    """A reference, where there is one. Raises InvalidValue when it is none (FIN X, at most 35 characters)."""
    return None if text is None else reference(text, 35)


def stated(reason: StatedReason, path: str) -> dict[str, Any]:
    """A reason: its code and at most two lines of words. Raises MessageRefused when the words are more."""
    return {
        "Rsn": {"Cd": reason.code} if reason.code else None,
        "AddtlInf": lines(reason.text or "", width=105, most=2, path=path, rule="XS"),
    }
