"""The parts of the tests: what fails by accident is tried again and named, what is wrong stays wrong."""

from pathlib import Path

import pytest

from tests import parts

ALWAYS = "def test_wrong(): assert False\n"
ONCE = """
from pathlib import Path

def test_starved():
    mark = Path(__file__).with_suffix(".seen")
    seen = mark.exists()
    mark.touch()
    assert seen
"""
FOUR = "import pytest\n@pytest.mark.parametrize('n', range(4))\ndef test_many(n): assert False\n"
FINE = "def test_fine(): pass\n"


@pytest.mark.parametrize(
    ("source", "code", "tries", "named"),
    [(FINE, 0, 1, False), (ONCE, 0, 2, True), (ALWAYS, 1, 2, False), (FOUR, 1, 1, False)],
    ids=["fine", "failed-once", "fails-always", "many-fail"],
)
def test_a_second_try(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    source: str,
    code: int,
    tries: int,
    named: bool,
) -> None:
    for name, text in (("test_it.py", source), ("test_beside.py", FINE), ("pytest.ini", "[pytest]\n")):
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(parts, "parts", lambda: [["test_it.py"], ["test_beside.py"]])
    assert parts.main(["-q"]) == code
    said = capsys.readouterr().out
    assert said.count("▸") == 1 + tries
    assert ("Passed in a second try only" in said) is named
