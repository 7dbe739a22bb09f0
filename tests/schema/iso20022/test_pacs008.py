"""pacs.008 as banks send it: what is read of it, and what each fault is called."""

import re
from datetime import UTC, datetime

import pytest

from domain.errors import MessageRefused
from domain.finding import Finding
from domain.money import Money
from domain.party import Party
from domain.payment import ChargeBearer, PaymentOrder, SettlementMethod
from domain.reason import Reason
from domain.settlement import Priority
from tests.schema.iso20022.reading import decode

TX = "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf"
GROUP = "/Document/FIToFICstmrCdtTrf/GrpHdr"
NOW = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)

URGENT = PaymentOrder(
    amount=Money(12500050, "EUR"),
    debtor=Party(
        name="Morgenrot Werkzeugbau GmbH",
        agent_bic="AURODEFFXXX",
        account="DE89370400440532013000",
        country="DE",
        address="Probeweg, 7, 60311",
        town="Frankfurt",
    ),
    creditor=Party(name="Atelier Lumière", agent_bic="LUMIFRPPXXX", account="0001-ATELIER"),
    end_to_end_id="INVOICE-4711",
    uetr="0d7b9a52-93f4-4a0e-8a5c-3f2c6d1e9b70",
    method=SettlementMethod.GROSS,
    charge_bearer=ChargeBearer.SHAR,
    reference="AURO-INSTR-1",
    remittance_info="Invoice 4711, drills and bits",
    message_type="pacs.008.001.08",
    message_id="AURO-0001",
    value_date="2026-03-02",
    priority=Priority.HIGH,
)


def refusal(raw: bytes) -> tuple[Finding, ...]:
    with pytest.raises(MessageRefused) as refused:
        decode(raw)
    return refused.value.findings


def test_an_enveloped_message_is_read(urgent: bytes) -> None:
    assert decode(urgent) == URGENT


def test_prefixes_bank_names_and_group_dates_are_understood(prefixed: bytes) -> None:
    order = decode(prefixed)
    assert order.debtor == Party(name="KOYOJPJTXXX", agent_bic="KOYOJPJTXXX", bic="KOYOJPJTXXX")
    assert order.creditor == Party(name="Dune Trading WLL", agent_bic="DUNAKWKWXXX")
    assert order.amount == Money(9800, "JPY")
    assert order.value_date == "2026-03-03"
    assert order.method is SettlementMethod.NET
    assert order.reference is None


@pytest.mark.parametrize(
    ("old", "new", "method"),
    [
        ("<InstrPrty>HIGH</InstrPrty>", "<InstrPrty>NORM</InstrPrty>", SettlementMethod.NET),
        ("<InstrPrty>HIGH</InstrPrty>", "<SvcLvl><Cd>URGP</Cd></SvcLvl>", SettlementMethod.GROSS),
        ("<InstrPrty>HIGH</InstrPrty>", "<SvcLvl><Cd>G001</Cd></SvcLvl>", SettlementMethod.NET),
        ("<PmtTpInf><InstrPrty>HIGH</InstrPrty></PmtTpInf>", "", SettlementMethod.NET),
    ],
)
def test_urgency_decides_the_method(urgent: bytes, old: str, new: str, method: SettlementMethod) -> None:
    assert decode(changed(urgent, old, new)).method is method


@pytest.mark.parametrize(
    ("priority", "method"),
    [("URGT", SettlementMethod.GROSS), ("HIGH", SettlementMethod.GROSS), ("NORM", SettlementMethod.NET)],
)
def test_settlement_priority_decides_the_method(urgent: bytes, priority: str, method: SettlementMethod) -> None:
    raw = changed(urgent, "<InstrPrty>HIGH</InstrPrty>", "<InstrPrty>NORM</InstrPrty>")
    raw = changed(raw, "</IntrBkSttlmDt>", f"</IntrBkSttlmDt><SttlmPrty>{priority}</SttlmPrty>")
    assert decode(raw).method is method


SAID = "<InstrPrty>{}</InstrPrty>"
SETTLED = "</IntrBkSttlmDt><SttlmPrty>{}</SttlmPrty>"


@pytest.mark.parametrize(
    ("instruction", "settlement", "header", "priority"),
    [
        ("HIGH", None, None, Priority.HIGH),
        ("NORM", None, None, Priority.NORMAL),
        (None, None, None, Priority.NORMAL),
        (None, None, "HIGH", Priority.HIGH),
        (None, None, "NORM", Priority.NORMAL),
        ("NORM", "URGT", None, Priority.URGENT),
        ("NORM", "HIGH", None, Priority.HIGH),
        ("HIGH", "NORM", None, Priority.NORMAL),
        ("HIGH", "URGT", None, Priority.URGENT),
    ],
)
def test_the_priority_is_the_settlements_or_else_the_instructions(
    urgent: bytes, instruction: str | None, settlement: str | None, header: str | None, priority: Priority
) -> None:
    said = f"<PmtTpInf>{SAID.format('HIGH')}</PmtTpInf>"
    raw = changed(urgent, said, said.replace("HIGH", instruction) if instruction else "")
    if settlement:
        raw = changed(raw, "</IntrBkSttlmDt>", SETTLED.format(settlement))
    if header:
        raw = changed(raw, "</CreDt>", f"</CreDt><Prty>{header}</Prty>")
    assert decode(raw).priority is priority


BROKEN = [
    # rule, path, line, reason, what is replaced, by what
    ("TX-03", f"{TX}/PmtId/EndToEndId", 22, Reason.FF01, "INVOICE-4711</EndToEndId>", " </EndToEndId>"),
    ("TX-04", f"{TX}/PmtId/UETR", 20, Reason.FF01, r"<UETR>.*</UETR>", ""),
    ("XS", f"{TX}/PmtId/UETR", 23, Reason.FF01, "-4a0e-", "-1a0e-"),
    ("AM-01", f"{TX}/IntrBkSttlmAmt", 26, Reason.AM01, r"125000\.50", "0.00"),
    ("AM-03", f"{TX}/IntrBkSttlmAmt/@Ccy", 26, Reason.AM03, 'Ccy="EUR"', 'Ccy="XAU"'),
    ("AM-02", f"{TX}/IntrBkSttlmAmt/@Ccy", 26, Reason.AM03, 'Ccy="EUR"', 'Ccy="DEM"'),
    ("AM-04", f"{TX}/IntrBkSttlmAmt", 26, Reason.AM09, r"125000\.50", "125000.505"),
    ("AM-04", f"{TX}/IntrBkSttlmAmt", 26, Reason.AM09, 'Ccy="EUR"', 'Ccy="JPY"'),
    ("AM-05", f"{TX}/IntrBkSttlmAmt", 26, Reason.AM02, r"125000\.50", "123456789012345678"),
    ("AM-06", f"{TX}/IntrBkSttlmAmt", 26, Reason.FF01, r"125000\.50", "+125000.50"),
    ("XS", f"{TX}/IntrBkSttlmAmt", 26, Reason.FF01, r"125000\.50", "-125000.50"),
    ("XS", f"{TX}/IntrBkSttlmAmt", 26, Reason.FF01, r"125000\.50", "125000,50"),
    ("XS", f"{TX}/IntrBkSttlmAmt/@Ccy", 26, Reason.FF01, ' Ccy="EUR"', ""),
    ("XS", f"{TX}/IntrBkSttlmAmt/@Ccy", 26, Reason.FF01, 'Ccy="EUR"', 'Ccy="John"'),
    ("DT-01", f"{TX}/IntrBkSttlmDt", 19, Reason.DT01, "<IntrBkSttlmDt>.*</IntrBkSttlmDt>", ""),
    ("DT-02", f"{TX}/IntrBkSttlmDt", 27, Reason.DT01, "2026-03-02</IntrBk", "2026-03-02Z</IntrBk"),
    ("XS", f"{TX}/IntrBkSttlmDt", 27, Reason.FF01, "2026-03-02</IntrBk", "2026-02-30</IntrBk"),
    ("XS", f"{TX}/ChrgBr", 28, Reason.FF01, "SHAR", "XXXX"),
    ("PA-01", f"{TX}/Dbtr/Nm", 31, Reason.RR02, "<Nm>Morgenrot Werkzeugbau GmbH</Nm>", ""),
    ("PA-01", f"{TX}/Cdtr/Nm", 40, Reason.RR03, "<Nm>Atelier Lumière</Nm>", "<Nm> </Nm>"),
    ("AC-01", f"{TX}/DbtrAcct/Id/IBAN", 37, Reason.AC01, "DE89370400", "DE88370400"),
    ("GH-03", f"{GROUP}/NbOfTxs", 16, Reason.FF01, "<NbOfTxs>1<", "<NbOfTxs>2<"),
    ("XS", f"{TX}/*", 42, Reason.FF01, "<RmtInf>", "<JohnSmith/><RmtInf>"),
    ("BH-03", "/AppHdr/MsgDefIdr", 7, Reason.FF01, "<MsgDefIdr>pacs.008.001.08", "<MsgDefIdr>pacs.008.001.10"),
    ("XS", "/AppHdr", 3, Reason.FF01, "<CreDt>.*</CreDt>", ""),
    ("IN-05", "/", 11, Reason.FF01, "xsd:pacs.008.001.08", "xsd:pacs.008.001.12"),
    ("IN-05", "/", 3, Reason.FF01, "xsd:head.001.001.02", "xsd:head.001.001.09"),
    ("IN-05", "/", 45, Reason.FF01, r"(?s)(<Document.*</Document>)", r"\1\1"),
    ("IN-05", "/", 2, Reason.FF01, r"(?s)<Document.*</Document>", ""),
    ("IN-04", "/", 44, Reason.FF01, "</CdtTrfTxInf>", ""),
    ("IN-03", "/", 40, Reason.FF01, "Atelier", "&atelier;"),
]


@pytest.mark.parametrize(("rule", "path", "line", "reason", "old", "new"), BROKEN)
def test_one_fault_one_finding(
    urgent: bytes, rule: str, path: str, line: int, reason: Reason, old: str, new: str
) -> None:
    (finding,) = refusal(changed(urgent, old, new))
    assert (finding.rule, finding.path, finding.line, finding.reason) == (rule, path, line, reason)


def test_a_second_transaction_is_one_too_many(urgent: bytes) -> None:
    two = changed(urgent, r"(?s)(<CdtTrfTxInf>.*</CdtTrfTxInf>)", r"\1\1")
    assert [(finding.rule, finding.path) for finding in refusal(two)] == [
        ("GH-03", f"{GROUP}/NbOfTxs"),
        ("TX-01", f"{TX}[2]"),
    ]


def test_a_bank_without_a_bic_is_reported_on_its_side(urgent: bytes) -> None:
    raw = changed(urgent, "<BICFI>LUMIFRPPXXX</BICFI></FinInstnId></(InstdAgt|CdtrAgt)>", r"</FinInstnId></\1>")
    (finding,) = refusal(raw)
    assert (finding.rule, finding.reason) == ("AG-02", Reason.RC04)
    assert finding.path == f"{TX}/CdtrAgt/FinInstnId/BICFI"


def test_everything_wrong_is_told_at_once(urgent: bytes) -> None:
    raw = changed(urgent, "SHAR", "XXXX")
    raw = changed(raw, r"125000\.50", "125000.505")
    raw = changed(raw, "DE89370400", "DE88370400")
    raw = changed(raw, "<CreDt>.*</CreDt>", "")
    assert [finding.rule for finding in refusal(raw)] == ["XS", "XS", "AM-04", "AC-01"]


@pytest.mark.parametrize(
    "old", ["Morgenrot Werkzeugbau", "DE89370400440532013000", "0001-ATELIER", "INVOICE-4711", "0d7b9a52"]
)
def test_no_finding_quotes_the_message(urgent: bytes, old: str) -> None:
    for hostile in (
        old + "<b/>",
        old * 9,
        f"<{'X' + old.replace(' ', '')}/>",
        f"{old}&{old.replace(' ', '')};",
        f"{old}<",
    ):
        with pytest.raises(MessageRefused) as refused:
            decode(changed(urgent, re.escape(old), hostile))
        told = f"{refused.value} {refused.value.findings} {refused.value.facts}"
        assert old.replace(" ", "") not in told.replace(" ", "")


def test_a_comment_cannot_split_a_value(urgent: bytes) -> None:
    raw = changed(urgent, r"125000\.50", "125<!-- --><?x y?>000.<![CDATA[50]]>")
    assert decode(raw).amount == Money(12500050, "EUR")


def changed(raw: bytes, old: str, new: str) -> bytes:
    text, count = re.subn(old, new, raw.decode())
    assert count, f"{old} is not in the message"
    return text.encode()
