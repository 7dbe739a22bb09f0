"""Cases of customers and banks in a pacs.008 (paths below the transaction), each with the field it becomes."""

from typing import Any, Final

from tests.schema.translate.to_mt.messages import Changes, account, agent, party

LONG = "The Honourable Company of Merchants Trading into the Eastern and the Western Seas"
US = "USABA"


def clearing(code: str, number: str, **more: Any) -> dict[str, Any]:
    return {"FinInstnId": {"ClrSysMmbId": {"ClrSysId": {"Cd": code}, "MmbId": number}, **more}}


PARTIES: Final[list[tuple[str, Changes, str, list[str]]]] = [
    ("debtor by BIC", {"Dbtr": {"Id": {"OrgId": {"AnyBIC": "MILLUS33"}}}}, "50a", ["/00112233\nMILLUS33"]),
    ("debtor by name", {"Dbtr": {"Nm": "Mill"}}, "50K", ["/00112233\nMill"]),
    (
        "debtor with address lines",
        {"Dbtr": {"Nm": "Mill", "PstlAdr": {"AdrLine": ["1 River Road", "Springfield"]}}},
        "50K",
        ["/00112233\nMill\n1 River Road\nSpringfield"],
    ),
    (
        "debtor with numbered address lines",
        {"Dbtr": {"Nm": "Mill", "PstlAdr": {"AdrLine": ["2/1 River Road", "3/US/Springfield"]}}},
        "50F",
        ["/00112233\n1/Mill\n2/1 River Road\n3/US/Springfield"],
    ),
    (
        "debtor with a hybrid address",
        {"Dbtr/PstlAdr": {"TwnNm": "Springfield", "Ctry": "US", "AdrLine": ["1 River Road", "Gate 3"]}},
        "50F",
        ["/00112233\n1/Mill and Sons\n2/1 River Road\n2/Gate 3\n3/US/Springfield"],
    ),
    (
        "debtor with a full address",
        {
            "Dbtr/PstlAdr": {
                "StrtNm": "River Road",
                "BldgNb": "1",
                "PstCd": "62701",
                "TwnNm": "Springfield",
                "Ctry": "US",
            }
        },
        "50F",
        ["/00112233\n1/Mill and Sons\n2/River Road,1\n3/US/Springfield,62701"],
    ),
    (
        "debtor without account",
        {"DbtrAcct": None},
        "50F",
        ["/NOTPROVIDED\n1/Mill and Sons\n2/1 River Road\n3/US/Springfield"],
    ),
    (
        "debtor with a tax number",
        {"DbtrAcct": None, "Dbtr/Id/OrgId/Othr": {"Id": "123", "SchmeNm": {"Cd": "TXID"}}},
        "50F",
        ["TXID/US/123\n1/Mill and Sons\n2/1 River Road\n3/US/Springfield"],
    ),
    (
        "debtor with a customer number",
        {"DbtrAcct": None, "Dbtr/Id/PrvtId/Othr": {"Id": "77", "SchmeNm": {"Cd": "CUST"}, "Issr": "DE/Bank A"}},
        "50F",
        ["CUST/DE/Bank A/77\n1/Mill and Sons\n2/1 River Road\n3/US/Springfield"],
    ),
    (
        "debtor with two numbers",
        {
            "DbtrAcct": None,
            "Dbtr/PstlAdr/StrtNm": None,
            "Dbtr/Id/PrvtId/Othr": [
                {"Id": "77", "SchmeNm": {"Cd": "NIDN"}},
                {"Id": "88", "SchmeNm": {"Cd": "CCPT"}, "Issr": "DE"},
            ],
        },
        "50F",
        ["CCPT/DE/88\n1/Mill and Sons\n3/US/Springfield\n7/US/77"],
    ),
    (
        "debtor with account and national number",
        {"Dbtr/PstlAdr/StrtNm": None, "Dbtr/Id/PrvtId/Othr": {"Id": "77", "SchmeNm": {"Cd": "NIDN"}}},
        "50F",
        ["/00112233\n1/Mill and Sons\n3/US/Springfield\n7/US/77"],
    ),
    (
        "debtor's birth",
        {
            "Dbtr/PstlAdr/StrtNm": None,
            "Dbtr/Id/PrvtId/DtAndPlcOfBirth": {"BirthDt": "1980-05-06", "CityOfBirth": "Ghent", "CtryOfBirth": "BE"},
        },
        "50F",
        ["/00112233\n1/Mill and Sons\n3/US/Springfield\n4/19800506\n5/BE/Ghent"],
    ),
    (
        "long name",
        {"Dbtr/Nm": LONG},
        "50F",
        [
            "/00112233\n1/The Honourable Company of Merchan\n1/ts Trading into the Eastern and +\n2/1 River Road\n3/US/Springfield"
        ],
    ),
    ("accents and signs", {"Dbtr": {"Nm": "Zoë & Søn"}}, "50K", ["/00112233\nZoe . Son"]),
    ("creditor by BIC", {"Cdtr": {"Id": {"OrgId": {"AnyBIC": "ORCHSGSG"}}}}, "59A", ["/99887766\nORCHSGSG"]),
    (
        "creditor by name",
        {"Cdtr": {"Nm": "Orchid"}, "CdtrAcct/Id": {"IBAN": "DE89370400440532013000"}},
        "59",
        ["/DE89370400440532013000\nOrchid"],
    ),
]
"""Fields 50a and 59a."""

BANKS: Final[list[tuple[str, Changes, str, list[str]]]] = [
    (
        "debtor's bank by name",
        {"DbtrAgt": {"FinInstnId": party("Bank A", "US", "Boston", "1 Main")}},
        "52D",
        ["Bank A\n1 Main\nUS/Boston"],
    ),
    ("debtor's bank with account", {"DbtrAgtAcct": account("4711")}, "52A", ["/4711\nAAAAUS33"]),
    ("debtor's bank by code", {"DbtrAgt": clearing(US, "021000089")}, "52D", ["//FW021000089\nNOTPROVIDED"]),
    ("creditor's bank by code", {"CdtrAgt": clearing(US, "021000089")}, "57C", ["//FW021000089"]),
    (
        "creditor's bank by code and BIC",
        {"CdtrAgt": clearing("GBDSC", "200000", BICFI="CCCCGB2L")},
        "57A",
        ["//SC200000\nCCCCGB2L"],
    ),
    (
        "creditor's bank by code and name",
        {"CdtrAgt": clearing("DEBLZ", "37040044", Nm="Bank C", PstlAdr={"AdrLine": "Cologne"})},
        "57D",
        ["//BL37040044\nBank C\nCologne"],
    ),
    ("code of an unknown system", {"CdtrAgt": clearing("XXABC", "1", BICFI="CCCCGB2L")}, "57A", ["CCCCGB2L"]),
    ("intermediary", {"IntrmyAgt1": agent("EEEESGSG"), "IntrmyAgt1Acct": account("5")}, "56A", ["/5\nEEEESGSG"]),
    ("real-time settlement", {"PmtTpInf/ClrChanl": "RTGS"}, "57A", ["//RT\nCCCCSGSG"]),
    (
        "real-time settlement in the United States",
        {"PmtTpInf/ClrChanl": "RTGS", "IntrmyAgt1": agent("EEEEUS33")},
        "56A",
        ["//FW\nEEEEUS33"],
    ),
]
"""Fields 52a, 56a and 57a."""
