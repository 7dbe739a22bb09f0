"""camt.029 as MT196 or MT296: the answer to a request to cancel."""

from collections.abc import Iterable
from typing import Final

from schema.iso20022.envelope import BusinessMessage
from schema.mt.message import Field
from schema.translate.result import MtTranslation
from schema.translate.to_mt.cancellation import BANK
from schema.translate.to_mt.header import message
from schema.translate.to_mt.lines import coded
from schema.translate.to_mt.originals import category, original
from schema.translate.to_mt.reasons import CODE, stated
from schema.translate.to_mt.single import only_transaction
from schema.translate.to_mt.source import Node, Source
from schema.translate.to_mt.values import NOT_PROVIDED, reference

ANSWER_LINES: Final = 6
"""Field 76; what is longer goes on in field 77A."""
NARRATIVE_LINES: Final = 20
"""Field 77A."""


def translate(business: BusinessMessage) -> MtTranslation:
    """A resolution as MT196 (of a customer's payment) or MT296 (of any other).

    Raises MessageRefused (TR-02: it lacks what the MT cannot do without; TR-03: several transactions).
    """
    source = Source(business)
    transaction = only_transaction(source, "CxlDtls/TxInfAndSts")
    fields = [
        Field("20", reference(transaction, "CxlStsId", "/Assgnmt/Id") or NOT_PROVIDED),
        Field("21", reference(transaction, "RslvdCase/Id", "/RslvdCase/Id") or NOT_PROVIDED),
        *_answer(transaction),
        *original("11R", transaction),
    ]
    return message(
        source,
        f"{category(transaction)}96",
        transaction,
        fields,
        uetr="OrgnlUETR",
        created="/Assgnmt/CreDtTm",
        sender=f"/Assgnmt/Assgnr/{BANK}",
        receiver=f"/Assgnmt/Assgne/{BANK}",
    )


def _answer(transaction: Node) -> Iterable[Field]:
    """Fields 76 and 77A: "/RJCR/AGNT/text", and the UETR."""
    status = transaction.text("/Sts/Conf")
    if not CODE.fullmatch(status):
        transaction.complain("/Sts/Conf", "an MT196 answers with the code of a status")
        return
    reason = transaction.node("CxlStsRsnInf")
    said = "/".join(part for part in stated(reason) if part)
    lines = coded(reason, status, said, lines=ANSWER_LINES + NARRATIVE_LINES - 2)
    uetr = transaction.text("OrgnlUETR")
    narrative = [*lines[ANSWER_LINES:], *(coded(transaction, "UETR", uetr, lines=2) if uetr else [])]
    yield Field("76", "\n".join(lines[:ANSWER_LINES]))
    if narrative:
        yield Field("77A", "\n".join(narrative))
