"""One clean message, and for each rule of a customer's transfer what breaks it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from domain.finding import Severity

CLEAN: Final = (Path(__file__).parents[1] / "fixtures" / "clean.xml").read_text()

E, W = Severity.ERROR, Severity.WARNING


@dataclass(frozen=True)
class Case:
    """What is replaced by what, and the finding that must come of it: rule, severity, end of its path."""

    rule: str
    severity: Severity
    path: str
    changes: tuple[tuple[str, str], ...]

    @property
    def message(self) -> bytes:
        text = CLEAN
        for old, new in self.changes:
            text, count = re.subn(old, new, text, count=1, flags=re.DOTALL)
            assert count, f"{old} is not in the message"
        return text.encode()

    def __str__(self) -> str:
        return f"{self.rule} {self.severity} {self.path}"


def case(rule: str, severity: Severity, path: str, *changes: str) -> Case:
    """`changes` are pairs of what is replaced and what by."""
    return Case(rule, severity, path, tuple(zip(changes[::2], changes[1::2], strict=True)))


def bank(name: str, inside: str = "<BICFI>PONTBEBBXXX</BICFI>") -> str:
    return f"<{name}><FinInstnId>{inside}</FinInstnId></{name}>"


def account(name: str) -> str:
    return f"<{name}><Id><Othr><Id>77</Id></Othr></Id></{name}>"


def code(element: str, value: str) -> str:
    return f"<{element}><Cd>{value}</Cd></{element}>"


HEADER_END, AFTER_INTERMEDIARY, BEFORE_PURPOSE = "</AppHdr>", "</IntrmyAgt1>", "<Purp>"
DEBTOR_ADDRESS, CREDITOR_ADDRESS = "<PstlAdr><StrtNm>.*?</PstlAdr>", "<PstlAdr><TwnNm>.*?</PstlAdr>"
DEBTORS_BANK, CREDITORS_BANK = "<DbtrAgt>.*?</DbtrAgt>", "<CdtrAgt>.*?</CdtrAgt>"
METHOD, CHARGES = "<SttlmMtd>INDA</SttlmMtd>", "<ChrgsInf>.*?</ChrgsInf>"
TYPE = "</PmtId>"
NAME = "Morgenrot Werkzeugbau GmbH"
LINES = "".join(f"<AdrLine>{n} Test Street</AdrLine>" for n in range(4))

HEADER = (
    case("BH-01", E, "/AppHdr", "<AppHdr.*</AppHdr>", ""),
    case("BH-02", E, "Fr/FIId/FinInstnId/BICFI", "<BICFI>AURODEFFXXX</BICFI>", "<Nm>Aurora</Nm>"),
    case("BH-02", E, "/AppHdr/To/FIId/FinInstnId/BICFI", "<To>.*?</To>", "<To><OrgId><Nm>Lumi</Nm></OrgId></To>"),
    case("BH-03", E, "/AppHdr/MsgDefIdr", "<MsgDefIdr>pacs.008.001.08", "<MsgDefIdr>pacs.008.001.10"),
    case("BH-04", E, "/AppHdr/BizMsgIdr", "<BizMsgIdr>AURO-0002", "<BizMsgIdr>AURO-0003"),
    case("BH-05", E, "/AppHdr/BizSvc", "<BizSvc>.*?</BizSvc>", ""),
    case("BH-05", E, "/AppHdr/BizSvc", "swift.cbprplus.03", "swift.cbprplus.cov.03"),
    case("BH-05", E, "/AppHdr/BizSvc", "swift.cbprplus.03", "swift.elsewhere.03"),
    case("BH-05", E, "/AppHdr/BizSvc", "swift.cbprplus.03", "swift.cbprplus.02"),
    case("BH-06", E, "/AppHdr/CreDt", r"<CreDt>2026-03-02T09:15:00\+01:00", "<CreDt>2026-03-02T09:15:00"),
    case("BH-07", E, "Fr/FIId/FinInstnId/BICFI", "AURODEFFXXX", "PONTBEBBXXX"),
    case("BH-08", E, "To/FIId/FinInstnId/BICFI", "LUMIFRPPXXX", "PONTBEBBXXX"),
    case("BH-09", E, "/AppHdr/Prty", HEADER_END, "<Prty>NORM</Prty></AppHdr>", TYPE,
         "</PmtId><PmtTpInf><InstrPrty>HIGH</InstrPrty></PmtTpInf>"),
)  # fmt: skip

GROUP = (
    case("GH-01", E, "GrpHdr/MsgId", "<MsgId>AURO-0002", "<MsgId>AURO_0002"),
    case("GH-02", E, "GrpHdr/CreDtTm", r"<CreDtTm>2026-03-02T09:15:00\+01:00", "<CreDtTm>2026-03-02T09:15:00"),
    case("GH-02", W, "GrpHdr/CreDtTm", r"<CreDtTm>2026-03-02", "<CreDtTm>2026-03-12"),
    case("GH-03", E, "GrpHdr/NbOfTxs", "<NbOfTxs>1<", "<NbOfTxs>2<"),
    case("GH-04", E, "GrpHdr/CtrlSum", "</NbOfTxs>", "</NbOfTxs><CtrlSum>4990.01</CtrlSum>"),
    case("GH-05", E, "GrpHdr/CtrlSum", "</NbOfTxs>", "</NbOfTxs><CtrlSum>4990.0</CtrlSum>"),
    case("GH-05", E, "GrpHdr/BtchBookg", "<NbOfTxs>", "<BtchBookg>false</BtchBookg><NbOfTxs>"),
    case("GH-06", E, "SttlmInf/SttlmMtd", "INDA", "CLRG"),
    case("GH-07", E, "SttlmInf/InstgRmbrsmntAgt", "INDA", "COVE"),
    case("GH-08", E, "SttlmInf/InstgRmbrsmntAgt", METHOD, METHOD + bank("InstgRmbrsmntAgt")),
    case("GH-09", E, "SttlmInf/InstdRmbrsmntAgt", METHOD,
         METHOD.replace("INDA", "COVE") + bank("InstgRmbrsmntAgt") + bank("ThrdRmbrsmntAgt")),
    case("GH-10", E, "SttlmInf/InstgRmbrsmntAgtAcct", METHOD,
         METHOD.replace("INDA", "COVE") + account("InstgRmbrsmntAgtAcct") + bank("InstdRmbrsmntAgt")),
    case("GH-11", E, "SttlmInf/ClrSys", METHOD, METHOD + code("ClrSys", "TGT")),
    case("GH-12", W, "SttlmInf/SttlmAcct", METHOD,
         METHOD.replace("INDA", "COVE") + account("SttlmAcct") + bank("InstgRmbrsmntAgt")),
)  # fmt: skip

TRANSACTION = (
    case("TX-01", E, "CdtTrfTxInf[2]", "(<CdtTrfTxInf>.*</CdtTrfTxInf>)", r"\1\1"),
    case("TX-02", E, "PmtId/InstrId", "<InstrId>.*?</InstrId>", ""),
    case("TX-02", E, "PmtId/InstrId", "AURO-2<", "AURO-2-SEVENTEEN-<"),
    case("TX-02", E, "PmtId/InstrId", "AURO-2<", "AURO//2<"),
    case("TX-02", E, "PmtId/InstrId", "AURO-2<", "AURO-2/<"),
    case("TX-03", E, "PmtId/EndToEndId", "INVOICE-4712", "  "),
    case("TX-04", E, "PmtId/UETR", "<UETR>.*?</UETR>", ""),
    case("TX-06", E, "PmtId/EndToEndId", "INVOICE-4712", "INVOICE_4712"),
    case("AM-01", E, "/IntrBkSttlmAmt", "4990.00", "0.00"),
    case("AM-02", E, "/IntrBkSttlmAmt/@Ccy", 'IntrBkSttlmAmt Ccy="EUR"', 'IntrBkSttlmAmt Ccy="QQQ"'),
    case("AM-02", E, "/IntrBkSttlmAmt/@Ccy", 'IntrBkSttlmAmt Ccy="EUR"', 'IntrBkSttlmAmt Ccy="DEM"'),
    case("AM-03", E, "/IntrBkSttlmAmt/@Ccy", 'IntrBkSttlmAmt Ccy="EUR"', 'IntrBkSttlmAmt Ccy="XAU"'),
    case("AM-03", E, "/InstdAmt/@Ccy", 'InstdAmt Ccy="EUR"', 'InstdAmt Ccy="XPT"'),
    case("AM-04", E, "/IntrBkSttlmAmt", "4990.00", "4990.001"),
    case("AM-04", E, "ChrgsInf/Amt", 'Ccy="EUR">10.00', 'Ccy="JPY">10.00'),
    case("AM-05", E, "/InstdAmt", "5000.00", "1234567890123.45"),
    case("AM-06", E, "/IntrBkSttlmAmt", "4990.00", "+4990.00"),
    case("AM-07", E, "/XchgRate", 'InstdAmt Ccy="EUR"', 'InstdAmt Ccy="USD"'),
    case("AM-07", E, "/XchgRate", "</InstdAmt>", "</InstdAmt><XchgRate>1.1</XchgRate>"),
    case("AM-08", W, "/XchgRate", CHARGES, "", '"EUR">5000.00</InstdAmt>',
         '"USD">5000.00</InstdAmt><XchgRate>2.5</XchgRate>'),
    case("AM-09", W, "/InstdAmt", "<InstdAmt.*?</InstdAmt>", ""),
    case("AM-10", W, "/InstdAmt", "5000.00", "5001.00"),
    case("CH-01", E, "/ChrgBr", "SHAR", "SLEV"),
    case("CH-02", E, "/ChrgsInf", CHARGES, "", "SHAR", "CRED"),
    case("CH-03", E, "/ChrgsInf[2]", "SHAR", "DEBT", f"({CHARGES})", r"\1\1"),
    case("CH-03", E, "/ChrgsInf/Amt", "SHAR", "DEBT", "10.00", "0"),
    case("CH-04", E, "/ChrgsInf", CHARGES, ""),
    case("CH-05", E, "ChrgsInf/Agt/FinInstnId/BICFI", "(<ChrgsInf>.*?)<BICFI>AURODEFFXXX</BICFI>", r"\1"),
    case("DT-01", E, "/IntrBkSttlmDt", "<IntrBkSttlmDt>.*?</IntrBkSttlmDt>", ""),
    case("DT-02", E, "/IntrBkSttlmDt", "2026-03-02</IntrBk", "2026-03-02Z</IntrBk"),
    case("DT-02", E, "/IntrBkSttlmDt", "2026-03-02</IntrBk", "2026-03-02+01:00</IntrBk"),
    case("DT-03", E, "/IntrBkSttlmDt", "2026-03-02</IntrBk", "2026-03-01</IntrBk"),
    case("DT-03", E, "/IntrBkSttlmDt", "2026-03-02</IntrBk", "2026-05-01</IntrBk"),
    case("DT-03", W, "/IntrBkSttlmDt", '"EUR">4990.00', '"KES">4990.00', "2026-03-02</IntrBk", "2026-02-28</IntrBk"),
    case("DT-04", W, "/IntrBkSttlmDt", "2026-03-02</IntrBk", "2026-04-02</IntrBk"),
)  # fmt: skip

AGENTS = (
    case("AG-01", E, "InstdAgt/FinInstnId/BICFI", "<InstdAgt>.*?</InstdAgt>", ""),
    case("AG-01", E, "InstgAgt/FinInstnId/Nm", "(<InstgAgt>.*?</BICFI>)", r"\1<Nm>Aurora Bank</Nm>"),
    case("AG-02", E, "CdtrAgt/FinInstnId/BICFI", CREDITORS_BANK, bank("CdtrAgt", "")),
    case("AG-02", E, "CdtrAgt/FinInstnId/BICFI", CREDITORS_BANK, bank("CdtrAgt", "<Nm>Brie</Nm>")),
    case("AG-02", E, "CdtrAgt/FinInstnId/ClrSysMmbId", CREDITORS_BANK,
         bank("CdtrAgt", "<ClrSysMmbId><MmbId>30003</MmbId></ClrSysMmbId>")),
    case("AG-03", E, "CdtrAgt/FinInstnId/PstlAdr", CREDITORS_BANK,
         bank("CdtrAgt", "<BICFI>BRIEFRPPXXX</BICFI><Nm>Brie</Nm>")),
    case("AG-03", E, "CdtrAgt/FinInstnId/Nm", CREDITORS_BANK,
         bank("CdtrAgt", "<BICFI>BRIEFRPPXXX</BICFI><PstlAdr><TwnNm>Paris</TwnNm><Ctry>FR</Ctry></PstlAdr>")),
    case("AG-04", E, "/IntrmyAgt2", AFTER_INTERMEDIARY, AFTER_INTERMEDIARY + bank("IntrmyAgt3")),
    case("AG-04", E, "/PrvsInstgAgt1", "<InstgAgt>", bank("PrvsInstgAgt2") + "<InstgAgt>"),
    case("AG-05", E, "/IntrmyAgt1", "<IntrmyAgt1>.*?</IntrmyAgt1>", account("IntrmyAgt1Acct")),
    case("AG-06", E, "CdtrAgt/FinInstnId/BICFI", "BRIEFRPPXXX", "BRIEZZPPXXX"),
    case("AG-06", W, "CdtrAgt/FinInstnId/BICFI", "BRIEFRPPXXX", "BRIEFRP0XXX"),
    case("AG-07", E, "CdtrAgt/FinInstnId/LEI", "BRIEFRPPXXX</BICFI>", "BRIEFRPPXXX</BICFI><LEI>5493001KJTIIGC8Y1R13</LEI>"),
    case("AG-08", E, "CdtrAgt/BrnchId", "(BRIEFRPPXXX.*?)</CdtrAgt>", r"\1<BrnchId><Id>7</Id></BrnchId></CdtrAgt>"),
    case("AG-08", E, "CdtrAgt/FinInstnId/Othr", "BRIEFRPPXXX</BICFI>", "BRIEFRPPXXX</BICFI><Othr><Id>7</Id></Othr>"),
    case("AG-09", W, "CdtrAgt/FinInstnId/Nm", CREDITORS_BANK, bank("CdtrAgt",
         "<BICFI>BRIEFRPPXXX</BICFI><Nm>Brie</Nm><PstlAdr><TwnNm>Paris</TwnNm><Ctry>FR</Ctry></PstlAdr>")),
    case("AG-10", W, "InstdAgt/FinInstnId/BICFI", "(<InstdAgt>.*?)LUMIFRPPXXX", r"\1AURODEFF"),
    case("AG-11", W, "CdtrAgt/FinInstnId/BICFI", "BRIEFRPPXXX", "PONTBEBB"),
)  # fmt: skip

PARTIES = (
    case("PA-01", E, "Dbtr/Nm", f"<Nm>{NAME}</Nm>", ""),
    case("PA-01", E, "Dbtr/Nm", NAME, "  "),
    case("PA-02", E, "Dbtr/Id/OrgId/AnyBIC", "</Dbtr>", "<Id><OrgId><AnyBIC>MORGDEFFXXX</AnyBIC></OrgId></Id></Dbtr>"),
    case("PA-03", E, "Dbtr/Nm", f"<Nm>{NAME}</Nm>", ""),
    case("PA-04", E, "Dbtr/PstlAdr/TwnNm", "<TwnNm>Frankfurt</TwnNm>", ""),
    case("PA-04", E, "Dbtr/PstlAdr/Ctry", "<Ctry>DE</Ctry>", ""),
    case("PA-04", E, "Cdtr/PstlAdr/AdrLine[3]", CREDITOR_ADDRESS,
         "<PstlAdr><TwnNm>Lyon</TwnNm><Ctry>FR</Ctry><AdrLine>a</AdrLine><AdrLine>b</AdrLine><AdrLine>c</AdrLine></PstlAdr>"),
    case("PA-04", E, "Dbtr/PstlAdr/AdrLine[4]", DEBTOR_ADDRESS, f"<PstlAdr>{LINES}</PstlAdr>"),
    case("PA-04", E, "Dbtr/PstlAdr/AdrLine", DEBTOR_ADDRESS, f"<PstlAdr><AdrLine>{'a' * 36}</AdrLine></PstlAdr>"),
    case("PA-04", W, "Dbtr/PstlAdr/TwnNm", DEBTOR_ADDRESS, "<PstlAdr><AdrLine>1 Test Street</AdrLine></PstlAdr>"),
    case("PA-05", E, "Cdtr/PstlAdr/AdrLine", "2 quai du Test", "2 quai du Test, LYON"),
    case("PA-06", E, "Dbtr/PstlAdr/Ctry", "<Ctry>DE", "<Ctry>UK"),
    case("PA-07", E, "Dbtr/Id/OrgId/Othr[3]", "</Dbtr>",
         f"<Id><OrgId>{'<Othr><Id>7</Id></Othr>' * 3}</OrgId></Id></Dbtr>"),
    case("PA-08", E, "UltmtDbtr/PstlAdr/TwnNm", "<Dbtr>",
         "<UltmtDbtr><Nm>Zweig</Nm><PstlAdr><AdrLine>Test 1</AdrLine></PstlAdr></UltmtDbtr><Dbtr>"),
    case("PA-09", E, "/DbtrAcct", "<DbtrAcct>.*?</DbtrAcct>", ""),
    case("PA-09", E, "/CdtrAcct", "<CdtrAcct>.*?</CdtrAcct>", ""),
    case("AC-01", E, "DbtrAcct/Id/IBAN", "DE89370400", "DE88370400"),
    case("AC-01", E, "DbtrAcct/Id/IBAN", "0532013000<", "053201300<"),
    case("AC-02", E, "CdtrAcct/Id/Othr/Id", "0001-ATELIER", "/0001-ATELIER"),
    case("AC-02", E, "CdtrAcct/Id/Othr/Id", "0001-ATELIER", "0001//ATELIER"),
    case("AC-03", W, "CdtrAcct/Id/Othr/Id", "0001-ATELIER", "FR1420041010050500013M02606"),
    case("AC-04", W, "DbtrAcct/Id/IBAN", "DE89370400440532013000", "FR1420041010050500013M02606"),
)  # fmt: skip

USTRD = "<Ustrd>.*?</Ustrd>"

REST = (
    case("RM-01", E, "RmtInf/Strd", "</Ustrd>", "</Ustrd><Strd><AddtlRmtInf>x</AddtlRmtInf></Strd>"),
    case("RM-02", E, "RmtInf/Ustrd[2]", "</Ustrd>", "</Ustrd><Ustrd>more</Ustrd>"),
    case("RM-03", E, "RmtInf/Strd[1]", USTRD, f"<Strd><AddtlRmtInf>{'r' * 140}</AddtlRmtInf></Strd>" * 65),
    case("RM-04", E, "/RltdRmtInf", "<RmtInf>", "<RltdRmtInf><RmtId>R1</RmtId></RltdRmtInf><RmtInf>"),
    case("NU-01", E, "/Tax", "<RmtInf>", "<Tax><RefNb>1</RefNb></Tax><RmtInf>"),
    case("NU-01", E, "/PoolgAdjstmntDt", "<InstdAmt", "<PoolgAdjstmntDt>2026-03-02</PoolgAdjstmntDt><InstdAmt"),
    case("NU-01", E, "FIToFICstmrCdtTrf/SplmtryData", "</CdtTrfTxInf>",
         "</CdtTrfTxInf><SplmtryData><Envlp><x xmlns='urn:x'/></Envlp></SplmtryData>"),
    case("NU-01", E, "Dbtr/CtctDtls", "</Dbtr>", "<CtctDtls><Nm>Eva</Nm></CtctDtls></Dbtr>"),
    case("IC-01", E, "InstrForCdtrAgt[1]/Cd", BEFORE_PURPOSE,
         code("InstrForCdtrAgt", "HOLD") + code("InstrForCdtrAgt", "CHQB") + BEFORE_PURPOSE),
    case("IC-02", E, "InstrForCdtrAgt[1]/Cd", BEFORE_PURPOSE,
         code("InstrForCdtrAgt", "PHOB") + code("InstrForCdtrAgt", "TELB") + BEFORE_PURPOSE),
    case("IC-03", E, "InstrForCdtrAgt[2]/Cd", BEFORE_PURPOSE, code("InstrForCdtrAgt", "HOLD") * 2 + BEFORE_PURPOSE),
    case("IC-04", E, "InstrForCdtrAgt[3]", BEFORE_PURPOSE,
         "<InstrForCdtrAgt><InstrInf>x</InstrInf></InstrForCdtrAgt>" * 3 + BEFORE_PURPOSE),
    case("CD-01", E, "Purp/Cd", "SALA", "QQQQ"),
    case("CD-02", E, "CtgyPurp/Cd", TYPE, f"</PmtId><PmtTpInf>{code('CtgyPurp', 'QQQQ')}</PmtTpInf>"),
    case("CD-03", E, "SvcLvl/Cd", TYPE, f"</PmtId><PmtTpInf>{code('SvcLvl', 'QQQQ')}</PmtTpInf>"),
    case("CD-03", W, "SvcLvl/Cd", TYPE, f"</PmtId><PmtTpInf>{code('SvcLvl', 'G004')}</PmtTpInf>"),
    case("CD-04", E, "ClrSysId/Cd", CREDITORS_BANK, bank("CdtrAgt",
         f"<BICFI>BRIEFRPPXXX</BICFI><ClrSysMmbId>{code('ClrSysId', 'QQQQQ')}<MmbId>1</MmbId></ClrSysMmbId>")),
    case("CD-06", E, "LclInstrm/Cd", TYPE, f"</PmtId><PmtTpInf>{code('LclInstrm', 'QQQQ')}</PmtTpInf>"),
    case("CS-01", E, "PmtId/EndToEndId", "INVOICE-4712", "INVOICE@4712"),
    case("CS-02", E, "Dbtr/Nm", NAME, "Morgenrot € GmbH"),
    case("CS-03", W, "Dbtr/Nm", NAME, "Morgenrot  GmbH"),
    case("CS-04", E, "Cdtr/Nm", "Atelier Lumiere", "Atelier Lumière"),
)  # fmt: skip

CASES: Final = (*HEADER, *GROUP, *TRANSACTION, *AGENTS, *PARTIES, *REST)
