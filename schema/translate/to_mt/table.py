"""Which module translates which ISO 20022 payment message; the key is the name without its version ("pacs.008")."""

from collections.abc import Callable
from typing import Final

from schema.iso20022.envelope import BusinessMessage
from schema.translate.result import MtTranslation
from schema.translate.to_mt import (
    bank_transfer,
    cancellation,
    customer_transfer,
    payment_return,
    rejection,
    resolution,
)

TABLE: Final[dict[str, Callable[[BusinessMessage], MtTranslation]]] = {
    "pacs.008": customer_transfer.translate,
    "pacs.009": bank_transfer.translate,
    "pacs.002": rejection.translate,
    "pacs.004": payment_return.translate,
    "camt.056": cancellation.translate,
    "camt.029": resolution.translate,
}
