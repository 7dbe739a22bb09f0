import pytest

from domain.screening import Hit, RiskLevel, ScreeningResult
from screening.distance import Form, allowed, bears, distance, same, within
from screening.levels import Found, Settings, level

CRITICAL, HIGH, MEDIUM, LOW = RiskLevel.CRITICAL, RiskLevel.HIGH, RiskLevel.MEDIUM, RiskLevel.LOW


def found(
    score: float = 0.0,
    *,
    same: bool = False,
    edits: int = 20,
    within: bool = False,
    weak: bool = False,
    agree: int = 0,
    against: int = 0,
    borne: bool = True,
    ship: bool = False,
) -> Found:
    return Found(score, same, edits, within, weak, agree, against, borne, ship)


@pytest.mark.parametrize(
    ("match", "reached"),
    [
        (found(99, same=True, edits=0, within=True), CRITICAL),
        (found(99, same=True, edits=0, within=True, against=2), CRITICAL),
        (found(50, edits=1, within=True), HIGH),
        (found(93), HIGH),
        (found(92.9), MEDIUM),
        (found(40, edits=3, within=True), MEDIUM),
        (found(40, edits=3, within=False), None),
        (found(80), MEDIUM),
        (found(79.9), LOW),
        (found(69.9), None),
        (found(85, agree=1), HIGH),
        (found(85, agree=1, against=1), MEDIUM),
        (found(85, against=1), MEDIUM),
        (found(85, against=2), LOW),
        (found(95, against=2), MEDIUM),
        (found(75, against=2), LOW),
        (found(99, same=True, edits=0, within=True, weak=True), LOW),
        (found(60, weak=True), None),
        (found(40, edits=1, within=True, borne=False), HIGH),
        (found(40, edits=2, within=True, borne=False), LOW),
        (found(80, edits=2, within=True, borne=False), MEDIUM),
        (found(99, same=True, edits=0, within=True, ship=True), CRITICAL),
        (found(93, ship=True), MEDIUM),
        (found(80, ship=True), LOW),
        (found(80, ship=True, agree=1, against=1), MEDIUM),
        (found(75, ship=True), LOW),
    ],
)
def test_the_table_of_levels(match: Found, reached: RiskLevel | None) -> None:
    assert level(match, Settings()) is reached


@pytest.mark.parametrize(("length", "edits"), [(0, 0), (4, 0), (5, 1), (7, 1), (8, 2), (11, 2), (12, 3), (140, 3)])
def test_longer_names_bear_more_edits(length: int, edits: int) -> None:
    assert allowed(length) == edits
    assert allowed(length, scaled=False) == 3


@pytest.mark.parametrize(
    ("one", "other", "edits", "close"),
    [
        ("ivan petrov", "petrov ivan", 0, True),
        ("ivan petrov", "ivan petrow", 1, True),
        ("ivan petrov", "petrow ivan", 1, True),
        ("abcd", "abce", 1, False),
        ("abcde", "abcdf", 1, True),
        ("", "abc", 3, False),
    ],
)
def test_the_products_rule(one: str, other: str, edits: int, close: bool) -> None:
    left, right = Form.of(one), Form.of(other)
    assert distance(left, right) == edits
    assert within(left, right, edits) == close
    assert same(left, right) == (edits == 0)


@pytest.mark.parametrize(
    ("one", "other", "borne"),
    [
        ("orlo fenn", "orlo finz", False),
        ("nella braud", "nella brawn", False),
        ("zopin corp", "zoti corp", False),
        ("orlo vantrask", "orla vantrosk", True),
        ("ivan petrovskiy", "ivan petrawskiy", True),
        ("ivan petrovskiy", "iavn petrovskiy", True),  # two letters that changed places
        ("zo zo uu", "zo oz uu", True),
        ("ivanpetrov", "ivan petrow", True),
        ("ivan petrov", "ivan petrov xy", False),
    ],
)
def test_which_words_bear_edits(one: str, other: str, borne: bool) -> None:
    left, right = Form.of(one), Form.of(other)
    assert bears(left, right, distance(left, right)) == bears(right, left, distance(right, left)) == borne


def test_a_low_or_suppressed_hit_holds_nothing() -> None:
    hits = [
        Hit("debtor", "a", "b", "DEMO", "1", LOW, 75, 9),
        Hit("debtor", "a", "b", "DEMO", "1", HIGH, 95, 1, suppressed_by="gg-1"),
    ]
    assert not ScreeningResult(tuple(hits), "v", "e").requires_review
    assert ScreeningResult((*hits, Hit("debtor", "a", "b", "DEMO", "2", MEDIUM, 81, 3)), "v", "e").requires_review
