"""Field 13C: when a bank debited or credited, and until when the receiver is to act."""

import re
from typing import Final

from schema.mt.message import Field
from schema.translate.to_mx.draft import Content, Draft

_TIME: Final = re.compile(r"/([A-Z]{1,8})/([01][0-9]|2[0-3])([0-5][0-9])([+-])(0[0-9]|1[0-3])([0-5][0-9])")

INDICATIONS: Final = {"SNDTIME": "DbtDtTm", "RNCTIME": "CdtDtTm"}
"""Moments: the time of 13C on the day of 32A."""

REQUESTS: Final = {"CLSTIME": "CLSTm", "TILTIME": "TillTm", "FROTIME": "FrTm", "REJTIME": "RjctTm"}
"""Times of the day."""


def times(draft: Draft, fields: list[Field], value_date: str) -> Content:
    """SttlmTmIndctn and SttlmTmReq."""
    moments: Content = {}
    requests: Content = {}
    for field in fields:
        match = _TIME.fullmatch(field.value)
        code = match[1] if match else ""
        if match is None or code not in INDICATIONS | REQUESTS:
            draft.lose("13C", "not a time indication that ISO 20022 knows")
            continue
        target, name = (moments, INDICATIONS[code]) if code in INDICATIONS else (requests, REQUESTS[code])
        if name in target:
            draft.lose("13C", f"a second {code}")
            continue
        time = f"{match[2]}:{match[3]}:00{match[4]}{match[5]}:{match[6]}"
        target[name] = f"{value_date}T{time}" if target is moments else time
    return {"SttlmTmIndctn": moments, "SttlmTmReq": requests}
