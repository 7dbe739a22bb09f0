from dataclasses import replace

import pytest

from domain.mention import Mentioned, Saying, Seat, Topic
from domain.party import Particulars
from domain.payment import PaymentOrder
from schema.iso20022.codecs import pacs008, pacs009, pain001
from tests.schema.iso20022.codecs.test_pain001 import business, changed
from tests.schema.iso20022.codecs.test_transfers import COVER, ORDER
from tests.schema.iso20022.codecs.wire import SENT, received

PLAIN = replace(ORDER, remittance_info=None)

INVOICER = """<RmtInf><Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>CINV</Cd></CdOrPrtry></Tp><Nb>4711</Nb></RfrdDocInf>
<Invcr><Nm>Zoe Nacht</Nm><PstlAdr><TwnNm>Somewhere</TwnNm><Ctry>FR</Ctry></PstlAdr></Invcr>
<AddtlRmtInf>freight of</AddtlRmtInf><AddtlRmtInf>M/V GRIMTIDE</AddtlRmtInf></Strd></RmtInf>"""


def spoken(after: bytes, told: str) -> PaymentOrder:
    """A plain payment that also says something, after an element of it."""
    raw = pacs008.encode(PLAIN, SENT)
    assert raw.count(after) == 1
    return pacs008.decode(received(raw.replace(after, after + told.encode()), pacs008.MESSAGE))


@pytest.mark.parametrize(
    ("told", "sayings"),
    [
        ("", ()),
        (
            "<InstrForCdtrAgt><Cd>PHOB</Cd><InstrInf>ask for Zoe Nacht</InstrInf></InstrForCdtrAgt>",
            (Saying(Topic.INSTRUCTION, "ask for Zoe Nacht"),),
        ),
        (
            "<InstrForNxtAgt><InstrInf>/INS/of Zoe</InstrInf></InstrForNxtAgt>"
            "<InstrForNxtAgt><InstrInf>Nacht</InstrInf></InstrForNxtAgt>",
            (Saying(Topic.INSTRUCTION, "/INS/of Zoe Nacht"),),
        ),
        ("<Purp><Prtry>for Zoe Nacht</Prtry></Purp>", (Saying(Topic.PURPOSE, "for Zoe Nacht"),)),
        ("<Purp><Cd>SALA</Cd></Purp>", ()),
        (
            "<RgltryRptg><Dtls><Ctry>FR</Ctry><Inf>goods of Zoe Nacht</Inf></Dtls></RgltryRptg>",
            (Saying(Topic.REGULATORY_REPORT, "goods of Zoe Nacht"),),
        ),
        (
            "<RltdRmtInf><RmtId>R1</RmtId></RltdRmtInf>",
            (Saying(Topic.REMITTANCE_DETAILS, "R1"),),
        ),
        (
            INVOICER,
            (Saying(Topic.REMITTANCE_DETAILS, "4711 Zoe Nacht freight of M/V GRIMTIDE"),),
        ),
    ],
)
def test_what_a_message_says_beside_the_payment_is_kept_to_be_screened(told: str, sayings: tuple[Saying, ...]) -> None:
    assert spoken(b"</CdtrAcct>", told).said == sayings


def test_whom_remittance_information_names_is_kept_to_be_screened() -> None:
    found = spoken(b"</CdtrAcct>", INVOICER)
    assert found.in_passing == (Mentioned(Seat.REMITTANCE_PARTY, "Zoe Nacht", country="FR", town="Somewhere"),)
    post = "<RltdRmtInf><RmtLctnDtls><Mtd>POST</Mtd><PstlAdr><Nm>Zoe Nacht</Nm><Adr><TwnNm>Somewhere</TwnNm><Ctry>FR</Ctry></Adr></PstlAdr></RmtLctnDtls></RltdRmtInf>"
    assert spoken(b"</CdtrAcct>", post).in_passing == found.in_passing


def test_what_an_account_is_called_is_kept_to_be_screened() -> None:
    head, end, tail = pacs008.encode(PLAIN, SENT).partition(b"</CdtrAcct>")
    found = pacs008.decode(received(head + b"<Nm>Zoe Nacht</Nm>" + end + tail, pacs008.MESSAGE))
    assert found.in_passing == (Mentioned(Seat.ACCOUNT_HOLDER, "Zoe Nacht"),)


def test_what_a_cover_says_of_the_payment_that_it_covers() -> None:
    raw = pacs009.encode(replace(COVER, remittance_info=None), SENT)
    head, end, tail = raw.partition(b"</UndrlygCstmrCdtTrf>")
    told = b"<InstrForNxtAgt><InstrInf>Zoe Nacht</InstrInf></InstrForNxtAgt>"
    found = pacs009.decode(received(head + told + end + tail, pacs009.MESSAGE))
    assert found.said == (Saying(Topic.INSTRUCTION, "Zoe Nacht"),)


def test_what_a_customer_instructs() -> None:
    told = "</CdtrAcct><InstrForCdtrAgt><InstrInf>for Zoe Nacht</InstrInf></InstrForCdtrAgt>"
    order = pain001.decode(business(changed("</CdtrAcct>", told)))[0]
    assert order.said == (Saying(Topic.INSTRUCTION, "for Zoe Nacht"),)


def test_what_is_said_is_not_passed_on() -> None:
    told = spoken(b"</CdtrAcct>", INVOICER)
    again = pacs008.decode(received(pacs008.encode(told, SENT), pacs008.MESSAGE))
    assert (again.said, again.in_passing) == ((), ())
    assert again == replace(told, said=(), in_passing=())


PERSON = """<Id><PrvtId><DtAndPlcOfBirth><BirthDt>1961-05-02</BirthDt><CityOfBirth>Volkonsk</CityOfBirth><CtryOfBirth>RU</CtryOfBirth></DtAndPlcOfBirth>
<Othr><Id>711234567</Id><SchmeNm><Cd>CCPT</Cd></SchmeNm></Othr><Othr><Id>4711</Id><SchmeNm><Cd>CUST</Cd></SchmeNm></Othr></PrvtId></Id><CtryOfRes>IR</CtryOfRes>"""
FIRM = "<Id><OrgId><LEI>5493001KJTIIGC8Y1R12</LEI><Othr><Id>NOTPROVIDED</Id><SchmeNm><Cd>TXID</Cd></SchmeNm></Othr></OrgId></Id>"


@pytest.mark.parametrize(
    ("told", "particulars"),
    [
        (PERSON, Particulars(("1961-05-02",), "IR", ("711234567",))),
        (FIRM, Particulars(identifiers=("5493001KJTIIGC8Y1R12",))),
        ("", Particulars()),
    ],
)
def test_what_else_a_party_is_known_by_is_kept_to_be_screened(told: str, particulars: Particulars) -> None:
    found = spoken(b"<Nm>Atelier Lumiere</Nm>", told)
    assert found.creditor.particulars == particulars
    ultimate = f"<UltmtDbtr><Nm>Zoe Nacht</Nm>{told}</UltmtDbtr>"
    raw = pacs008.encode(PLAIN, SENT)
    head, start, tail = raw.partition(b"<Dbtr>")
    (other,) = pacs008.decode(received(head + ultimate.encode() + start + tail, pacs008.MESSAGE)).mentioned
    assert other.particulars == particulars
    again = pacs008.decode(received(pacs008.encode(found, SENT), pacs008.MESSAGE))
    assert again.creditor == replace(found.creditor, particulars=Particulars())


def test_an_ultimate_party_may_be_known_by_its_numbers_alone() -> None:
    head, start, tail = pacs008.encode(PLAIN, SENT).partition(b"<Dbtr>")
    raw = head + f"<UltmtDbtr>{PERSON}</UltmtDbtr>".encode() + start + tail
    found = pacs008.decode(received(raw, pacs008.MESSAGE))
    known = Particulars(("1961-05-02",), "IR", ("711234567",))
    assert found.in_passing == (Mentioned(Seat.ULTIMATE_DEBTOR, particulars=known),)
    assert pacs008.encode(found, SENT) == pacs008.encode(PLAIN, SENT)


def test_a_bank_may_be_known_by_its_lei_as_well() -> None:
    head, start, tail = pacs008.encode(PLAIN, SENT).partition(
        b"<BICFI>LUMIFRPPXXX</BICFI>\n          </FinInstnId>\n        </CdtrAgt>"
    )
    assert start
    lei = b"<BICFI>LUMIFRPPXXX</BICFI><LEI>5493001KJTIIGC8Y1R12</LEI></FinInstnId></CdtrAgt>"
    (bank,) = pacs008.decode(received(head + lei + tail, pacs008.MESSAGE)).mentioned
    assert (bank.role, bank.particulars.identifiers) == (Seat.CREDITOR_AGENT, ("5493001KJTIIGC8Y1R12",))
