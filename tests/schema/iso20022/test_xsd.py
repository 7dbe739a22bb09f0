import pytest
from lxml import etree

from schema.iso20022.xsd import compiled, vocabulary, xsd


@pytest.mark.parametrize("message", ["pacs.008.001.08", "head.001.001.02", "pacs.002.001.10", "pacs.004.001.09"])
def test_a_schema_is_built_and_compiles(message: str) -> None:
    assert isinstance(compiled(message), etree.XMLSchema)
    assert compiled(message) is compiled(message)
    assert f'targetNamespace="urn:iso:std:iso:20022:tech:xsd:{message}"'.encode() in xsd(message)


@pytest.mark.parametrize("message", ["", "pacs.008", "pacs.999.001.08", "os.path", "pacs.008.001.08/..", "../secret"])
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
