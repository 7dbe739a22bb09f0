"""The benchmark of the compliance step runs, on lists and names that it makes up itself."""

import json

import pytest

from bench import compliance


async def test_it_prints_one_line_of_figures(capsys: pytest.CaptureFixture[str]) -> None:
    await compliance.main(["--count", "5", "--at-once", "2"])
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (said["names"], said["ratio"] > 0, said["floor_ms"] > 0) == (8, True, True)
    for kind, held in (("clear", 0.0), ("hit", 1.0)):
        figures = said[kind]
        assert figures["held"] == held
        assert figures["cpu"] > 0
        assert 0 < figures["of_which"]["screening"] < figures["mean"] <= figures["p99"]
        assert 0 < figures["at_once"]["p50"] <= figures["at_once"]["p99"]
