"""How the banks settle: fields 53, 54 and 55 out of SttlmInf."""

from collections.abc import Iterable
from typing import Final

from schema.mt.message import Field
from schema.translate.to_mt.agents import account_number, agent_field, read
from schema.translate.to_mt.rows import Write
from schema.translate.to_mt.source import Node

REIMBURSEMENT: Final = (
    ("53", "ABD", "InstgRmbrsmntAgt"),
    ("54", "ABD", "InstdRmbrsmntAgt"),
    ("55", "ABD", "ThrdRmbrsmntAgt"),
)
"""The agents of a cover, each with its field and the options it may take."""

ACCOUNT: Final = {"INDA": "/", "INGA": "/C/"}
"""How 53B marks the account that settles: the sender's at the receiver is debited unless it says that the receiver's
at the sender is credited."""


def settlement(numbers: str = "53 54 55") -> Write:
    """Writes the fields named, for messages that have not all of them (an MT202 has no 55)."""
    rows = [row for row in REIMBURSEMENT if row[0] in numbers.split()]

    def write(node: Node, path: str) -> Iterable[Field]:
        information = node.node(path)
        method = information.text("SttlmMtd")
        if method == "CLRG":
            information.node("SttlmMtd").note("MT does not tell that the banks settle through a clearing")
        agents = [(number, options, read(information, place)) for number, options, place in rows]
        if any(found.option for _, _, found in agents):
            information.lose("53a names the reimbursement agent", "SttlmAcct")
            for number, options, found in agents:
                yield from agent_field(number, options, found)
        elif account := account_number(information, "SttlmAcct"):
            yield Field("53B", f"{ACCOUNT.get(method, '/')}{account}")
        elif method == "INGA":
            information.node("SttlmMtd").note("without an account MT does not tell whose books the banks settle in")

    return write
