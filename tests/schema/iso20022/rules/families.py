"""One clean message of each family but the customer's transfer, mostly as our own codecs write it."""

from dataclasses import replace
from typing import Final

from domain.money import Money
from domain.original import StatedReason
from domain.statement import Balance, Direction, EntryDetail, Notification, Statement
from domain.status_report import StatusReport
from schema.iso20022.codecs import camt029, camt053, camt054, camt056, pacs002, pacs004, pacs009
from schema.iso20022.codecs.identity import Identity
from tests.schema.iso20022.codecs.test_pacs002 import ORIGINAL, SETTLED
from tests.schema.iso20022.codecs.test_recalls import ANSWER, REQUEST
from tests.schema.iso20022.codecs.test_returns import BACK, RETURN
from tests.schema.iso20022.codecs.test_statements import ACCOUNT, DAY, ENTRY
from tests.schema.iso20022.codecs.test_transfers import BANKS, COVER
from tests.schema.iso20022.codecs.wire import NOW

SENT: Final = Identity("AURO-0001", NOW, "AURODEFFXXX", "LUMIFRPPXXX")

_REFUSED: Final = StatusReport(ORIGINAL, "RJCT", (StatedReason("AC04", "the account is closed"),))


def _euros(cents: int) -> Money:
    return Money(cents, "EUR")


_BATCH: Final = replace(
    ENTRY,
    details=(
        EntryDetail(amount=_euros(12_000), direction=Direction.DEBIT),
        EntryDetail(amount=_euros(2_000), direction=Direction.CREDIT),
    ),
)
"""A net batch: its payments go both ways."""
_SINGLE: Final = replace(
    ENTRY,
    reference="E2",
    amount=_euros(1_000),
    direction=Direction.CREDIT,
    details=(EntryDetail(amount=_euros(1_000), direction=Direction.CREDIT),),
)
_STATEMENT: Final = Statement(
    "S1", 7, ACCOUNT, DAY, DAY, Balance(_euros(2_500), DAY), (_BATCH, _SINGLE), Balance(_euros(-6_500), DAY), NOW
)

_HEADER: Final = """<AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02">
<Fr><FIId><FinInstnId><BICFI>AURODEFFXXX</BICFI></FinInstnId></FIId></Fr>
<To><FIId><FinInstnId><BICFI>LUMIFRPPXXX</BICFI></FinInstnId></FIId></To>
<BizMsgIdr>SALARIES</BizMsgIdr><MsgDefIdr>pain.001.001.09</MsgDefIdr><BizSvc>swift.cbprplus.03</BizSvc>
<CreDt>2026-03-02T09:15:00+01:00</CreDt></AppHdr>"""


def _transaction(number: int, amount: str, uetr: str) -> str:
    return f"""<CdtTrfTxInf>
<PmtId><InstrId>S{number}</InstrId><EndToEndId>SALARY-{number}</EndToEndId><UETR>{uetr}</UETR></PmtId>
<Amt><InstdAmt Ccy="EUR">{amount}</InstdAmt></Amt>
<CdtrAgt><FinInstnId><BICFI>LUMIFRPPXXX</BICFI></FinInstnId></CdtrAgt>
<Cdtr><Nm>Dora Beispiel</Nm></Cdtr>
<CdtrAcct><Id><IBAN>FR1420041010050500013M02606</IBAN></Id></CdtrAcct></CdtTrfTxInf>"""


_ORDERS: Final = f"""<Envelope>{_HEADER}
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn>
<GrpHdr><MsgId>SALARIES</MsgId><CreDtTm>2026-03-02T09:15:00+01:00</CreDtTm><NbOfTxs>2</NbOfTxs>
<CtrlSum>0.3</CtrlSum><InitgPty><Nm>Morgenrot Holding</Nm></InitgPty></GrpHdr>
<PmtInf><PmtInfId>SALARIES</PmtInfId><PmtMtd>TRF</PmtMtd><NbOfTxs>2</NbOfTxs><CtrlSum>0.30</CtrlSum>
<ReqdExctnDt><Dt>2026-03-03</Dt></ReqdExctnDt>
<Dbtr><Nm>Morgenrot Werkzeugbau GmbH</Nm><PstlAdr><TwnNm>Frankfurt</TwnNm><Ctry>DE</Ctry></PstlAdr></Dbtr>
<DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct>
<DbtrAgt><FinInstnId><BICFI>AURODEFFXXX</BICFI></FinInstnId></DbtrAgt><ChrgBr>SHAR</ChrgBr>
{_transaction(1, "0.10", "0d7b9a52-93f4-4a0e-8a5c-3f2c6d1e9b70")}
{_transaction(2, "0.20", "8a562c67-ca16-48ba-b074-65581be6f001")}</PmtInf></CstmrCdtTrfInitn></Document></Envelope>"""


def _text(raw: bytes) -> str:
    """On one line, so that a change may span elements."""
    return "".join(line.strip() for line in raw.decode().splitlines())


def _interim(statement: str) -> str:
    """A report within the day looks like a statement."""
    return (
        statement.replace("camt.053", "camt.052")
        .replace("BkToCstmrStmt", "BkToCstmrAcctRpt")
        .replace("<Stmt>", "<Rpt>")
        .replace("</Stmt>", "</Rpt>")
        .replace("StmtPgntn", "RptPgntn")
    )


_WRITTEN: Final = _text(camt053.encode(_STATEMENT, SENT))

FAMILIES: Final = {
    "transfer": _text(pacs009.encode(BANKS, SENT)),
    "cover": _text(pacs009.encode(COVER, SENT)),
    "report": _text(pacs002.encode(SETTLED, SENT)),
    "refusal": _text(pacs002.encode(_REFUSED, SENT)),
    "return": _text(pacs004.encode(RETURN, BACK)),
    "recall": _text(camt056.encode(REQUEST)),
    "answer": _text(camt029.encode(ANSWER)),
    "statement": _WRITTEN,
    "interim": _interim(_WRITTEN),
    "notification": _text(camt054.encode(Notification("N1", ACCOUNT, (_BATCH, _SINGLE), NOW), SENT)),
    "orders": _text(_ORDERS.encode()),
}
