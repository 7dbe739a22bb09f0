"""For each rule of the families, what breaks it."""

import re
from dataclasses import dataclass
from typing import Final

from domain.finding import Severity
from tests.schema.iso20022.rules.families import FAMILIES

E, W = Severity.ERROR, Severity.WARNING


@dataclass(frozen=True)
class Case:
    """Of which family what is replaced by what, and the finding that must come of it: rule, severity, end of its path."""

    family: str
    rule: str
    severity: Severity
    path: str
    changes: tuple[tuple[str, str], ...]

    @property
    def message(self) -> bytes:
        text = FAMILIES[self.family]
        for old, new in self.changes:
            text, count = re.subn(old, new, text, count=1, flags=re.DOTALL)
            assert count, f"{old} is not in the message"
        return text.encode()

    def __str__(self) -> str:
        return f"{self.family} {self.rule} {self.severity} {self.path}"


def case(family: str, rule: str, severity: Severity, path: str, *changes: str) -> Case:
    """`changes` are pairs of what is replaced and what by."""
    return Case(family, rule, severity, path, tuple(zip(changes[::2], changes[1::2], strict=True)))


def gone(family: str, rule: str, path: str, element: str) -> Case:
    """The element is taken out and missed."""
    return case(family, rule, E, path, f"<{element}>.*?</{element}>", "")


def code(element: str, value: str) -> str:
    return f"<{element}><Cd>{value}</Cd></{element}>"


COVERED = "<UndrlygCstmrCdtTrf>.*?</UndrlygCstmrCdtTrf>"
TYPE = "<PmtTpInf>"
BANK = "<FinInstnId><BICFI>AURODEFFXXX</BICFI></FinInstnId>"

INSTITUTIONS: Final = (
    case("transfer", "NF-01", E, "AppHdr/BizSvc", "</CdtTrfTxInf>",
         f"<UndrlygCstmrCdtTrf><Dbtr><Nm>A</Nm></Dbtr><DbtrAgt>{BANK}</DbtrAgt><CdtrAgt>{BANK}</CdtrAgt>"
         "<Cdtr><Nm>B</Nm></Cdtr></UndrlygCstmrCdtTrf></CdtTrfTxInf>"),
    case("cover", "NF-01", E, "/UndrlygCstmrCdtTrf", COVERED, ""),
    case("transfer", "NF-03", E, "PmtId/EndToEndId", "INVOICE-4711", "/INVOICE"),
    case("transfer", "NF-03", E, "PmtId/EndToEndId", "INVOICE-4711", "INVOICE//4711"),
    case("transfer", "NF-03", E, "PmtId/EndToEndId", "INVOICE-4711", "FIFTEEN-LETTERS/4711"),
    case("transfer", "NF-03", E, "PmtId/EndToEndId", "INVOICE-4711", "INVOICE/"),
    case("transfer", "CD-03", W, "SvcLvl/Cd", "<PmtTpInf>.*?</PmtTpInf>", f"<PmtTpInf>{code('SvcLvl', 'G001')}</PmtTpInf>"),
    case("cover", "CD-03", W, "SvcLvl/Cd", "<PmtTpInf>.*?</PmtTpInf>", f"<PmtTpInf>{code('SvcLvl', 'G004')}</PmtTpInf>"),
)  # fmt: skip

EXTRA = "<SplmtryData><Envlp><x xmlns='urn:x'/></Envlp></SplmtryData>"
TX = "<TxInfAndSts>.*?</TxInfAndSts>"
GROUP = (
    "<OrgnlGrpInfAndSts><OrgnlMsgId>A</OrgnlMsgId><OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId>"
    "<GrpSts>{}</GrpSts></OrgnlGrpInfAndSts>"
)
HEADER_END = "</GrpHdr>"
REASONS = "<StsRsnInf>.*?</StsRsnInf>"

REPORTS: Final = (
    case("report", "SR-01", E, "TxInfAndSts/TxSts", HEADER_END, HEADER_END + GROUP.format("RJCT")),
    case("refusal", "SR-01", E, "TxInfAndSts/TxSts", HEADER_END, HEADER_END + GROUP.format("ACCP")),
    case("refusal", "SR-01", E, "TxInfAndSts/TxSts", HEADER_END, HEADER_END + GROUP.format("PDNG")),
    case("report", "SR-02", E, "/TxInfAndSts", TX, ""),
    case("report", "SR-02", E, "/TxInfAndSts", TX, "", HEADER_END, HEADER_END + GROUP.format("PART")),
    case("refusal", "SR-03", E, "/StsRsnInf/Rsn", REASONS, ""),
    case("report", "SR-04", E, "/FctvIntrBkSttlmDt", "ACSC", "RJCT"),
    case("report", "TX-01", E, "/TxInfAndSts", TX, "", HEADER_END, HEADER_END + GROUP.format("ACCP")),
    case("report", "TX-01", E, "/TxInfAndSts[2]", "</TxInfAndSts>", "</TxInfAndSts><TxInfAndSts/>"),
    case("report", "NU-01", E, "/OrgnlGrpInfAndSts", HEADER_END, HEADER_END + GROUP.format("ACSC")),
    case("report", "NU-01", E, "/SplmtryData", "</TxInfAndSts>", f"{EXTRA}</TxInfAndSts>"),
    case("report", "GH-05", E, "GrpHdr/InstgAgt", HEADER_END, f"<InstgAgt>{BANK}</InstgAgt>{HEADER_END}"),
    gone("report", "SR-05", "/TxSts", "TxSts"),
    gone("report", "SR-06", "/OrgnlUETR", "OrgnlUETR"),
    gone("report", "SR-06", "/OrgnlGrpInf/OrgnlMsgNmId", "OrgnlGrpInf"),
    gone("report", "AG-01", "InstgAgt/FinInstnId/BICFI", "InstgAgt"),
    case("report", "SR-07", E, "/OrgnlMsgNmId", "pacs.008.001.08", "camt.053.001.08"),
    case("report", "CD-07", E, "/TxSts", "ACSC", "GONE"),
    case("report", "CD-07", E, "/GrpSts", HEADER_END, HEADER_END + GROUP.format("GONE")),
    case("refusal", "CD-05", E, "/StsRsnInf/Rsn/Cd", "AC04", "TECH"),
    case("refusal", "CD-05", E, "/StsRsnInf/AddtlInf", REASONS, f"<StsRsnInf>{code('Rsn', 'NARR')}</StsRsnInf>"),
)  # fmt: skip

AMOUNT = '<RtrdIntrBkSttlmAmt Ccy="EUR">125000.50'
NUMBER = "<NbOfTxs>1</NbOfTxs>"
METHOD = "<SttlmMtd>INDA</SttlmMtd>"
BEFORE_DATE = "<IntrBkSttlmDt>2026-03-04</IntrBkSttlmDt>"
RATE = "</SttlmPrty>"
CHARGE = "</ChrgBr>"

RETURNS: Final = (
    gone("return", "RT-01", "/OrgnlUETR", "OrgnlUETR"),
    gone("return", "RT-02", "/RtrRsnInf/Rsn/Cd", "RtrRsnInf"),
    case("return", "RT-03", E, "/RtrdIntrBkSttlmAmt", AMOUNT, AMOUNT.replace("0.50", "0.51")),
    case("return", "RT-03", W, "/RtrdIntrBkSttlmAmt", AMOUNT, AMOUNT.replace("0.50", "0.49")),
    case("return", "RT-04", E, "/ChrgsInf", CHARGE, f'<RtrdInstdAmt Ccy="EUR">125001</RtrdInstdAmt>{CHARGE}',
         '(<SttlmPrty>HIGH</SttlmPrty><ChrgBr>SHAR)(<RtrdInstdAmt.*?</RtrdInstdAmt>)', r"<SttlmPrty>HIGH</SttlmPrty>\2<ChrgBr>SHAR"),
    case("return", "AM-07", E, "/XchgRate", "<ChrgBr>", '<RtrdInstdAmt Ccy="USD">125001</RtrdInstdAmt><ChrgBr>'),
    case("return", "AM-07", E, "/XchgRate", "<ChrgBr>", "<XchgRate>1.5</XchgRate><ChrgBr>"),
    case("return", "RT-05", E, "OrgnlTxRef/IntrBkSttlmAmt", "<OrgnlTxRef>",
         '<OrgnlTxRef><IntrBkSttlmAmt Ccy="EUR">125000.50</IntrBkSttlmAmt>'),
    case("return", "RT-05", E, "OrgnlTxRef/IntrBkSttlmDt", "<OrgnlTxRef>",
         "<OrgnlTxRef><IntrBkSttlmDt>2026-03-02</IntrBkSttlmDt>"),
    gone("return", "RT-07", "/RtrChain", "RtrChain"),
    gone("return", "RT-07", "/OrgnlGrpInf/OrgnlMsgId", "OrgnlGrpInf"),
    case("return", "DT-01", E, "/IntrBkSttlmDt", BEFORE_DATE, ""),
    gone("return", "AG-01", "InstdAgt/FinInstnId/BICFI", "InstdAgt"),
    case("return", "TX-01", E, "/TxInf[2]", "(<TxInf>.*?</TxInf>)", r"\1\1"),
    case("return", "TX-01", E, "/TxInf", "<TxInf>.*?</TxInf>", ""),
    case("return", "GH-04", E, "/TtlRtrdIntrBkSttlmAmt", NUMBER,
         f'{NUMBER}<TtlRtrdIntrBkSttlmAmt Ccy="EUR">125000.51</TtlRtrdIntrBkSttlmAmt>'),
    case("return", "NU-01", E, "/SplmtryData", "</TxInf>", f"{EXTRA}</TxInf>"),
    case("return", "GH-05", E, "GrpHdr/CtrlSum", NUMBER, f"{NUMBER}<CtrlSum>125000.50</CtrlSum>"),
    case("return", "GH-06", E, "/SttlmMtd", "INDA", "CLRG"),
    case("return", "GH-11", E, "/ClrSys", METHOD, METHOD + code("ClrSys", "TGT")),
    case("return", "CD-05", E, "/RtrRsnInf/Rsn/Cd", "AC04", "QQQQ"),
)  # fmt: skip

UNDERLYING = "<Undrlyg>"

RECALLS: Final = (
    gone("recall", "CX-01", "/OrgnlUETR", "OrgnlUETR"),
    gone("recall", "CX-01", "/OrgnlGrpInf/OrgnlMsgId", "OrgnlGrpInf"),
    gone("recall", "CX-02", "/CxlRsnInf/Rsn/Cd", "CxlRsnInf"),
    case("recall", "CX-02", E, "/CxlRsnInf/Rsn/Cd", "DUPL", "AC04"),
    gone("recall", "CX-03", "/Case/Id", "Case"),
    case("recall", "CX-03", E, "Assgnr/Agt/FinInstnId/BICFI", "<Assgnr><Agt><FinInstnId><BICFI>AURODEFFXXX",
         "<Assgnr><Agt><FinInstnId><BICFI>PONTBEBBXXX"),
    case("answer", "CX-03", E, "Assgne/Agt/FinInstnId/BICFI", "<Assgne><Agt><FinInstnId><BICFI>AURODEFFXXX",
         "<Assgne><Agt><FinInstnId><BICFI>PONTBEBBXXX"),
    case("recall", "CX-03", E, "Assgnr/Agt/FinInstnId/BICFI", "<Assgnr>.*?</Assgnr>", "<Assgnr><Pty><Nm>A</Nm></Pty></Assgnr>"),
    case("recall", "GH-02", E, "/CreDtTm", r"(<Assgnmt>.*<CreDtTm>[^+]*)\+00:00", r"\1"),
    case("recall", "CX-04", E, "/TxInf[2]", "</TxInf>", "</TxInf><TxInf/>"),
    case("recall", "CX-04", E, "/CtrlData", UNDERLYING, f"<CtrlData>{NUMBER}</CtrlData>{UNDERLYING}"),
    case("answer", "CX-04", E, "/TxInfAndSts", TX, ""),
    case("answer", "CX-04", E, "/OrgnlGrpInfAndSts", "<CxlDtls>",
         "<CxlDtls><OrgnlGrpInfAndSts><OrgnlMsgId>A</OrgnlMsgId><OrgnlMsgNmId>B</OrgnlMsgNmId></OrgnlGrpInfAndSts>"),
    case("answer", "CX-05", E, "/Sts/Conf", "<Conf>RJCR</Conf>", "<AssgnmtCxlConf>true</AssgnmtCxlConf>"),
    case("answer", "CX-05", E, "/Sts/Conf", "RJCR", "DONE"),
    gone("answer", "CX-06", "/CxlStsRsnInf/Rsn/Cd", "CxlStsRsnInf"),
    case("answer", "CX-06", E, "/CxlStsRsnInf/Rsn/Cd", "ARDT", "INDM"),
    gone("answer", "CX-07", "/OrgnlUETR", "OrgnlUETR"),
    gone("answer", "CX-07", "/RslvdCase/Id", "RslvdCase"),
)  # fmt: skip

PAGES = "<StmtPgntn>.*?</StmtPgntn>"
BATCH = "<NtryDtls>"
TOTALS = "<TtlNtries>.*?</TtlNtries>"

STATEMENTS: Final = (
    case("statement", "ST-01", E, "/Bal[2]/Amt", "65.00", "65.01"),
    case("statement", "ST-01", E, "/Bal[2]/Amt", "65.00</Amt><CdtDbtInd>DBIT", "65.00</Amt><CdtDbtInd>CRDT"),
    # A reversal does not turn the direction that it is told with.
    case("statement", "ST-01", E, "/Bal[2]/Amt", "<Amt Ccy=\"EUR\">100.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>",
         "<Amt Ccy=\"EUR\">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><RvslInd>true</RvslInd>"),
    case("statement", "ST-01", E, "/Stmt/Bal[1]", "CLBD", "CLAV"),
    gone("statement", "ST-02", "/StmtPgntn", "StmtPgntn"),
    gone("interim", "ST-02", "/RptPgntn", "RptPgntn"),
    case("statement", "ST-02", E, "/PgNb", "<PgNb>1", "<PgNb>0"),
    case("statement", "ST-03", E, "/Ntry[1]/BookgDt", "<BookgDt>.*?</ValDt>", ""),
    case("notification", "ST-03", W, "/Ntry[1]/BookgDt", "<BookgDt>.*?</ValDt>", ""),
    case("statement", "ST-04", E, "/Ntry[1]/Amt", "120.00", "120.01"),
    case("statement", "ST-04", W, "/Ntry[2]/NtryDtls/TxDtls/Amt", '(<TxDtls><Amt Ccy="EUR">)10.00', r"\g<1>9.00"),
    case("notification", "ST-04", E, "/Btch/NbOfTxs", BATCH, f"{BATCH}<Btch><NbOfTxs>3</NbOfTxs></Btch>"),
    case("notification", "ST-04", E, "/Btch/TtlAmt", BATCH, f'{BATCH}<Btch><TtlAmt Ccy="EUR">140.00</TtlAmt></Btch>'),
    case("statement", "ST-07", E, "/TtlNtries/NbOfNtries", "<NbOfNtries>2", "<NbOfNtries>3"),
    case("statement", "ST-07", E, "/TtlNtries/Sum", "</NbOfNtries>", "</NbOfNtries><Sum>110.01</Sum>"),
    case("statement", "ST-07", E, "/TtlDbtNtries/Sum", "</TtlNtries>",
         "</TtlNtries><TtlDbtNtries><NbOfNtries>1</NbOfNtries><Sum>110</Sum></TtlDbtNtries>"),
    case("statement", "ST-08", W, "/Ntry[1]/Amt", "<Ntry><NtryRef>E1</NtryRef><Amt Ccy=\"EUR\">",
         "<Ntry><NtryRef>E1</NtryRef><Amt Ccy=\"USD\">"),
    case("statement", "GH-02", E, "GrpHdr/CreDtTm", r"(<CreDtTm>[^+]*)\+00:00", r"\1"),
    case("statement", "CD-08", E, "/Bal[1]/Tp/CdOrPrtry/Cd", "OPBD", "QQQQ"),
    case("statement", "CD-08", E, "/Ntry[1]/Sts/Cd", "BOOK", "DONE"),
)  # fmt: skip

ORDERS: Final = (
    case("orders", "PI-01", E, "GrpHdr/NbOfTxs", "<NbOfTxs>2", "<NbOfTxs>3"),
    case("orders", "PI-01", E, "PmtInf/NbOfTxs", "</PmtMtd><NbOfTxs>2", "</PmtMtd><NbOfTxs>1"),
    case("orders", "PI-01", E, "GrpHdr/CtrlSum", "<CtrlSum>0.3<", "<CtrlSum>0.30000000000000001<"),
    case("orders", "PI-01", E, "PmtInf/CtrlSum", "<CtrlSum>0.30", "<CtrlSum>0.31"),
    case("orders", "GH-02", E, "GrpHdr/CreDtTm", r"(<CreDtTm>[^+]*)\+01:00", r"\1"),
    case("orders", "PI-02", E, "PmtInf/PmtInfId", "<PmtInfId>SALARIES", "<PmtInfId>OTHER"),
    gone("orders", "PI-04", "PmtId/UETR", "UETR"),
    case("orders", "PI-05", E, "CdtTrfTxInf[1]/ChrgBr", "</Amt>", "</Amt><ChrgBr>SHAR</ChrgBr>"),
)

CASES: Final = (*INSTITUTIONS, *REPORTS, *RETURNS, *RECALLS, *STATEMENTS, *ORDERS)
