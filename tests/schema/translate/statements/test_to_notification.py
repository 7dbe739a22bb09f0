import pytest

from domain.errors import MessageRefused
from schema.iso20022.check import check
from tests.schema.translate.statements.messages import CONFIRMATION, changed, leaves, lost, translated


def test_a_confirmation() -> None:
    translation = translated("900", CONFIRMATION)
    assert leaves(translation) == [
        "Id = CONFIRM7",
        "Acct/Id/Othr/Id = 4711-0815",
        "Acct/Id/Othr/SchmeNm/Cd = BBAN",
        "Acct/Ccy = EUR",
        "Ntry/NtryRef = NOTPROVIDED",
        "Ntry/Amt = EUR10",
        "Ntry/CdtDbtInd = DBIT",
        "Ntry/Sts/Cd = BOOK",
        "Ntry/ValDt/Dt = 2026-02-28",
        "Ntry/BkTxCd/Prtry/Cd = NOTPROVIDED",
        "Ntry/BkTxCd/Prtry/Issr = NOTPROVIDED",
        "Ntry/NtryDtls/TxDtls/Refs/InstrId = PAYMENT7",
        "Ntry/NtryDtls/TxDtls/Refs/EndToEndId = PAYMENT7",
        "Ntry/NtryDtls/TxDtls/Amt = EUR10",
        "Ntry/NtryDtls/TxDtls/CdtDbtInd = DBIT",
        "Ntry/NtryDtls/TxDtls/RltdDts/IntrBkSttlmDt = 2026-02-28",
    ]
    assert translation.lost == ()


UETR = "3f0d1c9a-5d2e-4c1b-9f6e-2a7b8c9d0e1f"
TRANSACTION = "Ntry/NtryDtls/TxDtls"

ROWS = [
    ("900", {"f13D": "2602281426+0100"}, {"Ntry/BookgDt/DtTm = 2026-02-28T14:26:00+01:00"}),
    ("900", {"f52A": "/42\nCCCCFRPP"}, {f"{TRANSACTION}/RltdPties/Dbtr/Agt/FinInstnId/BICFI = CCCCFRPP"}),
    ("900", {"f52A": "/42\nCCCCFRPP"}, {f"{TRANSACTION}/RltdPties/DbtrAcct/Id/Othr/Id = 42"}),
    ("910", {"f52D": "SOME BANK\nSOMEWHERE"}, {f"{TRANSACTION}/RltdPties/Dbtr/Agt/FinInstnId/Nm = SOME BANK"}),
    (
        "910",
        {"f50K": "/42\nME\nAT HOME", "f52A": "CCCCFRPP", "f56A": "DDDDITMM"},
        {
            f"{TRANSACTION}/RltdPties/Dbtr/Pty/Nm = ME",
            f"{TRANSACTION}/RltdPties/Dbtr/Pty/PstlAdr/AdrLine = AT HOME",
            f"{TRANSACTION}/RltdPties/DbtrAcct/Id/Othr/Id = 42",
            f"{TRANSACTION}/RltdAgts/DbtrAgt/FinInstnId/BICFI = CCCCFRPP",
            f"{TRANSACTION}/RltdAgts/IntrmyAgt1/FinInstnId/BICFI = DDDDITMM",
        },
    ),
    (
        "910",
        {"f50F": "/42\n1/ME\n3/NL/UTRECHT"},
        {
            f"{TRANSACTION}/RltdPties/Dbtr/Pty/PstlAdr/Ctry = NL",
            f"{TRANSACTION}/RltdPties/Dbtr/Pty/PstlAdr/TwnNm = UTRECHT",
        },
    ),
    ("910", {"f52A": "CCCCFRPP", "f72": "/BNF/THANK\n//YOU"}, {f"{TRANSACTION}/AddtlTxInf = /BNF/THANK YOU"}),
    ("900", {"f25": "BE68539007547034"}, {"Acct/Id/IBAN = BE68539007547034"}),
]


@pytest.mark.parametrize(("mt_type", "values", "expected"), ROWS)
def test_every_field_has_its_element(mt_type: str, values: dict[str, str], expected: set[str]) -> None:
    translation = translated(mt_type, changed(CONFIRMATION, **values))
    assert expected <= set(leaves(translation))
    assert f"Ntry/CdtDbtInd = {'CRDT' if mt_type == '910' else 'DBIT'}" in leaves(translation)
    assert translation.lost == ()
    assert check(translation.message.document, translation.message.message) == ()


def test_the_uetr_of_the_header_is_the_transaction_s() -> None:
    translation = translated("900", CONFIRMATION, user_header=(("121", UETR),))
    assert f"{TRANSACTION}/Refs/UETR = {UETR}" in leaves(translation)


def test_nobody_is_not_made_somebody() -> None:
    assert not [
        leaf for leaf in leaves(translated("910", changed(CONFIRMATION, f52D="NOTPROVIDED"))) if "Dbtr/" in leaf
    ]


LOST = [
    ({"f50K": "ME", "f52A": "/42\nCCCCFRPP"}, ["52"]),
    ({"f52A": "CCCCFRPP", "f56A": "/42\nDDDDITMM"}, ["56"]),
    ({"f52A": "CCCCFRPP", "f77B": "X"}, ["77B"]),
]


@pytest.mark.parametrize(("values", "sources"), LOST)
def test_what_cannot_come_along_is_told(values: dict[str, str], sources: list[str]) -> None:
    assert lost(translated("910", changed(CONFIRMATION, **values))) == sources


@pytest.mark.parametrize("tag", ["20", "21", "25", "32A"])
def test_what_is_not_there_is_missed(tag: str) -> None:
    with pytest.raises(MessageRefused) as refused:
        translated("900", changed(CONFIRMATION, **{f"f{tag}": None}))
    assert [(finding.rule, finding.path) for finding in refused.value.findings] == [("TR-02", f"/{tag}")]
