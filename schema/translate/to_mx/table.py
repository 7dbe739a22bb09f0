"""Which module translates which MT payment message; the key is the type with its variant ("103", "202COV")."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from schema.mt.message import MtMessage
from schema.translate.result import MxTranslation
from schema.translate.to_mx import camt029, camt056, pacs002, pacs008, pacs009

TABLE: Final[dict[str, Callable[[MtMessage, datetime], MxTranslation]]] = {
    "103": pacs008.translate,
    "103STP": pacs008.translate,
    "103REMIT": pacs008.translate,
    "202": pacs009.translate,
    "202COV": pacs009.translate,
    "205": pacs009.translate,
    "205COV": pacs009.translate,
    "192": camt056.translate,
    "292": camt056.translate,
    "992": camt056.translate,
    "196": camt029.translate,
    "296": camt029.translate,
    "996": camt029.translate,
    "199": pacs002.translate_free_format,
    "299": pacs002.translate_free_format,
    "999": pacs002.translate_free_format,
}
