import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.normalise import normalise


@pytest.mark.parametrize(
    ("name", "normalised"),
    [
        ("IVAN PETROV", "ivan petrov"),
        ("  Ivan \t Petrov\n", "ivan petrov"),
        ("José Núñez", "jose nunez"),
        ("Łukasz Đorđević", "lukasz dordevic"),
        ("Großmann & Söhne", "grossmann sohne"),
        ("O'Connor", "oconnor"),
        ("O’Connor", "oconnor"),
        ("O´Connor", "oconnor"),
        ("Al-Sarabi, Abu", "al sarabi abu"),
        ("S.A. Example", "s a example"),
        ("Ｆｕｌｌｗｉｄｔｈ", "fullwidth"),
        ("zero\u200bwidth", "zerowidth"),
        ("İstanbul", "istanbul"),
        ("Виктор Зарубин-Демов", "виктор зарубин демов"),
        ("Bank 21", "bank 21"),
        ("...", ""),
        ("", ""),
    ],
)
def test_normalise(name: str, normalised: str) -> None:
    assert normalise(name) == normalised


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(name: str) -> None:
    assert normalise(normalise(name)) == normalise(name)
