"""Examples of quotes, conversions and rounding."""

from typing import Any, Final

_AT: Final = "2026-10-13T10:30:00Z"
_LATER: Final = "2026-10-13T10:30:05Z"

_QUOTE: Final[dict[str, Any]] = {
    "id": "quo_01JABCDEFGHJKMNPQRSTVWXYZ8",
    "dealer_bic": "DEUTDEFFXXX",
    "sold": "USD",
    "bought": "GBP",
    "rate": "0.78615",
    "amount": "5000000.00",
    "left": "4874999.50",
    "at_least": "1000.00",
    "offered_to": None,
    "state": "live",
    "created_at": _AT,
    "expires_at": "2026-10-13T10:35:00Z",
    "withdrawn_at": None,
    "buys": "98269.14",
}
_EXCHANGE: Final[dict[str, Any]] = {
    "quote_id": _QUOTE["id"],
    "dealer_bic": "DEUTDEFFXXX",
    "rate": "0.78615",
    "sold": "125000.50",
    "sold_currency": "USD",
    "bought": "98269.14",
    "bought_currency": "GBP",
    "state": "paid",
    "locked_at": _AT,
    "residue": "123/400",
    "rounding": "0.00",
}

FX: Final[dict[str, dict[str, Any]]] = {
    "FxPart": {"quote_id": _QUOTE["id"]},
    "NewFxQuote": {
        "sold": "USD",
        "bought": "GBP",
        "rate": "0.78615",
        "amount": "5000000.00",
        "at_least": "1000.00",
        "expires_in_s": 300,
        "offered_to": ["CHASUS33"],
    },
    "QuoteShape": _QUOTE,
    "QuoteList": {"quotes": [_QUOTE]},
    "FxShape": _EXCHANGE,
    "ConversionPage": {
        "conversions": [
            {
                **_EXCHANGE,
                "payment_id": "pay_01JABCDEFGHJKMNPQRSTVWXYZ0",
                "sender_bic": "CHASUS33XXX",
                "receiver_bic": "HSBCGB2LXXX",
                "ended_at": _LATER,
            }
        ],
        "total": 17,
        "page": 1,
        "limit": 50,
    },
    "RoundingList": {
        "currencies": [
            {
                "currency": "GBP",
                "account_id": "NETWORK/GBP/rounding",
                "posted": "0.03",
                "dealers": [{"dealer_bic": "DEUTDEFFXXX", "residue": "-77/400", "moved": "0.03", "conversions": 4711}],
            }
        ]
    },
}
