"""Whatever a publisher lists under an id that was taken: nobody is lost, nobody is listed twice."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.entity import Document, Entity, EntityKind, ListedName, NameKind
from screening.lists.layouts import read, read_all
from screening.lists.repeats import Repeats, settled
from tests.screening.lists import samples

PERSON, ORGANISATION = EntityKind.PERSON, EntityKind.ORGANISATION


def listed(number: str, *names: str, kind: EntityKind = PERSON, births: tuple[str, ...] = ()) -> Entity:
    primary, *others = names
    said = (ListedName(primary, NameKind.PRIMARY), *(ListedName(name, NameKind.STRONG) for name in others))
    return Entity("UN", number, kind, said, births=births)


ONE = listed("1", "Mirko Zarubanov", "Zarub", births=("1961",))
OTHER = listed("1", "Olga Petruvna", "Zarub", births=("1970",))
COMPANY = listed("1", "Krakenfjord Bank", kind=ORGANISATION)
ELSEWHERE = listed("2", "Somebody Else")
BOTH = replace(
    ONE,
    names=(
        ListedName("Mirko Zarubanov", NameKind.PRIMARY),
        ListedName("Olga Petruvna", NameKind.PRIMARY),
        ListedName("Zarub", NameKind.STRONG),
    ),
    births=("1961", "1970"),
)

CASES: list[tuple[str, list[Entity], list[Entity], Repeats]] = [
    ("nothing", [], [], Repeats()),
    ("each once", [ONE, ELSEWHERE], [ONE, ELSEWHERE], Repeats()),
    ("word for word", [ONE, ELSEWHERE, ONE, ONE], [ONE, ELSEWHERE], Repeats(same=2)),
    ("with other names", [ONE, ELSEWHERE, OTHER], [BOTH, ELSEWHERE], Repeats(merged=1)),
    ("both again", [ONE, OTHER, OTHER, ONE], [BOTH], Repeats(same=2, merged=1)),
    (
        "of another kind",
        [ONE, COMPANY, ELSEWHERE],
        [ONE, replace(COMPANY, entity_id="1/2"), ELSEWHERE],
        Repeats(apart=1),
    ),
    (
        "of another kind, whose number is somebody's",
        [listed("1/2", "Third"), ONE, COMPANY],
        [listed("1/2", "Third"), ONE, replace(COMPANY, entity_id="1/3")],
        Repeats(apart=1),
    ),
]


@pytest.mark.parametrize(("given_", "kept", "repeats"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_becomes_of_an_id_that_was_taken(given_: list[Entity], kept: list[Entity], repeats: Repeats) -> None:
    assert settled(given_) == (kept, repeats)
    assert bool(repeats) is (len(given_) > len(kept) or repeats.apart > 0)


def test_everything_else_that_is_said_comes_together() -> None:
    more = replace(
        ONE,
        nationalities=("RU",),
        countries=("Panama",),
        addresses=("1 Fjord Street",),
        documents=(Document("passport", "71"),),
        bics=("KRKNRUMM",),
        imos=("9999999",),
        leis=("LEI",),
        wallets=("0x1",),
        programmes=("UKR",),
    )
    assert settled([ONE, more])[0] == [more]
    assert settled([more, ONE])[0] == [more]


@given(
    st.lists(
        st.builds(
            lambda number, names, kind: listed(number, *names, kind=kind),
            st.sampled_from(["1", "2", "1/2"]),
            st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=3, unique=True),
            st.sampled_from(EntityKind),
        )
    )
)
def test_no_name_is_lost_and_every_id_is_one(entities: list[Entity]) -> None:
    kept, repeats = settled(entities)
    assert len({entity.entity_id for entity in kept}) == len(kept)
    assert {(entity.kind, name) for entity in entities for name in entity.names} == {
        (entity.kind, name) for entity in kept for name in entity.names
    }
    assert len(kept) == len(entities) - repeats.same - repeats.merged
    assert settled(kept) == (kept, Repeats())


def after(data: bytes, begin: bytes, end: bytes, change: Callable[[bytes], bytes] = bytes) -> bytes:
    """A file in which its first entry stands twice, the second time with a change."""
    found = re.search(re.escape(begin) + b".*?" + re.escape(end), data, re.DOTALL)
    assert found is not None
    return data[: found.end()] + change(found[0]) + data[found.end() :]


def renamed(entry: bytes) -> bytes:
    """The same entry with another name in the place of its names."""
    changed = re.sub("Viktor|VIKTOR|Виктор".encode(), b"Boleslav", entry)
    assert changed != entry
    return changed


LAYOUTS: list[tuple[str, bytes, bytes, bytes]] = [
    ("OFAC", samples.SDN, b"101,", b"\r\n"),
    ("OFAC", samples.SDN_XML, b"<sdnEntry>", b"</sdnEntry>"),
    ("EU", samples.EU_XML, b"<sanctionEntity", b"</sanctionEntity>"),
    ("UN", samples.UN_XML, b"<INDIVIDUAL>", b"</INDIVIDUAL>"),
    ("UK", samples.UK_XML, b"<Designation>", b"</Designation>"),
]


@pytest.mark.parametrize(("list_name", "data", "begin", "end"), LAYOUTS)
def test_every_layout_may_say_it_twice(list_name: str, data: bytes, begin: bytes, end: bytes) -> None:
    once = read(list_name, data)
    assert read_all(list_name, after(data, begin, end)) == (once, Repeats(same=1))
    kept, repeats = read_all(list_name, after(data, begin, end, renamed))
    assert repeats == Repeats(merged=1)
    assert [entity.entity_id for entity in kept] == [entity.entity_id for entity in once]
    names = {name.text for name in kept[0].names}
    assert {name.text for name in once[0].names} < names
    assert any("Boleslav" in name for name in names)


TABLES: list[tuple[str, bytes, dict[bytes, bytes]]] = [
    ("EU", samples.EU_CSV_1_1, {b";101;EU.101.1": b";201;EU.101.1"}),
    ("EU", samples.EU_CSV_1_0, {b";101;": b";201;"}),
    ("UK", samples.CONLIST, {b",15101": b",15102"}),
]


@pytest.mark.parametrize(("list_name", "data", "renumbered"), TABLES)
def test_a_table_may_have_two_numbers_under_one_reference(
    list_name: str, data: bytes, renumbered: dict[bytes, bytes]
) -> None:
    """Its rows are gathered by a number of the publisher's own; the reference is the id."""
    headers = 1 if list_name == "EU" else 2
    rows = b"".join(data.splitlines(keepends=True)[headers:])
    for old, new in renumbered.items():
        assert old in rows
        rows = rows.replace(old, new)
    once = read(list_name, data)
    assert read_all(list_name, data + rows) == (once, Repeats(same=1))
    (kept,), repeats = read_all(list_name, data + rows.replace(b"Viktor", b"Boleslav"))
    assert repeats == Repeats(merged=1)
    assert {name.text for name in once[0].names} < {name.text for name in kept.names}
