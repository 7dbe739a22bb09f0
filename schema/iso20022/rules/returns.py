"""RT: the return of a payment, pacs.004."""

from decimal import Decimal
from typing import Final

from domain.finding import Severity
from domain.reason import Reason
from schema.iso20022.profile import CBPR, PAYMENTS
from schema.iso20022.rules.presence import removed, requires, single
from schema.iso20022.rules.rule import ISO, Table, Wrong
from schema.iso20022.rules.texts import decimal
from schema.iso20022.shape import CURRENCY, Part

RULES: Final = Table(source="CBPR+ UHB", profiles=CBPR, messages=("pacs.004",))

_TX: Final = "PmtRtr/TxInf"
_RETURNED: Final = "RtrdIntrBkSttlmAmt"
_INSTRUCTED: Final = "RtrdInstdAmt"
_PAID: Final = ("OrgnlIntrBkSttlmAmt", "OrgnlTxRef/IntrBkSttlmAmt")

requires(RULES, "RT-01", "a return names the payment by its UETR", on=_TX, paths=("OrgnlUETR",))
requires(RULES, "RT-02", "a return says why, by a code", on=_TX, paths=("RtrRsnInf/Rsn/Cd",))
requires(RULES, "RT-07", "a return names who gives back and who gets back", on=_TX, paths=("RtrChain",))
requires(
    RULES,
    "RT-07",
    "a return names the message of the payment",
    on=_TX,
    paths=("OrgnlGrpInf/OrgnlMsgId", "OrgnlGrpInf/OrgnlMsgNmId"),
)
requires(RULES, "DT-01", "a return has a settlement date", on=_TX, paths=("IntrBkSttlmDt",), reason=Reason.DT01)
requires(
    RULES,
    "AG-01",
    "instructing and instructed agent of a return are known by their BIC",
    on=_TX,
    paths=("InstgAgt/FinInstnId/BICFI", "InstdAgt/FinInstnId/BICFI"),
    reason=Reason.RC01,
)
single(RULES, "TX-01", "a return is of exactly one transaction", on="PmtRtr", path="TxInf")


@RULES.content(
    "RT-03",
    "no more comes back than was paid",
    Reason.AM09,
    on=_TX,
    needs=_PAID,
    without=("CompstnAmt",),
)
def too_much(transaction: Part) -> Wrong:
    """In the currency of the original; only a compensation may add to it."""
    if _less(transaction, _PAID, (_RETURNED,)):
        yield _RETURNED


@RULES.content(
    "RT-03",
    "where less comes back than was paid, the charges are told, or that it is a part (PART)",
    Reason.AM09,
    on=_TX,
    needs=_PAID,
    without=("ChrgsInf",),
    severity=Severity.WARNING,
)
def silently_less(transaction: Part) -> Wrong:
    """PART stands first among the words of the reason."""
    said = any("PART" in text.upper() for text in transaction.texts("RtrRsnInf/AddtlInf"))
    if not said and _less(transaction, (_RETURNED,), _PAID):
        yield _RETURNED


@RULES.content(
    "RT-04",
    "amounts of one currency that differ have charges between them",
    Reason.AM09,
    on=_TX,
    needs=(_INSTRUCTED,),
    without=("ChrgsInf",),
)
def charges_untold(transaction: Part) -> Wrong:
    """What was to be returned and what is settled."""
    instructed, settled = (_INSTRUCTED,), (_RETURNED,)
    if _less(transaction, instructed, settled) or _less(transaction, settled, instructed):
        yield "ChrgsInf"


@RULES.content(
    "AM-07",
    "an exchange rate stands between returned amounts of two currencies, and only there",
    Reason.AM09,
    on=_TX,
    needs=(_INSTRUCTED, "XchgRate"),
    **ISO,
)
def rate_and_currencies(transaction: Part) -> Wrong:
    """Two currencies without a rate, a rate without two currencies."""
    instructed = transaction.text(f"{_INSTRUCTED}/{CURRENCY}")
    exchanged = instructed and instructed != transaction.text(f"{_RETURNED}/{CURRENCY}")
    if bool(exchanged) != transaction.has("XchgRate"):
        yield "XchgRate"


@RULES.structure("RT-05", "amount and date of the original are told once", Reason.FF01, on=_TX, needs=("OrgnlTxRef",))
def told_twice(transaction: Part) -> Wrong:
    """Beside the references of the original, or in what is repeated of it."""
    for name in ("IntrBkSttlmAmt", "IntrBkSttlmDt"):
        if transaction.has(f"Orgnl{name}"):
            yield from transaction.parts(f"OrgnlTxRef/{name}")


RULES.elsewhere(
    "RT-06",
    "only a settled payment is returned; before, it is rejected",
    Reason.FF01,
    where="returns of payments",
    profiles=PAYMENTS,
)


@RULES.content(
    "GH-04",
    "the total returned is the exact sum of the amounts",
    Reason.AM09,
    on="PmtRtr",
    needs=("GrpHdr/TtlRtrdIntrBkSttlmAmt",),
    **ISO,
)
def misadded(message: Part) -> Wrong:
    """A group that is returned as a whole need not list its transactions."""
    amounts = [decimal(text) for text in message.texts(f"TxInf/{_RETURNED}")]
    total = decimal(message.text("GrpHdr/TtlRtrdIntrBkSttlmAmt"))
    if amounts and None not in amounts and total != sum(filter(None, amounts), Decimal()):
        yield "GrpHdr/TtlRtrdIntrBkSttlmAmt"


removed(
    RULES,
    "GH-05",
    "in CBPR+ this is said of the transaction, not of the group",
    on="PmtRtr",
    paths=(
        *(f"GrpHdr/{name}" for name in ("BtchBookg", "CtrlSum", "GrpRtr", "TtlRtrdIntrBkSttlmAmt", "IntrBkSttlmDt")),
        *("GrpHdr/InstgAgt", "GrpHdr/InstdAgt", "OrgnlGrpInf"),
    ),
)
removed(RULES, "NU-01", "CBPR+ does not use supplementary data of a return", on=_TX, paths=("SplmtryData",))
RULES.value("GH-06", "correspondents return by INDA, INGA or COVE", Reason.FF01, on="SttlmInf/SttlmMtd")(
    {"INDA", "INGA", "COVE"}.__contains__
)
removed(RULES, "GH-11", "correspondents use no clearing system", on="GrpHdr/SttlmInf", paths=("ClrSys",))


def _less(transaction: Part, one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one amount is less than another of its currency; False when they cannot be compared."""
    amounts = [transaction.parts(*paths)[:1] for paths in (one, other)]
    currencies = {amount.text(CURRENCY) for found in amounts for amount in found}
    first, second = (decimal(found[0].text()) if found else None for found in amounts)
    return len(currencies) == 1 and first is not None and second is not None and first < second
