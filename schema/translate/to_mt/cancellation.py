"""camt.056 as MT192 or MT292: a payment is asked back."""

from collections.abc import Iterable, Iterator
from typing import Final

from schema.iso20022.envelope import BusinessMessage
from schema.mt.message import Field
from schema.translate.result import MtTranslation
from schema.translate.to_mt.header import message
from schema.translate.to_mt.lines import coded
from schema.translate.to_mt.originals import category, original
from schema.translate.to_mt.reasons import stated
from schema.translate.to_mt.single import only_transaction
from schema.translate.to_mt.source import Node, Source
from schema.translate.to_mt.values import NOT_PROVIDED, amount, day, reference

LINES: Final = 35
WIDTH: Final = 50
"""Field 79."""
BANK: Final = "Agt/FinInstnId/BICFI"


def translate(business: BusinessMessage) -> MtTranslation:
    """A request to cancel as MT192 (of a customer's payment) or MT292 (of any other).

    Raises MessageRefused (TR-02: it lacks what the MT cannot do without; TR-03: several transactions).
    """
    source = Source(business)
    transaction = only_transaction(source, "Undrlyg/TxInf")
    fields = [
        Field("20", _case(transaction)),
        Field("21", reference(transaction, "OrgnlInstrId", "OrgnlGrpInf/OrgnlMsgId") or NOT_PROVIDED),
        *original("11S", transaction),
        Field("79", "\n".join(_narrative(transaction))),
        *_original_amount(transaction),
    ]
    if transaction.peek("OrgnlGrpInf/OrgnlMsgId") == transaction.peek("OrgnlInstrId"):
        transaction.take("OrgnlGrpInf/OrgnlMsgId")
    return message(
        source,
        f"{category(transaction)}92",
        transaction,
        fields,
        uetr="OrgnlUETR",
        created="/Assgnmt/CreDtTm",
        sender=f"/Assgnmt/Assgnr/{BANK}",
        receiver=f"/Assgnmt/Assgne/{BANK}",
    )


def _case(transaction: Node) -> str:
    """The case, or where there is none (between a bank and a market infrastructure) the assignment."""
    return reference(transaction, "Case/Id", "/Case/Id", "/Assgnmt/Id") or NOT_PROVIDED


def _narrative(transaction: Node) -> Iterator[str]:
    reason = transaction.node("CxlRsnInf")
    code, text = stated(reason)
    uetr = transaction.text("OrgnlUETR")
    yield from coded(reason, code or "NARR", text, lines=LINES - 1, width=WIDTH)
    if uetr:
        yield f"/UETR/{uetr}"


def _original_amount(transaction: Node) -> Iterable[Field]:
    """Field 32A of the original, as part of the copy that an MT192 may hold."""
    date, told = day(transaction, "OrgnlIntrBkSttlmDt"), amount(transaction, "OrgnlIntrBkSttlmAmt")
    return [Field("32A", date + told)] if date and told else []
