"""The whole circle on the real stack: an MT103 goes in; reports, notifications and the day's statement come out."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
from lxml import etree

from domain.ids import Uetr
from schema.intake import Syntax, check
from schema.iso20022.profile import Profile
from schema.streams import messages_of
from tests.api.house import ALPHA, BETA, House, eventually, order

URL = "/api/v1/payments"
STATUSES = ["RCVD", "ACTC", "ACCP", "ACFC", "PDNG", "ACSP", "ACSC", "ACCC"]


def mt103(uetr: str, *, reference: str, amount: str = "1234,50", currency: str = "USD") -> bytes:
    """A customer transfer from Alpha to Beta."""
    lines = [
        f"{{1:F01ALPHDEFFAXXX0000000000}}{{2:I103BETAGB2LXXXXN}}{{3:{{121:{uetr}}}}}{{4:",
        f":20:{reference}",
        ":23B:CRED",
        f":32A:{datetime.now(UTC):%y%m%d}{currency}{amount}",
        ":50K:/DE89370400440532013000",
        "ADA SAMPLE",
        "1 LOOM STREET",
        "BERLIN",
        ":59:/GB33BUKB20201555555555",
        "BERT EXAMPLE",
        "2 MILL LANE",
        "LONDON",
        ":70:INVOICE 4711",
        ":71A:SHA",
        "-}",
    ]
    return "\r\n".join(lines).encode()


async def messages(house: House, caller: str, payment_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await house[caller].get(f"{URL}/{payment_id}/messages")).json()["messages"]
    return found


async def content(house: House, caller: str, message: dict[str, Any]) -> bytes:
    answer = await house[caller].get(message["links"]["self"])
    assert answer.status_code == 200, answer.text
    return answer.content


def texts(raw: bytes, name: str) -> list[str]:
    """Every text of an element's name."""
    return [str(element.text) for element in etree.fromstring(raw).iter(f"{{*}}{name}")]


def assert_sound(raw: bytes) -> None:
    """It passes our own schema and rules; only an address that came in lines stays in lines, which is a warning.

    And this network is always open: its settlement dates may be holidays (DT-03).
    """
    checked = check(raw, Syntax.XML, profile=Profile.CBPR_2025)
    assert [each for each in checked.findings if each.rule not in ("PA-04", "DT-03")] == []


async def sent(house: House, raw: bytes, *, caller: str = "alpha", kind: str = "text/plain") -> str:
    answer = await house[caller].post(URL, content=raw, headers={"Content-Type": kind, "Prefer": "wait=20"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["verdict"] == "accepted", answer.text
    return str(answer.json()["id"])


async def test_an_mt103_goes_in_and_everything_comes_out(served: House) -> None:
    uetr = Uetr.new()
    payment_id = await sent(served, mt103(uetr, reference="CIRCLE1"))
    payment = await served.reaches(payment_id, "completed")
    assert (payment["swift_message_type"], payment["uetr"], payment["kind"]) == ("MT103", uetr, "customer")

    told = await messages(served, "alpha", payment_id)
    reports = [each for each in told if each["message_type"] == "pacs.002.001.10"]
    written = [await content(served, "alpha", each) for each in reports]
    assert [texts(raw, "TxSts")[0] for raw in written] == STATUSES
    for raw in written:
        assert_sound(raw)
        assert texts(raw, "OrgnlUETR") == [uetr]
    original = next(each for each in told if each["identity"] == "instruction")
    assert await content(served, "alpha", original) == mt103(uetr, reference="CIRCLE1")

    debit = next(each for each in told if each["message_type"] == "camt.054.001.08")
    assert texts(await content(served, "alpha", debit), "CdtDbtInd")[0] == "DBIT"
    received = await messages(served, "beta", payment_id)
    assert {each["message_type"] for each in received} == {"camt.054.001.08", "pacs.008.001.08"}
    for each in received:
        raw = await content(served, "beta", each)
        assert_sound(raw)
        assert uetr in texts(raw, "UETR")
    again = await messages(served, "alpha", payment_id)
    assert again == told, "reports are written once"


async def test_a_bank_sees_its_own_messages_only(served: House) -> None:
    payment_id = await sent(served, mt103(Uetr.new(), reference="OWNONLY"))
    await served.reaches(payment_id, "completed")
    theirs = (await messages(served, "alpha", payment_id))[0]
    assert (await served["beta"].get(theirs["links"]["self"])).status_code == 404
    everything = await messages(served, "operator", payment_id)
    assert {each["audience"] for each in everything} == {ALPHA, BETA}


@pytest.mark.parametrize("bank", ["alpha", "beta"])
async def test_the_days_statement_agrees_with_the_ledger(served: House, bank: str) -> None:
    for method, reference in (("gross", "STMTG"), ("net", "STMTN")):
        body = order(settlement_method=method, payment_reference=f"{reference}{bank}", amount="7.77")
        answer = await served["alpha"].post(URL, json=body)
        await served.reaches(answer.json()["id"], "completed")
    bic = {"alpha": ALPHA, "beta": BETA}[bank]

    async def agreeing() -> bytes | None:
        raw = await statement(served[bank], bic)
        return raw if closing(raw) == await posted(served[bank], bic) else None

    raw = await eventually(agreeing)
    assert_sound(raw)
    opening, entries = signed(raw, "OPBD"), entry_total(raw)
    assert opening + entries == closing(raw)


async def statement(caller: httpx.AsyncClient, bic: str, currency: str = "USD") -> bytes:
    day = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "currency": currency}
    answer = await caller.get(f"/api/v1/participants/{bic}/statements", params=day)
    assert answer.status_code == 200, answer.text
    return answer.content


async def posted(caller: httpx.AsyncClient, bic: str, currency: str = "USD") -> Decimal:
    found = (await caller.get(f"/api/v1/participants/{bic}/balances")).json()["balances"]
    return Decimal(next(each["posted"] for each in found if each["currency"] == currency))


def signed(raw: bytes, kind: str) -> Decimal:
    """A balance of a statement."""
    for balance in etree.fromstring(raw).iter("{*}Bal"):
        if balance.findtext("{*}Tp/{*}CdOrPrtry/{*}Cd") == kind:
            return _signed(balance)
    raise LookupError(kind)


def closing(raw: bytes) -> Decimal:
    return signed(raw, "CLBD")


def entry_total(raw: bytes) -> Decimal:
    return sum((_signed(entry) for entry in etree.fromstring(raw).iter("{*}Ntry")), start=Decimal(0))


def _signed(element: etree._Element) -> Decimal:
    amount = Decimal(element.findtext("{*}Amt") or "")
    return amount if element.findtext("{*}CdtDbtInd") == "CRDT" else -amount


async def test_of_all_accounts_there_is_a_statement_in_a_message_for_each(served: House) -> None:
    answer = await served["alpha"].get(
        f"/api/v1/participants/{ALPHA}/statements", params={"date": f"{datetime.now(UTC):%Y-%m-%d}"}
    )
    assert answer.status_code == 200, answer.text
    single = messages_of(answer.content, cap_bytes=10_000_000)
    assert len(single) == 3
    for raw in single:
        assert_sound(raw)
        assert len(list(etree.fromstring(raw).iter("{*}Stmt"))) == 1
        (currency,) = {balance.get("Ccy", "") for balance in etree.fromstring(raw).iterfind(".//{*}Bal/{*}Amt")}
        alone = etree.fromstring(await statement(served["alpha"], ALPHA, currency))
        assert alone.findtext(".//{*}MsgId") == etree.fromstring(raw).findtext(".//{*}MsgId")
