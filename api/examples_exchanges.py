"""Examples of the legs of an exchange, and of what is shown of one."""

from typing import Any, Final

_CASH: Final[dict[str, Any]] = {"currency": "EUR", "amount": "487250.00"}
_BOND: Final[dict[str, Any]] = {"isin": "DE0001102580", "units": 500}
_UNTIL: Final = "2026-10-13T16:00:00Z"
_PART: Final[dict[str, Any]] = {"reference": "TRADE-4711", "wants": _CASH, "expires_at": _UNTIL}

EXCHANGES: Final[dict[str, dict[str, Any]]] = {
    "Security": _BOND,
    "Wanted": _CASH,
    "ExchangePart": _PART,
    "NewDelivery": {
        "sender_bic": "CHASUS33",
        "sender_name": "Example Asset Management",
        "receiver_bic": "HSBCGB2LXXX",
        "receiver_name": "Sample Pension Fund",
        "security": _BOND,
        "settlement_method": "dvp",
        "exchange": _PART,
    },
}
