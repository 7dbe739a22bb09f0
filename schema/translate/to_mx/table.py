"""Which module translates which MT payment message; the key is the type with its variant ("103", "202COV")."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from schema.mt.message import MtMessage
from schema.translate.result import MxTranslation

TABLE: Final[dict[str, Callable[[MtMessage, datetime], MxTranslation]]] = {}
