from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import ListRefused
from domain.screening import Subject
from screening.lists.force import InForce, Listed
from screening.lists.guard import Delta
from screening.rescreening import Change, Comparison
from tests.screening.lists import samples

AT = datetime(2026, 5, 3, 9, 0, tzinfo=UTC)


def taken(list_name: str, data: bytes) -> Listed:
    return Listed.taken(list_name, data, at=AT)


@pytest.fixture
def in_force() -> InForce:
    lists = InForce()
    for name, data in (("UN", samples.UN_XML), ("EU", samples.EU_XML)):
        lists, _ = lists.swapped(taken(name, data), fewest=1)
    return lists


def test_a_swap_changes_one_list_and_not_the_old_ones(in_force: InForce) -> None:
    changed = samples.EU_XML.replace(b"Krakenfjord Bank", b"Krakenfjord Savings Bank")
    new, changes = in_force.swapped(taken("EU", changed), fewest=1)
    assert changes == Delta((), ("EU.102.1",), ())
    assert new.version != in_force.version
    assert new.lists["UN"] is in_force.lists["UN"]
    assert "Savings" not in str(in_force.lists["EU"].entities)
    change = Change.of("EU", new.lists["EU"].entities, changes)
    assert [entity.entity_id for entity in change.fresh] == [*change.gone] == ["EU.102.1"]
    compared = Comparison(change, new.screener())
    who = [Subject("debtor", "Krakenfjord Savings Bank"), Subject("creditor", "Krakenfjord Savings Bank")]
    assert [(hit.role, hit.entity_id) for hit in compared.hits(who)] == [
        ("debtor", "EU.102.1"),
        ("creditor", "EU.102.1"),
    ]
    assert compared.parties == 1


def test_a_refused_version_leaves_everything_as_it_is(in_force: InForce) -> None:
    with pytest.raises(ListRefused):
        in_force.swapped(taken("EU", samples.EU_CSV_1_1))
    assert in_force.missing(("UN", "EU")) == ()


def test_a_missing_or_old_list_is_never_silent(in_force: InForce) -> None:
    assert in_force.missing() == ("OFAC", "UK")
    assert not in_force.fit(AT)
    assert in_force.fit(AT, required=("UN", "EU"))
    later = AT + timedelta(days=2)
    assert in_force.stale(later) == ("UN", "EU")
    assert not in_force.fit(later, required=("UN", "EU"))
    assert in_force.confirmed("UN", later).stale(later) == ("EU",)
    assert in_force.ages_s(AT + timedelta(minutes=1)) == {"UN": 60.0, "EU": 60.0}


def test_one_person_on_two_lists_is_two_hits_with_their_versions(in_force: InForce) -> None:
    hits = in_force.screener().screen([Subject("debtor", "Viktor Ilyich Zarubin-Demov")]).hits
    assert {hit.list_name for hit in hits} == {"UN", "EU"}
    for hit in hits:
        assert hit.evidence is not None
        assert hit.evidence.list_version == in_force.lists[hit.list_name].version.name
