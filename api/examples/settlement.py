"""Examples of what operators send and are shown of settlement."""

from typing import Any, Final

_ID: Final = "pay_01JABCDEFGHJKMNPQRSTVWXYZ0"
_WINDOW_ID: Final = "win_01JABCDEFGHJKMNPQRSTVWXYZ3"
_BATCH_ID: Final = "bat_01JABCDEFGHJKMNPQRSTVWXYZ2"
_AT: Final = "2026-10-13T10:30:00Z"
_LATER: Final = "2026-10-13T10:30:05Z"
_PAGE: Final[dict[str, Any]] = {"total": 17, "page": 1, "limit": 50}

_BATCH: Final[dict[str, Any]] = {
    "id": _BATCH_ID,
    "window_id": _WINDOW_ID,
    "currency": "USD",
    "method": "multilateral",
    "state": "final",
    "phase": "telling",
    "payment_count": 240,
    "told_count": 128,
    "gross": "9120000.00",
    "net": "310000.00",
    "transfer_count": 3,
    "deferred_count": 1,
    "opened_at": _AT,
    "closed_at": _LATER,
    "planned_at": _LATER,
    "final_at": _LATER,
    "told_at": None,
    "reason": None,
}
_WINDOW: Final[dict[str, Any]] = {
    "id": _WINDOW_ID,
    "currency": "USD",
    "state": "final",
    "opened_at": _AT,
    "closes_at": _LATER,
    "closed_at": _LATER,
    "queued_count": 0,
    "queued": "0.00",
    "batch_id": _BATCH_ID,
}
_PAUSE: Final[dict[str, Any]] = {
    "currency": "USD",
    "at": _AT,
    "actor": "operator",
    "comment": "Fedwire is closed for an hour",
}

_SCHEDULE: Final[dict[str, Any]] = {
    "currency": "EUR",
    "every_s": None,
    "times": ["11:00", "15:00"],
    "business_days": True,
    "paused": False,
    "calendar": "XECB",
    "cut_off": "17:00",
    "zone": "Europe/Brussels",
    "next_closing": "2026-10-13T13:00:00Z",
    "changed_at": _AT,
    "changed_by": "operator",
    "comment": "three windows a day",
}

WAITING: Final[dict[str, Any]] = {
    "queue": "gross",
    "since": _AT,
    "priority": "normal",
    "position": 1,
    "deferrals": 0,
    "reason": "CHASUS33XXX is 80000.00 USD short of it, and nothing queued makes up for that",
}

SETTLEMENT: Final[dict[str, dict[str, Any]]] = {
    "BatchPage": {"batches": [_BATCH], **_PAGE},
    "BatchDetail": {
        **_BATCH,
        "positions": [
            {"participant": "CHASUS33XXX", "owed": "0.00", "owing": "310000.00", "net": "-310000.00"},
            {"participant": "HSBCGB2LXXX", "owed": "310000.00", "owing": "0.00", "net": "310000.00"},
        ],
        "transfers": [{"debtor": "CHASUS33XXX", "creditor": "HSBCGB2LXXX", "amount": "310000.00"}],
        "deferrals": [
            {
                "payment_id": _ID,
                "debtor": "CHASUS33XXX",
                "amount": "125000.50",
                "priority": "normal",
                "short": "80000.00",
                "reason": "CHASUS33XXX was 80000.00 USD short of its net position",
                "at": _LATER,
            }
        ],
    },
    "WindowPage": {"windows": [_WINDOW], **_PAGE},
    "WindowDetail": {
        **_WINDOW,
        "timeline": [
            {"what": "opened", "at": _AT},
            {"what": "closed", "at": _LATER},
            {"what": "planned", "at": _LATER},
            {"what": "final", "at": _LATER},
            {"what": "told", "at": _LATER},
        ],
    },
    "WindowShape": {
        "id": "win_01JABCDEFGHJKMNPQRSTVWXYZ3",
        "currency": "USD",
        "state": "open",
        "opened_at": "2026-10-13T10:30:00Z",
        "closes_at": "2026-10-13T10:30:05Z",
        "closed_at": None,
        "queued_count": 240,
        "queued": "9120000.00",
        "batch_id": None,
    },
    "Steer": {"comment": "Fedwire is closed for an hour"},
    "PauseShape": _PAUSE,
    "PauseList": {"pauses": [_PAUSE]},
    "NewSchedule": {"times": ["11:00", "15:00"], "comment": "three windows a day"},
    "ScheduleShape": _SCHEDULE,
    "ScheduleList": {"schedules": [_SCHEDULE]},
    "Prioritise": {"priority": "urgent", "comment": "the bank's own liquidity depends on it"},
    "PriorityShape": {"payment_id": _ID, "priority": "urgent", "changed": True},
    "LiquidityShape": {
        "bic": "CHASUS33XXX",
        "currencies": [
            {
                "currency": "USD",
                "floor": "-500000.00",
                "available": "1200000.00",
                "spendable": "1700000.00",
                "queued_out": "900000.00",
                "queued_out_due": "900000.00",
                "queued_in": "250000.00",
                "after_settlement": "550000.00",
                "queued_count": 12,
                "deferred_count": 2,
                "projected_at": _LATER,
            }
        ],
    },
    "QueueList": {
        "queues": [
            {
                "currency": "USD",
                "paused": False,
                "payments": 2,
                "amount": "430000.00",
                "oldest_at": _AT,
                "released": [
                    {
                        "how": "multilateral",
                        "releases": 4,
                        "payments": 31,
                        "gross": "7150000.00",
                        "net": "240000.00",
                        "saved": "6910000.00",
                    }
                ],
            }
        ]
    },
    "QueuePage": {
        "currency": "USD",
        "payments": [
            {
                **WAITING,
                "payment_id": _ID,
                "debtor": "CHASUS33XXX",
                "creditor": "HSBCGB2LXXX",
                "amount": "180000.00",
                "settling": False,
            }
        ],
        **_PAGE,
    },
    "LookShape": {"currency": "USD"},
}
