"""Examples of calendars, settlement days and the warehouse."""

from typing import Any, Final

_LINE: Final[dict[str, Any]] = {
    "calendar": "XECB",
    "opens": "02:30",
    "cut_off": "17:00",
    "roll": "following",
    "zone": "Europe/Brussels",
}
_CALENDAR: Final[dict[str, Any]] = {
    "currency": "EUR",
    **_LINE,
    "complete": True,
    "observed": True,
    "changed_at": "2026-10-13T10:30:00Z",
    "changed_by": "operator",
}

DATES: Final[dict[str, dict[str, Any]]] = {
    "NewCalendar": {**_LINE, "comment": "T2 closes earlier"},
    "CalendarShape": _CALENDAR,
    "CalendarList": {"calendars": [_CALENDAR]},
    "DayList": {
        "currency": "EUR",
        "calendar": "XECB",
        "complete": True,
        "observed": True,
        "days": [
            {
                "date": "2026-12-24",
                "business_day": True,
                "opens_at": "2026-12-24T01:30:00Z",
                "cut_off_at": "2026-12-24T16:00:00Z",
            },
            {"date": "2026-12-25", "business_day": False, "opens_at": None, "cut_off_at": None},
        ],
    },
    "WarehouseShape": {
        "shelves": [{"settlement_date": "2026-12-28", "currency": "EUR", "payments": 3, "amount": "8250000.00"}]
    },
    "Release": {"comment": "the bank was told of the cut-off too late"},
}
