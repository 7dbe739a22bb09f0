"""People act on the same thing in the same moment: one wins, and the others are told so, with a stable code."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

import httpx
import pytest
from sqlalchemy import text

from tests.api.hostile.test_repeats import V1, WHY, draft_of, held, parked, word_of
from tests.api.house import ALIKE, ALPHA, GAMMA, House, eventually
from tests.api.test_bad_input import refused

Acts = list[tuple[str, str, dict[str, Any] | None]]
"""Who asks for what, with which document; all of it in the same moment."""


async def two_reviewers(house: House) -> Acts:
    review = await held(house, ALIKE)
    path = f"{V1}/payments/{review['payment_id']}/decision"
    word = {"screening_id": review["screening_id"]}
    return [("compliance", path, word | {"verdict": "approve"}), ("senior", path, word | {"verdict": "reject"})]


async def a_reviewer_and_the_sender(house: House) -> Acts:
    review = await held(house, ALIKE)
    path = f"{V1}/payments/{review['payment_id']}"
    word = {"screening_id": review["screening_id"], "verdict": "reject"}
    return [("compliance", f"{path}/decision", word), ("alpha", f"{path}/cancel", WHY)]


async def two_ends(house: House) -> Acts:
    path = f"{V1}/payments/{await parked(house)}"
    return [("operator", f"{path}/abandon", WHY), ("admin", f"{path}/abandon", WHY)]


async def two_pauses(house: House) -> Acts:
    path = f"{V1}/settlement/currencies/SEK/pause"
    await house["operator"].post(path.replace("/pause", "/resume"), json=WHY)
    return [("operator", path, WHY), ("admin", path, WHY)]


async def two_resumptions(house: House) -> Acts:
    path = f"{V1}/settlement/currencies/SEK/resume"
    await house["operator"].post(path.replace("/resume", "/pause"), json=WHY)
    return [("operator", path, WHY), ("admin", path, WHY)]


async def two_second_people(house: House) -> Acts:
    path = f"{V1}/{await draft_of(house)}"
    return [("senior", f"{path}/approve", None), ("admin", f"{path}/approve", None)]


async def a_yes_and_an_end(house: House) -> Acts:
    path = f"{V1}/{await draft_of(house)}"
    return [("senior", f"{path}/retire", None), ("admin", f"{path}/retire", None)]


async def two_revocations(house: House) -> Acts:
    path = f"{V1}/good-guys/{await word_of(house)}/revoke"
    return [("compliance", path, None), ("senior", path, None)]


CASES: Final[list[tuple[Callable[[House], Awaitable[Acts]], set[str]]]] = [
    (two_reviewers, {"already_decided", "review_busy"}),
    (a_reviewer_and_the_sender, {"already_decided", "not_cancellable", "not_under_review", "review_busy"}),
    (two_ends, {"not_parked", "act_refused"}),
    (two_pauses, {"act_refused"}),
    (two_resumptions, {"act_refused"}),
    (two_second_people, {"rules_not_ready"}),
    (a_yes_and_an_end, {"rules_not_ready"}),
    (two_revocations, {"already_decided"}),
]


@pytest.mark.parametrize(("make", "codes"), CASES, ids=[make.__name__ for make, _ in CASES])
@pytest.mark.parametrize("turn", range(3))
async def test_one_wins(besieged: House, make: Callable[[House], Awaitable[Acts]], codes: set[str], turn: int) -> None:
    acts = await make(besieged)
    acts = acts[turn % 2 :] + acts[: turn % 2]
    answers = await asyncio.gather(*(besieged[who].post(path, json=body) for who, path, body in acts))
    won = [answer for answer in answers if answer.status_code < 300]
    assert len(won) == 1, [answer.text for answer in answers]
    for lost in answers:
        if lost is not won[0]:
            assert lost.json()["code"] in codes, lost.text
            refused(lost, 409, lost.json()["code"])


async def test_a_window_that_two_people_close_closes_once(besieged: House) -> None:
    """Closing is no contest: who asks while it is open is told that it closes, who asks later that it has."""
    await besieged["operator"].post(f"{V1}/settlement/currencies/EUR/pause", json=WHY)
    payment = await besieged.submit(settlement_method="net", currency="EUR", sender_bic=ALPHA, receiver_bic=GAMMA)
    await besieged.reaches(payment, "queued")
    async with besieged.db.read() as session:
        query = text("SELECT window_id FROM settlement_items WHERE payment_id = :id")
        window = (await session.one(query, {"id": payment})).window_id
    path = f"{V1}/settlement/windows/{window}"

    async def close(caller: str) -> httpx.Response | None:
        answer = await besieged[caller].post(f"{path}/close", json=WHY)
        return answer if answer.status_code != 503 else None  # its workflow is just being started

    answers = await asyncio.gather(*(eventually(partial(close, who)) for who in ("operator", "admin")))
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()
    assert (await besieged["operator"].post(f"{V1}/settlement/currencies/EUR/resume", json=WHY)).status_code == 200
    done = await besieged.reaches(payment, "completed")
    found = (await besieged["operator"].get(path)).json()
    assert (found["state"], found["batch_id"]) == ("final", done["batch_id"])
    refused(await besieged["admin"].post(f"{path}/close", json=WHY), 409, "act_refused")
