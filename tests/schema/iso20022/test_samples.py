"""Real messages that others wrote. They are test data that is never committed; without them this module skips."""

import os
from pathlib import Path
from typing import Final

import pytest

from bench.messages import Row, verdict
from bench.translation import read_index
from domain.errors import MessageRefused
from schema.iso20022.profile import Profile
from schema.iso20022.validate import validate
from tests.schema.iso20022.reading import decode

HOUSE: Final = Path(__file__).parents[3]
DATA: Final = Path(os.environ.get("DELTRAN_TEST_DATA", HOUSE.parent / "shared" / "data")) / "messages"
AGREEMENT: Final = 0.97

pytestmark = pytest.mark.skipif(
    not (DATA / "samples" / "index.tsv").exists(),
    reason="no sample messages: set DELTRAN_TEST_DATA to a folder that has messages/",
)


def rows(folder: str) -> list[Row]:
    return read_index(DATA / folder) if (DATA / folder / "index.tsv").exists() else []


SAMPLES: Final = [row for row in rows("samples") if not row["type"].startswith("MT")]


@pytest.mark.parametrize("row", SAMPLES, ids=lambda row: Path(row["file"]).name)
def test_a_real_message_is_read_or_refused_with_findings_that_say_where(row: Row) -> None:
    raw = (DATA / "samples" / row["file"]).read_bytes()
    for profile in Profile:
        checked = validate(raw, profile=profile, strict=True)
        assert all(finding.path and finding.line for finding in checked.findings)
        if row["verdict"] == "valid":
            assert "XS" not in {finding.rule for finding in checked.findings}


def test_the_verdicts_agree() -> None:
    judged = [row for row in SAMPLES if row["verdict"] != "unchecked"]
    agreed = [
        verdict((DATA / "samples" / row["file"]).read_bytes(), xml=True)
        == ("valid" if row["verdict"] == "valid" else "invalid")
        for row in judged
    ]
    assert sum(agreed) / len(judged) >= AGREEMENT


PAYABLE: Final = [row for row in SAMPLES if row["verdict"] == "valid" and row["document_ns"] == "pacs.008.001.08"]
NO_BIC: Final = ({"AG-02"}, "banks identified by a national clearing code alone: not a participant we can settle with")
EXCEPTIONS: Final = {
    "cbprfix_pacs_008_stp_2025_valid.xml": ({"TX-04", "DT-01"}, "neither UETR nor settlement date, both of CBPR+"),
    "core_pacs008-13.xml": ({"AG-06"}, "BICs of a country that does not exist"),
    "fed_CustomerCreditTransfer_Scenario5_Step1_pacs.008.xml": ({"AC-01"}, "an IBAN whose check digits are wrong"),
    "fed_CustomerCreditTransfer_Variation3_pacs.008.xml": NO_BIC,
    "fed_Investigations_Scenario3_Step1_pacs.008.xml": NO_BIC,
    "fed_MessageReject_Scenario1_Step1_pacs.008.xml": NO_BIC,
    "fed_MessageRetrieval_Scenario2_Step2_pacs.008_1.xml": NO_BIC,
    "fed_PaymentReturn_Scenario1_Step1_pacs.008.xml": NO_BIC,
    "mbanq_pacs.008.001.08_scenario1.xml": NO_BIC,
    "mbanq_sample_pacs008.xml": ({"TX-04", "AG-02"}, "no UETR, and banks without a BIC"),
}
"""Samples that are valid by the schema and not paid all the same: by which rules, and why that is right."""


@pytest.mark.parametrize("row", PAYABLE, ids=lambda row: Path(row["file"]).name)
def test_a_valid_transfer_can_be_paid(row: Row) -> None:
    expected, _ = EXCEPTIONS.get(Path(row["file"]).name, (set[str](), "paid"))
    rules = set()
    try:
        decode((DATA / "samples" / row["file"]).read_bytes())
    except MessageRefused as refused:
        rules = {finding.rule for finding in refused.findings}
    assert rules == expected


@pytest.mark.parametrize("row", rows("mutations"), ids=lambda row: row["file"])
def test_one_defect_is_found_by_its_rule(row: Row) -> None:
    rules = {
        finding.rule
        for finding in validate((DATA / "mutations" / row["file"]).read_bytes(), profile=Profile.CBPR_2025).errors
    }
    if row["expected"] == "accept" or row["expected_rule"].startswith("IN-06"):
        assert rules == set()
    else:
        assert rules & set(row["expected_rule"].split("/"))
