import pytest

from tests.schema.translate.to_mx.messages import CUSTOMER, lost, transaction, translated, with_lines

IBAN = "BE68539007547034"

DEBTORS = [
    (f"50K:/{IBAN}\nMill and Sons", ["Dbtr/Nm = Mill and Sons", f"DbtrAcct/Id/IBAN = {IBAN}"]),
    (
        "50K:/BE00539007547034\nMill and Sons",
        ["Dbtr/Nm = Mill and Sons", "DbtrAcct/Id/Othr/Id = BE00539007547034"],
    ),
    (
        "50K:Mill and Sons",
        [
            "Dbtr/Nm = Mill and Sons",
            "Dbtr/Id/OrgId/Othr/Id = NOTPROVIDED",
            "Dbtr/Id/OrgId/Othr/SchmeNm/Cd = TXID",
        ],
    ),
    ("50A:/4711\nMILLBEBB", ["Dbtr/Id/OrgId/AnyBIC = MILLBEBB", "DbtrAcct/Id/Othr/Id = 4711"]),
    (
        "50A:MILLBEBB",
        [
            "Dbtr/Id/OrgId/AnyBIC = MILLBEBB",
            "Dbtr/Id/OrgId/Othr/Id = NOTPROVIDED",
            "Dbtr/Id/OrgId/Othr/SchmeNm/Cd = TXID",
        ],
    ),
    (
        "50F:/4711\n1/Mill and Sons\n1/Millers\n2/1 Brook Lane\n3/BE/Gent",
        [
            "Dbtr/Nm = Mill and Sons Millers",
            "Dbtr/PstlAdr/TwnNm = Gent",
            "Dbtr/PstlAdr/Ctry = BE",
            "Dbtr/PstlAdr/AdrLine = 1 Brook Lane",
            "DbtrAcct/Id/Othr/Id = 4711",
        ],
    ),
    (
        "50F:TXID/BE/12345\n1/Mill and Sons\n3/BE",
        [
            "Dbtr/Nm = Mill and Sons",
            "Dbtr/PstlAdr/Ctry = BE",
            "Dbtr/Id/PrvtId/Othr/Id = 12345",
            "Dbtr/Id/PrvtId/Othr/SchmeNm/Cd = TXID",
            "Dbtr/Id/PrvtId/Othr/Issr = BE",
        ],
    ),
    (
        "50F:DRLC/BE/GENT/77\n1/Ann Miller\n4/19700131\n5/BE/Brugge",
        [
            "Dbtr/Nm = Ann Miller",
            "Dbtr/Id/PrvtId/DtAndPlcOfBirth/BirthDt = 1970-01-31",
            "Dbtr/Id/PrvtId/DtAndPlcOfBirth/CityOfBirth = Brugge",
            "Dbtr/Id/PrvtId/DtAndPlcOfBirth/CtryOfBirth = BE",
            "Dbtr/Id/PrvtId/Othr/Id = 77",
            "Dbtr/Id/PrvtId/Othr/SchmeNm/Cd = DRLC",
            "Dbtr/Id/PrvtId/Othr/Issr = BE/GENT",
        ],
    ),
    (
        "50F:/4711\n1/Ann Miller\n6/BE/AAAABEBB/123\n7/BE/456\n8/789",
        [
            "Dbtr/Nm = Ann Miller",
            "Dbtr/Id/PrvtId/Othr/Id = 123",
            "Dbtr/Id/PrvtId/Othr/SchmeNm/Cd = CUST",
            "Dbtr/Id/PrvtId/Othr/Issr = BE/AAAABEBB",
            "Dbtr/Id/PrvtId/Othr/Id = 456789",
            "Dbtr/Id/PrvtId/Othr/SchmeNm/Cd = NIDN",
            "Dbtr/Id/PrvtId/Othr/Issr = BE",
            "DbtrAcct/Id/Othr/Id = 4711",
        ],
    ),
]


@pytest.mark.parametrize(("line", "expected"), DEBTORS)
def test_the_debtor(line: str, expected: list[str]) -> None:
    assert transaction(translated("103", with_lines(CUSTOMER, line)), "Dbtr/", "DbtrAcct/") == expected


CREDITORS = [
    ("59A:/0815\nORCHNL2A", ["Cdtr/Id/OrgId/AnyBIC = ORCHNL2A", "CdtrAcct/Id/Othr/Id = 0815"]),
    ("59:Orchard Trading", ["Cdtr/Nm = Orchard Trading", "Cdtr/Id/OrgId/Othr/Id = NOTPROVIDED"]),
    (
        "59F:/0815\n1/Orchard Trading\n2/2 Hill Road\n3/NL/Delft, 2600",
        [
            "Cdtr/Nm = Orchard Trading",
            "Cdtr/PstlAdr/TwnNm = Delft, 2600",
            "Cdtr/PstlAdr/Ctry = NL",
            "Cdtr/PstlAdr/AdrLine = 2 Hill Road",
            "CdtrAcct/Id/Othr/Id = 0815",
        ],
    ),
]


@pytest.mark.parametrize(("line", "expected"), CREDITORS)
def test_the_creditor(line: str, expected: list[str]) -> None:
    assert transaction(translated("103", with_lines(CUSTOMER, line)), "Cdtr/", "CdtrAcct/") == expected


BIC = "FinInstnId/BICFI = "
AGENTS = [
    ("57A:EEEEITMM", ["CdtrAgt/FinInstnId/BICFI = EEEEITMM"]),
    ("57A:/99\nEEEEITMM123", ["CdtrAgt/FinInstnId/BICFI = EEEEITMM123", "CdtrAgtAcct/Id/Othr/Id = 99"]),
    (
        "57A://IT123456\nEEEEITMM",
        [
            "CdtrAgt/FinInstnId/BICFI = EEEEITMM",
            "CdtrAgt/FinInstnId/ClrSysMmbId/ClrSysId/Cd = ITNCC",
            "CdtrAgt/FinInstnId/ClrSysMmbId/MmbId = 123456",
        ],
    ),
    (
        "57B:/99\nPOND TOWN",
        [
            "CdtrAgt/FinInstnId/Nm = NOTPROVIDED",
            "CdtrAgt/FinInstnId/PstlAdr/AdrLine = POND TOWN",
            "CdtrAgtAcct/Id/Othr/Id = 99",
        ],
    ),
    (
        "57C://SC654321",
        [
            "CdtrAgt/FinInstnId/ClrSysMmbId/ClrSysId/Cd = GBDSC",
            "CdtrAgt/FinInstnId/ClrSysMmbId/MmbId = 654321",
            "CdtrAgt/FinInstnId/Nm = NOTPROVIDED",
            "CdtrAgt/FinInstnId/PstlAdr/AdrLine = NOTPROVIDED",
        ],
    ),
    (
        "57D://SW123456\nLAKE BANK\n3 SHORE\nPOND TOWN",
        [
            "CdtrAgt/FinInstnId/ClrSysMmbId/ClrSysId/Cd = CHSIC",
            "CdtrAgt/FinInstnId/ClrSysMmbId/MmbId = 123456",
            "CdtrAgt/FinInstnId/Nm = LAKE BANK",
            "CdtrAgt/FinInstnId/PstlAdr/AdrLine = 3 SHORE",
            "CdtrAgt/FinInstnId/PstlAdr/AdrLine = POND TOWN",
        ],
    ),
    (
        "57D:LAKE BANK",
        ["CdtrAgt/FinInstnId/Nm = LAKE BANK", "CdtrAgt/FinInstnId/PstlAdr/AdrLine = NOTPROVIDED"],
    ),
    (
        "57A://FW021000021\nEEEEUS33",
        [
            "PmtTpInf/ClrChanl = RTGS",
            "CdtrAgt/FinInstnId/BICFI = EEEEUS33",
            "CdtrAgt/FinInstnId/ClrSysMmbId/ClrSysId/Cd = USABA",
            "CdtrAgt/FinInstnId/ClrSysMmbId/MmbId = 021000021",
        ],
    ),
    ("57A://RT\nEEEEITMM", ["PmtTpInf/ClrChanl = RTGS", "CdtrAgt/FinInstnId/BICFI = EEEEITMM"]),
]


@pytest.mark.parametrize(("line", "expected"), AGENTS)
def test_the_creditor_s_bank(line: str, expected: list[str]) -> None:
    assert transaction(translated("103", with_lines(CUSTOMER, line)), "CdtrAgt", "PmtTpInf") == expected


def test_the_other_banks() -> None:
    lines = with_lines(CUSTOMER, "52A:/77\nCCCCFRPP", "56C://CC012345678", "57A:EEEEITMM")
    assert transaction(translated("103", lines), "DbtrAgt", "IntrmyAgt1") == [
        "IntrmyAgt1/FinInstnId/ClrSysMmbId/ClrSysId/Cd = CACPA",
        "IntrmyAgt1/FinInstnId/ClrSysMmbId/MmbId = 012345678",
        "IntrmyAgt1/FinInstnId/Nm = NOTPROVIDED",
        "IntrmyAgt1/FinInstnId/PstlAdr/AdrLine = NOTPROVIDED",
        "DbtrAgt/FinInstnId/BICFI = CCCCFRPP",
        "DbtrAgtAcct/Id/Othr/Id = 77",
    ]


@pytest.mark.parametrize(
    ("line", "sources"),
    [
        ("50F:/4711\n1/Ann Miller\n4/19700131", ["50F"]),
        ("50F:/4711\n1/Ann Miller\n8/789", ["50F"]),
        ("52A:/C/77\nCCCCFRPP", ["52A"]),
        ("52A://RT\nCCCCFRPP", ["52A"]),
        ("57C://SC", ["57C"]),
        (f"59:/{'9' * 35}\nOrchard Trading", ["59"]),
    ],
)
def test_what_a_party_cannot_carry_is_listed(line: str, sources: list[str]) -> None:
    assert lost(translated("103", with_lines(CUSTOMER, line))) == sources
