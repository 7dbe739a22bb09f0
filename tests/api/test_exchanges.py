"""Payment versus payment and delivery versus payment, by HTTP, on the real stack."""

import asyncio
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.ids import new_id
from tests.api.house import ALPHA, BETA, GAMMA, LISTED, House, eventually, order
from tests.api.test_bad_input import refused

URL = "/api/v1/payments"
WAIT = {"Prefer": "wait=20"}
BOND = "DE0001102580"
DOLLARS = {"currency": "USD", "amount": "100.00"}
YEN = {"currency": "JPY", "amount": "15000"}
BONDS = {"isin": BOND, "units": 300}


def leg(
    gives: dict[str, Any], wants: dict[str, Any], reference: str, *, within_s: float | None = None, **changes: Any
) -> Any:
    """What Alpha sends: dollars for something, or whatever else it gives."""
    method = "dvp" if {"isin"} & {*gives, *wants} else "pvp"
    part: dict[str, Any] = {"reference": reference, "wants": wants}
    if within_s is not None:
        part["expires_at"] = (datetime.now(UTC) + timedelta(seconds=within_s)).isoformat()
    what = {"security": gives, "currency": None, "amount": None} if "isin" in gives else gives
    return order(**{**what, "settlement_method": method, "exchange": part, **changes})


def other(gives: dict[str, Any], wants: dict[str, Any], reference: str, **changes: Any) -> Any:
    """What Beta sends."""
    return leg(gives, wants, reference, sender_bic=BETA, receiver_bic=ALPHA, **changes)


def deal() -> str:
    """A reference that nobody else has."""
    return new_id("deal")[-20:]


async def sent(house: House, caller: str, document: Any) -> str:
    answer = await house[caller].post(URL, json=document)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


async def exchange_of(house: House, reference: str, caller: str = "operator") -> dict[str, Any]:
    """The only exchange under the reference, in full."""
    listed = (await house[caller].get("/api/v1/exchanges", params={"reference": reference})).json()
    assert listed["total"] == 1
    found: dict[str, Any] = (await house[caller].get(f"/api/v1/exchanges/{listed['exchanges'][0]['id']}")).json()
    return found


async def balances(house: House, bic: str) -> dict[str, dict[str, Any]]:
    shown = (await house["operator"].get(f"/api/v1/participants/{bic}/balances")).json()["balances"]
    return {balance["currency"]: balance for balance in shown}


async def past(house: House, bic: str, position: int) -> list[dict[str, Any]]:
    answer = await house["operator"].get(f"/api/v1/participants/{bic}/balances/past", params={"position": position})
    found: list[dict[str, Any]] = answer.json()["balances"]
    return found


async def test_both_currencies_change_hands_at_once(served: House) -> None:
    reference = deal()
    dollars = await sent(served, "alpha", leg(DOLLARS, YEN, reference))
    waiting = await served.reaches(dollars, "queued")
    assert (waiting["exchange"]["state"], waiting["exchange"]["contradicted_by"]) == ("waiting", None)
    assert waiting["exchange"]["wants"] == {"asset": "JPY", "amount": "15000"}
    yen = await sent(served, "beta", other(YEN, DOLLARS, reference))
    ends = [await served.reaches(payment, "completed") for payment in (dollars, yen)]
    assert ends[0]["settled_at"] == ends[1]["settled_at"] is not None
    assert ends[0]["batch_id"] == ends[1]["batch_id"]
    exchange = await exchange_of(served, reference)
    assert (exchange["state"], exchange["method"], exchange["banks"]) == ("settled", "pvp", [ALPHA, BETA])
    assert [leg["state"] for leg in exchange["legs"]] == ["settled", "settled"]
    assert [moment["what"] for moment in exchange["timeline"]] == [
        "entered",
        "entered",
        "matched",
        "executing",
        "settled",
    ]
    assert exchange["pairs"][0]["id"] == ends[0]["batch_id"]
    told = (await served["beta"].get(f"{URL}/{dollars}/events")).json()["events"]
    assert next(event for event in told if event["kind"] == "exchange_matched")["detail"]["with"] == yen
    messages = (await served["alpha"].get(f"{URL}/{dollars}/messages")).json()["messages"]
    assert {"pacs.002.001.10", "camt.054.001.08"} <= {message["message_type"] for message in messages}


async def test_legs_that_contradict_one_another_never_settle_and_say_why(served: House) -> None:
    reference = deal()
    dollars = await sent(served, "alpha", leg(DOLLARS, YEN, reference, within_s=3))
    await served.reaches(dollars, "queued")
    yen = await sent(served, "beta", other({**YEN, "amount": "14999"}, DOLLARS, reference, within_s=3))
    await served.reaches(yen, "queued")
    said = (await served["alpha"].get(f"{URL}/{dollars}")).json()["exchange"]["contradicted_by"]
    assert said == {
        "payment_id": yen,
        "differences": [{"field": "amount", "expected": "15000", "found": "14999"}],
    }
    assert 'exchange_legs{standing="contradicted"}' in (await served["nobody"].get("/metrics")).text
    exchange = await exchange_of(served, reference, "beta")
    assert exchange["state"] == "waiting"
    assert exchange["legs"][1]["contradicted_by"]["differences"][0]["field"] == "wanted amount"
    ends = [await served.reaches(payment, "rejected") for payment in (dollars, yen)]
    assert [end["reason_codes"] for end in ends] == [["AB03"], ["AB03"]]
    assert (await exchange_of(served, reference))["state"] == "ended"

    async def ended() -> list[int] | None:
        """Where the journal says that both were held and given back; None while it does not say so yet."""
        found = []
        for payment in (dollars, yen):
            answer = await served["operator"].get("/api/v1/ledger/entries", params={"payment_id": payment})
            found += [entry["sequence"] for entry in answer.json()["entries"]]
        return sorted(found) if len(found) == 4 else None

    first, *_, last = await eventually(ended)
    for bic in (ALPHA, BETA):
        assert await past(served, bic, last) == await past(served, bic, first - 1)


async def test_who_names_the_wrong_partner_is_told_so_and_not_whose_leg_it_is(served: House) -> None:
    """Alpha names Gamma where it has dealt with Beta. Gamma, who has nothing to do with it, learns of nobody."""
    reference = deal()
    yen = await sent(served, "beta", other(YEN, DOLLARS, reference, within_s=600))
    dollars = await sent(served, "alpha", {**leg(DOLLARS, YEN, reference, within_s=600), "receiver_bic": GAMMA})
    for payment in (yen, dollars):
        await served.reaches(payment, "queued")
    for caller, payment, field, expected in (("alpha", dollars, "giver", GAMMA), ("beta", yen, "taker", BETA)):
        shown = (await served[caller].get(f"{URL}/{payment}")).json()["exchange"]["contradicted_by"]
        difference = {"field": field, "expected": expected, "found": "somebody else"}
        assert shown == {"payment_id": None, "differences": [difference]}
    listed = (await served["operator"].get("/api/v1/exchanges", params={"reference": reference})).json()["exchanges"]
    of_gamma = next(one for one in listed if GAMMA in one["banks"])
    assert BETA not in str(of_gamma)
    assert (await served["alpha"].post(f"{URL}/{dollars}/cancel", json={})).status_code == 200
    await served.reaches(dollars, "cancelled")

    late = await sent(served, "alpha", {**leg(DOLLARS, YEN, reference, within_s=4), "receiver_bic": GAMMA})
    end = await served.reaches(late, "rejected")
    assert end["reason_codes"] == ["AB03", "AGNT"]
    told = (await served["alpha"].get(f"{URL}/{late}/events")).json()["events"][-1]["detail"]["text"]
    assert told == f"no matching leg came in time: giver: {GAMMA} expected, somebody else found"
    assert (await served["beta"].post(f"{URL}/{yen}/cancel", json={})).status_code == 200


async def test_a_leg_of_another_deal_is_nobodys_business(served: House) -> None:
    """The same reference is not enough: who only guesses it learns nothing."""
    reference = deal()
    dollars = await sent(served, "alpha", {**leg(DOLLARS, YEN, reference, within_s=600), "receiver_bic": GAMMA})
    await served.reaches(dollars, "queued")
    yen = await sent(served, "beta", other({**YEN, "amount": "14999"}, DOLLARS, reference, within_s=600))
    await served.reaches(yen, "queued")
    for caller, payment in (("alpha", dollars), ("beta", yen)):
        assert (await served[caller].get(f"{URL}/{payment}")).json()["exchange"]["contradicted_by"] is None
        assert (await served[caller].post(f"{URL}/{payment}/cancel", json={})).status_code == 200


async def test_a_security_is_delivered_against_its_price(served: House) -> None:
    for bic in (ALPHA, BETA):
        path = f"/api/v1/participants/{bic}/accounts"
        made = [await served["admin"].post(path, json={"currency": BOND}) for _ in range(2)]
        assert [answer.status_code for answer in made] in ([201, 200], [200, 200])
        issued = {"amount": "1000" if bic == BETA else "0", "reference": "issue-1"}
        assert (await served["admin"].post(f"{path}/{BOND}/funding", json=issued)).status_code == 200
    reference = deal()
    bonds = await sent(served, "beta", other(BONDS, DOLLARS, reference))
    shown = await served.reaches(bonds, "queued")
    assert (shown["currency"], shown["amount"]) == (BOND, "300")
    dollars = await sent(served, "alpha", leg(DOLLARS, BONDS, reference))
    ends = [await served.reaches(payment, "completed") for payment in (bonds, dollars)]
    assert ends[0]["settled_at"] == ends[1]["settled_at"]

    async def delivered() -> bool | None:
        held = [(await balances(served, bic))[BOND]["posted"] for bic in (ALPHA, BETA)]
        return held == ["300", "700"] or None

    await eventually(delivered)
    messages = (await served["beta"].get(f"{URL}/{bonds}/messages")).json()["messages"]
    assert [message["direction"] for message in messages] == ["in"]
    today = {"date": datetime.now(UTC).date().isoformat()}
    statement = await served["admin"].get(f"/api/v1/participants/{BETA}/statements", params=today)
    assert statement.status_code == 200
    assert BOND not in statement.text
    liquidity = (await served["alpha"].get(f"/api/v1/participants/{ALPHA}/liquidity")).json()
    assert BOND not in [one["currency"] for one in liquidity["currencies"]]
    evidence = await served["operator"].get(f"{URL}/{bonds}/evidence")
    with zipfile.ZipFile(io.BytesIO(evidence.content)) as packed:
        kept = json.loads(packed.read("exchange.json"))
    assert {leg["payment_id"] for leg in kept["exchange"]["legs"]} == {bonds, dollars}


async def test_nobody_delivers_what_it_has_not(served: House) -> None:
    for bic in (ALPHA, BETA):
        path = f"/api/v1/participants/{bic}/accounts"
        await served["admin"].post(path, json={"currency": BOND})
        await served["admin"].post(f"{path}/{BOND}/funding", json={"amount": "0", "reference": "open"})
    document = leg({**BONDS, "units": 10**9}, DOLLARS, deal())
    answer = await served["alpha"].post(URL, json=document, headers=WAIT)
    assert (answer.json()["verdict"], answer.json()["reason_codes"]) == ("rejected", ["AM04"])


async def test_a_leg_is_cancelled_and_its_partner_waits_on(served: House) -> None:
    reference = deal()
    dollars = await sent(served, "alpha", leg(DOLLARS, YEN, reference))
    await served.reaches(dollars, "queued")
    assert (await served["alpha"].post(f"{URL}/{dollars}/cancel")).status_code == 200
    assert (await served.reaches(dollars, "cancelled"))["exchange"]["state"] == "withdrawn"
    yen = await sent(served, "beta", other(YEN, DOLLARS, reference))
    assert (await served.reaches(yen, "queued"))["exchange"]["state"] == "waiting"
    again = await sent(served, "alpha", leg(DOLLARS, YEN, reference))  # stopped: it may be sent again
    for payment in (yen, again):
        await served.reaches(payment, "completed")


async def test_whoever_withdraws_in_the_very_moment_takes_both_legs_or_neither(served: House) -> None:
    async def one(number: int) -> tuple[str, str]:
        reference = deal()
        legs = [await sent(served, "alpha", leg(DOLLARS, YEN, reference))]
        legs.append(await sent(served, "beta", other(YEN, DOLLARS, reference)))
        withdrawn, kept = legs if number % 2 else legs[::-1]
        await asyncio.sleep(number * 0.02)
        await served["operator"].post(f"{URL}/{withdrawn}/cancel")
        end = await eventually(lambda: ended(withdrawn))
        if end == "cancelled":
            await eventually(lambda: waits(kept))
            await served["operator"].post(f"{URL}/{kept}/cancel")
        return end, str(await eventually(lambda: ended(kept)))

    async def ended(payment: str) -> str | None:
        status = (await served["operator"].get(f"{URL}/{payment}")).json()["status"]
        return status if status in ("completed", "cancelled") else None

    async def waits(payment: str) -> bool | None:
        exchange = (await served["operator"].get(f"{URL}/{payment}")).json()["exchange"]
        return exchange["state"] == "waiting" or None

    ends = await asyncio.gather(*(one(number) for number in range(16)))
    assert set(ends) <= {("completed", "completed"), ("cancelled", "cancelled")}


async def test_a_leg_is_screened_like_any_payment_and_its_partner_waits(served: House) -> None:
    reference = deal()
    dollars = await sent(served, "alpha", leg(DOLLARS, YEN, reference, receiver_name=LISTED))
    held = await served.held(dollars)
    yen = await sent(served, "beta", other(YEN, DOLLARS, reference))
    await served.reaches(yen, "queued")
    word = {"verdict": "reject", "screening_id": held["screening_id"], "comment": "it is him"}
    assert (await served["compliance"].post(f"{URL}/{dollars}/decision", json=word)).status_code == 200
    rejected = await served.reaches(dollars, "rejected")
    assert (rejected["exchange"]["id"], rejected["exchange"]["state"]) == (None, None)
    assert (await served["beta"].post(f"{URL}/{yen}/cancel")).status_code == 200
    await served.reaches(yen, "cancelled")


async def test_others_do_not_see_an_exchange(served: House) -> None:
    reference = deal()
    mine = await sent(served, "alpha", leg(DOLLARS, YEN, reference))
    theirs = await served.submit(
        **leg(DOLLARS, YEN, reference, receiver_bic=GAMMA, uetr=None) | {"uetr": order()["uetr"]}
    )
    for payment in (mine, theirs):
        await served.reaches(payment, "queued")
    seen = (await served["beta"].get("/api/v1/exchanges", params={"reference": reference})).json()["exchanges"]
    assert [one["banks"] for one in seen] == [[ALPHA, BETA]]
    both = (await served["alpha"].get("/api/v1/exchanges", params={"reference": reference})).json()
    assert both["total"] == 2
    with_gamma = {"reference": reference, "bic": GAMMA}
    (hidden,) = (await served["alpha"].get("/api/v1/exchanges", params=with_gamma)).json()["exchanges"]
    refused(await served["beta"].get(f"/api/v1/exchanges/{hidden['id']}"), 404, "not_found")
    assert (await served["beta"].get("/api/v1/exchanges", params=with_gamma)).json()["total"] == 0
    for state, total in (("waiting", 2), ("settled", 0)):
        params = {"reference": reference, "state": state, "method": "pvp"}
        assert (await served["operator"].get("/api/v1/exchanges", params=params)).json()["total"] == total
    for payment in (mine, theirs):
        await served["operator"].post(f"{URL}/{payment}/cancel")
        await served.reaches(payment, "cancelled")


async def test_a_batch_may_hold_legs(served: House) -> None:
    reference = deal()
    listed = [leg(DOLLARS, BONDS, reference), leg(BONDS, DOLLARS, reference), order(settlement_method="pvp")]
    answer = (await served["alpha"].post(f"{URL}/batch", json=listed)).json()
    assert [item["result"] for item in answer["items"]] == ["accepted", "accepted", "refused"]
    for item in answer["items"][:2]:
        await served["alpha"].post(f"{URL}/{item['id']}/cancel")


async def test_what_the_other_bank_could_never_send_is_not_waited_for(served: House) -> None:
    wanted = {"isin": "US0378331005", "units": 1}
    answer = await served["alpha"].post(URL, json=leg(DOLLARS, wanted, deal()), headers=WAIT)
    assert (answer.json()["verdict"], answer.json()["reason_codes"]) == ("rejected", ["AC03"])
    found = (await served["alpha"].get(answer.headers["location"])).json()["findings"]
    assert [(each["path"], each["rule"]) for each in found] == [("/exchange/wants", "NW-08")] * 2


async def test_the_same_leg_is_not_taken_in_twice(served: House) -> None:
    reference = deal()
    document = leg(DOLLARS, YEN, reference)
    first = await sent(served, "alpha", document)
    again = await served["alpha"].post(URL, json=document | {"uetr": order()["uetr"]})
    assert refused(again, 409, "duplicate_payment")["payment_id"] == first
    more = await sent(served, "alpha", leg(DOLLARS, {**YEN, "amount": "15001"}, reference))
    for payment in (first, more):
        await served.reaches(payment, "queued")
        await served["alpha"].post(f"{URL}/{payment}/cancel")
        await served.reaches(payment, "cancelled")


async def test_one_leg_is_not_returned(served: House) -> None:
    reference = deal()
    dollars = await sent(served, "alpha", leg(DOLLARS, YEN, reference))
    await sent(served, "beta", other(YEN, DOLLARS, reference))
    await served.reaches(dollars, "completed")
    back = await served["beta"].post(f"{URL}/{dollars}/return", json={"reason": "AC04"})
    refused(back, 409, "not_returnable")
    refused(
        await served["beta"].post(f"{URL}/{dollars}/return", json={"reason": "AC04", "settlement_method": "pvp"}),
        422,
        "validation_failed",
    )


async def test_a_security_account_has_no_debit_cap(house: House) -> None:
    answer = await house["admin"].post(f"/api/v1/participants/{GAMMA}/accounts", json={"currency": BOND, "floor": "-5"})
    assert [found["rule"] for found in refused(answer, 422, "validation_failed")["findings"]] == ["PT-01"]


async def test_a_late_repeat_is_answered_as_before(served: House) -> None:
    document, headers = leg(DOLLARS, YEN, deal(), within_s=1.5), {"Idempotency-Key": deal()}
    first = await served["alpha"].post(URL, json=document, headers=headers)
    await served.reaches(first.json()["id"], "rejected")
    again = await served["alpha"].post(URL, json=document, headers=headers)
    assert (again.status_code, again.content) == (202, first.content)


async def test_a_leg_that_does_not_say_waits_from_when_it_can_settle(served: House) -> None:
    day = (datetime.now(UTC) + timedelta(days=3)).date()
    legs = [leg(DOLLARS, YEN, deal()), leg(DOLLARS, YEN, deal(), value_date=day.isoformat())]
    ends = []
    for document in legs:
        payment = await sent(served, "alpha", document)
        shown = (await served["alpha"].get(f"{URL}/{payment}")).json()
        ends.append(datetime.fromisoformat(shown["exchange"]["expires_at"]))
        await served["alpha"].post(f"{URL}/{payment}/cancel")
    assert timedelta(hours=3.9) < ends[0] - datetime.now(UTC) < timedelta(hours=4)
    assert ends[1] - datetime(day.year, day.month, day.day, tzinfo=UTC) > timedelta(hours=2)
