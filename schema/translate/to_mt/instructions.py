"""Field 23E: instructions in four letters, in the order and the company that the network allows."""

from collections.abc import Iterable, Iterator
from typing import Final

from schema.mt.message import Field
from schema.translate.to_mt.lines import plain, shortened
from schema.translate.to_mt.source import Node

ORDER: Final = ("SDVA", "INTC", "REPA", "CORT", "HOLD", "CHQB", "PHOB", "TELB")
"""Codes that have a home in ISO 20022, in the order that the network wants (D98)."""

NEVER_AFTER: Final = {
    "CORT": {"REPA"},
    "HOLD": {"SDVA", "INTC", "REPA", "CORT"},
    "CHQB": {"SDVA", "INTC", "REPA", "CORT", "HOLD"},
    "TELB": {"PHOB"},
}
"""Codes that may not stand in one message with an earlier one (D67)."""

WITH_TEXT: Final = frozenset({"HOLD", "PHOB", "TELB"})
"""Codes that may be followed by up to 30 characters (D97)."""

OF_CREDITOR_AGENT: Final = frozenset({"CHQB", "HOLD", "PHOB", "TELB"})
"""Instructions to the creditor's bank that MT knows as codes (Instruction3Code)."""

Told = tuple[str, Node, str]


def instruction_codes(node: Node, path: str) -> Iterable[Field]:
    """Field 23E for service level, category purpose and instructions to the creditor's bank; `path` is empty."""
    assert not path
    found = sorted(_found(node), key=lambda told: ORDER.index(told[0]))
    accepted: list[str] = []
    for code, element, text in found:
        if code in accepted or NEVER_AFTER.get(code, set()) & set(accepted):
            element.note(f"23E {code} may not stand beside another of its codes")
        elif code == "CHQB" and node.node("CdtrAcct"):
            element.note("a cheque is not paid to an account: 59a has one")
        else:
            accepted.append(code)
            yield Field("23E", f"{code}/{text}" if text else code)


def _found(node: Node) -> Iterator[Told]:
    for level in node.nodes("PmtTpInf/SvcLvl/Cd"):
        if level.peek() == "SDVA":
            level.take("")
            yield "SDVA", level, ""
    purpose = node.node("PmtTpInf/CtgyPurp/Cd") or node.node("PmtTpInf/CtgyPurp/Prtry")
    if purpose.peek() in {"INTC", "CORT", "INTC CORT"}:
        yield from ((code, purpose, "") for code in purpose.text().split())
    for instruction in node.nodes("InstrForCdtrAgt"):
        code = instruction.peek("Cd")
        if code in OF_CREDITOR_AGENT:
            instruction.take("Cd")
            yield code, instruction, _text(code, instruction)


def _text(code: str, instruction: Node) -> str:
    if code in WITH_TEXT:
        return shortened(instruction.node("InstrInf"), plain(instruction, "InstrInf"), 30)
    instruction.lose(f"23E {code} has no text", "InstrInf")
    return ""
