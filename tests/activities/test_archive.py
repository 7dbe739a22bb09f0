"""Hits computed again from the archived lists, whatever has come into force since."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from activities.archive import Archive, called
from activities.library import Library
from activities.list_files import bring_in
from deltran.lists import lines
from domain.errors import NotFound
from domain.party import Party
from domain.screening import EditRule, Hit
from schema.tables.common.session import Database
from schema.tables.compliance import checks, lists
from schema.tables.compliance.checks import Check
from schema.tables.compliance.lists import ListVersion
from schema.tables.payment import payments
from screening.lists import guard
from screening.lists.guard import Version, combined
from screening.policies import subjects
from tests.activities.test_lists import FULL, NAMES, file, un
from tests.schema.tables.world import PARIS, taken_in

AT = datetime.now(UTC)


@pytest.fixture(autouse=True)
def _small_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(guard.FEWEST, "UN", 2)


async def screened(db: Database, rule: EditRule) -> tuple[str, Check, Hit]:
    """A payment to somebody who resembles a listed person, screened by the lists in force now."""
    library = Library(db, ["UN"], max_age_s=3600, edit_rule=rule)
    await library.follow()
    payment_id = await taken_in(db, creditor=Party("Olga Petrovna", PARIS))
    async with db.write() as session:
        order = await payments.order(session, payment_id)
        result = library.screener().screen(subjects(order))
        check = await checks.record(session, payment_id, "sanctions_screening", result, datetime.now(UTC))
    return payment_id, check, check.hits[0]


@pytest.mark.parametrize("rule", EditRule)
async def test_a_hit_comes_out_as_it_was_though_the_list_is_another_one_since(db: Database, rule: EditRule) -> None:
    await bring_in(db, file(FULL), AT - timedelta(minutes=5))
    payment_id, check, hit = await screened(db, rule)
    # The next version came into force before the check was written, and the worker had not noticed yet.
    await bring_in(
        db, file(un("Mirko Zarubanov", "Olga Petruvnaya", *NAMES)), check.completed_at - timedelta(seconds=1)
    )
    async with db.read() as session:
        order = await payments.order(session, payment_id)
    found = await Archive(db).recompute(order, check, hit)
    assert hit.evidence is not None
    assert found.explanation is not None
    assert hit.evidence.edit_rule is rule
    assert found.explanation.points == hit.evidence.points
    assert found.same(hit)
    assert [line for line in lines(hit, found) if "(the same as it was stored)" in line]
    assert not found.same(replace(hit, evidence=replace(hit.evidence, entity_hash="0" * 32)))
    with pytest.raises(NotFound):
        await Archive(db).recompute(order, replace(check, list_version="0" * 12), hit)


async def test_the_lists_of_a_name_are_found_among_all_versions(db: Database) -> None:
    await bring_in(db, file(FULL), AT)
    await bring_in(db, file(un("Mirko Zarubanov", *NAMES, "Olga Petruvna", "Nobody Else")), AT + timedelta(seconds=1))
    async with db.read() as session:
        (one,) = await lists.in_force_at(session, AT)
        (two,) = await lists.current(session)
    other = replace(one, list_name="EU", id="lst_eu", sha256="ab" * 32)
    for wanted in ([one], [two], [one, other], [two, other]):
        name = combined([version_of(each) for each in wanted])
        assert called(name, [other, one, two]) == sorted(wanted, key=[other, one, two].index)
    assert called("0" * 12, [other, one, two]) is None


def version_of(listed: ListVersion) -> Version:
    return Version(listed.list_name, listed.sha256, listed.size, {})
