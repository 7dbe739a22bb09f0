"""Whatever a valid message says, its MT keeps the network's rules; whatever a broken one says, nothing breaks."""

import copy
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from lxml import etree

from domain.errors import InvalidValue, MessageRefused
from domain.finding import Finding
from schema.iso20022.codecs import pacs004, pacs008, pacs009
from schema.iso20022.envelope import BusinessMessage
from schema.mt.message import MtMessage
from schema.mt.parse import parse
from schema.mt.rules import inspect
from schema.mt.writer import write
from schema.translate.translate import to_mt
from tests.schema.iso20022.codecs.orders import customer_transfers, institution_transfers, returns
from tests.schema.iso20022.codecs.wire import received
from tests.schema.translate.to_mt.messages import KINDS, business

Drawn = tuple[Any, Any]

HOSTILE = (
    *("", " ", ":x", "-}", "/", "//x", "{1:", "\n", "+" * 40, "A" * 36, "é" * 300, "::::" * 40, "--" * 80, "日本語"),
    *(
        "NOTPROVIDED",
        "/ACC/x",
        "/ROC/",
        "2/x",
        "3/GB/y",
        "G001",
        "SDVA",
        "SPRI",
        "RTGS",
        "0",
        "-1",
        "1e5",
        "2026-02-30",
    ),
)


def keeps_the_rules(message: BusinessMessage) -> None:
    """Only a date that six digits cannot tell may refuse a valid message."""
    translated = _translated(message)
    if isinstance(translated, MtMessage):
        assert inspect(translated, strict=True) == ()
        assert write(parse(write(translated))) == write(translated)
    else:
        assert all("1980 to 2079" in finding.message for finding in translated)


def _translated(message: BusinessMessage) -> MtMessage | tuple[Finding, ...]:
    try:
        return to_mt(message).message
    except MessageRefused as refused:
        return refused.findings


@given(customer_transfers())
def test_a_customers_payment_keeps_the_networks_rules(drawn: Drawn) -> None:
    order, identity = drawn
    in_one_currency = order.instructed is None or order.instructed.currency == order.amount.currency
    assume(in_one_currency or order.exchange_rate is not None)
    keeps_the_rules(received(pacs008.encode(order, identity), pacs008.MESSAGE))


@given(st.one_of(institution_transfers(cover=False), institution_transfers(cover=True)))
def test_a_payment_between_banks_keeps_the_networks_rules(drawn: Drawn) -> None:
    keeps_the_rules(received(pacs009.encode(*drawn), pacs009.MESSAGE))


@given(st.one_of(returns(between_banks=False), returns(between_banks=True)))
def test_a_return_keeps_the_networks_rules(drawn: Drawn) -> None:
    keeps_the_rules(received(pacs004.encode(*drawn), pacs004.MESSAGE))


@st.composite
def broken(draw: st.DrawFn, kind: str) -> BusinessMessage:
    """A message with a few elements taken out, doubled, moved, or filled with what nobody expects there."""
    whole = business(kind, header={})
    assert whole.header is not None
    document, header = copy.deepcopy(whole.document), copy.deepcopy(whole.header)
    for _ in range(draw(st.integers(1, 4))):
        _break(draw, draw(st.sampled_from([document, document, header])))
    return BusinessMessage(kind, document, header)


def _break(draw: st.DrawFn, root: etree._Element) -> None:
    elements = list(root.iterdescendants())
    if not elements:
        return
    element = draw(st.sampled_from(elements))
    parent = element.getparent()
    assert parent is not None
    match draw(st.sampled_from(["take out", "double", "fill", "fill", "grow", "rename", "currency"])):
        case "take out":
            parent.remove(element)
        case "double":
            element.addnext(copy.deepcopy(element))
        case "fill":
            leaf = next((each for each in element.iter() if not len(each)), element)
            leaf.text = draw(st.sampled_from(HOSTILE))
        case "grow":
            element.append(copy.deepcopy(draw(st.sampled_from(elements))))
        case "rename":
            element.tag = draw(st.sampled_from(elements)).tag
        case _:
            element.set("Ccy", draw(st.sampled_from(["", "usd", "XAU", "KWD"])))


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_a_broken_message_is_translated_or_refused(kind: str, data: st.DataObject) -> None:
    try:
        message = to_mt(data.draw(broken(kind))).message
    except (MessageRefused, InvalidValue):
        return
    assert write(parse(write(message))) == write(message)
