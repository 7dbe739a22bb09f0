"""References, codes, times and numbers."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from domain.errors import InvalidValue
from schema.mt.fields import codes
from schema.mt.fields.codes import Instruction, MessageLink, StatementNumber, TimeIndication

CET = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("read", "text", "expected"),
    [
        (codes.read_reference, "PAY/1-a", "PAY/1-a"),
        (codes.read_operation, "CRED", "CRED"),
        (codes.read_charges, "SHA", "SHA"),
        (codes.read_instruction, "SDVA", Instruction("SDVA")),
        (codes.read_instruction, "PHOB/020 12/3", Instruction("PHOB", "020 12/3")),
        (codes.read_transaction_type, "K90", "K90"),
        (codes.read_time, "/CLSTIME/0915+0100", TimeIndication("CLSTIME", time(9, 15, tzinfo=CET))),
        (codes.read_moment, "2406030915+0000", datetime(2024, 6, 3, 9, 15, tzinfo=UTC)),
        (codes.read_link, "103\n240603", MessageLink("103", date(2024, 6, 3))),
        (codes.read_link, "103\n240603\n0001000002", MessageLink("103", date(2024, 6, 3), "0001", "000002")),
        (codes.read_statement_number, "7", StatementNumber(7)),
        (codes.read_statement_number, "00007/001", StatementNumber(7, 1)),
        (codes.read_account, "12-34 56", "12-34 56"),
        (codes.read_account, "/123\nALPHDEFF", "123"),
    ],
)
def test_what_is_read(read: object, text: str, expected: object) -> None:
    assert read(text) == expected  # type: ignore[operator]


@pytest.mark.parametrize(
    ("read", "text"),
    [
        *((codes.read_reference, text) for text in ("", " ", "/A", "A/", "A//B", "12345678901234567", "A\nB")),
        (codes.read_operation, "CREDIT"),
        (codes.read_charges, "sha"),
        *((codes.read_instruction, text) for text in ("SDV", "PHOB/", "PHOB/" + "A" * 31, "PHOB020")),
        (codes.read_transaction_type, "K9"),
        *((codes.read_time, text) for text in ("CLSTIME/0915+0100", "/CLSTIME/2415+0100", "/CLSTIME/0915+1500", "/CLSTIME/0915")),
        (codes.read_moment, "240603+0000"),
        *((codes.read_link, text) for text in ("103", "103240603", "103\n241303", "103\n240603\n1")),
        *((codes.read_statement_number, text) for text in ("", "123456", "1/", "1/2/3")),
        *((codes.read_account, text) for text in ("", "A" * 36, "123\nBANK")),
    ],
)  # fmt: skip
def test_what_is_not(read: object, text: str) -> None:
    with pytest.raises(InvalidValue):
        read(text)  # type: ignore[operator]
