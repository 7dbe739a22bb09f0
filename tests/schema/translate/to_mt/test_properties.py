"""Whatever a valid message says, its MT keeps the network's rules; whatever a broken one says, nothing breaks."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from lxml import etree

from bench.translation import mt_lines
from domain.errors import InvalidValue, MessageRefused
from domain.finding import Finding
from schema.iso20022.check import local_name, path_of
from schema.iso20022.codecs import pacs004, pacs008, pacs009
from schema.iso20022.envelope import BusinessMessage
from schema.iso20022.xsd import vocabulary
from schema.mt.parse import parse
from schema.mt.rules import inspect
from schema.mt.writer import write
from schema.translate.result import MtTranslation
from schema.translate.to_mt.lines import written
from schema.translate.translate import to_mt
from tests.schema.iso20022.codecs.orders import customer_transfers, institution_transfers, returns
from tests.schema.iso20022.codecs.wire import received
from tests.schema.translate.to_mt.breaking import broken
from tests.schema.translate.to_mt.messages import KINDS, business

Drawn = tuple[Any, Any]

SAID_OTHERWISE = frozenset({"CreDtTm", "NbOfTxs", "SttlmMtd", "ChrgBr", "IntrBkSttlmDt", "InstrPrty", "OrgnlMsgNmId"})
"""Elements that the MT tells in other words: header, codes, dates, the type of the answer."""


def keeps_the_rules(message: BusinessMessage) -> None:
    """Only a date that six digits cannot tell may refuse a valid message, and nothing of it is dropped silently."""
    translated = _translated(message)
    if isinstance(translated, MtTranslation):
        assert inspect(translated.message, strict=True) == ()
        assert write(parse(write(translated.message))) == write(translated.message)
        assert list(_silently_dropped(message, translated)) == []
    else:
        assert all("1980 to 2079" in finding.message for finding in translated)


def _silently_dropped(message: BusinessMessage, translation: MtTranslation) -> Iterator[str]:
    told = [*mt_lines(translation.message)]
    text = "".join(line.removeprefix("//") for line in told) + "".join(told)
    numbered = "".join(line[2:] for line in told)
    lost = [each.source for each in translation.lost]
    for leaf in message.document.iter():
        path = path_of(leaf, vocabulary(message.message), message.document)
        value = written(leaf.text or "").strip()
        is_lost = any(path == each or path.startswith(f"{each}/") for each in lost)
        if len(leaf) or is_lost or local_name(leaf) in SAID_OTHERWISE or _says_nothing(leaf):
            continue
        if not any(squeezed(value) in squeezed(said) for said in (text, numbered)):
            yield path


def _says_nothing(leaf: etree._Element) -> bool:
    """NOTPROVIDED, and the scheme of an identification that is not provided."""
    others = [leaf, *(other for above in leaf.iterancestors("{*}Othr") for other in above)]
    return any(each.text == "NOTPROVIDED" for each in others)


def squeezed(text: str) -> str:
    """Blanks at the end of a line are nothing, and a decimal point is a comma."""
    return text.replace(" ", "").replace(".", ",")


def _translated(message: BusinessMessage) -> MtTranslation | tuple[Finding, ...]:
    try:
        return to_mt(message)
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


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_a_broken_message_is_translated_or_refused(kind: str, data: st.DataObject) -> None:
    try:
        message = to_mt(data.draw(broken(business(kind, header={})))).message
    except (MessageRefused, InvalidValue):
        return
    assert write(parse(write(message))) == write(message)
