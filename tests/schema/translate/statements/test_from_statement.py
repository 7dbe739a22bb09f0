from typing import Any

import pytest

from domain.errors import MessageRefused
from schema.translate.result import MtTranslation
from schema.translate.statements.codes import REPORT, STATEMENT
from schema.translate.statements.from_statement import to_mt950
from schema.translate.translate import to_mt
from tests.schema.translate.statements.messages import amount, balance, camt, entry, fields, lost

BALANCES = [balance("OPBD", "1000", "DBIT"), balance("CLBD", "749.5", "DBIT")]


def statement(*entries: dict[str, Any], **item: Any) -> MtTranslation:
    return to_mt(camt(STATEMENT, **({"Bal": BALANCES, "Ntry": list(entries)} | item)))


def report(*entries: dict[str, Any], **item: Any) -> MtTranslation:
    return to_mt(camt(REPORT, **({"Ntry": list(entries)} | item)))


def test_a_statement() -> None:
    translation = statement(entry({"Refs": {"EndToEndId": "RENT-FEB"}}), StmtPgntn={"PgNb": "2", "LastPgInd": "true"})
    assert fields(translation) == [
        "20:ITEM7",
        "25:4711-0815",
        "28C:17/2",
        "60F:D260228EUR1000,",
        "61:260228C250,5NTRFRENT-FEB",
        "62F:D260228EUR749,5",
    ]
    message = translation.message
    assert (message.mt_type, message.sender, message.receiver) == ("940", "AAAABEBBXXX", "BBBBNL2AXXX")
    assert message.sent_at == "2602281745"
    assert lost(translation) == ["/Document/BkToCstmrStmt/GrpHdr/MsgId"]


def test_a_report() -> None:
    sums = {"TtlCdtNtries": {"NbOfNtries": "1", "Sum": "250.5"}, "TtlDbtNtries": {"NbOfNtries": "0", "Sum": "0"}}
    translation = report(entry(), TxsSummry=sums, AddtlRptInf="CALL US")
    assert fields(translation) == [
        "20:ITEM7",
        "25:4711-0815",
        "28C:17/1",
        "34F:EUR0,",
        "13D:2602281845+0100",
        "61:260228C250,5NTRFNONREF",
        "90D:0EUR0,",
        "90C:1EUR250,5",
        "86:CALL US",
    ]


def test_a_report_of_balances_only() -> None:
    translation = report(Bal=[balance("OPBD"), balance("ITBD", "5"), balance("ITAV", "4"), balance("FWAV", "3")])
    assert translation.message.mt_type == "941"
    assert fields(translation)[2:] == [
        "28:17",
        "13D:2602281845+0100",
        "60F:C260228EUR10,",
        "62F:C260228EUR5,",
        "64:C260228EUR4,",
        "65:C260228EUR3,",
    ]


ROWS = [
    ({"Bal": [*BALANCES, balance("CLAV", "5")]}, "64:C260228EUR5,"),
    ({"Bal": [*BALANCES, balance("FWAV", "5")]}, "65:C260228EUR5,"),
    ({"Bal": [balance("PRCD", "5"), BALANCES[1]]}, "60F:C260228EUR5,"),
    ({"Bal": [balance("OPBD", "5", SubTp={"Cd": "INTM"}), BALANCES[1]]}, "60M:C260228EUR5,"),
    ({"Bal": [BALANCES[0], balance("CLBD", "5", SubTp={"Cd": "INTM"})]}, "62M:C260228EUR5,"),
    ({"LglSeqNb": "123456", "ElctrncSeqNb": "17"}, "28C:17"),
    ({"LglSeqNb": None}, "28C:1"),
    ({"LglSeqNb": "0", "StmtPgntn": {"PgNb": "00002", "LastPgInd": "false"}}, "28C:0/2"),
    ({"AddtlStmtInf": "CALL US"}, "86:CALL US"),
    ({"Id": "A/STATEMENT/IDENTIFICATION"}, "20:A/STATEMENT/IDE+"),
    ({"Id": "/A"}, "20:NOTPROVIDED"),
    ({"Acct": {"Id": {"IBAN": "BE68539007547034"}, "Ccy": "EUR"}}, "25:BE68539007547034"),
    (
        {"Acct": {"Id": {"Othr": {"Id": "42"}}, "Ownr": {"Id": {"OrgId": {"AnyBIC": "CCCCFRPP"}}}}},
        "25P:42\nCCCCFRPP",
    ),
    ({"Acct": {"Id": {"IBAN": "BE68539007547034"}, "Ccy": "EUR"}, "Bal": BALANCES}, "60F:D260228EUR1000,"),
    ({"group": {"OrgnlBizQry": {"MsgId": "REQUEST7"}}}, "21:REQUEST7"),
]


@pytest.mark.parametrize(("item", "expected"), ROWS)
def test_every_element_has_its_field(item: dict[str, Any], expected: str) -> None:
    assert expected in fields(statement(**item))


ENTRIES = [
    (entry(CdtDbtInd="DBIT"), "61:260228D250,5NTRFNONREF"),
    (entry(CdtDbtInd="DBIT", RvslInd="true"), "61:260228RC250,5NTRFNONREF"),
    (entry(CdtDbtInd="CRDT", RvslInd="true"), "61:260228RD250,5NTRFNONREF"),
    (entry(CdtDbtInd="CRDT", RvslInd="false"), "61:260228C250,5NTRFNONREF"),
    (entry(BookgDt={"Dt": "2026-03-01"}), "61:2602280301C250,5NTRFNONREF"),
    (entry(BookgDt={"DtTm": "2026-03-01T23:30:00-05:00"}, ValDt=None), "61:2603010301C250,5NTRFNONREF"),
    (entry({"Refs": {"InstrId": "A", "EndToEndId": "B"}}), "61:260228C250,5NTRFB"),
    (entry({"Refs": {"InstrId": "A", "EndToEndId": "B"}}, CdtDbtInd="DBIT"), "61:260228D250,5NTRFA"),
    (entry({"Refs": {"EndToEndId": "A-REFERENCE-THAT-IS-LONG"}}), "61:260228C250,5NTRFA-REFERENCE-THA+"),
    (entry({"Refs": {"EndToEndId": "A//B"}}), "61:260228C250,5NTRFNONREF"),
    (entry({"Refs": {"EndToEndId": "A"}, "AddtlTxInf": "ÉTÉ_"}), "61:260228C250,5NTRFA\nETE."),
    (entry(BkTxCd={"Prtry": {"Cd": "NCHK"}}), "61:260228C250,5NCHKNONREF"),
    (entry(BkTxCd={"Domn": {"Cd": "PMNT", "Fmly": {"Cd": "RCDT", "SubFmlyCd": "XBCT"}}}), "61:260228C250,5NTRFNONREF"),
    (entry(AddtlNtryInf="THANK YOU"), "86:THANK YOU"),
    (entry({"RmtInf": {"Ustrd": ["INVOICE", "7"]}}, AddtlNtryInf="THANKS"), "86:THANKS /REMI/INVOICE 7"),
    (entry({"AddtlTxInf": "A" * 40}), f"86:{'A' * 40}"),
    (entry(AddtlNtryInf="A" * 70), f"86:{'A' * 65}\nAAAAA"),
]


@pytest.mark.parametrize(("told", "expected"), ENTRIES)
def test_an_entry_becomes_a_line(told: dict[str, Any], expected: str) -> None:
    assert expected in fields(statement(told))


def test_a_bank_s_statement_has_no_remarks() -> None:
    balances = [*BALANCES, balance("CLAV"), balance("FWAV")]
    owned = {"Id": {"Othr": {"Id": "42"}}, "Ownr": {"Id": {"OrgId": {"AnyBIC": "CCCCFRPP"}}}}
    translation = to_mt950(camt(STATEMENT, Acct=owned, Bal=balances, Ntry=[entry(AddtlNtryInf="THANK YOU")]))
    assert translation.message.mt_type == "950"
    assert [field.tag for field in translation.message.fields] == ["20", "25", "28C", "60F", "61", "62F", "64"]
    assert "/Document/BkToCstmrStmt/Stmt/Bal[4]" in lost(translation)
    assert "/Document/BkToCstmrStmt/Stmt/Ntry/AddtlNtryInf" in lost(translation)


def test_a_second_line_never_begins_a_field() -> None:
    told = entry({"AddtlTxInf": ":86:X"})
    assert "86::86:X" in fields(statement(told))
    assert "61:260228C250,5NTRFNONREF\n.86:X" in fields(to_mt950(camt(STATEMENT, Bal=BALANCES, Ntry=[told])))


def test_what_is_expected_is_told_in_a_report_only() -> None:
    pending = entry(Sts={"Cd": "PDNG"}, CdtDbtInd="DBIT")
    assert "61:260228ED250,5NTRFNONREF" in fields(report(pending))
    translation = statement(pending)
    assert not [field for field in fields(translation) if field.startswith("61")]
    assert "/Document/BkToCstmrStmt/Stmt/Ntry" in lost(translation)


TX = "/Document/BkToCstmrStmt/Stmt/Ntry/NtryDtls/TxDtls"
LOST = [
    (entry({"Refs": {"UETR": "3f0d1c9a-5d2e-4c1b-9f6e-2a7b8c9d0e1f"}}), f"{TX}/Refs/UETR"),
    (entry(AcctSvcrRef="BANK7"), "/Document/BkToCstmrStmt/Stmt/Ntry/AcctSvcrRef"),
    (entry(Amt=amount("5", "USD")), "/Document/BkToCstmrStmt/Stmt/Ntry"),
    (entry({"Purp": {"Cd": "SALA"}}), f"{TX}/Purp/Cd"),
    (entry([{"Refs": {"EndToEndId": "A"}}, {"Refs": {"EndToEndId": "B"}}]), f"{TX}[2]"),  # type: ignore[arg-type]
    (entry({"Refs": {"InstrId": "A", "EndToEndId": "B"}}), f"{TX}/Refs/InstrId"),
    (entry(AddtlNtryInf="A" * 400), "/Document/BkToCstmrStmt/Stmt/Ntry"),
]


@pytest.mark.parametrize(("told", "path"), LOST)
def test_what_cannot_come_along_is_told(told: dict[str, Any], path: str) -> None:
    translation = statement(told)
    assert path in lost(translation)
    assert all(each.why for each in translation.lost)


REFUSED = [
    {"Bal": BALANCES[1:]},
    {"Bal": BALANCES[:1]},
    {"Bal": [balance("OPBD", "10.555"), BALANCES[1]]},
    {"Bal": [balance("OPBD", "123456789012345"), BALANCES[1]]},
    {"Bal": [{**BALANCES[0], "Dt": {"Dt": "1979-12-31"}}, BALANCES[1]]},
    {"Ntry": [entry(ValDt=None)]},
]


@pytest.mark.parametrize("item", REFUSED)
def test_what_mt_cannot_say_is_refused(item: dict[str, Any]) -> None:
    with pytest.raises(MessageRefused) as refused:
        statement(**item)
    assert {finding.rule for finding in refused.value.findings} == {"TR-02"}


def test_without_a_header_the_message_must_tell_the_banks() -> None:
    account = {
        "Id": {"Othr": {"Id": "42"}},
        "Svcr": {"FinInstnId": {"BICFI": "AAAABEBB"}},
    }
    group = {"MsgRcpt": {"Id": {"OrgId": {"AnyBIC": "BBBBNL2A"}}}}
    message = to_mt(camt(STATEMENT, header=False, group=group, Acct=account, Bal=BALANCES)).message
    assert (message.sender, message.receiver) == ("AAAABEBBXXX", "BBBBNL2AXXX")
    with pytest.raises(MessageRefused):
        to_mt(camt(STATEMENT, header=False, Bal=BALANCES))
