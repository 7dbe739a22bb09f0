"""Real messages that others wrote. They are test data that is never committed; without them this module skips."""

import csv
import os
from pathlib import Path
from typing import Final

import pytest

from domain.errors import MessageRefused
from domain.finding import Finding
from schema.iso20022.pacs008 import decode
from schema.iso20022.profile import Profile
from schema.iso20022.validate import validate

REPOSITORY: Final = Path(__file__).parents[3]
DATA: Final = Path(os.environ.get("DELTRAN_TEST_DATA", REPOSITORY.parent / "shared" / "data")) / "messages"
SUPPORTED: Final = "pacs.008.001.08"

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
"""Samples that are valid by the schema and refused all the same: by which rules, and why that is right."""


def table(folder: str) -> list[dict[str, str]]:
    index = DATA / folder / "index.tsv"
    if not index.exists():
        return []
    with index.open(newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


SAMPLES: Final = [row for row in table("samples") if row["type"] == "pacs.008"]
MUTATIONS: Final = table("mutations")

pytestmark = pytest.mark.skipif(
    not SAMPLES, reason="no sample messages: set DELTRAN_TEST_DATA to a folder that has messages/"
)


def refused_by(path: Path) -> set[str]:
    findings: tuple[Finding, ...] = ()
    try:
        decode(path.read_bytes())
    except MessageRefused as refused:
        findings = refused.findings
    assert all(finding.path and finding.line for finding in findings)
    return {finding.rule for finding in findings}


@pytest.mark.parametrize("row", SAMPLES, ids=lambda row: Path(row["file"]).name)
def test_a_real_message_is_judged_as_it_should_be(row: dict[str, str]) -> None:
    path = DATA / "samples" / row["file"]
    rules = refused_by(path)
    if row["verdict"] == "valid" and row["document_ns"] == SUPPORTED:
        expected, _ = EXCEPTIONS.get(path.name, (set[str](), "accepted"))
        assert rules == expected
    elif row["document_ns"] != SUPPORTED:
        assert rules == {"IN-05"}
    elif "XSD:" in row["why"]:
        assert "XS" in rules


@pytest.mark.parametrize("row", MUTATIONS, ids=lambda row: row["file"])
def test_one_defect_is_found_by_its_rule(row: dict[str, str]) -> None:
    verdict = validate((DATA / "mutations" / row["file"]).read_bytes(), profile=Profile.CBPR_2025)
    rules = {finding.rule for finding in verdict.errors}
    if row["expected"] == "accept" or row["expected_rule"].startswith("IN-06"):
        assert rules == set()
    else:
        assert rules & set(row["expected_rule"].split("/"))
