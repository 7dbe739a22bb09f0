"""Examples of the legs of an exchange, and of what is shown of one."""

from typing import Any, Final

_CASH: Final[dict[str, Any]] = {"currency": "EUR", "amount": "487250.00"}
_BOND: Final[dict[str, Any]] = {"isin": "DE0001102580", "units": 500}
_UNTIL: Final = "2026-10-13T16:00:00Z"
_PART: Final[dict[str, Any]] = {"reference": "TRADE-4711", "wants": _CASH, "expires_at": _UNTIL}

_ID: Final = "exc_01JABCDEFGHJKMNPQRSTVWXYZ0"
_PAIR: Final = "pair_01JABCDEFGHJKMNPQRSTVWXYZ0"
_FIRST: Final = "pay_01JABCDEFGHJKMNPQRSTVWXYZ0"
_SECOND: Final = "pay_01JABCDEFGHJKMNPQRSTVWXYZ8"
_AT: Final = "2026-10-13T10:30:00Z"
_LATER: Final = "2026-10-13T10:30:05Z"
_EUROS: Final = {"asset": "EUR", "amount": "487250.00"}
_BONDS: Final = {"asset": "DE0001102580", "amount": "500"}
_CONTRADICTION: Final[dict[str, Any]] = {
    "payment_id": _SECOND,
    "differences": [{"field": "amount", "expected": "487250.00", "found": "487520.00"}],
}
_LEG: Final[dict[str, Any]] = {
    "payment_id": _FIRST,
    "giver": "CHASUS33XXX",
    "taker": "HSBCGB2LXXX",
    "gives": _BONDS,
    "wants": _EUROS,
    "state": "matched",
    "arrived_at": _AT,
    "expires_at": _UNTIL,
    "ended_at": None,
    "pair_id": _PAIR,
    "contradicted_by": None,
}
_EXCHANGE: Final[dict[str, Any]] = {
    "id": _ID,
    "reference": "TRADE-4711",
    "method": "dvp",
    "banks": ["CHASUS33XXX", "HSBCGB2LXXX"],
    "state": "matched",
    "opened_at": _AT,
    "updated_at": _LATER,
    "legs": [
        _LEG,
        {
            **_LEG,
            "payment_id": _SECOND,
            "giver": "HSBCGB2LXXX",
            "taker": "CHASUS33XXX",
            "gives": _EUROS,
            "wants": _BONDS,
        },
    ],
}
LEG_OF_PAYMENT: Final[dict[str, Any]] = {
    "id": _ID,
    "reference": "TRADE-4711",
    "wants": _BONDS,
    "expires_at": _UNTIL,
    "state": "waiting",
    "pair_id": None,
    "contradicted_by": _CONTRADICTION,
}

EXCHANGES: Final[dict[str, dict[str, Any]]] = {
    "Security": _BOND,
    "Wanted": _CASH,
    "ExchangePart": _PART,
    "ExchangePage": {"exchanges": [_EXCHANGE], "total": 17, "page": 1, "limit": 50},
    "ExchangeDetail": {
        **_EXCHANGE,
        "pairs": [
            {
                "id": _PAIR,
                "first_payment_id": _FIRST,
                "second_payment_id": _SECOND,
                "state": "matched",
                "matched_at": _LATER,
                "waits_until": "2026-10-14T00:30:00Z",
                "waits_for": "EUR to be open",
                "claimed_at": None,
                "settled_at": None,
                "dissolved_at": None,
                "reason": None,
            }
        ],
        "timeline": [
            {"what": "entered", "at": _AT, "payment_id": _FIRST, "pair_id": None},
            {"what": "entered", "at": _LATER, "payment_id": _SECOND, "pair_id": None},
            {"what": "matched", "at": _LATER, "payment_id": None, "pair_id": _PAIR},
        ],
    },
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
