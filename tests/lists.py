"""A sanctions list of invented people, in the shape of the United Nations'."""

from collections.abc import Mapping
from typing import Final

from activities.list_files import ListFile

LIST: Final = "UN-TEST"
"""A further list in the United Nations' layout: it may be as short as a test wants."""
PEOPLE: Final = {
    number: f"Person {chr(65 + number // 26)}{chr(65 + number % 26)} Invented" for number in range(100, 140)
}
"""Whom nobody pays; they make the list long enough that one name more or less is an ordinary change."""


def un(names: Mapping[int, str]) -> bytes:
    """The list of some people, by their numbers."""
    people = "".join(
        f"<INDIVIDUAL><DATAID>{number}</DATAID><FIRST_NAME>{name}</FIRST_NAME>"
        f"<UN_LIST_TYPE>Invented</UN_LIST_TYPE><REFERENCE_NUMBER>IV.{number}</REFERENCE_NUMBER></INDIVIDUAL>"
        for number, name in names.items()
    )
    return f'<CONSOLIDATED_LIST dateGenerated="2026-10-13"><INDIVIDUALS>{people}</INDIVIDUALS></CONSOLIDATED_LIST>'.encode()


def version(listed: Mapping[int, str]) -> ListFile:
    """A version of the list: these people, and those whom nobody pays."""
    return ListFile(LIST, un({**PEOPLE, **listed}), "test", "tester")
