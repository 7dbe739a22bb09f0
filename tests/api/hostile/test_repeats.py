"""Every write twice, in the same moment and one after the other: one effect, and the answer that was given first.

Where a second time means something else, it is refused with the code in the table: the caller learns that it is done.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest
from sqlalchemy import text

from domain.ids import Uetr, new_id
from tests.api.house import ALIKE, GAMMA, LISTED, NEWCOMER, House, eventually, order
from tests.api.test_bad_input import refused
from tests.api.test_risk import rule
from tests.embargoes import VENEZUELA, table

V1, PAYMENTS = "/api/v1", "/api/v1/payments"
WHY: Final = {"comment": "a test"}

Rows = tuple[str, dict[str, Any]]
"""A question that has a row for each time it was done, and what it asks of."""


@dataclass(frozen=True)
class Act:
    """One write, and the rows that there are once it is done."""

    caller: str
    path: str
    body: Any
    rows: Rows
    method: str = "POST"


Maker = Callable[[House], Awaitable[Act]]
LINES: Final = "SELECT 1 FROM audit_log WHERE subject = :subject AND action = :action"


def logged(action: str, subject: str) -> Rows:
    """A line of the audit log."""
    return LINES, {"action": action, "subject": subject}


async def submitted(house: House) -> Act:
    body = order()
    return Act("alpha", PAYMENTS, body, ("SELECT 1 FROM payments WHERE uetr = :uetr", {"uetr": body["uetr"]}))


async def batched(house: House) -> Act:
    body = [order(uetr=str(Uetr.new())) for _ in range(3)]
    rows = "SELECT DISTINCT 1 FROM payments WHERE uetr = ANY(:uetrs) HAVING count(*) = 3"
    return Act("alpha", f"{PAYMENTS}/batch", {"payments": body}, (rows, {"uetrs": [each["uetr"] for each in body]}))


async def cancelled(house: House) -> Act:
    payment = await held(house, LISTED)
    return Act("alpha", f"{PAYMENTS}/{payment['payment_id']}/cancel", WHY, ended(payment["payment_id"], "cancelled"))


async def recalled(house: House) -> Act:
    payment = await paid(house)
    rows = "SELECT 1 FROM recalls WHERE payment_id = :id", {"id": payment}
    return Act("alpha", f"{PAYMENTS}/{payment}/recall", {"reason": "DUPL"}, rows)


async def answered(house: House) -> Act:
    payment = await paid(house)
    asked = await house["alpha"].post(f"{PAYMENTS}/{payment}/recall", json={"reason": "DUPL"})
    assert asked.status_code == 200, asked.text
    rows = "SELECT 1 FROM payments WHERE original_payment_id = :id", {"id": payment}
    return Act("beta", f"{PAYMENTS}/{payment}/recall/answer", {"answer": "accept"}, rows)


async def returned(house: House) -> Act:
    payment = await paid(house)
    rows = "SELECT 1 FROM payments WHERE original_payment_id = :id", {"id": payment}
    return Act("beta", f"{PAYMENTS}/{payment}/return", {"reason": "AC04", "amount": "1.00"}, rows)


async def decided(house: House) -> Act:
    review = await held(house, ALIKE)
    word = {"verdict": "approve", "screening_id": review["screening_id"]}
    return Act("compliance", f"{PAYMENTS}/{review['payment_id']}/decision", word, words_on(review))


async def decided_with_others(house: House) -> Act:
    review = await held(house, ALIKE)
    word = {"verdict": "approve", "screening_id": review["screening_id"], "payment_id": review["payment_id"]}
    return Act("compliance", f"{V1}/reviews/decisions", {"decisions": [word]}, words_on(review))


async def assigned(house: House) -> Act:
    review = await held(house, ALIKE)
    return Act(
        "compliance", f"{V1}/reviews/{review['id']}/assignment", {}, logged("review.assign", review["payment_id"])
    )


async def commented(house: House) -> Act:
    review = await held(house, ALIKE)
    rows = "SELECT 1 FROM review_notes WHERE review_id = :id", {"id": review["id"]}
    return Act("compliance", f"{V1}/reviews/{review['id']}/comments", {"text": "seen"}, rows)


async def informed(house: House) -> Act:
    review = await held(house, ALIKE)
    path = f"{PAYMENTS}/{review['payment_id']}"
    ask = {"verdict": "request_information", "screening_id": review["screening_id"], "question": "Who is it?"}
    assert (await house["compliance"].post(f"{path}/decision", json=ask)).status_code == 200
    rows = "SELECT 1 FROM review_notes WHERE review_id = :id", {"id": review["id"]}
    return Act("alpha", f"{path}/information", {"text": "a customer"}, rows)


async def redriven(house: House) -> Act:
    payment = await parked(house)
    return Act("operator", f"{PAYMENTS}/{payment}/redrive", WHY, logged("dead_letter.redrive", payment))


async def abandoned(house: House) -> Act:
    payment = await parked(house)
    return Act("operator", f"{PAYMENTS}/{payment}/abandon", WHY, logged("dead_letter.abandon", payment))


async def registered(house: House) -> Act:
    bic = f"{new_id('x')[-4:].translate(_LETTERS)}DEFFXXX"
    bank = {"bic": bic, "name": "Another Bank", "country": "DE", "accounts": [{"currency": "EUR"}]}
    rows = "SELECT 1 FROM participants p JOIN accounts a ON a.participant_bic = p.bic WHERE p.bic = :bic"
    return Act("admin", f"{V1}/participants", bank, (rows, {"bic": bic}))


async def opened(house: House) -> Act:
    bic = (await house["admin"].post(f"{V1}/participants", json=(await registered(house)).body)).json()["bic"]
    rows = "SELECT 1 FROM accounts WHERE participant_bic = :bic AND currency = 'USD'"
    return Act("admin", f"{V1}/participants/{bic}/accounts", {"currency": "USD"}, (rows, {"bic": bic}))


async def funded(house: House) -> Act:
    body = {"amount": "1.00", "reference": new_id("again")}
    rows = "SELECT 1 FROM audit_log WHERE action = 'account.fund' AND detail ->> 'reference' = :reference"
    return Act(
        "admin", f"{V1}/participants/{GAMMA}/accounts/EUR/funding", body, (rows, {"reference": body["reference"]})
    )


async def quoted(house: House) -> Act:
    await house.submit("alpha")
    rate = f"1.{new_id('r')[-9:].translate(_DIGITS)}"
    quote = {"sold": "USD", "bought": "EUR", "rate": rate, "amount": "5.00", "expires_in_s": 600}
    rows = "SELECT 1 FROM fx_quotes WHERE rate = CAST(:rate AS numeric)"
    return Act("beta", f"{V1}/fx/quotes", quote, (rows, {"rate": rate}))


async def withdrawn(house: House) -> Act:
    quote = await quoted(house)
    made = (await house["beta"].post(quote.path, json=quote.body)).json()["id"]
    return Act("beta", f"{V1}/fx/quotes/{made}/withdraw", None, logged("fx.withdraw", made))


async def proposed(house: House) -> Act:
    note = new_id("note")
    body = {"rules": [rule()], "note": note}
    return Act("compliance", f"{V1}/risk/rules", body, ("SELECT 1 FROM risk_rules WHERE note = :note", {"note": note}))


async def approved(house: House) -> Act:
    draft = await draft_of(house)
    return Act(
        "senior", f"{V1}/{draft}/approve", None, logged("risk_rules.approve", draft.replace("risk/rules", "risk_rules"))
    )


async def retired(house: House) -> Act:
    draft = await draft_of(house)
    return Act(
        "senior", f"{V1}/{draft}/retire", None, logged("risk_rules.retire", draft.replace("risk/rules", "risk_rules"))
    )


async def cleared(house: House) -> Act:
    review = await held(house, ALIKE, receiver_account_id=new_id("acc")[-30:])
    hit = next(each for each in review["hits"] if each["role"] == "creditor")
    word = {name: hit[name] for name in ("role", "list_name", "entity_id")}
    reason = new_id("why")
    body = {**word, "payment_id": review["payment_id"], "reason": reason}
    return Act("compliance", f"{V1}/good-guys", body, ("SELECT 1 FROM good_guys WHERE reason = :why", {"why": reason}))


async def agreed(house: House) -> Act:
    word = await word_of(house)
    return Act("senior", f"{V1}/good-guys/{word}/approve", None, logged("good_guy.approve", word))


async def revoked(house: House) -> Act:
    word = await word_of(house)
    return Act("senior", f"{V1}/good-guys/{word}/revoke", None, logged("good_guy.revoke", word))


async def tabled(house: House) -> Act:
    note = new_id("note")
    body = {"table": table(VENEZUELA, label=note).decode(), "note": note}
    return Act(
        "compliance", f"{V1}/embargoes", body, ("SELECT 1 FROM embargo_proposals WHERE note = :note", {"note": note})
    )


async def taken_back(house: House) -> Act:
    made = await tabled(house)
    path = f"{made.path}/{(await house['compliance'].post(made.path, json=made.body)).json()['id']}"
    return Act("senior", f"{path}/withdraw", None, logged("embargoes.withdraw", path.rpartition("/")[2]))


async def paused(house: House) -> Act:
    await house["operator"].post(f"{V1}/settlement/currencies/NOK/resume", json=WHY)
    rows = "SELECT 1 FROM settlement_pauses WHERE currency = 'NOK'"
    return Act("operator", f"{V1}/settlement/currencies/NOK/pause", WHY, (rows, {}))


async def resumed(house: House) -> Act:
    await house["operator"].post(f"{V1}/settlement/currencies/NOK/pause", json=WHY)
    rows = "SELECT 1 WHERE NOT EXISTS (SELECT FROM settlement_pauses WHERE currency = 'NOK')"
    return Act("operator", f"{V1}/settlement/currencies/NOK/resume", WHY, (rows, {}))


async def scheduled(house: House) -> Act:
    rows = "SELECT 1 FROM settlement_schedules WHERE currency = 'NOK'"
    return Act("operator", f"{V1}/settlement/schedules/NOK", {"every_s": 600, **WHY}, (rows, {}), method="PUT")


async def unscheduled(house: House) -> Act:
    act = await scheduled(house)
    assert (await house["operator"].put(act.path, json=act.body)).status_code == 200
    rows = "SELECT 1 WHERE NOT EXISTS (SELECT FROM settlement_schedules WHERE currency = 'NOK')"
    return Act("operator", f"{act.path}?comment=over", None, (rows, {}), method="DELETE")


async def kept(house: House) -> Act:
    rows = "SELECT 1 FROM settlement_calendars WHERE currency = 'NOK'"
    known = (await house["operator"].get(f"{V1}/settlement/calendars/NOK")).json()
    line = {name: known[name] for name in ("calendar", "opens", "cut_off", "roll", "zone")} | WHY
    return Act("operator", f"{V1}/settlement/calendars/NOK", line, (rows, {}), method="PUT")


_LETTERS: Final = str.maketrans("0123456789", "ABCDEFGHIJ")
_DIGITS: Final = str.maketrans({letter: str(ord(letter) % 9 + 1) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"})

# Who makes it; whether it goes under an Idempotency-Key; by which codes a second one is refused, if it is.
TABLE: Final[list[tuple[Maker, bool, str]]] = [
    (submitted, True, ""),
    (submitted, False, "duplicate_payment"),
    (batched, True, ""),
    (cancelled, True, ""),
    (recalled, True, ""),
    (answered, False, ""),
    (returned, True, ""),
    (decided, True, ""),
    (decided, False, "already_decided review_busy"),
    (decided_with_others, True, ""),
    (assigned, True, ""),
    (commented, True, ""),
    (informed, True, ""),
    (redriven, True, ""),
    (abandoned, True, ""),
    (registered, False, ""),
    (opened, False, ""),
    (funded, False, ""),
    (quoted, True, ""),
    (withdrawn, False, "quote_expired"),
    (proposed, False, ""),
    (approved, False, "rules_not_ready"),
    (retired, False, "rules_not_ready"),
    (cleared, False, ""),
    (agreed, False, "already_decided"),
    (revoked, False, "already_decided"),
    (tabled, False, ""),
    (taken_back, False, "rules_not_ready"),
    (paused, False, "act_refused"),
    (resumed, False, "act_refused"),
    (scheduled, False, ""),
    (unscheduled, False, "not_found"),
    (kept, False, ""),
]
MOMENTS: Final = frozenset({"changed_at", "next_closing", "projected_at", "ledger_position", "posted", "available"})
"""What may well be another moment's, in the answer to a second one."""


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "in turn"])
@pytest.mark.parametrize(("make", "key", "codes"), TABLE, ids=[f"{row[0].__name__}{'-key' * row[1]}" for row in TABLE])
async def test_a_write_counts_once(besieged: House, make: Maker, key: bool, codes: str, at_once: bool) -> None:
    act = await make(besieged)
    headers = {"Idempotency-Key": new_id("key")} if key else {}

    async def one() -> httpx.Response:
        return await besieged[act.caller].request(act.method, act.path, json=act.body, headers=headers)

    answers = list(await asyncio.gather(one(), one())) if at_once else [await one(), await one()]
    first, second = sorted(answers, key=lambda answer: answer.status_code >= 400) if at_once else answers
    assert first.status_code < 300, first.text
    if codes:
        code = second.json()["code"]
        assert code in codes.split(), second.text
        refused(second, 404 if code == "not_found" else 409, code)
    else:
        assert second.status_code < 300, second.text
        assert said(second) == said(first)
    assert await rows(besieged, act) == 1


def said(answer: httpx.Response) -> Any:
    """What an answer says, without what tells only when; of a batch what became of it."""
    document = answer.json()
    if "items" in document and "accepted" in document:
        return [item["id"] for item in document["items"]]
    return {name: value for name, value in document.items() if name not in MOMENTS}


async def rows(house: House, act: Act) -> int:
    """How often the act was done; what a workflow writes down may take a moment."""

    async def there() -> int | None:
        async with house.db.read() as session:
            return len(await session.all(text(act.rows[0]), act.rows[1])) or None

    return await eventually(there)


async def held(house: House, name: str, **changes: Any) -> dict[str, Any]:
    """A payment that waits for people; its review."""
    return await house.held(await house.submit("alpha", receiver_name=name, **changes))


async def paid(house: House) -> str:
    """A payment that is complete."""
    payment_id = await house.submit("alpha")
    await house.reaches(payment_id, "completed")
    return payment_id


async def parked(house: House) -> str:
    """A payment that needs repair."""
    payment_id = await house.submit("alpha", receiver_bic=NEWCOMER)
    await house.parked(payment_id)
    return payment_id


async def draft_of(house: House) -> str:
    """Rules that wait for a second person; their address."""
    draft = await proposed(house)
    made = await house[draft.caller].post(draft.path, json=draft.body)
    return f"risk/rules/{made.json()['version']}"


async def word_of(house: House) -> str:
    """A party that one person has cleared."""
    word = await cleared(house)
    made = await house[word.caller].post(word.path, json=word.body)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def ended(payment_id: str, status: str) -> Rows:
    """An end of the payment."""
    rows = "SELECT 1 FROM payment_events WHERE payment_id = :id AND status = :status"
    return rows, {"id": payment_id, "status": status}


def words_on(review: dict[str, Any]) -> Rows:
    """A word on the review."""
    return "SELECT 1 FROM review_decisions WHERE review_id = :id", {"id": review["id"]}
