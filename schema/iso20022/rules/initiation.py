"""PI: a customer's orders, pain.001: how many and how much in all, and where each thing is said."""

from decimal import Decimal
from typing import Final

from domain.reason import Reason
from schema.iso20022.profile import CBPR, EVERY, PAYMENTS, Profile
from schema.iso20022.rules.presence import requires
from schema.iso20022.rules.rule import ISO, Table, Wrong
from schema.iso20022.rules.texts import WITH_OFFSET, decimal
from schema.iso20022.shape import Part

RULES: Final = Table(source="CBPR+ UHB", profiles=CBPR, messages=("pain.001",))

_ORDERS: Final = "CstmrCdtTrfInitn"
_AMOUNTS: Final = ("Amt/InstdAmt", "Amt/EqvtAmt/Amt")
_ONCE: Final = ("PmtTpInf", "UltmtDbtr", "ChrgBr")


@RULES.content(
    "PI-01",
    "the number of transactions is the real one, of the file and of each batch",
    Reason.FF01,
    on=_ORDERS,
    **ISO,
)
def miscounted(orders: Part) -> Wrong:
    """NbOfTxs is not how many follow."""
    for place, transactions in _counted(orders):
        told = place.text("NbOfTxs").strip()
        if told and (told.lstrip("0") or "0") != str(len(transactions)):
            yield from place.parts("NbOfTxs")


@RULES.content(
    "PI-01",
    "the control sum is the exact sum of the amounts, of the file and of each batch",
    Reason.AM09,
    on=_ORDERS,
    needs=("GrpHdr/CtrlSum", "PmtInf/CtrlSum"),
    **ISO,
)
def misadded(orders: Part) -> Wrong:
    """CtrlSum adds numbers whatever their currency."""
    for place, transactions in _counted(orders):
        amounts = [decimal(text) for transaction in transactions for text in transaction.texts(*_AMOUNTS)]
        if place.has("CtrlSum") and None not in amounts:
            told = decimal(place.text("CtrlSum"))
            if told != sum(filter(None, amounts), Decimal()):
                yield from place.parts("CtrlSum")


RULES.value("GH-02", "the time of an order has a UTC offset", Reason.DT01, on="GrpHdr/CreDtTm")(WITH_OFFSET.fullmatch)


@RULES.content("PI-02", "a relayed order has one batch, named like its message", Reason.FF01, on=_ORDERS)
def named_otherwise(orders: Part) -> Wrong:
    """PmtInfId repeats MsgId."""
    name = orders.text("GrpHdr/MsgId")
    return [batch for batch in orders.parts("PmtInf/PmtInfId") if batch.text() != name]


RULES.elsewhere(
    "PI-03",
    "the requested day of execution is a date or a moment (before 2019 a date only)",
    Reason.DT01,
    where="schema",
    profiles=EVERY,
    source="ISO 20022",
)

requires(RULES, "PI-04", "a relayed order has its UETR already", on="CdtTrfTxInf/PmtId", paths=("UETR",))
RULES.elsewhere(
    "PI-04",
    "a UETR is made once, where the payment is ordered, and carried on to the banks",
    Reason.FF01,
    where="reading of orders",
    profiles=PAYMENTS,
    source="network",
)


@RULES.structure(
    "PI-05",
    "payment type, ultimate debtor and charge bearer are told of the batch or of its transactions, not of both",
    Reason.FF01,
    on="PmtInf",
    needs=_ONCE,
    **ISO | {"warns": frozenset({Profile.BASE, Profile.PAYABLE})},
)
def told_twice(batch: Part) -> Wrong:
    """That of the transaction is the one too many. Many banks' files do it; what a transaction says goes first."""
    return [told for name in _ONCE if batch.has(name) for told in batch.parts(f"CdtTrfTxInf/{name}")]


def _counted(orders: Part) -> list[tuple[Part, list[Part]]]:
    """Everything that tells a number or a sum, with the transactions that it tells of."""
    batches = orders.parts("PmtInf")
    return [
        *((group, orders.parts("PmtInf/CdtTrfTxInf")) for group in orders.parts("GrpHdr")),
        *((batch, batch.parts("CdtTrfTxInf")) for batch in batches),
    ]
