"""CX: the recall of a payment, camt.056, and the answer to it, camt.029."""

from typing import Any, Final

from domain.reason import Reason
from schema.iso20022.profile import CBPR, PAYMENTS
from schema.iso20022.rules.kinds import MESSAGE
from schema.iso20022.rules.presence import removed, requires, single
from schema.iso20022.rules.rule import Table, Wrong
from schema.iso20022.rules.texts import WITH_OFFSET, bic11
from schema.iso20022.shape import Part

RULES: Final = Table(source="CBPR+ UHB", profiles=CBPR)

_RECALL: Final[dict[str, Any]] = {"messages": ("camt.056",)}
_ANSWER: Final[dict[str, Any]] = {"messages": ("camt.029",)}
_BOTH: Final = ("camt.056", "camt.029")

_REQUEST: Final = "FIToFIPmtCxlReq"
_RESULT: Final = "RsltnOfInvstgtn"
_TX: Final = "Undrlyg/TxInf"
_ANSWERED: Final = "CxlDtls/TxInfAndSts"
_REASON: Final = f"{_ANSWERED}/CxlStsRsnInf/Rsn/Cd"

requires(RULES, "CX-01", "a recall names the payment by its UETR", on=_TX, paths=("OrgnlUETR",), **_RECALL)
requires(
    RULES,
    "CX-01",
    "a recall names the message of the payment",
    on=_TX,
    paths=("OrgnlGrpInf/OrgnlMsgId", "OrgnlGrpInf/OrgnlMsgNmId"),
    **_RECALL,
)
requires(RULES, "CX-02", "a recall says why, by a code", on=_TX, paths=("CxlRsnInf/Rsn/Cd",), **_RECALL)
requires(RULES, "CX-03", "a recall opens a case", on=_TX, paths=("Case/Id",), **_RECALL)
requires(
    RULES,
    "CX-03",
    "who assigns a case and who is assigned it are banks with a BIC",
    on="Assgnmt",
    paths=("Assgnr/Agt/FinInstnId/BICFI", "Assgne/Agt/FinInstnId/BICFI"),
    reason=Reason.RC01,
    messages=_BOTH,
)
RULES.value("GH-02", "the time of an assignment has a UTC offset", Reason.DT01, on="Assgnmt/CreDtTm", messages=_BOTH)(
    WITH_OFFSET.fullmatch
)


def _correspondent(side: str, assignment: str, text: str) -> None:
    header, bank = f"AppHdr/{side}/FIId/FinInstnId/BICFI", f"Document/*/Assgnmt/{assignment}/Agt/FinInstnId/BICFI"

    @RULES.content("CX-03", text, Reason.RC01, on=MESSAGE, needs=(bank,), messages=_BOTH)
    def another_bank(message: Part) -> Wrong:
        copied = side == "To" and message.text("AppHdr/CpyDplct") in {"COPY", "CODU"}
        if not copied and message.has(header) and bic11(message.text(bank)) != bic11(message.text(header)):
            yield bank


_correspondent("Fr", "Assgnr", "who assigns a case is who sends the message")
_correspondent("To", "Assgne", "who is assigned a case is who receives the message, unless it is a copy")

single(RULES, "CX-04", "a recall is of exactly one payment", on=_REQUEST, path=_TX, **_RECALL)
removed(
    RULES,
    "CX-04",
    "CBPR+ recalls a payment, not a group",
    on=_REQUEST,
    paths=("Undrlyg/OrgnlGrpInfAndCxl", "CtrlData", "Case"),
    **_RECALL,
)
single(RULES, "CX-04", "an answer is of exactly one payment", on=_RESULT, path=_ANSWERED, **_ANSWER)
removed(
    RULES,
    "CX-04",
    "CBPR+ answers for a payment, not for a group",
    on=_RESULT,
    paths=("CxlDtls/OrgnlGrpInfAndSts", "CxlDtls/OrgnlPmtInfAndSts"),
    **_ANSWER,
)

requires(RULES, "CX-05", "an answer confirms what was done", on=_RESULT, paths=("Sts/Conf",), **_ANSWER)


@RULES.content(
    "CX-06",
    "a refused recall says why, by a code",
    Reason.FF01,
    on=_RESULT,
    needs=("Sts/Conf",),
    without=(_REASON,),
    **_ANSWER,
)
def refused_without_reason(result: Part) -> Wrong:
    """RJCR, and why not."""
    if result.text("Sts/Conf") == "RJCR":
        yield _REASON


requires(RULES, "CX-07", "an answer names the payment by its UETR", on="TxInfAndSts", paths=("OrgnlUETR",), **_ANSWER)
requires(RULES, "CX-07", "an answer names the case", on="TxInfAndSts", paths=("RslvdCase/Id",), **_ANSWER)

RULES.elsewhere(
    "CX-08",
    "a recall that is granted is followed by the return, unless the payment was stopped before",
    Reason.FF01,
    where="recalls of payments",
    profiles=PAYMENTS,
    **_ANSWER,
)
