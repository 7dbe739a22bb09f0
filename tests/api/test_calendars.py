"""When currencies settle, as integrators read it and operators change it."""

from typing import Any

import pytest

from tests.api.house import House
from tests.api.test_bad_input import refused

CALENDARS = "/api/v1/settlement/calendars"
LINE = {
    "calendar": "SE",
    "opens": "07:00",
    "cut_off": "17:15",
    "roll": "modified_following",
    "zone": "Europe/Stockholm",
    "comment": "as RIX does",
}


async def test_the_rule_book_is_there_for_everybody(house: House) -> None:
    listed = (await house["alpha"].get(CALENDARS)).json()["calendars"]
    assert {"EUR", "USD", "GBP", "CHF", "JPY", "CAD", "AUD"} <= {each["currency"] for each in listed}
    assert (await house["alpha"].get(f"{CALENDARS}/EUR")).json() == {
        "currency": "EUR",
        "calendar": "XECB",
        "complete": True,
        "opens": "02:30",
        "cut_off": "17:00",
        "roll": "following",
        "zone": "Europe/Brussels",
        "observed": False,
        "changed_at": None,
        "changed_by": None,
    }


async def test_a_currency_without_a_line_keeps_the_working_days_that_are_known(house: House) -> None:
    found = (await house["alpha"].get(f"{CALENDARS}/KWD")).json()
    assert (found["calendar"], found["complete"], found["changed_by"]) == ("FRI-SAT", False, None)
    refused(await house["alpha"].get(f"{CALENDARS}/QQQ"), 404, "not_found")
    refused(await house["alpha"].get(f"{CALENDARS}/euro"), 422, "validation_failed")


async def test_an_operator_changes_a_line_and_it_is_on_record(house: House) -> None:
    changed = await house["operator"].put(f"{CALENDARS}/SEK", json=LINE)
    assert changed.status_code == 200, changed.text
    shown = changed.json()
    assert {name: shown[name] for name in LINE if name != "comment"} == {
        name: value for name, value in LINE.items() if name != "comment"
    }
    assert (await house["alpha"].get(f"{CALENDARS}/SEK")).json() == shown
    lines = (await house["admin"].get("/api/v1/audit", params={"action": "settlement.calendar"})).json()["entries"]
    assert (lines[0]["subject"], lines[0]["actor_id"]) == ("SEK", shown["changed_by"])
    assert lines[0]["detail"]["comment"] == "as RIX does"
    assert lines[0]["detail"]["before"]["cut_off"] == "16:00"
    assert lines[0]["detail"]["after"]["cut_off"] == "17:15"


@pytest.mark.parametrize(
    ("changes", "path", "rule"),
    [
        ({"calendar": "XXXX"}, "/calendar", "CA-01"),
        ({"calendar": "WEEKEND"}, "/calendar", "CA-01"),
        ({"zone": "Europe/Atlantis"}, "/zone", "CA-02"),
        ({"zone": "../../etc/passwd"}, "/zone", "CA-02"),
        ({"zone": "America"}, "/zone", "CA-02"),
        ({"opens": "25:00"}, "/opens", "JS-03"),
        ({"cut_off": "7:00"}, "/cut_off", "JS-03"),
        ({"cut_off": "07:00"}, "", "CA-03"),
        ({"roll": "backwards"}, "/roll", "JS-03"),
        ({"comment": ""}, "/comment", "JS-04"),
        ({"holidays": []}, "/holidays", "JS-01"),
    ],
)
async def test_what_is_no_line_is_refused(house: House, changes: dict[str, Any], path: str, rule: str) -> None:
    problem = refused(await house["operator"].put(f"{CALENDARS}/NOK", json=LINE | changes), 422, "validation_failed")
    assert [(each["path"], each["rule"]) for each in problem["findings"]] == [(path, rule)]


async def test_the_business_days_of_a_currency(house: House) -> None:
    span = {"from": "2026-04-02", "to": "2026-04-07"}
    found = (await house["alpha"].get(f"{CALENDARS}/EUR/days", params=span)).json()
    assert [(day["date"], day["business_day"]) for day in found["days"]] == [
        ("2026-04-02", True),
        ("2026-04-03", False),  # Good Friday
        ("2026-04-04", False),
        ("2026-04-05", False),
        ("2026-04-06", False),
        ("2026-04-07", True),
    ]
    first = found["days"][0]
    assert (first["opens_at"], first["cut_off_at"]) == ("2026-04-02T00:30:00Z", "2026-04-02T15:00:00Z")
    assert found["days"][1]["opens_at"] is None
    assert len((await house["alpha"].get(f"{CALENDARS}/JPY/days")).json()["days"]) == 31


@pytest.mark.parametrize(
    ("span", "code"),
    [
        ({"from": "2026-04-02", "to": "2026-04-01"}, "invalid_value"),
        ({"from": "2026-04-02", "to": "2027-05-01"}, "invalid_value"),
        ({"from": "1999-12-31", "to": "2000-01-03"}, "invalid_value"),
        ({"from": "9999-12-31"}, "invalid_value"),
        ({"from": "tomorrow"}, "validation_failed"),
    ],
)
async def test_a_span_that_is_none(house: House, span: dict[str, str], code: str) -> None:
    refused(await house["alpha"].get(f"{CALENDARS}/EUR/days", params=span), 422, code)
