import pytest

from domain.errors import MessageRefused
from schema.iso20022.check import check
from tests.schema.translate.statements.messages import REPORT, STATEMENT, Fields, changed, leaves, lost, translated


def said(mt_type: str, fields: Fields, beginning: str) -> list[str]:
    return [leaf for leaf in leaves(translated(mt_type, fields)) if leaf.startswith(beginning)]


def test_a_statement() -> None:
    translation = translated("940", STATEMENT)
    assert leaves(translation) == [
        "Id = STATEMENT7",
        "StmtPgntn/PgNb = 1",
        "StmtPgntn/LastPgInd = true",
        "ElctrncSeqNb = 1",
        "LglSeqNb = 17",
        "Acct/Id/Othr/Id = 4711-0815",
        "Acct/Ccy = EUR",
        "Bal/Tp/CdOrPrtry/Cd = OPBD",
        "Bal/Amt = EUR1000",
        "Bal/CdtDbtInd = CRDT",
        "Bal/Dt/Dt = 2026-02-27",
        "Bal/Tp/CdOrPrtry/Cd = CLBD",
        "Bal/Amt = EUR749.5",
        "Bal/CdtDbtInd = CRDT",
        "Bal/Dt/Dt = 2026-02-28",
        "Ntry/Amt = EUR250.5",
        "Ntry/CdtDbtInd = DBIT",
        "Ntry/Sts/Cd = BOOK",
        "Ntry/ValDt/Dt = 2026-02-28",
        "Ntry/BkTxCd/Prtry/Cd = NOTPROVIDED",
        "Ntry/BkTxCd/Prtry/Issr = NOTPROVIDED",
        "Ntry/NtryDtls/TxDtls/Refs/EndToEndId = RENT-FEB",
        "Ntry/NtryDtls/TxDtls/Amt = EUR250.5",
        "Ntry/NtryDtls/TxDtls/CdtDbtInd = DBIT",
    ]
    assert translation.lost == ()
    assert translation.message.message == "camt.053.001.08"


@pytest.mark.parametrize(
    ("sent_at", "moment"), [("2602281745", "2026-02-28T17:45:00+00:00"), (None, "2026-03-01T09:30:00+00:00")]
)
def test_the_header_tells_both_banks_and_when(sent_at: str | None, moment: str) -> None:
    message = translated("940", STATEMENT, sent_at=sent_at).message
    assert message.header is not None
    assert [text.strip() for text in message.header.itertext()] == [
        "AAAABEBBXXX",
        "BBBBNL2AXXX",
        "STATEMENT7",
        "camt.053.001.08",
        "swift.cbprplus.03",
        moment,
    ]


BALANCES = [
    ({"f60F": None, "f60M": "D260227EUR5,"}, ["OPBD", "INTM", "CLBD"]),
    ({"f62F": None, "f62M": "D260227EUR5,"}, ["OPBD", "CLBD", "INTM"]),
    ({"f64": "C260228EUR5,"}, ["OPBD", "CLBD", "CLAV"]),
    ({"f65": "C260301EUR5,"}, ["OPBD", "CLBD", "FWAV"]),
]


@pytest.mark.parametrize(("values", "codes"), BALANCES)
def test_every_balance_has_its_code(values: dict[str, str | None], codes: list[str]) -> None:
    found = said("940", changed(STATEMENT, **values), "Bal/Tp")
    assert [leaf.rpartition(" ")[2] for leaf in found] == codes


MARKS = [
    ("C", ["CdtDbtInd = CRDT", "Sts/Cd = BOOK"]),
    ("D", ["CdtDbtInd = DBIT", "Sts/Cd = BOOK"]),
    ("RC", ["CdtDbtInd = DBIT", "RvslInd = true", "Sts/Cd = BOOK"]),
    ("RD", ["CdtDbtInd = CRDT", "RvslInd = true", "Sts/Cd = BOOK"]),
    ("EC", ["CdtDbtInd = CRDT", "Sts/Cd = PDNG"]),
    ("ED", ["CdtDbtInd = DBIT", "Sts/Cd = PDNG"]),
]


@pytest.mark.parametrize(("mark", "expected"), MARKS)
def test_every_mark_says_which_way_the_money_goes(mark: str, expected: list[str]) -> None:
    fields = changed(REPORT, f61=f"260228{mark}R10,NTRFSALE")
    found = [leaf.removeprefix("Ntry/") for leaf in said("942", fields, "Ntry/")]
    assert found[1 : 1 + len(expected)] == expected


LINES = [
    ("2601021231C5,NTRFA", "BookgDt/Dt = 2025-12-31"),
    ("2512310102C5,NTRFA", "BookgDt/Dt = 2026-01-02"),
    ("8001010101C5,NTRFA", "ValDt/Dt = 1980-01-01"),
    ("260102C5,NTRFA/B//C D", "AcctSvcrRef = C D"),
    ("260102C5,NTRFA/B//C D", "NtryDtls/TxDtls/Refs/EndToEndId = A/B"),
    ("260102C5,NTRF//C", "NtryDtls/TxDtls/Refs/EndToEndId = NONREF"),
    ("260102CR0005,25S103A\nTO THE POINT", "NtryDtls/TxDtls/AddtlTxInf = TO THE POINT"),
    ("260102CR0005,25S103A", "Amt = EUR5.25"),
]


@pytest.mark.parametrize(("line", "leaf"), LINES)
def test_a_statement_line(line: str, leaf: str) -> None:
    assert f"Ntry/{leaf}" in leaves(translated("950", changed(STATEMENT, f61=line)))


REMARKS = [
    (("61", "86", "62F"), "PAID\nIN CASH", ["Ntry/AddtlNtryInf = PAID IN CASH"]),
    (("61", "86", "62F"), f"{'A' * 65}\nB", [f"Ntry/AddtlNtryInf = {'A' * 65}B"]),
    (
        ("61", "86", "62F"),
        "/BENM/ME/REMI/INVOICE 7",
        ["Ntry/NtryDtls/TxDtls/RmtInf/Ustrd = INVOICE 7", "Ntry/AddtlNtryInf = /BENM/ME"],
    ),
    (("61", "62F", "86"), "CALL US", ["AddtlStmtInf = CALL US"]),
]


@pytest.mark.parametrize(("order", "text", "expected"), REMARKS)
def test_remarks_go_with_what_they_stand_after(order: tuple[str, ...], text: str, expected: list[str]) -> None:
    values = dict([*STATEMENT, ("86", text)])
    fields = (*STATEMENT[:4], *((tag, values[tag]) for tag in order))
    found = leaves(translated("940", fields))
    assert [leaf for leaf in found if "Addtl" in leaf or "Ustrd" in leaf] == expected


PAGES = [
    ("17", {}, ["StmtPgntn/PgNb = 1", "StmtPgntn/LastPgInd = true", "LglSeqNb = 17"]),
    ("00017/003", {}, ["StmtPgntn/PgNb = 1", "StmtPgntn/LastPgInd = true", "ElctrncSeqNb = 3", "LglSeqNb = 17"]),
    (
        "17/3",
        {"f62F": None, "f62M": "C260228EUR5,"},
        ["StmtPgntn/PgNb = 3", "StmtPgntn/LastPgInd = false", "ElctrncSeqNb = 3", "LglSeqNb = 17"],
    ),
]


@pytest.mark.parametrize(("numbers", "values", "expected"), PAGES)
def test_numbers_and_pages(numbers: str, values: dict[str, str | None], expected: list[str]) -> None:
    found = leaves(translated("940", changed(STATEMENT, f28C=numbers, **values)))
    assert found[1 : 1 + len(expected)] == expected


def test_an_interim_report() -> None:
    sums = {"f90D": "2EUR30,", "f90C": "1EUR10,5"}
    translation = translated("942", changed(REPORT, **sums))
    assert translation.message.message == "camt.052.001.08"
    assert {
        "CreDtTm = 2026-02-28T12:00:00+01:00",
        "Acct/Ccy = EUR",
        "TxsSummry/TtlCdtNtries/NbOfNtries = 1",
        "TxsSummry/TtlCdtNtries/Sum = 10.5",
        "TxsSummry/TtlDbtNtries/NbOfNtries = 2",
        "TxsSummry/TtlDbtNtries/Sum = 30",
    } <= set(leaves(translation))
    assert translation.lost == ()


def test_a_balance_report() -> None:
    fields = (*STATEMENT[:2], ("28", "17/1"), ("13D", "2602281200+0100"), STATEMENT[3], STATEMENT[5])
    translation = translated("941", fields)
    assert translation.message.message == "camt.052.001.08"
    assert [leaf for leaf in leaves(translation) if "Cd =" in leaf] == [
        "Bal/Tp/CdOrPrtry/Cd = OPBD",
        "Bal/Tp/CdOrPrtry/Cd = CLBD",
    ]


ACCOUNTS = [
    ("25", "BE68539007547034", ["Acct/Id/IBAN = BE68539007547034"]),
    ("25", "/4711", ["Acct/Id/Othr/Id = 4711"]),
    ("25P", "4711\nCCCCFRPP", ["Acct/Id/Othr/Id = 4711", "Acct/Ownr/Id/OrgId/AnyBIC = CCCCFRPP"]),
]


@pytest.mark.parametrize(("tag", "value", "expected"), ACCOUNTS)
def test_accounts(tag: str, value: str, expected: list[str]) -> None:
    found = said("940", changed(STATEMENT, **{"f25": None, f"f{tag}": value}), "Acct/")
    assert [leaf for leaf in found if "Ccy" not in leaf] == expected


LOST = [
    ("940", changed(STATEMENT, f61="260228D1,NCHKA"), ["61"]),
    ("940", changed(STATEMENT, f61="260228DD1,NTRFA"), ["61"]),
    ("942", changed(REPORT, f34F="EUR1000,"), ["34F"]),
    ("940", changed(STATEMENT, f99="X"), ["99"]),
]


@pytest.mark.parametrize(("mt_type", "fields", "sources"), LOST)
def test_what_cannot_come_along_is_told(mt_type: str, fields: Fields, sources: list[str]) -> None:
    assert lost(translated(mt_type, fields)) == sources


def test_the_answer_to_a_request_names_it() -> None:
    message = translated("940", changed(STATEMENT, f21="REQUEST7")).message
    assert message.document.findtext(".//{*}OrgnlBizQry/{*}MsgId") == "REQUEST7"


def test_a_possible_duplicate_stays_one() -> None:
    message = translated("940", STATEMENT, trailer=(("PDE", ""),)).message
    assert message.header is not None
    assert message.header.findtext("{*}PssblDplct") == "true"


REFUSED = [
    ("940", {"f20": None}, "TR-02"),
    ("940", {"f25": None}, "TR-02"),
    ("940", {"f60F": None}, "TR-02"),
    ("950", {"f62F": None}, "TR-02"),
    ("940", {"f60F": None, "f60X": "C260227EUR1000,"}, "TR-02"),
    ("940", {"f60F": "C260230EUR1,"}, "TR-03"),
    ("940", {"f60F": "C260227EUR1.00"}, "TR-03"),
    ("940", {"f61": "260228D250.5NTRFX"}, "TR-03"),
    ("940", {"f61": "2602280230D250,5NTRFX"}, "TR-03"),
    ("940", {"f28C": "A/B"}, "TR-03"),
    ("940", {"f20": "X" * 36}, "TR-03"),
    ("940", {"f60F": "C260227EUR12345678901234,5"}, "TR-03"),
]


@pytest.mark.parametrize(("mt_type", "values", "rule"), REFUSED)
def test_what_is_wrong_is_refused(mt_type: str, values: dict[str, str | None], rule: str) -> None:
    with pytest.raises(MessageRefused) as refused:
        translated(mt_type, changed(STATEMENT, **values))
    assert {finding.rule for finding in refused.value.findings} == {rule}


@pytest.mark.parametrize(("mt_type", "fields"), [("940", STATEMENT), ("950", STATEMENT), ("942", REPORT)])
def test_the_schema_agrees(mt_type: str, fields: Fields) -> None:
    message = translated(mt_type, fields).message
    assert check(message.document, message.message) == ()
