"""The benchmark of a large window runs, small."""

import json

import pytest

from bench import windows


async def test_it_prints_one_line_of_figures(capsys: pytest.CaptureFixture[str]) -> None:
    await windows.main(["--payments", "60", "--waiting", "20", "--at-once", "8"])
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (said["payments"], said["settled"] + said["deferred"]) == (60, 60)
    assert 0 < said["waiting"] <= 20
    assert said["tell_per_s"] > 0
    assert set(said["seconds"]) == {"claim", "plan", "execute", "record", "tell"}
    assert said["rss_mb"]["before"] <= said["rss_mb"]["most"]
    assert said["history_events"] < 100
