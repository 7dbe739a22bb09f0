import os
from itertools import pairwise, product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from bench.screening import _measured
from bench.screening_data import entities, positives_and_negatives
from screening import learning
from screening.entity import Entity, EntityKind, ListedName, NameKind
from screening.features import FEATURES, score
from screening.index import Index, Query
from screening.neighbours import Deletions, deletions

PLACE = Path(os.environ.get("DELTRAN_TEST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "screening"
word = st.text(alphabet="abcde", min_size=3, max_size=9)


def person(number: int, *names: str) -> Entity:
    listed = (ListedName(names[0], NameKind.PRIMARY), *(ListedName(name) for name in names[1:]))
    return Entity("DEMO", str(number), EntityKind.PERSON, listed)


INDEX = Index.build(
    [
        person(1, "QUORVATH, Mirabel Ilyinichna"),
        person(2, "BRIMBLE, Thaddeus", "THADEUS"),
        person(3, "WRZOSKOWIEC, Lucjan"),
        person(4, "FOGMARSH GLOAM, Peregrine"),
        person(5, "AL-SARABI, Abd al-Karim"),
    ]
)


def found(name: str, kind: str | None = "person") -> list[tuple[str, float]]:
    return [
        (INDEX.entities[INDEX.rows[match.row].owner].entity_id, score(match.points))
        for match in INDEX.search(Query(name, kind))
    ]


@pytest.mark.parametrize(
    ("name", "entity_id"),
    [
        ("Mirabel Quorvath", "1"),
        ("Mirabel Ilyinichna Quorvat", "1"),
        ("MirabelIlyinichna Quorvath", "1"),
        ("BrimbleThaddeus", "2"),
        ("Lucian Wrzoskowiec", "3"),
        ("Peregrine Fogmarsh", "4"),
        ("Abdul Karim Sarabi", "5"),
        ("Abdelkarim el Sarabi", "5"),
        ("عبد الكريم السرابي", "5"),
        ("Thaddeus Brimb", "2"),
    ],
)
def test_a_name_is_found_whatever_was_done_to_it(name: str, entity_id: str) -> None:
    assert found(name)[0][0] == entity_id
    assert found(name)[0][1] >= 70


def test_a_short_name_is_not_near_all_short_names_because_of_its_legal_form() -> None:
    crowd = [person(number, "".join(letters)) for number, letters in enumerate(product("aeiou", "bdgk", "lmnr", "st"))]
    index = Index.build([*crowd, person(999, "PASS"), person(1000, "SOCIETY PASS INCORPORATED")])
    near = {index.names[match.row].text for match in index.matches(Query("Society Pass Incorporatd"))}
    assert near == {"PASS", "SOCIETY PASS INCORPORATED"}


def test_the_more_is_done_to_a_name_the_lower_it_scores() -> None:
    names = ["Mirabel Ilyinichna Quorvath", "Mirabel Quorvath", "Mirabel Quorvat", "Mirabel Smith"]
    scores = [dict(found(name)).get("1", 0.0) for name in names]
    assert all(higher > lower for higher, lower in pairwise(scores))
    assert scores[0] < 100


def test_two_fathers_are_two_people() -> None:
    index = Index.build([person(1, "LAZAREVSKY, Sergey Viktorovich")])
    other, same = (
        index.search(Query(f"Sergey {father} Lazarevsky", "person"))[0] for father in ("Ivanovich", "Viktorovich")
    )
    assert score(other.points) < 80 < score(same.points)


def test_every_feature_is_a_share() -> None:
    for name in ("Mirabel Quorvath", "Thaddeus Brimb", "Peregrine Gloam", "Quorvath", "Abu Sarabi Karim 7"):
        for match in INDEX.search(Query(name)):
            assert len(match.values) == len(FEATURES)
            assert all(0.0 <= value <= 1.0 for value in match.values)


def test_nothing_and_noise_find_nobody() -> None:
    assert found("") == found("...") == found("Zzyzx Qwfp") == []


@given(st.lists(word, min_size=1, max_size=40, unique=True), word)
def test_deletions_find_every_near_word(words: list[str], query: str) -> None:
    near = Deletions(words, range(len(words))).near(query)
    for number, listed in enumerate(words):
        edits = min(deletions(len(query)), deletions(len(listed)))
        if OSA.distance(query, listed) <= edits:
            assert number in near


def test_the_list_teaches_which_words_are_one() -> None:
    names = [[frozenset((1, 10 + n)), frozenset((2, 10 + n))] for n in range(3)]
    taught = list(learning.together(names, [0, 3, 3, *[1] * 20], 0.94))
    assert taught == [(1, 2, 0.94)]
    assert list(learning.together(names[:1], [0, 3, 3, *[1] * 20], 0.94)) == []


@pytest.mark.skipif(not (PLACE / "eval").is_dir(), reason=f"no labelled queries at {PLACE}")
def test_recall_and_false_alarms_on_real_names() -> None:
    """A part of the labelled queries: the bench has all of them, and the figures in docs/screening.md."""
    positives, negatives = positives_and_negatives(PLACE / "eval")
    index = Index.build(entities([PLACE / "index" / "ofac_eval.jsonl"]))
    measured = _measured(index, [row for row in positives if row.index != "all"][::6], negatives[::3])
    strict = measured["recall"]["fpr1"]
    assert strict["all"] > 0.75
    assert strict["real_variants"] > 0.58
    assert strict["native_script"] > 0.6
    assert measured["fpr_at_1"]["hard"] < 0.04


def test_words_are_numbered_in_their_order() -> None:
    """By sets they would be in another order in every process, and a hit's points with them: an explanation is made in another one."""
    names = "Zubin Orlo Vantrask", "Mirabel Quorvath Zubin Demov Umbrinov"
    listed = [Entity("DEMO", name, EntityKind.PERSON, (ListedName(name),)) for name in names]
    words = ["zubin", "orlo", "vantrask", "mirabel", "quorvath", "demov", "umbrinov"]
    assert Index.build(listed).vocabulary.words == words
