"""Many payments at once: JSON lists, MT streams, XML with several messages, pain.001."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.ids import Uetr
from domain.money import Money
from domain.party import Party
from domain.payment import PaymentOrder
from schema.iso20022.codecs import pacs008
from schema.iso20022.codecs.identity import Identity
from tests.api.house import ALPHA, BETA, House, order
from tests.api.test_bad_input import refused
from tests.api.test_circle import mt103

URL = "/api/v1/payments/batch"
TODAY = f"{datetime.now(UTC):%Y-%m-%d}"


async def sent(house: House, raw: bytes, kind: str, **headers: str) -> dict[str, Any]:
    answer = await house["alpha"].post(URL, content=raw, headers={"Content-Type": kind, **headers})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def xml_payment(number: int) -> bytes:
    paid = PaymentOrder(
        amount=Money(1_000 + number, "USD"),
        debtor=Party("Ada Sample", ALPHA, country="DE", town="Berlin", address="1 Loom Street"),
        creditor=Party("Bert Example", BETA, country="GB", town="London", address="2 Mill Lane"),
        end_to_end_id=f"E2E-{number}",
        uetr=Uetr.new(),
        reference=f"XB{number}",
        value_date=TODAY,
    )
    return pacs008.encode(paid, Identity(f"XB{number}", datetime.now(UTC), ALPHA, BETA))


def pain001(count: int, *, total: str | None = None) -> bytes:
    """A file of one debtor at Alpha who pays several creditors at Beta."""
    transfers = "".join(
        f"""
        <CdtTrfTxInf>
          <PmtId><InstrId>P{number}</InstrId><EndToEndId>PE2E{number}</EndToEndId><UETR>{Uetr.new()}</UETR></PmtId>
          <Amt><InstdAmt Ccy="USD">10.0{number}</InstdAmt></Amt>
          <CdtrAgt><FinInstnId><BICFI>{BETA}</BICFI></FinInstnId></CdtrAgt>
          <Cdtr><Nm>Creditor {number}</Nm>
            <PstlAdr><TwnNm>London</TwnNm><Ctry>GB</Ctry></PstlAdr></Cdtr>
          <CdtrAcct><Id><Othr><Id>1234567{number}</Id></Othr></Id></CdtrAcct>
        </CdtTrfTxInf>"""
        for number in range(count)
    )
    total = total or str(sum(1000 + number for number in range(count)) / 100)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">
  <CstmrCdtTrfInitn>
    <GrpHdr><MsgId>PAIN{Uetr.new()[:8]}</MsgId><CreDtTm>{TODAY}T09:00:00+00:00</CreDtTm>
      <NbOfTxs>{count}</NbOfTxs><CtrlSum>{total}</CtrlSum>
      <InitgPty><Nm>Ada Sample</Nm></InitgPty></GrpHdr>
    <PmtInf><PmtInfId>PI1</PmtInfId><PmtMtd>TRF</PmtMtd><ReqdExctnDt><Dt>{TODAY}</Dt></ReqdExctnDt>
      <Dbtr><Nm>Ada Sample</Nm><PstlAdr><TwnNm>Berlin</TwnNm><Ctry>DE</Ctry></PstlAdr></Dbtr>
      <DbtrAcct><Id><Othr><Id>4711</Id></Othr></Id></DbtrAcct>
      <DbtrAgt><FinInstnId><BICFI>{ALPHA}</BICFI></FinInstnId></DbtrAgt>
      <ChrgBr>SHAR</ChrgBr>{transfers}
    </PmtInf>
  </CstmrCdtTrfInitn>
</Document>""".encode()


async def test_every_item_of_a_list_has_its_result(house: House) -> None:
    body = json.dumps([order(), order(amount="0"), order(sender_bic=BETA)]).encode()
    found = await sent(house, body, "application/json")
    assert (found["total"], found["accepted"], found["refused"]) == (3, 1, 2)
    assert [item["result"] for item in found["items"]] == ["accepted", "refused", "refused"]
    assert found["items"][1]["problem"]["findings"][0]["rule"] == "AM-01"
    assert found["items"][2]["problem"]["code"] == "not_permitted"


async def test_a_batch_is_taken_in_once_under_its_key(house: House) -> None:
    body = json.dumps([order(), order()]).encode()
    first = await sent(house, body, "application/json", **{"Idempotency-Key": "batch-1"})
    again = await sent(house, body, "application/json", **{"Idempotency-Key": "batch-1"})
    assert [item["result"] for item in again["items"]] == ["replayed", "replayed"]
    assert [item["id"] for item in again["items"]] == [item["id"] for item in first["items"]]


async def test_a_stream_of_mt_messages(house: House) -> None:
    good, other = (mt103(Uetr.new(), reference=f"STREAM{number}") for number in (1, 2))
    broken = mt103(Uetr.new(), reference="STREAM3").replace(b":59:", b":58Z:")
    found = await sent(house, b"$".join([good, broken, other]), "text/plain")
    assert [item["result"] for item in found["items"]] == ["accepted", "refused", "accepted"]
    assert found["items"][1]["problem"]["code"] == "message_refused"


async def test_several_messages_under_one_root(house: House) -> None:
    inner = b"".join(xml_payment(number).partition(b"?>")[2] for number in range(3))
    found = await sent(house, b"<Messages>" + inner + b"</Messages>", "application/xml")
    assert [item["result"] for item in found["items"]] == ["accepted"] * 3
    listed = (await house["alpha"].get(f"/api/v1/payments/{found['items'][0]['id']}/messages")).json()["messages"]
    assert listed[0]["identity"] == "instruction"
    whole = await house["alpha"].get(listed[0]["links"]["self"])
    assert whole.content.startswith(b"<Messages>"), "the file is kept as it came"


async def test_a_customers_file_becomes_payments(house: House) -> None:
    raw = pain001(4)
    found = await sent(house, raw, "application/xml")
    assert [item["result"] for item in found["items"]] == ["accepted"] * 4, found
    payment = (await house["alpha"].get(f"/api/v1/payments/{found['items'][2]['id']}")).json()
    assert (payment["amount"], payment["sender_bic"], payment["receiver_bic"]) == ("10.02", ALPHA, BETA)
    assert payment["swift_message_type"] == "pain.001.001.09"
    again = await sent(house, raw, "application/xml")
    assert [item["problem"]["reasons"] for item in again["items"]] == [["DUPL"]] * 4
    listed = (await house["alpha"].get(f"/api/v1/payments/{payment['id']}/messages")).json()["messages"]
    assert (await house["alpha"].get(listed[0]["links"]["self"])).content == raw


async def test_a_file_that_does_not_add_up_is_refused_as_a_whole(house: House) -> None:
    answer = await house["alpha"].post(
        URL, content=pain001(3, total="30.04"), headers={"Content-Type": "application/xml"}
    )
    refused(answer, 422, "message_refused")
    (finding,) = answer.json()["findings"]
    assert (finding["rule"], finding["reason"], finding["value"]) == ("PI-01", "AM09", "30.04")
    assert finding["path"].endswith("/GrpHdr/CtrlSum")


@pytest.mark.parametrize(
    ("raw", "kind", "status", "code"),
    [
        (b"[]", "application/json", 400, "malformed_request"),
        (b"{}", "application/json", 400, "malformed_request"),
        (b"<a", "application/xml", 422, "message_refused"),
        (b"[]", "image/png", 415, "unsupported_media_type"),
    ],
)
async def test_a_body_that_is_no_batch_is_refused(house: House, raw: bytes, kind: str, status: int, code: str) -> None:
    refused(await house["alpha"].post(URL, content=raw, headers={"Content-Type": kind}), status, code)
