"""Messages that no schema has seen: a codec reads them or refuses them, and does nothing else."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import MessageRefused
from domain.finding import Finding
from domain.statement import Notification
from schema.iso20022.codecs import camt029, camt053, camt054, camt056, pacs002, pacs004, pacs008, pacs009, pain001
from schema.iso20022.envelope import BusinessMessage, unwrap
from schema.iso20022.safe_xml import parse
from tests.schema.iso20022.codecs.test_pacs002 import SETTLED
from tests.schema.iso20022.codecs.test_recalls import ANSWER, REQUEST
from tests.schema.iso20022.codecs.test_returns import BACK, RETURN
from tests.schema.iso20022.codecs.test_statements import ENTRY, STATEMENT
from tests.schema.iso20022.codecs.test_transfers import COVER, ORDER
from tests.schema.iso20022.codecs.wire import NOW, SENT

SALARIES: Final = (Path(__file__).parents[1] / "fixtures" / "salaries.xml").read_bytes()
NOTIFICATION: Final = Notification("N1", STATEMENT.account, (ENTRY,), NOW, 7)
CODECS: Final[list[tuple[bytes, Callable[[BusinessMessage], Any]]]] = [
    (pacs008.encode(ORDER, SENT), pacs008.decode),
    (pacs009.encode(COVER, SENT), pacs009.decode),
    (pacs004.encode(RETURN, BACK), pacs004.decode),
    (pacs002.encode(SETTLED, SENT), pacs002.decode),
    (camt056.encode(REQUEST), camt056.decode),
    (camt029.encode(ANSWER), camt029.decode),
    (camt053.encode(STATEMENT, SENT), camt053.decode),
    (camt054.encode(NOTIFICATION, SENT), camt054.decode),
    (SALARIES, pain001.decode),
]
ODD: Final = (
    "",
    " ",
    "x",
    "-1",
    "1e5",
    "24:00",
    "2026-02-30",
    "2026-03-02T24:00:00Z",
    "2026-03-02+01:00",
    "٣",
    "NOTPROVIDED",
)


@pytest.mark.parametrize(("raw", "decode"), CODECS)
@given(data=st.data())
def test_whatever_is_taken_out_or_put_in(
    raw: bytes, decode: Callable[[BusinessMessage], Any], data: st.DataObject
) -> None:
    business = unwrap(parse(raw))
    for _ in range(data.draw(st.integers(1, 3))):
        elements = list(business.document.iterdescendants())
        if not elements:
            break
        element = data.draw(st.sampled_from(elements))
        parent = element.getparent()
        assert parent is not None
        match data.draw(st.sampled_from(["drop", "empty", "odd"])):
            case "drop":
                parent.remove(element)
            case "empty":
                element.clear()
            case _:
                element.text = data.draw(st.sampled_from(ODD))
    findings = refusal(decode, business)
    assert findings is None or findings


def refusal(decode: Callable[[BusinessMessage], Any], business: BusinessMessage) -> tuple[Finding, ...] | None:
    """Why the message is refused, if it is."""
    try:
        decode(business)
    except MessageRefused as refused:
        return refused.findings
    return None
