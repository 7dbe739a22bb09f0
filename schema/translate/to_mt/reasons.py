"""Why a payment was rejected or is returned: the lines that fields 72 and 79 want (SWIFT's reject and return guidelines)."""

import re
from typing import Final

from schema.translate.to_mt.lines import coded, plain
from schema.translate.to_mt.source import Node
from schema.translate.to_mt.values import NOT_PROVIDED, amount, reference

IN_BOTH_WORLDS: Final = frozenset(
    {
        "AC01",
        "AC04",
        "AC06",
        "AG01",
        "AG02",
        "AM01",
        "AM02",
        "AM03",
        "AM04",
        "AM05",
        "AM06",
        "AM07",
        "BE01",
        "BE04",
        "BE05",
        "DT01",
        "RC01",
        "RF01",
        "RR01",
        "RR02",
        "RR03",
        "TM01",
    }
)
"""Reasons that mean the same in MT and in ISO 20022; any other travels as text behind XT99, "another reason"."""

OTHER: Final = "XT99"
CODE: Final = re.compile(r"[A-Z0-9]{1,8}")
"""What can stand between the slashes of a code word."""


def reason_lines(
    word: str,
    transaction: Node,
    reason_path: str,
    *,
    lines: int,
    width: int,
    with_charges: bool = False,
    with_uetr: bool = False,
) -> list[str]:
    """The lines of a reject ("REJT") or return ("RETN"): reason, references of the original, charges, UETR.

    The field at fault is told as 99: ISO 20022 does not name one.
    """
    charges = _charges(transaction) if with_charges else []
    uetr = transaction.text("OrgnlUETR") if with_uetr else ""
    closing = [
        f"/MREF/{reference(transaction, 'OrgnlInstrId', 'OrgnlGrpInf/OrgnlMsgId') or NOT_PROVIDED}",
        *([f"/TREF/{tref}"] if (tref := reference(transaction, "OrgnlEndToEndId")) else []),
        *charges,
        *([f"/TEXT//UETR/{uetr}"] if uetr else []),
    ]
    return [
        f"/{word}/99",
        *_reason(transaction.node(reason_path), lines=lines - 1 - len(closing), width=width),
        *closing,
    ]


def stated(reason: Node) -> tuple[str, str]:
    """A reason's code and text; a proprietary one that is no word of code is text."""
    told = plain(reason, "Rsn/Cd") or plain(reason, "Rsn/Prtry")
    code = told if CODE.fullmatch(told) else ""
    texts = ["" if code else told, *(plain(line) for line in reason.nodes("AddtlInf"))]
    return code, " ".join(text for text in texts if text not in {"", NOT_PROVIDED})


def _reason(reason: Node, *, lines: int, width: int) -> list[str]:
    code, text = stated(reason)
    word = code if code in IN_BOTH_WORLDS else f"{OTHER}/{code}" if code else OTHER
    return coded(reason, word, text, lines=lines, width=width)


def _charges(transaction: Node) -> list[str]:
    """The charges taken out of the returned amount; there is one line for them."""
    first, *others = transaction.nodes("ChrgsInf") or [transaction.node("ChrgsInf")]
    for other in others:
        other.lose("there is one line for charges")
    told = amount(first, "Amt")
    return [f"/CHGS/{told}"] if told else []
