"""Every kind of message that pays, by every way it may come."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.ids import Uetr
from domain.mention import Mentioned, Seat
from domain.money import Money
from domain.party import Party
from domain.payment import PaymentKind, PaymentOrder, SettlementMethod
from schema.iso20022.codecs import pacs008, pacs009
from schema.iso20022.codecs.identity import Identity
from tests.api.house import ALPHA, BETA, House
from tests.api.test_bad_input import refused
from tests.api.test_batch import pain001
from tests.api.test_circle import assert_sound, content, messages, sent, texts

URL = "/api/v1/payments"
TODAY = f"{datetime.now(UTC):%Y-%m-%d}"
ELSEWHERE = "NOBODEFFXXX"
"""A bank beyond the network, reached by way of a participant."""

CUSTOMER = PaymentOrder(
    amount=Money(12_300, "USD"),
    debtor=Party("Ada Sample", ALPHA, "4711", country="DE", town="Berlin"),
    creditor=Party("Bert Example", BETA, "4712", country="GB", town="London"),
    end_to_end_id="KINDS",
    uetr="",
    value_date=TODAY,
    method=SettlementMethod.GROSS,
)
INSTITUTION = replace(
    CUSTOMER,
    kind=PaymentKind.INSTITUTION,
    debtor=Party(ALPHA, ALPHA, bic=ALPHA),
    creditor=Party(BETA, BETA, bic=BETA),
)


def identity() -> Identity:
    return Identity(f"K{Uetr.new()[:12]}", datetime.now(UTC), ALPHA, BETA)


def mt202(uetr: str, *, cover: bool = False) -> bytes:
    """A transfer between banks, alone or as the cover of a customer's payment."""
    flag = "{119:COV}" if cover else ""
    lines = [
        f"{{1:F01ALPHDEFFAXXX0000000000}}{{2:I202BETAGB2LXXXXN}}{{3:{flag}{{121:{uetr}}}}}{{4:",
        f":20:B{uetr[:8]}",
        f":21:R{uetr[:8]}",
        f":32A:{datetime.now(UTC):%y%m%d}USD50,00",
        ":52A:ALPHDEFFXXX",
        ":58A:BETAGB2LXXX",
        *([":50K:/4711", "ADA SAMPLE", "BERLIN", ":59:/4712", "BERT EXAMPLE", "LONDON"] if cover else []),
        "-}",
    ]
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize(
    ("raw", "syntax", "kind", "forwarded"),
    [
        (lambda uetr: pacs008.encode(replace(CUSTOMER, uetr=uetr), identity()), "xml", "customer", "pacs.008"),
        (lambda uetr: pacs009.encode(replace(INSTITUTION, uetr=uetr), identity()), "xml", "institution", "pacs.009"),
        (mt202, "mt", "institution", "pacs.009"),
        (lambda uetr: mt202(uetr, cover=True), "mt", "cover", "pacs.009"),
    ],
    ids=["pacs.008", "pacs.009", "MT202", "MT202COV"],
)
async def test_a_payment_of_its_kind_is_paid_and_passed_on(
    served: House, raw: Callable[[str], bytes], syntax: str, kind: str, forwarded: str
) -> None:
    uetr = Uetr.new()
    media = {"xml": "application/xml", "mt": "text/plain"}[syntax]
    payment_id = await sent(served, raw(uetr), kind=media)
    payment = await served.reaches(payment_id, "completed")
    assert (payment["kind"], payment["uetr"]) == (kind, uetr)
    told = await messages(served, "beta", payment_id)
    (passed_on,) = [each for each in told if each["identity"] == "payment"]
    assert passed_on["message_type"].startswith(forwarded)
    body = await content(served, "beta", passed_on)
    assert_sound(body)
    assert texts(body, "UETR") == [uetr]


async def test_the_banks_of_the_message_settle_and_not_those_beyond(served: House) -> None:
    beyond = replace(
        CUSTOMER,
        uetr=Uetr.new(),
        creditor=replace(CUSTOMER.creditor, agent_bic=ELSEWHERE),
        mentioned=(Mentioned(Seat.INSTRUCTED_AGENT, bic=BETA),),
    )
    payment_id = await sent(served, pacs008.encode(beyond, identity()), kind="application/xml")
    payment = await served.reaches(payment_id, "completed")
    assert (payment["sender_bic"], payment["receiver_bic"]) == (ALPHA, BETA)


async def test_a_participant_sends_its_own_messages_only(house: House) -> None:
    raw = pacs008.encode(replace(CUSTOMER, uetr=Uetr.new()), identity())
    answer = await house["beta"].post(URL, content=raw, headers={"Content-Type": "application/xml"})
    refused(answer, 403, "not_permitted")


async def test_an_advice_settles_nothing(house: House) -> None:
    raw = pacs009.encode(replace(INSTITUTION, uetr=Uetr.new()), identity()).replace(
        b"swift.cbprplus.03", b"swift.cbprplus.adv.03"
    )
    answer = await house["alpha"].post(URL, content=raw, headers={"Content-Type": "application/xml"})
    assert "NF-05" in {each["rule"] for each in refused(answer, 422, "message_refused")["findings"]}


async def test_a_file_of_many_is_sent_to_the_batch(house: House) -> None:
    answer = await house["alpha"].post(URL, content=pain001(2), headers={"Content-Type": "application/xml"})
    assert "batch" in refused(answer, 422, "message_refused")["detail"]
