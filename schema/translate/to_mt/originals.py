"""Which MT the original message was: it decides between the types 1nn and 2nn."""

import re
from collections.abc import Iterable
from typing import Final

from schema.mt.message import Field
from schema.translate.to_mt.source import Node
from schema.translate.to_mt.values import day

TYPES: Final = {"pacs.008": "103", "pacs.003": "104", "pacs.009": "202", "pacs.010": "204"}
"""Messages of ISO 20022 and the MT that carried the same."""

NAME: Final = "OrgnlGrpInf/OrgnlMsgNmId"
_MT: Final = re.compile(r"(?:MT|FIN)?[ .]?([0-9]{3}).*")


def original_type(transaction: Node) -> str:
    """The original's MT number ("103"); empty when its name tells of no payment."""
    name = transaction.text(NAME).strip()
    if match := _MT.fullmatch(name):
        return match[1]
    if name and name[:8] not in TYPES:
        transaction.node(NAME).note("no MT carried the same")
    return TYPES.get(name[:8], "")


def category(transaction: Node) -> str:
    """Which category an answer to the original belongs to: 1 for customers' payments, 2 for everything else (CBPR+)."""
    return "1" if original_type(transaction).startswith("1") else "2"


def original(tag: str, transaction: Node) -> Iterable[Field]:
    """Field 11S or 11R: type and date of the original, the date that it was made or else that it settles."""
    for path in ("OrgnlGrpInf/OrgnlCreDtTm", "OrgnlIntrBkSttlmDt"):
        if transaction.peek(path):
            if path.endswith("Tm"):
                transaction.node(path).note("the MT tells the day only")
            return [Field(tag, f"{original_type(transaction) or '202'}\n{day(transaction, path)}")]
    transaction.complain("OrgnlGrpInf/OrgnlCreDtTm", f"field {tag} tells the date of the original")
    return []
