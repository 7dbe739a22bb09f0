from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.screening import EditRule, Field, Hit, RiskLevel, Subject
from screening.distance import Form, bears, distance, within
from screening.engine import Screener
from screening.entity import Document, Entity, EntityKind, ListedName, NameKind
from screening.entries import read
from screening.explain import explain
from screening.levels import Settings
from screening.rescreening import Change, Comparison
from screening.text.tokens import natural, plain

CRITICAL, HIGH, MEDIUM, LOW = RiskLevel.CRITICAL, RiskLevel.HIGH, RiskLevel.MEDIUM, RiskLevel.LOW


def entity(list_name: str, entity_id: str, kind: EntityKind, *names: str, **more: object) -> Entity:
    first, *others = names
    listed = (ListedName(first, NameKind.PRIMARY), *(ListedName(name) for name in others))
    return Entity(list_name, entity_id, kind, listed, **more)  # type: ignore[arg-type]


LISTED = [
    entity("DEMO-A", "A-1", EntityKind.PERSON, "Petrovskiy, Ivan", "Vanya Petrovskiy", births=("1961",), countries=("Russia",)),
    entity("DEMO-A", "A-2", EntityKind.PERSON, "Zyx"),
    entity("DEMO-B", "B-1", EntityKind.ORGANISATION, "Krakenfjord Deepwater Trading SA", bics=("KRKNRUMM",)),
    entity("DEMO-B", "B-2", EntityKind.PERSON, "José Núñez"),
    entity("DEMO-B", "B-3", EntityKind.VESSEL, "Grimtide Wanderer", imos=("9074729",)),
    Entity("DEMO-C", "C-1", EntityKind.PERSON, (ListedName("Orlo Vantrask", NameKind.PRIMARY), ListedName("The Shadow", NameKind.WEAK))),
    entity("DEMO-C", "C-2", EntityKind.PERSON, "Yusif al-Qarmazi", documents=(Document("passport", "AB 123456-7"),)),
    entity("DEMO-C", "C-3", EntityKind.ORGANISATION, "Volkonsk Machine Building Plant JSC"),
]  # fmt: skip


@pytest.fixture(scope="module")
def screener() -> Screener:
    return Screener(LISTED, "v1")


@pytest.mark.parametrize(
    ("name", "entity_id", "level", "edits"),
    [
        ("Ivan Petrovskiy", "A-1", CRITICAL, 0),
        ("IVAN  PETROVSKIY", "A-1", CRITICAL, 0),
        ("PETROVSKIY, IVAN", "A-1", CRITICAL, 0),
        ("Petrovskiy Ivan", "A-1", CRITICAL, 0),
        ("Vanya Petrovskiy", "A-1", CRITICAL, 0),
        ("Iván Petrovskiy", "A-1", CRITICAL, 0),
        ("Jose Nunez", "B-2", CRITICAL, 0),
        ("Ivan Petrowskiy", "A-1", HIGH, 1),
        ("Petrowskiy Ivan", "A-1", HIGH, 1),
        ("Ivann Petrowskiy", "A-1", HIGH, 2),
        ("Krakenfjord Deepwater Trading S.A.", "B-1", CRITICAL, 0),
        ("Krakenfiord Deepwater Trading SA", "B-1", HIGH, 1),
        ("Krakenfiord Depwater Tradin SA", "B-1", HIGH, 3),
        ("KrakenfjordDeepwater Trading SA", "B-1", CRITICAL, 1),
        ("Krakenfjord Deepwater Ticaret Anonim Sirketi", "B-1", HIGH, 16),
        ("Иван Петровский", "A-1", HIGH, 1),
        ("يوسف القرمزي", "C-2", HIGH, 5),
        ("Volkonskiy Mashinostroitelnyi Zavod OAO", "C-3", MEDIUM, 21),
        ("Zyx", "A-2", CRITICAL, 0),
        ("The Shadow", "C-1", LOW, 0),
        ("Ivan Petrovsson", "A-1", MEDIUM, 3),
        ("Zyk", None, None, 0),
        ("Zyxa", None, None, 0),
        ("Ivo Petersen", None, None, 0),
        ("Ivan", None, None, 0),
        ("Trading SA", None, None, 0),
        ("", None, None, 0),
        ("...", None, None, 0),
    ],
)
def test_a_name_hits(screener: Screener, name: str, entity_id: str | None, level: RiskLevel | None, edits: int) -> None:
    result = screener.screen([Subject("debtor", name)])
    found = [(hit.entity_id, hit.level, hit.distance) for hit in result.hits]
    assert found == ([(entity_id, level, edits)] if entity_id else [])
    assert result.requires_review == (entity_id is not None and level is not LOW)


@pytest.mark.parametrize(
    ("identifier", "entity_id"),
    [("KRKNRUMM", "B-1"), ("KRKNRUMMXXX", "B-1"), ("krknrumm002", "B-1"), ("KRKNRUMN", None), ("AB1234567", "C-2")],
)
def test_an_identifier_hits_exactly(screener: Screener, identifier: str, entity_id: str | None) -> None:
    hits = screener.screen([Subject("agent", "", Field.AGENT, identifiers=(identifier,))]).hits
    assert [(hit.entity_id, hit.level, hit.score) for hit in hits] == (
        [(entity_id, CRITICAL, 100)] if entity_id else []
    )


@pytest.mark.parametrize(
    ("text", "entity_id"),
    [
        ("CHARTER HIRE IMO 9074729 VOY 12", "B-3"),
        ("CHARTER HIRE IMO 9074728 VOY 12", None),  # the check digit is wrong
        ("FREIGHT M/V GRIMTIDE WANDERER BL 77", "B-3"),
        ("/INV/2291 KRAKENFJORD DEEPWATER TRADING SA FINAL", "B-1"),
        ("PAYMENT TO IVAN PETROVSKIY FOR MARCH", "A-1"),
        ("PAYMENT TO IVAN PETROVSKIY 2026", "A-1"),
        ("INV 12 IVAN PETROVSKIY 4711/26", "A-1"),
        ("IVAN PETROVSKIY AS AGREED", "A-1"),  # AS is a legal form, too
        ("INV KRAKENFJORD DEEPWATER TRADING SA 17", "B-1"),
        ("FISH TRADING SALARY OCTOBER", None),
        ("IVAN THANKS YOU", None),
    ],
)
def test_a_text_hits_by_what_is_in_it(screener: Screener, text: str, entity_id: str | None) -> None:
    hits = screener.screen([Subject("remittance", text, Field.TEXT)]).hits
    assert [hit.entity_id for hit in hits] == ([entity_id] if entity_id else [])


@pytest.mark.parametrize("text", ["دفعة سليم القحطران", "PAYMENT سليم القحطران 77", "دفعة\u200f سليم القحطران للشحن"])
def test_a_name_in_arabic_letters_is_found_in_a_text_as_it_is_alone(text: str) -> None:
    """Its vowels are missing, which its letters tell: a text is searched for the name as it is written."""
    screener = Screener([entity("DEMO-A", "A-9", EntityKind.PERSON, "AL-QAHTARAN, Salim"), *LISTED], "v")
    (alone,) = screener.screen([Subject("creditor", "سليم القحطران")]).hits
    (within_text,) = screener.screen([Subject("remittance", text, Field.TEXT)]).hits
    assert (within_text.entity_id, within_text.queried) == ("A-9", "سليم القحطران")
    assert (within_text.level, within_text.score) == (alone.level, alone.score)


@pytest.mark.parametrize(
    ("births", "countries", "level"),
    [
        ((), (), MEDIUM),
        (("1961-05-02",), (), HIGH),
        (("1962",), (), HIGH),
        (("1940",), (), MEDIUM),
        (("1961",), ("FR",), MEDIUM),
        (("1940",), ("FR",), LOW),
    ],
)
def test_attributes_rank_and_never_suppress(
    screener: Screener, births: tuple[str, ...], countries: tuple[str, ...], level: RiskLevel
) -> None:
    (near,) = screener.screen([Subject("debtor", "Ivan Petrovsson", births=births, countries=countries)]).hits
    assert near.level is level
    (same,) = screener.screen([Subject("debtor", "Ivan Petrovskiy", births=births, countries=countries)]).hits
    assert same.level is CRITICAL


def test_a_hit_explains_itself_and_is_computed_again(screener: Screener) -> None:
    (hit,) = screener.screen([Subject("debtor", "Petrowskiy Ivan")]).hits
    assert hit.evidence is not None
    assert (hit.evidence.queried_as, hit.evidence.matched_as) == ("petrowskiy ivan", "ivan petrovskiy")
    assert {(pair.queried, pair.listed) for pair in hit.evidence.pairs} == {
        ("petrowskiy", "petrovskiy"),
        ("ivan", "ivan"),
    }
    explanation = explain(hit, screener.index)
    assert explanation is not None
    assert explanation.same
    assert explanation.bias + sum(line.points for line in explanation.lines) == pytest.approx(explanation.points)
    assert round(explanation.score) == hit.score
    other = Screener(LISTED[1:], "v2")
    assert explain(hit, other.index) is None


def test_hits_are_ordered_and_scores_do_not_saturate(screener: Screener) -> None:
    subjects = [
        Subject("creditor", "Krakenfiord Depwater Tradin SA"),
        Subject("creditor", "Krakenfiord Deepwater Trading SA"),
        Subject("ultimate_debtor", "Petrovskiy Ivan"),
    ]
    result = screener.screen(subjects)
    scores = [hit.score for hit in result.hits]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == result.score == 100
    points = [hit.evidence.points for hit in result.hits if hit.evidence]
    assert len(set(points)) == 3
    assert max(scores[1:]) < 100
    assert result.hits[0].role == "ultimate_debtor"
    assert (result.hits[0].queried, result.hits[0].matched) == ("Petrovskiy Ivan", "Petrovskiy, Ivan")


def test_an_entity_is_reported_once_by_its_nearest_name(screener: Screener) -> None:
    (hit,) = screener.screen([Subject("debtor", "Vanya Petrovskiy")]).hits
    assert (hit.matched, hit.distance) == ("Vanya Petrovskiy", 0)


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
    assert Counter(entity.list_name for entity in screener.index.entities).keys() == {
        "DEMO-OFAC",
        "DEMO-EU",
        "DEMO-UN",
        "DEMO-UK",
    }
    assert len(screener.index.entities) >= 28
    assert len(screener.list_version) == 12
    for listed in screener.index.entities:
        for name in listed.names:
            hits = screener.screen([Subject("debtor", name.text)]).hits
            assert listed.entity_id in {hit.entity_id for hit in hits if hit.level is CRITICAL}


@pytest.mark.parametrize(
    "name", ["Anna Schmidt", "Bäckerei Huber GmbH", "Acme Exports Ltd", "Kenji Tanaka", "Fatima Al Sabah"]
)
def test_ordinary_names_are_clear(name: str) -> None:
    assert Screener.load().screen([Subject("creditor", name)]).hits == ()


NAMES = [name.text for listed in LISTED for name in listed.names if name.kind is not NameKind.WEAK]


@pytest.fixture(scope="module")
def wherever() -> Screener:
    """Holds for edits wherever in the name they fall."""
    return Screener(LISTED, "v1", settings=Settings(edit_rule=EditRule.BY_LENGTH))


@given(st.sampled_from(NAMES), st.data())
def test_the_products_rule_is_guaranteed(
    screener: Screener, wherever: Screener, name: str, data: st.DataObject
) -> None:
    """However a name is edited: within the edits that it can bear it hits, and it holds the payment where its words bear them."""
    edited = name
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, len(edited)))
        letter = data.draw(st.sampled_from("abxyz "))
        edited = edited[:place] + letter + edited[place + data.draw(st.integers(0, 1)) :]
    one, other = (
        Form.of(" ".join(plain(natural(text)))) for text in (edited, name)
    )  # no organisation here has a comma
    edits = distance(one, other)
    if within(one, other, edits):
        assert _hits(screener, edited, name)
        ship = name == "Grimtide Wanderer"
        if edits == 0 or (not ship and (edits == 1 or bears(one, other, edits))):
            assert any(hit.holds for hit in _hits(screener, edited, name))
        assert ship or any(hit.holds for hit in _hits(wherever, edited, name))


def _hits(screener: Screener, queried: str, name: str) -> list[Hit]:
    hits = screener.screen([Subject("debtor", queried)]).hits
    return [hit for hit in hits if name in (hit.matched, *_names_of(hit.entity_id))]


def _names_of(entity_id: str) -> list[str]:
    return [name.text for listed in LISTED if listed.entity_id == entity_id for name in listed.names]


def test_a_ships_name_in_a_partys_place_weighs_less_and_hits_all_the_same(screener: Screener) -> None:
    for name, level in (
        ("Grimtide Wanderer", CRITICAL),
        ("Grimtide Wandererx", MEDIUM),
        ("Grimtida Wendarer", LOW),
    ):
        (hit,) = screener.screen([Subject("debtor", name)]).hits
        assert (hit.entity_id, hit.level) == ("B-3", level)
    (named,) = screener.screen([Subject("cargo", "Grimtide Wandererx", kind="vessel")]).hits
    assert named.level is HIGH


@pytest.mark.parametrize("name", ["صالح القرمزي", "Saleh Qarmazi", "QARMAZI, Saleh"])
def test_a_person_whose_name_is_also_a_word_of_organisations_hits(name: str) -> None:
    listed = [entity("DEMO-D", "D-1", EntityKind.PERSON, "QARMAZI, Saleh")]
    screener = Screener(listed, "v1")
    (hit,) = screener.screen([Subject("debtor", name)]).hits
    assert hit.holds
    again = explain(hit, screener.index)
    assert again is not None
    assert again.same


def test_another_family_name_is_no_misspelling_beside_a_given_name_that_is_spelt_otherwise() -> None:
    listed = [entity("DEMO-D", "D-1", EntityKind.PERSON, "ZAUDA, Sergei Ilyich")]
    screener = Screener(listed, "v1")
    (other,) = screener.screen([Subject("debtor", "Sergey Ilyich Saud")]).hits
    assert (other.level, other.distance) == (LOW, 3)
    (misspelt,) = screener.screen([Subject("debtor", "Sergey Ilyich Zaudaa")]).hits
    assert (misspelt.level, misspelt.distance) == (HIGH, 2)


def test_the_literal_rule_also_finds_who_was_listed_just_now() -> None:
    fresh = LISTED[1]
    for rule, found in ((EditRule.LITERAL, ["A-2"]), (EditRule.BY_WORD, [])):
        judge = Screener(LISTED, "v1", settings=Settings(edit_rule=rule))
        compared = Comparison(Change("DEMO-A", (fresh,), frozenset()), judge)
        assert [hit.entity_id for hit in compared.hits([Subject("debtor", "Zyxabc")])] == found


def test_the_literal_rule_is_a_setting() -> None:
    literal = Screener(LISTED, "v1", settings=Settings(edit_rule=EditRule.LITERAL))
    (hit, *_) = [hit for hit in literal.screen([Subject("debtor", "Zyxabc")]).hits if hit.entity_id == "A-2"]
    assert (hit.level, hit.distance) == (MEDIUM, 3)
    assert [
        hit for hit in Screener(LISTED, "v1").screen([Subject("debtor", "Zyxabc")]).hits if hit.entity_id == "A-2"
    ] == []
