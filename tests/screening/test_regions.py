"""An embargo table is read strictly, and a smaller one comes into force only when a person says so."""

import pytest

from domain.errors import ListRefused
from schema.iso20022.rules.texts import COUNTRIES
from screening.embargo import Embargoes
from screening.lists.guard import Delta, admit
from screening.regions import GEO, read

LINE = "IR\tblocking\tlaw\tiran|tehran"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "unreadable"),
        (LINE, 1, "unreadable"),
        ("# version \nKP\tblocking\tlaw\tpyongyang", 1, "unreadable"),
        ("# version two words\nKP\tblocking\tlaw\tpyongyang", 1, "unreadable"),
        ("# version 1\nIR\tblocking\tlaw", 2, "unreadable"),
        ("# version 1\nIR\tblocking\t \tiran", 2, "unreadable"),
        ("# version 1\n\nIR\tstrictly\tlaw\tiran", 3, "unreadable"),
        ("# version 1\nXX\tblocking\tlaw\tatlantis", 2, "unreadable"),
        ("# version 1\nir\tblocking\tlaw\tiran", 2, "unreadable"),
        ("# version 1\nIRN\tblocking\tlaw\tiran", 2, "unreadable"),
        ("# version 1\nUACRIMEA\tblocking\tlaw\tcrimea", 2, "unreadable"),
        ("# version 1\nUA-\tblocking\tlaw\tcrimea", 2, "unreadable"),
        ("# version 1\nIR\tblocking\tlaw\tiran||tehran", 2, "unreadable"),
        (f"# version 1\nIR\tblocking\t{'law ' * 200}\tiran", 2, "unreadable"),
        (f"# version 1\n{LINE}\n# again\n{LINE}", 4, "tampered"),
        (f"# version 1\n{LINE}\nKP\tblocking\tlaw\tTehran", 3, "tampered"),
        ("# version 1\nIR\tblocking\tlaw\tiran|Iran", 2, "tampered"),
    ],
)
def test_a_table_that_is_none_is_refused_with_its_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(ListRefused, match=f"^line {line}: ") as refused:
        read(text.encode())
    assert (refused.value.facts["reason"], refused.value.facts["line"]) == (reason, line)


def test_a_table_in_another_code_is_refused() -> None:
    with pytest.raises(ListRefused, match="UTF-8"):
        read("# version 1\nIR\tblocking\tl\xe9gal\tiran".encode("latin-1"))


@pytest.mark.parametrize("country", sorted(COUNTRIES))
def test_every_country_may_be_embargoed(country: str) -> None:
    _, (region,) = read(f"# version 1\n{country}\tblocking\tlaw\tsomewhere".encode())
    assert region.code == country


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        ((), "empty"),
        (("IR", "KP", "CU", "SY", "BY", "RU", "VE", "MM", "SD"), "dropped"),
        (("IR",), "shrunk"),
        (("IR", "KP", "CU", "SY", "BY", "RU", "VE", "MM", "SD", "ZW", "LY"), None),
    ],
    ids=["none is left", "one is gone", "ten times smaller", "one more"],
)
@pytest.mark.parametrize("acknowledged", [False, True])
def test_what_is_gone_from_a_table_must_be_acknowledged(
    now: tuple[str, ...], reason: str | None, acknowledged: bool
) -> None:
    old = table("IR", "KP", "CU", "SY", "BY", "RU", "VE", "MM", "SD", "ZW").named
    new = table(*now).named
    if reason is None or (acknowledged and reason != "empty"):
        changes = admit(new, old, acknowledged=acknowledged)
        assert changes == Delta(
            tuple(code for code in now if code not in old.hashes),
            (),
            tuple(code for code in old.hashes if code not in now),
        )
        return
    with pytest.raises(ListRefused) as refused:
        admit(new, old, acknowledged=acknowledged)
    assert (refused.value.facts["reason"], refused.value.facts["list"]) == (reason, GEO)


def test_any_change_of_a_line_is_a_change_of_its_region() -> None:
    hashes = {
        Embargoes.read(f"# version 1\nVE\t{line}".encode()).named.hashes["VE"]
        for line in ("blocking\tlaw\tcaracas", "restricted\tlaw\tcaracas", "blocking\tby-law\tcaracas",
                     "blocking\tlaw\tcaracas|maracaibo")
    }  # fmt: skip
    assert len(hashes) == 4


def table(*codes: str) -> Embargoes:
    """A table of some countries."""
    lines = (f"{code}\tblocking\tinvented\tcity of {code}" for code in codes)
    return Embargoes.read("\n".join(("# version 1", *lines)).encode())
