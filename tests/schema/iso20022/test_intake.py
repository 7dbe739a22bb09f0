import pytest

from domain.errors import MessageRefused
from schema.iso20022.intake import FILE_CAP_BYTES, read
from schema.iso20022.profile import Profile
from schema.iso20022.safe_xml import PAYMENT_CAP_BYTES
from schema.iso20022.validate import validate
from schema.iso20022.xsd import NAMESPACE


def document(message: str, size: int, before: str = "") -> bytes:
    """A Document of about that size, and nothing in it."""
    return f"{before}<Document xmlns='{NAMESPACE}{message}'>{' ' * size}</Document>".encode()


@pytest.mark.parametrize(
    ("message", "size"),
    [("camt.053.001.08", PAYMENT_CAP_BYTES), ("pain.001.001.09", 2_000_000), ("pacs.008.001.08", 1_000)],
)
def test_a_message_may_be_as_large_as_its_kind(message: str, size: int) -> None:
    assert read(document(message, size)).message == message


@pytest.mark.parametrize(
    "raw",
    [
        document("pacs.008.001.08", PAYMENT_CAP_BYTES),
        document("camt.056.001.08", PAYMENT_CAP_BYTES),
        document("camt.053.001.08", FILE_CAP_BYTES),
        document("pacs.008.001.08", PAYMENT_CAP_BYTES, before="<!-- xsd:camt.053. -->"),
    ],
)
def test_and_no_larger(raw: bytes) -> None:
    with pytest.raises(MessageRefused) as refused:
        read(raw)
    assert [finding.rule for finding in refused.value.findings] == ["IN-01"]


@pytest.mark.parametrize(
    "message", ["pacs.008.001.10", "pacs.008.001.12", "pacs.003.001.08", "camt.054.001.02", "pain.002.001.10"]
)
def test_any_version_of_which_there_is_a_schema_is_validated(message: str) -> None:
    checked = validate(document(message, 0), profile=Profile.BASE)
    assert checked.message is not None
    assert {finding.rule for finding in checked.errors} == {"XS"}


def test_what_cannot_be_read_has_no_message_but_findings() -> None:
    checked = validate(b"hello", profile=Profile.BASE)
    assert (checked.message, checked.ok) == (None, False)
    assert [finding.rule for finding in checked.errors] == ["IN-04"]
