"""What an MT carried once it carries always: MX to MT, back to MX, and to the same MT again."""

import re
from datetime import UTC, datetime
from typing import Final

import pytest

from bench.translation import mt_lines
from schema.mt.message import MtMessage
from schema.translate.translate import to_mt, to_mx
from tests.schema.translate.to_mt.messages import KINDS, UNDERLYING, Changes, amount, business
from tests.schema.translate.to_mt.test_customer_transfer import FIELDS, at
from tests.schema.translate.to_mt.test_other_kinds import BANK_FIELDS

CREATED: Final = datetime(2026, 3, 2, tzinfo=UTC)

NOT_KEPT: Final = {
    "operation": "an MT's service level (23B) has no home in ISO 20022",
    "long name": "a name that was cut inside of a word comes back with a blank there",
}

CASES: list[tuple[str, str, Changes]] = [
    *((kind, kind, {}) for kind in KINDS),
    *((name, "pacs.008.001.08", at(changes)) for name, changes, _, _ in FIELDS if name not in NOT_KEPT),
    *(
        (name, "pacs.009.001.08", {f"CdtTrfTxInf/{path}": value for path, value in changes.items()})
        for name, changes, _, _ in BANK_FIELDS
    ),
    (
        "cover",
        "pacs.009.001.08",
        {"CdtTrfTxInf/UndrlygCstmrCdtTrf": {**UNDERLYING, "InstdAmt": amount("EUR", "1100")}},
    ),
]


def lines(message: MtMessage) -> list[str]:
    """An amount may come back without its last zeros."""
    return [re.sub(r"(,[0-9]*?)0+$", r"\1", line) for line in mt_lines(message)]


@pytest.mark.parametrize(("kind", "changes"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_an_mt_survives_iso_20022(kind: str, changes: Changes) -> None:
    first = to_mt(business(kind, changes, header={})).message
    again = to_mt(to_mx(first, CREATED).message).message
    assert lines(again) == lines(first)
    assert again.sent_at == first.sent_at
