from dataclasses import replace

import pytest

from domain.fx import Exchanged
from domain.mention import Mentioned, Saying, Seat, Topic
from domain.money import Money
from domain.party import Particulars, Party
from domain.payment import PaymentKind, PaymentOrder
from domain.screening import Field, RiskLevel, Subject
from screening.engine import Screener
from screening.policies import AGENTS, subjects

DEBTOR = Party("Anna Schmidt", "DEMODEFFXXX", country="DE", address="Hafenstr. 1", town="Hamburg")
CREDITOR = Party("Chez Zoe SARL", "DEMOFRPPXXX", country="FR")
MENTIONED = (
    Mentioned(Seat.ULTIMATE_CREDITOR, name="Viktor Zarubin-Demov", country="RU"),
    Mentioned(Seat.INTERMEDIARY_1, bic="DEMOIRTHXXX", name="Invented Transit Bank"),
    Mentioned(Seat.INITIATING_PARTY, name="Erika Beispiel", address="12 Azadi Avenue", town="Tehran, Iran"),
)


def order(
    kind: PaymentKind = PaymentKind.CUSTOMER, remittance: str | None = "M/V GRIMTIDE WANDERER VOY 12"
) -> PaymentOrder:
    return PaymentOrder(
        Money(1_000, "EUR"), DEBTOR, CREDITOR, "E2E-1", "u", kind=kind, mentioned=MENTIONED, remittance_info=remittance
    )


def test_everybody_and_everything_is_screened() -> None:
    assert [(subject.role, subject.field) for subject in subjects(order())] == [
        ("debtor", Field.PARTY),
        ("debtor_address", Field.ADDRESS),
        ("debtor_agent", Field.AGENT),
        ("creditor", Field.PARTY),
        ("creditor_agent", Field.AGENT),
        ("ultimate_creditor", Field.PARTY),
        ("intermediary_1", Field.AGENT),
        ("initiating_party", Field.PARTY),
        ("initiating_party_address", Field.ADDRESS),
        ("remittance", Field.TEXT),
    ]


def test_the_dealer_of_an_exchange_is_screened_as_a_bank() -> None:
    exchanged = replace(order(), fx=Exchanged("quo_1", "DEMOIRTHXXX", "1.1", Money(1_100, "USD")))
    (dealer,) = [subject for subject in subjects(exchanged) if subject.role == "exchange_dealer"]
    assert (dealer.field, dealer.identifiers, dealer.kind) == (Field.AGENT, ("DEMOIRTHXXX",), "organisation")
    held = {(hit.role, hit.entity_id) for hit in Screener.load().screen((dealer,)).hits}
    assert held == {("exchange_dealer", "IR")}


def test_a_bank_that_pays_is_read_as_an_organisation() -> None:
    kinds = {subject.role: subject.kind for subject in subjects(order(PaymentKind.INSTITUTION))}
    assert (kinds["debtor"], kinds["creditor"]) == ("organisation", "organisation")
    assert {subject.role: subject.kind for subject in subjects(order())}["debtor"] is None


@pytest.mark.parametrize("remittance", [None, "", "   "])
def test_no_text_is_no_subject(remittance: str | None) -> None:
    assert "remittance" not in {subject.role for subject in subjects(order(remittance=remittance))}


def test_what_a_message_says_beside_the_payment_is_screened() -> None:
    told = replace(
        order(remittance=None),
        mentioned=(),
        in_passing=(Mentioned(Seat.REMITTANCE_PARTY, name="Viktor Zarubin-Demov"),),
        said=(Saying(Topic.INSTRUCTION, "call on board of M/V GRIMTIDE WANDERER"),),
    )
    hits = Screener.load().screen(subjects(told)).hits
    assert {(hit.role, hit.entity_id) for hit in hits} == {
        ("remittance_party", "D-OFAC-001"),
        ("instruction", "D-OFAC-007"),
    }


def test_what_else_is_known_of_a_party_is_compared() -> None:
    known = Particulars(("1961-05-02",), "IR", ("711234567", "5493001KJTIIGC8Y1R12"))
    told = replace(order(remittance=None), creditor=replace(CREDITOR, particulars=known), mentioned=())
    (creditor,) = [subject for subject in subjects(told) if subject.role == "creditor"]
    assert (creditor.births, creditor.countries, creditor.identifiers) == (
        known.births,
        ("FR", "IR"),
        known.identifiers,
    )
    (hit,) = Screener.load().screen((creditor,)).hits
    assert (hit.list_name, hit.entity_id) == ("GEO", "IR")
    bank = Mentioned(Seat.INTERMEDIARY_1, bic="DEMOFRPPXXX", particulars=Particulars(identifiers=known.identifiers))
    (agent,) = [each for each in subjects(replace(told, mentioned=(bank,))) if each.role == "intermediary_1"]
    assert agent.identifiers == ("DEMOFRPPXXX", *known.identifiers)


@pytest.mark.parametrize(
    "who",
    [
        Mentioned(Seat.ULTIMATE_DEBTOR, country="IR", town="Somewhere"),
        Mentioned(Seat.ULTIMATE_DEBTOR, particulars=Particulars(residence="IR")),
    ],
)
def test_a_party_without_a_name_still_has_a_country(who: Mentioned) -> None:
    hits = Screener.load().screen(subjects(replace(order(remittance=None), mentioned=(who,)))).hits
    assert [(hit.role, hit.entity_id) for hit in hits] == [("ultimate_debtor", "IR")]


def test_what_a_payment_is_held_for() -> None:
    hits = Screener.load().screen(subjects(order())).hits
    assert {(hit.role, hit.list_name, hit.entity_id, hit.level) for hit in hits} == {
        ("ultimate_creditor", "DEMO-OFAC", "D-OFAC-001", RiskLevel.CRITICAL),
        ("intermediary_1", "GEO", "IR", RiskLevel.HIGH),
        ("initiating_party_address", "GEO", "IR", RiskLevel.HIGH),
        ("remittance", "DEMO-OFAC", "D-OFAC-007", RiskLevel.CRITICAL),
    }


def test_every_bank_is_an_agent() -> None:
    assert Seat.DEBTOR_AGENT in AGENTS
    assert Seat.THIRD_REIMBURSEMENT_AGENT in AGENTS
    assert not {Seat.ULTIMATE_DEBTOR, Seat.UNDERLYING_CREDITOR, Seat.INITIATING_PARTY} & AGENTS


def test_a_party_known_by_its_identifier_needs_no_name() -> None:
    assert Screener.load().screen([Subject("debtor", "", Field.AGENT, identifiers=("DEMOSYDA",))]).hits
