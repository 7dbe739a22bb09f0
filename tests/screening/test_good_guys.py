from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.screening import Field, RiskLevel, ScreeningResult, Subject
from screening.engine import Screener
from screening.entity import Entity, EntityKind, ListedName, NameKind
from screening.good_guys import GoodGuy, party_key, suppress

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LISTED = Entity(
    "DEMO", "1", EntityKind.PERSON, (ListedName("QUORVATH, Mirabel", NameKind.PRIMARY),), bics=("KRKNRUMM",)
)
PARTY = Subject("debtor", "Mirabel Quorvath", account="DE02120300000000202051")
SCREENER = Screener([LISTED], "v1")
GUY = GoodGuy(
    "gg-1", party_key(PARTY), "DEMO", "1", LISTED.content_hash, NOW + timedelta(days=365), frozenset(("ann", "bob"))
)


def screened(subject: Subject, guy: GoodGuy, screener: Screener = SCREENER, now: datetime = NOW) -> ScreeningResult:
    return suppress(screener.screen([subject]), [subject], [guy], now)


def test_a_decision_suppresses_the_hold_and_keeps_the_hit() -> None:
    result = screened(PARTY, GUY)
    (hit,) = result.hits
    assert (hit.level, hit.suppressed_by, hit.holds) == (RiskLevel.CRITICAL, "gg-1", False)
    assert not result.requires_review


@pytest.mark.parametrize(
    ("subject", "guy"),
    [
        (replace(PARTY, account="DE89370400440532013000"), GUY),
        (replace(PARTY, name="Mirabel Quorvat"), GUY),
        (PARTY, replace(GUY, expires_at=NOW)),
        (PARTY, replace(GUY, approved_by=frozenset(("ann",)))),
        (PARTY, replace(GUY, entity_id="2")),
        (PARTY, replace(GUY, entity_hash="0" * 32)),
        (PARTY, replace(GUY, list_name="OTHER")),
    ],
)
def test_any_change_voids_it(subject: Subject, guy: GoodGuy) -> None:
    assert screened(subject, guy).requires_review


def test_a_changed_entry_voids_it() -> None:
    changed = Screener([replace(LISTED, births=("1961",))], "v2")
    assert screened(PARTY, GUY, changed).requires_review


def test_words_in_another_order_are_the_same_party() -> None:
    assert not screened(replace(PARTY, name="QUORVATH, Mirabel"), GUY).requires_review


def test_never_for_an_identifier() -> None:
    bank = Subject("debtor", "KRKNRUMM", Field.AGENT, identifiers=("KRKNRUMM",))
    guy = replace(GUY, party=party_key(bank))
    assert screened(bank, guy).requires_review


def test_never_for_an_identifier_though_the_name_is_the_same_as_well() -> None:
    """Whoever was cleared by its name, and then comes with the listed one's BIC, is the listed one."""
    bank = Subject("intermediary_1", "Mirabel Quorvath", Field.AGENT, identifiers=("KRKNRUMM",))
    (hit,) = screened(bank, replace(GUY, party=party_key(bank))).hits
    assert hit.evidence is not None
    assert (hit.holds, hit.evidence.reason.partition(":")[0]) == (True, "identifier")
