import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.similarity import alike
from screening.text.scripts import latin
from screening.text.sound import fold, skeleton, vowelled
from screening.text.tokens import Kind, of_organisation, of_person, plain, readings


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("IVAN PETROV", "ivan petrov"),
        ("  Ivan \t Petrov\n", "ivan petrov"),
        ("José Núñez", "jose nunez"),
        ("Łukasz Đorđević", "lukasz dordevic"),
        ("Großmann & Söhne", "grossmann and sohne"),
        ("O'Connor", "oconnor"),
        ("O’Connor", "oconnor"),
        ("O´Connor", "oconnor"),
        ("Al-Sarabi, Abu", "al sarabi abu"),
        ("S.A. Example", "sa example"),
        ("Ｆｕｌｌｗｉｄｔｈ", "fullwidth"),
        ("zero\u200bwidth", "zerowidth"),
        ("Ivаn Pеtrov", "ivan petrov"),  # Cyrillic letters that look Latin
        ("İstanbul", "istanbul"),
        ("Виктор Зарубин-Демов", "viktor zarubin demov"),
        ("Олег Гончар-Їжак", "oleh honchar izhak"),
        ("Ντίμος Καράς", "ntimos karas"),
        ("عبد الرحمن القرمزي", "abdrhmn al qrmzy"),
        ("王 小明", "wang xiao ming"),
        ("박용철", "pak yong chol"),
        ("최강무역회사", "choe kang mu yok hoe sa"),
        ("\u1105\u1175 영호", "ri yong ho"),  # letters that are not joined yet
        ("Bank 21", "bank 21"),
        ("...", ""),
        ("", ""),
    ],
)
def test_plain_words(name: str, words: str) -> None:
    assert " ".join(plain(name)) == words


@given(st.text(max_size=60))
def test_reading_never_fails_and_reading_twice_changes_nothing(name: str) -> None:
    words = plain(name)
    assert all(word.isascii() and word.isalnum() for word in words)
    assert plain(" ".join(words)) == words
    for kind in (None, "person", "organisation"):
        for taken in readings(name, kind).values():
            assert len(taken.words) == len(taken.kinds) == len(taken.spans)
            assert sum(taken.spans) == len(taken.plain)


@pytest.mark.parametrize(
    ("name", "kind", "read_as"),
    [
        ("Ivan Petrov", None, {None}),
        ("Volkonsk Bank", None, {None}),
        ("Volkonsk Trade", None, {None, "person"}),
        ("صالح القرمزي", None, {None, "person"}),  # "Saleh", which is also a legal form
        ("صالح القرمزي", "person", {"person"}),
        ("Volkonsk Trade", "organisation", {"organisation"}),
    ],
)
def test_who_may_be_either_is_read_as_both(name: str, kind: str | None, read_as: set[str | None]) -> None:
    assert set(readings(name, kind)) == read_as


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("RAHMAN, Abd al", "abdrahman"),
        ("Abdul Rahman", "abdrahman"),
        ("Abdulrahman", "abdrahman"),
        ("Abd al-Rahman", "abdrahman"),
        ("QARMAZI, Yusif", "yusif qarmazi"),
    ],
)
def test_persons(name: str, words: str) -> None:
    assert " ".join(of_person(name).words) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Volkonsk OOO", "Volkonsk Limited Liability Company"),
        ("публічного акціонерного товариства Волконськ", "ПАТ Волконськ"),
        ("Публичное Акционерное Волконск", "ПАО Волконск"),
        ("OBSHCHESTVO S OGRANICHENNOI OTVETSTVENNOSTYU VOLKONSK", "VOLKONSK LLC"),
        ("Volkonsk Bank", "Volkonsk Bankası"),
        ("Volkonsk LIMTIED", "Volkonsk Ltd"),
        ("VOLKONSK LMTD", "Volkonsk Ltd"),
        ("بنك القرمزي", "Bank al qrmzy"),
        ("Завод Волконск", "Zavod Volkonsk"),
        ("Volkonsk Joint Stock Company", "Volkonsk Aktiengesellschaft"),
    ],
)
def test_organisations_that_are_one(one: str, other: str) -> None:
    assert sorted(of_organisation(one).words) == sorted(of_organisation(other).words)


def test_kinds_of_words() -> None:
    assert of_organisation("Volkonsk Trading 7 Ltd").kinds == (Kind.NAME, Kind.GENERIC, Kind.NUMBER, Kind.FORM)
    assert of_person("Dr Ivan S. Petrovich al Qarmazi").kinds == (
        *(Kind.TITLE, Kind.NAME, Kind.INITIAL, Kind.PATRONYMIC, Kind.PARTICLE, Kind.NAME),
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("yevgeniy", "evgeni"),
        ("lukashenko", "loukachenko"),
        ("schevtschenko", "shevchenko"),
        ("tawfiq", "taufik"),
        ("tawfiq", "tofiq"),
    ],
)
def test_romanisations_sound_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other) or skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("arabic", "spelt", "reads"),
    [
        ("محمد", "muhammad", True),
        ("حسين", "hussein", True),
        ("عمر", "omar", True),
        ("خالد", "khaled", True),
        ("سعيد", "said", True),
        ("ابراهيم", "ibrahim", True),
        ("محمد", "mahmoud", False),
        ("حسن", "hussein", False),
        ("سالم", "salman", False),
    ],
)
def test_arabic_reads_with_its_vowels(arabic: str, spelt: str, reads: bool) -> None:
    assert (vowelled(latin(arabic), spelt) > 0.95) == reads


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("petrov", "petrov", True),
        ("petrov", "petrow", True),
        ("mohammed", "muhammad", True),
        ("oleksandr", "alexander", True),
        ("muhammad", "mahmud", False),
        ("hasan", "husayn", False),
        ("zeng", "zhang", False),
        ("gnndy", "gennady", True),
        ("ab", "cd", False),
    ],
)
def test_words_are_alike(one: str, other: str, near: bool) -> None:
    assert (alike(one, other)[0] >= 0.85) == near
    assert alike(one, other) == alike(other, one) or near


def test_a_feminine_ending_makes_another_person() -> None:
    assert alike("petrovska", "petrovsk")[0] <= 0.8 < alike("petrovsky", "petrovski")[0]
