"""Field 13C: when a bank debited or credited, and until when the receiver is to act."""

from typing import Final

from schema.mt.fields.codes import read_time
from schema.mt.message import Field
from schema.translate.to_mx.draft import Content, Draft
from schema.translate.to_mx.refusal import read

INDICATIONS: Final = {"SNDTIME": "DbtDtTm", "RNCTIME": "CdtDtTm"}
"""Moments: the time of 13C on the day of 32A."""

REQUESTS: Final = {"CLSTIME": "CLSTm", "TILTIME": "TillTm", "FROTIME": "FrTm", "REJTIME": "RjctTm"}
"""Times of the day."""


def times(draft: Draft, fields: list[Field], value_date: str) -> Content:
    """SttlmTmIndctn and SttlmTmReq. Raises MessageRefused (TR-03)."""
    moments: Content = {}
    requests: Content = {}
    for field in fields:
        told = read(field, read_time)
        name = (INDICATIONS | REQUESTS).get(told.code)
        if name is None:
            draft.lose("13C", "no time indication that ISO 20022 knows")
        elif name in moments or name in requests:
            draft.lose("13C", f"a second {told.code}")
        elif told.code in INDICATIONS:
            moments[name] = f"{value_date}T{told.at.isoformat()}"
        else:
            requests[name] = told.at.isoformat()
    return {"SttlmTmIndctn": moments, "SttlmTmReq": requests}
