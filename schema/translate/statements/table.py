"""Statements and notifications, both ways: MT900, 910, 940, 941, 942, 950 and camt.052, 053, 054."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from schema.iso20022.envelope import BusinessMessage
from schema.mt.message import MtMessage
from schema.translate.result import MtTranslation, MxTranslation
from schema.translate.statements.from_notification import to_mt900_or_910
from schema.translate.statements.from_statement import to_mt940, to_mt942_or_941
from schema.translate.statements.to_notification import to_camt054
from schema.translate.statements.to_statement import to_camt052, to_camt053

TO_MX: Final[dict[str, Callable[[MtMessage, datetime], MxTranslation]]] = {
    "900": to_camt054,
    "910": to_camt054,
    "940": to_camt053,
    "941": to_camt052,
    "942": to_camt052,
    "950": to_camt053,
}
TO_MT: Final[dict[str, Callable[[BusinessMessage], MtTranslation]]] = {
    "camt.052": to_mt942_or_941,
    "camt.053": to_mt940,
    "camt.054": to_mt900_or_910,
}
