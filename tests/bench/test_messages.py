import json
from pathlib import Path
from typing import Any

import pytest

from bench import messages
from tests.schema.iso20022.rules.cases import CLEAN

MT103 = """{1:F01AURODEFFAXXX0000000000}{2:I103LUMIFRPPXXXXN}{3:{121:3f0c3a44-6a0e-4a55-9b1c-7d2f0c9a1e11}}{4:
:20:AURO-2
:23B:CRED
:32A:260302EUR4990,
:50K:/77
MORGENROT GMBH
:59:/0001
ATELIER LUMIERE
:71A:SHA
-}"""
SPLIT = CLEAN.replace("4990.00<", "4990<!-- c -->.00<")
COLUMNS = ("file", "type", "verdict", "why", "document_ns", "expected_translation", "expected", "expected_rule")


def folder(at: Path, *rows: tuple[dict[str, str], str]) -> Path:
    at.mkdir()
    lines = ["\t".join(COLUMNS)]
    for row, text in rows:
        (at / row["file"]).write_text(text)
        lines.append("\t".join(row.get(column, "") for column in COLUMNS))
    (at / "index.tsv").write_text("\n".join(lines) + "\n")
    return at


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    pacs008 = {"type": "pacs.008", "document_ns": "pacs.008.001.08"}
    return folder(
        tmp_path / "samples",
        ({**pacs008, "file": "good.xml", "verdict": "valid"}, CLEAN),
        ({**pacs008, "file": "old.xml", "verdict": "valid"}, CLEAN.replace("cbprplus.03", "cbprplus.02")),
        ({**pacs008, "file": "bad.xml", "verdict": "invalid"}, CLEAN.replace("SHAR", "SLEV")),
        ({**pacs008, "file": "no.xml", "verdict": "malformed"}, "<Document>"),
        ({**pacs008, "file": "blamed.xml", "verdict": "invalid", "why": "somebody says so"}, CLEAN),
        ({**pacs008, "file": "who_knows.xml", "verdict": "unchecked"}, "{}"),
        ({"type": "MT103", "file": "good.fin", "verdict": "valid"}, MT103.replace("\n", "\r\n")),
        ({"type": "MT103", "file": "empty.fin", "verdict": "invalid"}, "no message"),
    )


@pytest.fixture
def mutations(tmp_path: Path) -> Path:
    return folder(
        tmp_path / "mutations",
        ({"file": "base.xml", "expected": "accept", "expected_rule": "-"}, CLEAN),
        ({"file": "alarm.xml", "expected": "accept", "expected_rule": "-"}, CLEAN.replace("SHAR", "SLEV")),
        ({"file": "bearer.xml", "expected": "reject", "expected_rule": "XS/CH-01"}, CLEAN.replace("SHAR", "SLEV")),
        ({"file": "slipped.xml", "expected": "reject", "expected_rule": "CH-01"}, CLEAN),
        ({"file": "split.xml", "expected": "reject", "expected_rule": "IN-06 (or accept 4990.00)"}, SPLIT),
    )


async def test_it_tells_what_it_found(samples: Path, mutations: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await messages.main(["--samples", str(samples), "--mutations", str(mutations), "--verbose"])
    out, err = capsys.readouterr()
    result: dict[str, Any] = json.loads(out.splitlines()[-1])
    assert result["verdict_agreement"] == round(6 / 7, 4), err
    assert result["mutations"] == {"caught": 2, "total": 3, "caught_ratio": 0.6667, "false_alarms": 1}
    assert result["translation"] == {"equal": 0, "total": 0, "equal_ratio": None}
    assert result["crashes"] == 0
    assert result["throughput"]["full_per_s"] > 0
    assert result["throughput"].keys() == {"full_per_s", "schema_only_per_s", "ratio"}
    assert [line.partition(" is ")[0] for line in err.splitlines()] == [
        "verdict differs: blamed.xml",
        "false alarm: alarm.xml by CH-01",
        "not caught: slipped.xml by CH-01, but by nothing",
    ]
