from dataclasses import replace

import pytest

from domain.errors import ListRefused
from screening.entity import Entity, EntityKind, ListedName
from screening.lists.guard import Version, admit, announced, combined, delta


def entities(count: int, start: int = 0) -> list[Entity]:
    return [
        Entity("DEMO", str(number), EntityKind.PERSON, (ListedName(f"Invented {number}"),))
        for number in range(start, start + count)
    ]


def version(listed: list[Entity], data: bytes = b"file") -> Version:
    return Version.of("DEMO", data, listed)


OLD = version(entities(100))


def test_what_a_version_changes() -> None:
    renamed = replace(entities(1)[0], names=(ListedName("Invented otherwise"),))
    changes = delta(OLD, version([renamed, *entities(98, 1), *entities(2, 200)]))
    assert (changes.added, changes.changed, changes.removed) == (("200", "201"), ("0",), ("99",))
    assert changes.to_screen == {"0", "200", "201"}
    assert delta(None, OLD).added == tuple(OLD.hashes)
    assert delta(OLD, OLD).to_screen == frozenset()


@pytest.mark.parametrize(
    ("kept", "acknowledged", "reason"),
    [
        (100, False, None),
        (95, False, None),
        (94, False, "dropped"),
        (94, True, None),
        (10, True, "shrunk"),
        (0, True, "empty"),
    ],
)
def test_a_list_that_shrinks(kept: int, acknowledged: bool, reason: str | None) -> None:
    new = version(entities(kept))
    if reason is None:
        assert len(admit(new, OLD, acknowledged=acknowledged).removed) == 100 - kept
    else:
        with pytest.raises(ListRefused) as refused:
            admit(new, OLD, acknowledged=acknowledged)
        assert refused.value.facts["reason"] == reason


@pytest.mark.parametrize(
    ("aliases", "acknowledged", "refused"), [(11, False, True), (11, True, False), (18, False, False)]
)
def test_a_list_that_loses_its_aliases(aliases: int, acknowledged: bool, refused: bool) -> None:
    """Every entity may still be there when half of a file of aliases is gone."""

    def listed(many: int) -> Version:
        names = tuple(ListedName(f"Alias {number}") for number in range(many))
        return version([replace(each, names=(*each.names, *names)) for each in entities(100)])

    if refused:
        with pytest.raises(ListRefused, match="names") as dropped:
            admit(listed(aliases), listed(19), acknowledged=acknowledged)
        assert dropped.value.facts["reason"] == "dropped"
    else:
        assert len(admit(listed(aliases), listed(19), acknowledged=acknowledged).changed) == 100


def test_a_file_that_is_not_the_announced_one() -> None:
    announced("DEMO", b"file", OLD.sha256.upper())
    with pytest.raises(ListRefused) as refused:
        announced("DEMO", b"file", "0" * 64)
    assert refused.value.facts["reason"] == "tampered"


@pytest.mark.parametrize("list_name", ["OFAC", "OFAC-CONS"])
def test_a_list_has_a_size_even_when_it_is_the_first(list_name: str) -> None:
    with pytest.raises(ListRefused) as refused:
        admit(Version.of(list_name, b"x", entities(10)), None)
    assert refused.value.facts["reason"] == "truncated"


def test_versions_together_have_one_name() -> None:
    other = Version.of("OTHER", b"other", entities(1))
    assert combined([OLD, other]) == combined([other, OLD]) != combined([OLD])
    assert len(combined([OLD])) == len(OLD.name) == 12
