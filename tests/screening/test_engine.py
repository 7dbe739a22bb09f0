from collections import Counter

import pytest

from domain.screening import RiskLevel, Subject
from screening.distance import Form, allowed, distance
from screening.engine import Screener
from screening.entries import Entry, read
from screening.normalise import normalise

CRITICAL, HIGH, MEDIUM = RiskLevel.CRITICAL, RiskLevel.HIGH, RiskLevel.MEDIUM

LISTED = [
    Entry("DEMO-A", "A-1", "person", ("Ivan Petrov", "Vanya Petrov")),
    Entry("DEMO-A", "A-2", "person", ("Zyx",)),
    Entry("DEMO-B", "B-1", "company", ("Krakenfjord Deepwater Trading SA",)),
    Entry("DEMO-B", "B-2", "person", ("José Núñez",)),
]


@pytest.fixture(scope="module")
def screener() -> Screener:
    return Screener(LISTED, "v1")


@pytest.mark.parametrize(
    ("name", "entity", "level", "edits"),
    [
        ("Ivan Petrov", "A-1", CRITICAL, 0),
        ("IVAN  PETROV", "A-1", CRITICAL, 0),
        ("PETROV, IVAN", "A-1", CRITICAL, 0),
        ("Vanya Petrov", "A-1", CRITICAL, 0),
        ("Iván Petrov", "A-1", CRITICAL, 0),
        ("Jose Nunez", "B-2", CRITICAL, 0),
        ("Ivan Petrow", "A-1", HIGH, 1),
        ("Petrow Ivan", "A-1", HIGH, 1),
        ("Ivann Petroff", None, None, 3),
        ("Ivann Petrow", "A-1", MEDIUM, 2),
        ("Krakenfiord Deepwater Trading S.A.", "B-1", MEDIUM, 2),
        ("Krakenfiord Depwater Tradin SA", "B-1", MEDIUM, 3),
        ("Krakenfiord Depwater Tradn SA", None, None, 4),
        ("Zyx", "A-2", CRITICAL, 0),
        ("Zyk", None, None, 1),
        ("Zyxa", None, None, 1),
        ("Ivo Petersen", None, None, 0),
        ("Ivan", None, None, 0),
        ("", None, None, 0),
        ("...", None, None, 0),
    ],
)
def test_a_name_hits(screener: Screener, name: str, entity: str | None, level: RiskLevel | None, edits: int) -> None:
    result = screener.screen([Subject("debtor", name)])
    assert [(hit.entity_id, hit.level, hit.distance) for hit in result.hits] == (
        [(entity, level, edits)] if entity else []
    )
    assert result.requires_review == (entity is not None)


@pytest.mark.parametrize(("length", "edits"), [(0, 0), (4, 0), (5, 1), (8, 1), (9, 2), (12, 2), (13, 3), (140, 3)])
def test_longer_names_bear_more_edits(length: int, edits: int) -> None:
    assert allowed(length) == edits


def test_the_shorter_name_sets_the_limit() -> None:
    assert distance(Form.of("abcd"), Form.of("abcde")) is None
    assert distance(Form.of("abcde"), Form.of("abcdef")) == 1


def test_hits_are_ordered_and_scores_fall_with_distance(screener: Screener) -> None:
    subjects = [
        Subject("creditor", "Krakenfiord Depwater Tradin SA"),
        Subject("creditor", "Krakenfiord Depwater Trading SA"),
        Subject("ultimate_debtor", "Ivan Petrow"),
        Subject("debtor", "Petrov Ivan"),
    ]
    result = screener.screen(subjects)
    assert [hit.score for hit in result.hits] == [100, 90, 80, 70]
    assert result.score == 100
    assert result.list_version == "v1"
    assert result.hits[0].role == "debtor"
    assert (result.hits[0].queried, result.hits[0].matched) == ("Petrov Ivan", "Ivan Petrov")


def test_an_entity_is_reported_once_by_its_nearest_name(screener: Screener) -> None:
    (hit,) = screener.screen([Subject("debtor", "Vanya Petrov")]).hits
    assert (hit.matched, hit.distance) == ("Vanya Petrov", 0)


def test_nobody_to_screen_is_clear(screener: Screener) -> None:
    result = screener.screen([])
    assert (result.score, result.requires_review) == (0, False)


def test_the_list_must_not_be_empty() -> None:
    with pytest.raises(ValueError, match="must not be empty"):
        Screener([], "v1")


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (["name\tid"], "line 1"),
        (["list\tid\tkind\tname\taliases", "DEMO\t1\tperson\t\t"], "line 2"),
        (["list\tid\tkind\tname\taliases", "DEMO\t1\tperson"], "line 2"),
    ],
)
def test_a_broken_list_names_its_line(lines: list[str], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        list(read(lines))


def test_the_packaged_list_is_whole() -> None:
    screener = Screener.load()
    entries = {entry.entity_id: entry for entry, _, _ in screener._listed}
    assert Counter(entry.list_name for entry in entries.values()).keys() == {
        "DEMO-OFAC",
        "DEMO-EU",
        "DEMO-UN",
        "DEMO-UK",
    }
    assert len(entries) >= 28
    assert len(screener.list_version) == 12
    for entry in entries.values():
        for name in entry.names:
            assert normalise(name)
            assert entry.entity_id in {hit.entity_id for hit in screener.screen([Subject("debtor", name)]).hits}


@pytest.mark.parametrize(
    "name", ["Anna Schmidt", "Bäckerei Huber GmbH", "Acme Exports Ltd", "Kenji Tanaka", "Fatima Al Sabah"]
)
def test_ordinary_names_are_clear(name: str) -> None:
    assert Screener.load().screen([Subject("creditor", name)]).hits == ()
