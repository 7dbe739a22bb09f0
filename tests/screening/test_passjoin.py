import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from screening.passjoin import MOST, PassJoin

# Few letters, so that near strings and shared segments are common.
names = st.text(alphabet="abc", max_size=14)


@given(st.lists(names, max_size=30, unique=True), names)
def test_every_string_within_three_edits_is_found(strings: list[str], query: str) -> None:
    found = PassJoin(strings).within(query, MOST)
    expected = {
        (number, distance)
        for number, text in enumerate(strings)
        if (distance := Levenshtein.distance(query, text)) <= MOST
    }
    assert set(found) == expected
    assert len(found) == len(expected)


@given(st.text(alphabet="abcdefgh", min_size=4, max_size=40), st.data())
def test_three_random_edits_never_hide_a_name(name: str, data: st.DataObject) -> None:
    edited = name
    for _ in range(MOST):
        place = data.draw(st.integers(0, len(edited)))
        match data.draw(st.sampled_from(("insert", "delete", "change"))):
            case "insert":
                edited = edited[:place] + data.draw(st.sampled_from("abz")) + edited[place:]
            case "delete":
                edited = edited[:place] + edited[place + 1 :]
            case _:
                edited = edited[:place] + data.draw(st.sampled_from("abz")) + edited[place + 1 :]
    assert 0 in {number for number, _ in PassJoin([name, "unrelated"]).within(edited, MOST)}


@pytest.mark.parametrize("strings", [[], [""], ["a"], ["abc", ""]])
def test_short_and_empty_strings_do_no_harm(strings: list[str]) -> None:
    assert len(PassJoin(strings).within("", MOST)) == len(strings)
