"""What an MT103 that asks for more than a plain credit must fulfil: service levels of 23B, and the flag STP."""

from typing import Final

from schema.mt.message import Field
from schema.translate.to_mt.source import Node, Source

PRIORITIES: Final = frozenset({"SPRI", "SSTD", "SPAY"})
"""Service levels of field 23B that banks agree on between themselves."""
INSTRUCTIONS_OF_SPRI: Final = frozenset({"INTC", "PHOB", "SDVA", "TELB"})
"""Codes of 23E that SPRI allows; SSTD and SPAY allow none (network rule C3)."""
INSTRUCTIONS_OF_STP: Final = frozenset({"CORT", "INTC", "REPA", "SDVA"})
"""Codes of 23E that an MT103 STP allows."""

_BANKS_OF_STP: Final = {"52": "A", "53": "AB", "54": "A", "55": "A", "56": "A", "57": "A"}
_BANKS_OF_PRIORITY: Final = {"53": "AB", "54": "A", "55": "A", "56": "AC", "57": "ACD"}


def as_allowed(node: Node, fields: list[Field]) -> list[Field]:
    """The fields, as a plain credit where the service level's conditions are not fulfilled."""
    operation = next(field.value for field in fields if field.tag == "23B")
    if operation not in PRIORITIES or _fulfils(operation, fields):
        return fields
    node.node("PmtTpInf/LclInstrm/Prtry").note(f"the MT does not fulfil what 23B {operation} asks for")
    return [Field("23B", "CRED") if field.tag == "23B" else field for field in fields]


def _fulfils(operation: str, fields: list[Field]) -> bool:
    allowed = INSTRUCTIONS_OF_SPRI if operation == "SPRI" else frozenset[str]()
    return (
        _instructions(fields) <= allowed
        and _options(fields, _BANKS_OF_PRIORITY)
        and not (operation == "SPRI" and any(field.number == "56" for field in fields))
        and _has_account(fields)
    )


def straight_through(source: Source, fields: list[Field]) -> str:
    """The validation flag STP, when the sender asked for it and an MT103 STP may have these fields; else nothing."""
    if ".stp." not in f"{source.header.peek('BizSvc')}.":
        return ""
    if _instructions(fields) <= INSTRUCTIONS_OF_STP and _options(fields, _BANKS_OF_STP) and _has_account(fields):
        return "STP"
    source.header.node("BizSvc").note(
        "the MT is none that passes straight through: it names a bank or a customer in words"
    )
    return ""


def _instructions(fields: list[Field]) -> frozenset[str]:
    return frozenset(field.value[:4] for field in fields if field.tag == "23E")


def _options(fields: list[Field], allowed: dict[str, str]) -> bool:
    return all(field.option and field.option in allowed[field.number] for field in fields if field.number in allowed)


def _has_account(fields: list[Field]) -> bool:
    return all(field.value.startswith("/") for field in fields if field.number == "59")
