import pytest

from tests.api.house import ALPHA, BETA, GAMMA, House, order
from tests.api.test_bad_input import refused

NONE = "pay_00000000000000000000000000"
PAYMENT = f"/api/v1/payments/{NONE}"
EVERYBODY = {"admin", "operator", "compliance", "senior", "alpha"}

# Who may: everybody else is refused before anything is looked at.
TABLE: list[tuple[str, str, set[str]]] = [
    ("POST", "/api/v1/payments", {"admin", "operator", "alpha"}),
    ("GET", "/api/v1/payments", EVERYBODY),
    ("GET", PAYMENT, EVERYBODY),
    ("GET", f"{PAYMENT}/events", EVERYBODY),
    ("GET", f"{PAYMENT}/workflow", {"admin", "operator"}),
    ("POST", f"{PAYMENT}/cancel", {"admin", "operator", "alpha"}),
    ("POST", f"{PAYMENT}/recall", {"admin", "operator", "alpha"}),
    ("POST", f"{PAYMENT}/recall/answer", {"admin", "operator", "alpha"}),
    ("GET", f"{PAYMENT}/recalls", EVERYBODY),
    ("POST", f"{PAYMENT}/return", {"admin", "operator", "alpha"}),
    ("GET", f"{PAYMENT}/messages", EVERYBODY),
    ("GET", f"{PAYMENT}/messages/none", EVERYBODY),
    ("GET", f"{PAYMENT}/evidence", {"admin", "operator", "compliance", "senior"}),
    ("POST", "/api/v1/payments/batch", {"admin", "operator", "alpha"}),
    ("POST", "/api/v1/validation", EVERYBODY),
    ("GET", "/api/v1/validation/rules", EVERYBODY),
    ("GET", f"/api/v1/participants/{ALPHA}/statements", EVERYBODY),
    ("POST", f"{PAYMENT}/decision", {"compliance", "senior"}),
    ("POST", f"{PAYMENT}/information", {"admin", "operator", "alpha"}),
    ("GET", f"{PAYMENT}/checks/none/hits/1/explanation", {"admin", "operator", "compliance", "senior"}),
    ("GET", "/api/v1/reviews/none", {"admin", "operator", "compliance", "senior"}),
    ("POST", "/api/v1/reviews/none/assignment", {"operator", "compliance", "senior"}),
    ("POST", "/api/v1/reviews/none/comments", {"operator", "compliance", "senior"}),
    ("POST", "/api/v1/reviews/decisions", {"compliance", "senior"}),
    ("GET", "/api/v1/audit", {"admin", "compliance", "senior"}),
    ("POST", f"{PAYMENT}/redrive", {"admin", "operator"}),
    ("POST", f"{PAYMENT}/abandon", {"admin", "operator"}),
    ("GET", "/api/v1/reviews", {"admin", "operator", "compliance", "senior"}),
    ("GET", f"{PAYMENT}/risk", {"admin", "operator", "compliance", "senior"}),
    ("GET", "/api/v1/risk/rules", {"admin", "compliance", "senior"}),
    ("GET", "/api/v1/risk/rules/0", {"admin", "compliance", "senior"}),
    ("POST", "/api/v1/risk/rules", {"admin", "compliance", "senior"}),
    ("POST", "/api/v1/risk/rules/99/dry-run", {"admin", "compliance", "senior"}),
    ("POST", "/api/v1/risk/rules/99/approve", {"admin", "compliance", "senior"}),
    ("POST", "/api/v1/risk/rules/99/activate", {"admin", "compliance", "senior"}),
    ("POST", "/api/v1/risk/rules/99/retire", {"admin", "compliance", "senior"}),
    ("GET", "/api/v1/lists", {"admin", "operator", "compliance", "senior"}),
    ("GET", "/api/v1/lists/OFAC/rescreenings", {"admin", "operator", "compliance", "senior"}),
    ("GET", "/api/v1/embargoes", {"admin", "compliance", "senior"}),
    ("GET", "/api/v1/embargoes/none", {"admin", "compliance", "senior"}),
    ("POST", "/api/v1/embargoes", {"admin", "compliance", "senior"}),
    ("POST", "/api/v1/embargoes/none/approve", {"admin", "compliance", "senior"}),
    ("POST", "/api/v1/embargoes/none/withdraw", {"admin", "compliance", "senior"}),
    ("GET", "/api/v1/good-guys", {"admin", "operator", "compliance", "senior"}),
    ("POST", "/api/v1/good-guys", {"compliance", "senior"}),
    ("POST", "/api/v1/good-guys/none/approve", {"compliance", "senior"}),
    ("POST", "/api/v1/good-guys/none/revoke", {"compliance", "senior"}),
    ("GET", "/api/v1/exchanges", EVERYBODY),
    ("GET", "/api/v1/exchanges/none", EVERYBODY),
    ("GET", "/api/v1/dead-letters", {"admin", "operator"}),
    ("GET", "/api/v1/settlement/batches", {"admin", "operator"}),
    ("GET", "/api/v1/settlement/batches/none", {"admin", "operator"}),
    ("GET", "/api/v1/settlement/windows", {"admin", "operator"}),
    ("GET", "/api/v1/settlement/windows/none", {"admin", "operator"}),
    ("POST", "/api/v1/settlement/windows/none/close", {"admin", "operator"}),
    ("GET", "/api/v1/settlement/pauses", {"admin", "operator"}),
    ("GET", "/api/v1/settlement/calendars", EVERYBODY),
    ("GET", "/api/v1/settlement/calendars/EUR", EVERYBODY),
    ("PUT", "/api/v1/settlement/calendars/EUR", {"admin", "operator"}),
    ("GET", "/api/v1/settlement/calendars/EUR/days", EVERYBODY),
    ("GET", "/api/v1/settlement/warehouse", EVERYBODY),
    ("POST", f"{PAYMENT}/release", {"admin", "operator"}),
    ("POST", "/api/v1/settlement/currencies/EUR/pause", {"admin", "operator"}),
    ("POST", "/api/v1/settlement/currencies/EUR/resume", {"admin", "operator"}),
    ("GET", "/api/v1/settlement/schedules", {"admin", "operator"}),
    ("GET", "/api/v1/settlement/schedules/EUR", {"admin", "operator"}),
    ("PUT", "/api/v1/settlement/schedules/EUR", {"admin", "operator"}),
    ("DELETE", "/api/v1/settlement/schedules/EUR", {"admin", "operator"}),
    ("POST", f"{PAYMENT}/priority", {"admin", "operator"}),
    ("GET", "/api/v1/settlement/queues", EVERYBODY),
    ("GET", "/api/v1/settlement/queues/EUR", EVERYBODY),
    ("POST", "/api/v1/settlement/queues/EUR/resolve", {"admin", "operator"}),
    ("GET", f"/api/v1/participants/{ALPHA}/liquidity", EVERYBODY),
    ("POST", "/api/v1/participants", {"admin"}),
    ("GET", "/api/v1/participants", EVERYBODY),
    ("GET", f"/api/v1/participants/{BETA}", EVERYBODY),
    ("GET", f"/api/v1/participants/{ALPHA}/balances", EVERYBODY),
    ("GET", f"/api/v1/participants/{ALPHA}/balances/past?position=0", EVERYBODY),
    ("POST", f"/api/v1/participants/{ALPHA}/accounts", {"admin"}),
    ("POST", f"/api/v1/participants/{ALPHA}/accounts/USD/funding", {"admin"}),
    ("POST", f"/api/v1/participants/{ALPHA}/accounts/USD/close", {"admin"}),
    ("POST", f"/api/v1/participants/{ALPHA}/suspend", {"admin"}),
    ("POST", f"/api/v1/participants/{ALPHA}/reinstate", {"admin"}),
    ("POST", "/api/v1/fx/quotes", {"admin", "operator", "alpha"}),
    ("GET", "/api/v1/fx/quotes", EVERYBODY - {"compliance", "senior"}),
    ("GET", "/api/v1/fx/quotes/none", EVERYBODY - {"compliance", "senior"}),
    ("POST", "/api/v1/fx/quotes/none/withdraw", {"admin", "operator", "alpha"}),
    ("GET", "/api/v1/fx/conversions", EVERYBODY - {"compliance", "senior"}),
    ("GET", "/api/v1/fx/rounding", {"admin", "operator"}),
    ("GET", "/api/v1/ledger/head", EVERYBODY),
    ("GET", "/api/v1/ledger/entries?payment_id=none", EVERYBODY),
    ("GET", "/api/v1/ledger/entries/4/proof", EVERYBODY),
    ("GET", "/api/v1/ledger/consistency?from=1&to=2", EVERYBODY),
]


@pytest.mark.parametrize("caller", sorted(EVERYBODY))
@pytest.mark.parametrize(("method", "path", "allowed"), TABLE)
async def test_the_role_decides(house: House, method: str, path: str, allowed: set[str], caller: str) -> None:
    answer = await house[caller].request(method, path)
    if caller in allowed:
        assert answer.status_code in {200, 400, 404, 415, 422}, answer.text
    else:
        assert "permission" in refused(answer, 403, "not_permitted")


@pytest.mark.parametrize(("method", "path", "_"), TABLE)
async def test_without_a_token_nothing_is_told(house: House, method: str, path: str, _: set[str]) -> None:
    answer = await house["nobody"].request(method, path)
    refused(answer, 401, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "given", ["Bearer nonsense", "Bearer ", "Basic YWRtaW46YS10b2tlbg==", "a-token", "Bearer \xff"]
)
async def test_an_unknown_token_is_nobodys(house: House, given: str) -> None:
    headers = [(b"Authorization", given.encode("latin-1"))]
    refused(await house["nobody"].get("/api/v1/payments", headers=headers), 401, "unauthenticated")


async def test_every_endpoint_is_in_the_table(house: House) -> None:
    described = (await house["nobody"].get("/openapi.json")).json()["paths"]
    endpoints = {(method.upper(), path.count("/")) for path in described for method in described[path]}
    assert len([1 for path in described for _ in described[path]]) == len(TABLE) + 3  # and health, ready and metrics
    assert {(method, path.count("/")) for method, path, _ in TABLE} <= endpoints


async def test_a_participant_submits_its_own_payments_only(house: House) -> None:
    answer = await house["beta"].post("/api/v1/payments", json=order(sender_bic=ALPHA))
    assert refused(answer, 403, "not_permitted")["sender_bic"] == ALPHA


async def test_a_participant_sees_what_it_sends_and_receives(house: House) -> None:
    sent = await house.submit("alpha")
    elsewhere = await house.submit(receiver_bic=GAMMA)
    seen = {caller: await _ids(house, caller) for caller in ("alpha", "beta", "operator")}
    assert {sent, elsewhere} <= seen["alpha"]
    assert sent in seen["beta"]
    assert elsewhere not in seen["beta"]
    assert {sent, elsewhere} <= seen["operator"]
    for path in ("", "/events"):
        assert (await house["beta"].get(f"/api/v1/payments/{sent}{path}")).status_code == 200
        refused(await house["beta"].get(f"/api/v1/payments/{elsewhere}{path}"), 404, "not_found")
    refused(await house["beta"].post(f"/api/v1/payments/{elsewhere}/cancel"), 404, "not_found")


async def test_the_receiver_may_not_cancel_nor_see_the_senders_key(house: House) -> None:
    answer = await house["alpha"].post("/api/v1/payments", json=order(), headers={"Idempotency-Key": "mine"})
    path = f"/api/v1/payments/{answer.json()['id']}"
    assert (await house["alpha"].get(path)).json()["idempotency_key"] == "mine"
    assert (await house["beta"].get(path)).json()["idempotency_key"] is None
    refused(await house["beta"].post(f"{path}/cancel"), 403, "not_permitted")


async def test_a_participant_sees_its_own_balances_only(house: House) -> None:
    refused(await house["beta"].get(f"/api/v1/participants/{ALPHA}/balances"), 404, "not_found")


async def _ids(house: House, caller: str) -> set[str]:
    listed = (await house[caller].get("/api/v1/payments", params={"limit": 500})).json()
    return {payment["id"] for payment in listed["payments"]}
