from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given

from domain.errors import InvalidValue, MessageRefused
from domain.mention import Mentioned, Seat
from domain.money import Money
from domain.party import Party
from domain.payment import ChargeBearer, PaymentKind, PaymentOrder, SettlementMethod
from schema.iso20022.codecs import pacs008, pacs009
from schema.iso20022.codecs.identity import Identity
from tests.schema.iso20022.codecs.orders import customer_transfers, institution_transfers, town_unknown
from tests.schema.iso20022.codecs.wire import SENT, faultless, received

ORDER = PaymentOrder(
    amount=Money(12500050, "EUR"),
    debtor=Party(
        "Morgenrot Werkzeugbau", "AURODEFFXXX", "DE89370400440532013000", "DE", "Probeweg 7", town="Frankfurt"
    ),
    creditor=Party("Atelier Lumiere", "LUMIFRPPXXX", "0001-ATELIER"),
    end_to_end_id="INVOICE-4711",
    uetr="0d7b9a52-93f4-4a0e-8a5c-3f2c6d1e9b70",
    method=SettlementMethod.GROSS,
    reference="AURO-INSTR-1",
    remittance_info="Invoice 4711, drills and bits",
    message_type="pacs.008.001.08",
    message_id="AURO-0001",
    value_date="2026-03-02",
    charge_bearer=ChargeBearer.SHAR,
)
BANKS = replace(
    ORDER,
    kind=PaymentKind.INSTITUTION,
    message_type="pacs.009.001.08",
    charge_bearer=None,
    debtor=Party("AURODEFFXXX", "AURODEFFXXX", bic="AURODEFFXXX"),
    creditor=Party("LUMIFRPPXXX", "LUMIFRPPXXX", bic="LUMIFRPPXXX"),
)
COVERED = (
    Mentioned(Seat.UNDERLYING_DEBTOR, name="Morgenrot Werkzeugbau", account="DE89370400440532013000"),
    Mentioned(Seat.UNDERLYING_DEBTOR_AGENT, bic="AURODEFFXXX"),
    Mentioned(Seat.UNDERLYING_CREDITOR_AGENT, bic="LUMIFRPPXXX"),
    Mentioned(Seat.UNDERLYING_CREDITOR, name="Atelier Lumiere", account="0001-ATELIER"),
)
COVER = replace(BANKS, kind=PaymentKind.COVER, mentioned=COVERED)


def customers(order: PaymentOrder, identity: Identity = SENT) -> PaymentOrder:
    raw = faultless(pacs008.encode(order, identity), lines=town_unknown(order))
    return pacs008.decode(received(raw, pacs008.MESSAGE))


def banks(order: PaymentOrder, identity: Identity = SENT) -> PaymentOrder:
    raw = faultless(pacs009.encode(order, identity), lines=town_unknown(order))
    return pacs009.decode(received(raw, pacs009.MESSAGE))


@given(customer_transfers())
def test_a_customer_transfer_survives_the_wire(drawn: tuple[PaymentOrder, Identity]) -> None:
    order, identity = drawn
    assert customers(order, identity) == order


@given(institution_transfers(cover=False))
def test_a_transfer_between_banks_survives_the_wire(drawn: tuple[PaymentOrder, Identity]) -> None:
    order, identity = drawn
    assert banks(order, identity) == order


@given(institution_transfers(cover=True))
def test_a_cover_survives_the_wire(drawn: tuple[PaymentOrder, Identity]) -> None:
    order, identity = drawn
    assert banks(order, identity) == order


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Ångström Ærø Straße", "Angstrom Aero Strasse"),
        ("Łódź  Świętokrzyska", "Lodz Swietokrzyska"),
        ("Ελλάδα", "Ellada"),
        ("name\u00a0with a hard blank", "name with a hard blank"),
        ("one‹two›", "one<two>"),
        (" blanks  within ", "blanks within"),
        ("odd\ue000sign\x00", "odd.sign."),
    ],
)
def test_names_go_out_in_letters_that_every_bank_can_read(before: str, after: str) -> None:
    named = replace(ORDER, debtor=replace(ORDER.debtor, name=before))
    assert customers(named).debtor.name == after


@pytest.mark.parametrize(
    ("party", "comes_back"),
    [
        ({"address": "Probeweg 7, 60311 Frankfurt"}, {}),
        ({"country": "DE"}, {}),
        ({"address": "Probeweg 7, 60311 Frankfurt", "country": "DE"}, {}),
        ({"address": "Suite 12, Springfield, IL"}, {}),
        ({"town": "Frankfurt"}, {"town": None, "address": "Frankfurt"}),
        ({"town": "Frankfurt", "country": "DE", "address": "a" * 70 + ", " + "b" * 70}, {}),
        (
            {"address": "An der alten Muehle neben dem grossen Speicher"},
            {"address": "An der alten Muehle neben dem, grossen Speicher"},
        ),
    ],
)
def test_an_address_goes_out_as_far_as_it_is_known(party: dict[str, Any], comes_back: dict[str, Any]) -> None:
    plain = replace(ORDER.debtor, town=None, country=None, address=None)
    given_party, expected = replace(plain, **party), replace(plain, **{**party, **comes_back})
    assert customers(replace(ORDER, debtor=given_party)).debtor == expected


def _debtor(**changes: Any) -> PaymentOrder:
    return replace(ORDER, debtor=replace(ORDER.debtor, **changes))


@pytest.mark.parametrize(
    ("order", "error"),
    [
        (_debtor(name="n" * 141), MessageRefused),
        (_debtor(address="a" * 141), MessageRefused),
        (_debtor(address="a" * 106, town="", country=""), MessageRefused),
        (_debtor(account="/12345"), MessageRefused),
        (_debtor(account="12//345"), MessageRefused),
        (_debtor(account="1" * 35), MessageRefused),
        (replace(ORDER, end_to_end_id="e" * 36), InvalidValue),
        (replace(ORDER, end_to_end_id="under_score"), InvalidValue),
        (replace(ORDER, transaction_id="é"), InvalidValue),
        (replace(ORDER, end_to_end_id="e\x00"), InvalidValue),
        (replace(ORDER, reference="r" * 17), MessageRefused),
        (replace(ORDER, reference="/r"), MessageRefused),
        (replace(ORDER, remittance_info="r" * 141), MessageRefused),
        (replace(ORDER, mentioned=COVERED), MessageRefused),
        (replace(ORDER, mentioned=(Mentioned(Seat.INSTRUCTING_AGENT, bic="PINEUS33XXX"),)), MessageRefused),
        (replace(ORDER, amount=Money(-1, "EUR")), MessageRefused),
    ],
)
def test_what_does_not_fit_is_not_written(order: PaymentOrder, error: type[Exception]) -> None:
    with pytest.raises(error):
        pacs008.encode(order, SENT)


@pytest.mark.parametrize("missing", COVERED)
def test_a_cover_names_whom_it_covers(missing: Mentioned) -> None:
    with pytest.raises(MessageRefused) as refused:
        pacs009.encode(replace(COVER, mentioned=tuple(one for one in COVERED if one != missing)), SENT)
    assert [finding.rule for finding in refused.value.findings] == ["NF-01"]


@pytest.mark.parametrize("end_to_end_id", ["/E2E", "E//2E", "EEEEEEEEEEEEEEE/AND-MORE"])
def test_a_bank_s_end_to_end_id_begins_like_a_reference_of_mt(end_to_end_id: str) -> None:
    with pytest.raises(MessageRefused) as refused:
        pacs009.encode(replace(BANKS, end_to_end_id=end_to_end_id), SENT)
    assert [finding.rule for finding in refused.value.findings] == ["NF-03"]


def test_a_cover_says_so_in_its_header() -> None:
    assert b"<BizSvc>swift.cbprplus.cov.03</BizSvc>" in pacs009.encode(COVER, SENT)
    assert b"<BizSvc>swift.cbprplus.03</BizSvc>" in pacs009.encode(BANKS, SENT)


def test_an_advice_is_no_payment() -> None:
    raw = pacs009.encode(BANKS, SENT).replace(b"cbprplus.03", b"cbprplus.adv.03")
    with pytest.raises(MessageRefused) as refused:
        pacs009.decode(received(raw, pacs009.MESSAGE))
    assert [finding.rule for finding in refused.value.findings] == ["NF-05"]


def test_a_cover_of_nothing_is_no_cover() -> None:
    raw = pacs009.encode(BANKS, SENT).replace(b"cbprplus.03", b"cbprplus.cov.03")
    with pytest.raises(MessageRefused) as refused:
        pacs009.decode(received(raw, pacs009.MESSAGE))
    assert [finding.rule for finding in refused.value.findings] == ["NF-01"]


def test_a_bank_without_a_bic_of_its_own_is_paid_through_another() -> None:
    raw = pacs009.encode(replace(BANKS, debtor=replace(BANKS.debtor, agent_bic="PINEUS33XXX")), SENT)
    old = b"<Dbtr>\n        <FinInstnId>\n          <BICFI>AURODEFFXXX</BICFI>"
    raw = _compact(raw).replace(_compact(old), b"<Dbtr><FinInstnId><Nm>Village Bank</Nm>")
    debtor = pacs009.decode(received(raw, pacs009.MESSAGE)).debtor
    assert debtor == Party("Village Bank", "PINEUS33XXX")


@pytest.mark.parametrize("version", ["08", "10", "12"])
def test_newer_versions_are_read_as_well(version: str) -> None:
    message = f"pacs.008.001.{version}"
    raw = pacs008.encode(ORDER, SENT).replace(b"pacs.008.001.08", message.encode())
    assert pacs008.decode(received(raw, message)) == replace(ORDER, message_type=message)


def test_everything_that_is_missing_is_told_at_once() -> None:
    raw = _compact(pacs008.encode(ORDER, SENT))
    for gone in (b"<UETR>0d7b9a52-93f4-4a0e-8a5c-3f2c6d1e9b70</UETR>", b"<Nm>Atelier Lumiere</Nm>"):
        assert gone in raw
        raw = raw.replace(gone, b"")
    with pytest.raises(MessageRefused) as refused:
        pacs008.decode(received(raw, pacs008.MESSAGE))
    assert [finding.rule for finding in refused.value.findings] == ["TX-04", "PA-01"]


@pytest.mark.parametrize("hours", [-5, 0, 13])
def test_without_a_value_date_it_settles_on_the_day_of_writing(hours: int) -> None:
    late = datetime(2026, 3, 2, 23, 59, tzinfo=timezone(timedelta(hours=hours)))
    raw = pacs008.encode(replace(ORDER, value_date=None), replace(SENT, created=late))
    assert pacs008.decode(received(raw, pacs008.MESSAGE)).value_date == "2026-03-02"


def _compact(raw: bytes) -> bytes:
    return b"".join(line.strip() for line in raw.splitlines())
