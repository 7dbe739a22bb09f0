"""Which module translates which ISO 20022 payment message; the key is the name without its version ("pacs.008")."""

from collections.abc import Callable
from typing import Final

from schema.iso20022.envelope import BusinessMessage
from schema.translate.result import MtTranslation

TABLE: Final[dict[str, Callable[[BusinessMessage], MtTranslation]]] = {}
