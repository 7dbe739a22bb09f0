"""GH: the group header, and how the payment is settled."""

from datetime import timedelta
from decimal import Decimal
from typing import Final

from domain.finding import Severity
from domain.reason import Reason
from schema.iso20022.profile import CBPR
from schema.iso20022.rules.kinds import MESSAGE
from schema.iso20022.rules.rule import ISO, TODAY, Table, Wrong
from schema.iso20022.rules.texts import FIN_X, WITH_OFFSET, decimal
from schema.iso20022.shape import Part

RULES: Final = Table(source="CBPR+ UHB", profiles=CBPR, messages=("pacs.008", "pacs.009"))

_TRANSACTIONS: Final = ("CdtTrfTxInf", "TxInf")
_UNUSED: Final = ("BtchBookg", "CtrlSum", "TtlIntrBkSttlmAmt", "IntrBkSttlmDt", "PmtTpInf", "InstgAgt", "InstdAgt")
_REIMBURSEMENT: Final = ("InstgRmbrsmntAgt", "InstdRmbrsmntAgt", "ThrdRmbrsmntAgt")


RULES.value("GH-01", "the message id is written in FIN X characters", Reason.FF01, on="GrpHdr/MsgId", messages=("",))(
    FIN_X.fullmatch
)


RULES.value("GH-02", "the creation time has a UTC offset", Reason.DT01, on="GrpHdr/CreDtTm", messages=("pacs",))(
    WITH_OFFSET.fullmatch
)


@RULES.content(
    "GH-02",
    "the message was not created in the future",
    Reason.DT01,
    on="GrpHdr",
    messages=("",),
    severity=Severity.WARNING,
    setting=TODAY,
)
def created_later(group: Part) -> Wrong:
    """A day of tolerance covers every time zone."""
    assert group.today is not None, "asked only when the day is known"
    if group.text("CreDtTm").strip()[:10] > (group.today + timedelta(days=1)).isoformat():
        yield "CreDtTm"


@RULES.content(
    "GH-03",
    "the number of transactions is the real one",
    Reason.FF01,
    on=MESSAGE,
    needs=tuple(f"Document/*/{name}" for name in _TRANSACTIONS),
    messages=("pacs",),
    **ISO,
)
def miscounted(message: Part) -> Wrong:
    """NbOfTxs is not how many follow."""
    told = message.text("Document/*/GrpHdr/NbOfTxs").strip()
    count = str(message.count("Document/*/CdtTrfTxInf") or message.count("Document/*/TxInf"))
    if told and told != count and told.lstrip("0") != count:
        yield "Document/*/GrpHdr/NbOfTxs"


@RULES.content(
    "GH-04",
    "control sum and total are the exact sum of the amounts",
    Reason.AM09,
    on="GrpHdr",
    needs=("CtrlSum", "TtlIntrBkSttlmAmt"),
    messages=("pacs",),
    **ISO,
)
def misadded(group: Part) -> Wrong:
    """CtrlSum adds numbers whatever their currency."""
    amounts = [
        decimal(amount.text())
        for transaction in group.beside(*_TRANSACTIONS)
        for amount in transaction.parts("IntrBkSttlmAmt", "RtrdIntrBkSttlmAmt")
    ]
    for path in ("CtrlSum", "TtlIntrBkSttlmAmt"):
        if (
            group.has(path)
            and None not in amounts
            and decimal(group.text(path)) != sum(filter(None, amounts), Decimal())
        ):
            yield path


@RULES.structure("GH-05", "in CBPR+ this is said of the transaction, not of the group", Reason.FF01, on="GrpHdr")
def said_of_the_group(group: Part) -> Wrong:
    """Group-level elements that the profile removed."""
    return group.parts(*_UNUSED)


# CLRG belongs to market infrastructures.
RULES.value("GH-06", "correspondents settle by INDA, INGA or COVE", Reason.FF01, on="SttlmInf/SttlmMtd")(
    {"INDA", "INGA", "COVE"}.__contains__
)


@RULES.content(
    "GH-07",
    "cover settlement names a reimbursement agent",
    Reason.FF01,
    on="GrpHdr/SttlmInf",
    without=("InstgRmbrsmntAgt", "InstdRmbrsmntAgt"),
    **ISO,
)
def cover_without_agent(settlement: Part) -> Wrong:
    """COVE needs the bank through which the cover comes."""
    if settlement.text("SttlmMtd") == "COVE":
        yield "InstgRmbrsmntAgt"


@RULES.content(
    "GH-08",
    "without cover there are no reimbursement agents",
    Reason.FF01,
    on="GrpHdr/SttlmInf",
    needs=_REIMBURSEMENT,
    **ISO,
)
def agents_without_cover(settlement: Part) -> Wrong:
    """INDA and INGA settle on an account between the two banks."""
    if settlement.text("SttlmMtd") in {"INDA", "INGA", "CLRG"}:
        yield from settlement.parts(*_REIMBURSEMENT)


@RULES.structure(
    "GH-09",
    "a third reimbursement agent needs the other two",
    Reason.FF01,
    on="GrpHdr/SttlmInf",
    needs=("ThrdRmbrsmntAgt",),
    **ISO,
)
def third_alone(settlement: Part) -> Wrong:
    """Where one of the two is missing."""
    return [name for name in ("InstgRmbrsmntAgt", "InstdRmbrsmntAgt") if not settlement.has(name)]


@RULES.structure("GH-10", "a reimbursement account needs its agent", Reason.FF01, on="GrpHdr/SttlmInf", **ISO)
def account_without_agent(settlement: Part) -> Wrong:
    """An account of nobody."""
    return [f"{name}Acct" for name in _REIMBURSEMENT if settlement.has(f"{name}Acct") and not settlement.has(name)]


@RULES.structure("GH-11", "correspondents use no clearing system", Reason.FF01, on="GrpHdr/SttlmInf")
def clearing_system(settlement: Part) -> Wrong:
    """ClrSys belongs to CLRG."""
    return settlement.parts("ClrSys")


@RULES.content(
    "GH-12",
    "cover settlement needs no settlement account",
    Reason.FF01,
    on="GrpHdr/SttlmInf",
    needs=("SttlmAcct",),
    severity=Severity.WARNING,
    **ISO,
)
def account_with_cover(settlement: Part) -> Wrong:
    """The account is between the reimbursement agents."""
    if settlement.text("SttlmMtd") == "COVE":
        yield "SttlmAcct"
