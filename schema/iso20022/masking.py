"""What a finding may repeat of a message: codes, banks, dates and amounts, but nothing that tells who or what for."""

import re
from typing import Final

_PUBLIC: Final = frozenset(
    {"@Ccy", "Ccy", "Ctry", "CtryOfRes", "Cd", "ChrgBr", "SttlmMtd", "NbOfTxs", "CtrlSum", "XchgRate", "InstrPrty"}
    | {"BICFI", "AnyBIC", "BIC", "LEI", "MsgDefIdr", "BizSvc", "Prty", "CpyDplct", "OrgnlMsgNmId", "CreDt", "CreDtTm"}
    | {"GrpSts", "TxSts", "Conf", "Sts", "CdtDbtInd", "AdrTp", "SttlmPrty", "ClrChanl", "PmtMtd", "ReqdExctnDt", "Dt"}
)
_MEASURES: Final = ("Amt", "Dt", "DtTm", "Sum", "Tm")
_PLAIN: Final = re.compile(r"[A-Za-z0-9.,:+-]{1,35}")
_MEASURE: Final = re.compile(r"[0-9TZ.,:+-]{1,35}")


def shown(name: str, text: str) -> str | None:
    """The value of the element `name` as a finding may show it; None when there is none. "Dora" reads `D***`."""
    text = text.strip()
    if not text:
        return None
    if name in _PUBLIC and _PLAIN.fullmatch(text):
        return text
    if name.endswith(_MEASURES) and _MEASURE.fullmatch(text):
        return text
    return f"{text[0]}***"
