from dataclasses import replace

import pytest
from hypothesis import given

from domain.errors import InvalidValue, MessageRefused
from domain.money import Money
from domain.original import StatedReason
from domain.payment import PaymentKind, PaymentOrder
from domain.payment_return import ReturnOrder, return_of
from schema.iso20022.codecs.identity import Identity
from schema.iso20022.codecs.pacs004 import MESSAGE, decode, encode
from tests.schema.iso20022.codecs.orders import returns, town_unknown
from tests.schema.iso20022.codecs.test_transfers import BANKS, ORDER
from tests.schema.iso20022.codecs.wire import NOW, faultless, received

BACK = Identity("LUMI-RTR-1", NOW, "LUMIFRPPXXX", "AURODEFFXXX")
CLOSED = StatedReason("AC04", "the account is closed")
RETURN = return_of(ORDER, return_id="RTR-1", reason=CLOSED, value_date="2026-03-04")


@given(returns(between_banks=False))
def test_a_return_survives_the_wire(drawn: tuple[ReturnOrder, Identity]) -> None:
    order, identity = drawn
    raw = faultless(encode(order, identity), lines=town_unknown(order))
    assert decode(received(raw, MESSAGE)) == order


@given(returns(between_banks=True))
def test_a_return_between_banks_survives_the_wire(drawn: tuple[ReturnOrder, Identity]) -> None:
    order, identity = drawn
    raw = faultless(encode(order, identity), lines=town_unknown(order))
    assert decode(received(raw, MESSAGE)) == order


@pytest.mark.parametrize("order", [ORDER, BANKS])
def test_whoever_was_paid_gives_back(order: PaymentOrder) -> None:
    back = return_of(order, return_id="RTR-1", reason=CLOSED, value_date="2026-03-04")
    assert (back.debtor, back.creditor) == (order.creditor, order.debtor)
    assert decode(received(encode(back, BACK), MESSAGE)) == replace(back, message_id="LUMI-RTR-1")


def test_a_part_goes_back_and_says_so() -> None:
    part = return_of(ORDER, return_id="RTR-1", reason=CLOSED, returned=Money(100, "EUR"), value_date="2026-03-04")
    raw = encode(part, BACK)
    assert b"<AddtlInf>PART the account is closed</AddtlInf>" in raw
    assert decode(received(raw, MESSAGE)) == replace(part, message_id="LUMI-RTR-1")


def test_a_return_is_a_payment_of_its_own() -> None:
    order = RETURN.order("8a562c67-ca16-48ba-b074-65581be6f001")
    assert (order.kind, order.amount, order.debtor) == (PaymentKind.RETURN, ORDER.amount, ORDER.creditor)
    assert order.uetr != ORDER.uetr


@pytest.mark.parametrize(
    ("order", "error"),
    [
        (replace(RETURN, returned=Money(12500051, "EUR")), InvalidValue),
        (replace(RETURN, reason=StatedReason(text="because")), InvalidValue),
        (replace(RETURN, return_id="r" * 17), MessageRefused),
        (replace(RETURN, reason=StatedReason("AC04", "word " * 50)), MessageRefused),
    ],
)
def test_a_wrong_return_is_not_written(order: ReturnOrder, error: type[Exception]) -> None:
    with pytest.raises(error):
        encode(order, BACK)


def test_without_a_chain_the_original_is_turned_round() -> None:
    raw = b"".join(line.strip() for line in encode(RETURN, BACK).splitlines())
    chain = raw[raw.index(b"<RtrChain>") + len(b"<RtrChain>") : raw.index(b"</RtrChain>")]
    debtor, rest = chain.split(b"</Dbtr>")
    agents, creditor = rest.split(b"<Cdtr>")
    debtor_agent, creditor_agent = agents.split(b"<CdtrAgt>")
    turned = (
        b"<Dbtr>" + creditor.removesuffix(b"</Cdtr>") + b"</Dbtr>"
        + b"<DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct>"
        + b"<DbtrAgt>" + creditor_agent.removesuffix(b"</CdtrAgt>") + b"</DbtrAgt>"
        + b"<CdtrAgt>" + debtor_agent.removeprefix(b"<DbtrAgt>").removesuffix(b"</DbtrAgt>") + b"</CdtrAgt>"
        + b"<Cdtr>" + debtor.removeprefix(b"<Dbtr>") + b"</Cdtr>"
        + b"<CdtrAcct><Id><Othr><Id>0001-ATELIER</Id></Othr></Id></CdtrAcct>"
    )  # fmt: skip
    raw = raw.replace(b"<RtrChain>" + chain + b"</RtrChain>", b"")
    start, end = raw.index(b"<OrgnlTxRef>") + len(b"<OrgnlTxRef>"), raw.index(b"</OrgnlTxRef>")
    assert decode(received(raw[:start] + turned + raw[end:], MESSAGE)) == replace(RETURN, message_id="LUMI-RTR-1")


@pytest.mark.parametrize(("old", "rule"), [(b"OrgnlUETR", "RT-01"), (b"RtrRsnInf", "RT-02")])
def test_what_a_return_cannot_do_without(old: bytes, rule: str) -> None:
    raw = b"".join(line.strip() for line in encode(RETURN, BACK).splitlines())
    start, end = raw.index(b"<" + old), raw.index(b"</" + old + b">") + len(old) + 3
    with pytest.raises(MessageRefused) as refused:
        decode(received(raw[:start] + raw[end:], MESSAGE))
    assert [finding.rule for finding in refused.value.findings] == [rule]


def test_a_return_without_a_name_has_its_message_s() -> None:
    long = replace(BACK, message_id="LUMI-RETURNS-A-PAYMENT-1")
    raw = encode(replace(RETURN, return_id=long.message_id), long)
    assert b"RtrId" not in raw
    assert decode(received(raw, MESSAGE)).return_id == long.message_id
