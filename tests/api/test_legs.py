"""What a leg of an exchange may not say, and which rule forbids it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api.house import House, order
from tests.api.test_bad_input import refused
from tests.api.test_exchanges import BOND, BONDS, DOLLARS, URL, YEN

SOME = {"reference": "R-1", "wants": YEN}
BAD: list[tuple[str, dict[str, Any], list[tuple[str, str]]]] = [
    ("no exchange", {"settlement_method": "pvp"}, [("/exchange", "EX-01")]),
    ("an exchange of a gross payment", {"exchange": SOME}, [("/exchange", "EX-01")]),
    (
        "the same currency",
        {"settlement_method": "pvp", "exchange": {**SOME, "wants": DOLLARS}},
        [("/exchange", "EX-03")],
    ),
    ("a security by pvp", {"settlement_method": "pvp", "exchange": {**SOME, "wants": BONDS}}, [("/exchange", "EX-03")]),
    ("cash for cash by dvp", {"settlement_method": "dvp", "exchange": SOME}, [("/exchange", "EX-03")]),
    ("nothing wanted", {"settlement_method": "pvp", "exchange": {**SOME, "wants": {}}}, [("/exchange/wants", "EX-02")]),
    (
        "two things wanted",
        {"settlement_method": "dvp", "exchange": {**SOME, "wants": {**YEN, **BONDS}}},
        [("/exchange/wants", "EX-02")],
    ),
    (
        "a wrong check digit",
        {"settlement_method": "dvp", "exchange": {**SOME, "wants": {"isin": "DE0001102581", "units": 1}}},
        [("/exchange/wants/isin", "EX-05")],
    ),
    (
        "a wanted amount with decimals that its currency has not",
        {"settlement_method": "pvp", "exchange": {**SOME, "wants": {"currency": "JPY", "amount": "1.5"}}},
        [("/exchange/wants/amount", "AM-04")],
    ),
    (
        "a moment without offset",
        {"settlement_method": "pvp", "exchange": {**SOME, "expires_at": "2026-10-13T16:00:00"}},
        [("/exchange/expires_at", "EX-04")],
    ),
    (
        "a moment before all years",
        {"settlement_method": "pvp", "exchange": {**SOME, "expires_at": "0001-01-01T00:00:00+14:00"}},
        [("/exchange/expires_at", "EX-04")],
    ),
    (
        "a moment that is over",
        {"settlement_method": "pvp", "exchange": {**SOME, "expires_at": "2020-10-13T16:00:00Z"}},
        [("/exchange/expires_at", "EX-04")],
    ),
    (
        "a moment before the day on which it is to settle",
        {
            "settlement_method": "pvp",
            "value_date": f"{datetime.now(UTC) + timedelta(days=5):%Y-%m-%d}",
            "exchange": {**SOME, "expires_at": f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"},
        },
        [("/exchange/expires_at", "EX-04")],
    ),
    (
        "a moment too far",
        {"settlement_method": "pvp", "exchange": {**SOME, "expires_at": "2126-10-13T16:00:00Z"}},
        [("/exchange/expires_at", "EX-04")],
    ),
    (
        "a security as a currency",
        {"currency": BOND, "amount": "5", "settlement_method": "dvp", "exchange": SOME},
        [("/currency", "AM-02")],
    ),
    (
        "half a security",
        {
            "security": {**BONDS, "units": 0},
            "settlement_method": "dvp",
            "exchange": SOME,
            "currency": None,
            "amount": None,
        },
        [("/security/units", "JS-03")],
    ),
    (
        "a security for a security",
        {
            "security": BONDS,
            "settlement_method": "dvp",
            "exchange": {**SOME, "wants": {"isin": "US0378331005", "units": 1}},
            "currency": None,
            "amount": None,
        },
        [("/exchange", "EX-03")],
    ),
    (
        "a security and an amount",
        {"security": BONDS, "settlement_method": "dvp", "exchange": SOME},
        [("/amount", "JS-01"), ("/currency", "JS-01")],
    ),
]


@pytest.mark.parametrize(("changes", "findings"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
async def test_what_no_leg_may_say(house: House, changes: dict[str, Any], findings: list[tuple[str, str]]) -> None:
    before = await house.count()
    problem = refused(await house["alpha"].post(URL, json=order(**changes)), 422, "validation_failed")
    assert sorted((found["path"], found["rule"]) for found in problem["findings"]) == sorted(findings)
    assert await house.count() == before
