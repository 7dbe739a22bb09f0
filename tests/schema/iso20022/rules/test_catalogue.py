from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from domain.finding import Finding, Severity
from schema.iso20022.profile import AddressPolicy, Options, Profile
from schema.iso20022.rules.catalogue import RULES
from schema.iso20022.rules.rule import NETWORK, Rule
from schema.iso20022.validate import inspect, validate
from tests.schema.iso20022.rules.cases import CASES, CLEAN, Case, case

TODAY = date(2026, 3, 2)
CBPR = Options(Profile.CBPR_2025, today=TODAY)


def found(raw: bytes, options: Options = CBPR) -> tuple[Finding, ...]:
    message = validate(raw, profile=options.profile).message
    assert message is not None
    return inspect(message, options)


@pytest.mark.parametrize("profile", Profile)
def test_the_clean_message_has_no_finding_even_strictly(profile: Profile) -> None:
    assert validate(CLEAN.encode(), profile=profile, strict=True, today=TODAY).findings == ()


@pytest.mark.parametrize("one", CASES, ids=str)
def test_a_defect_is_found_by_its_rule(one: Case) -> None:
    findings = [finding for finding in found(one.message) if finding.rule == one.rule]
    assert [f for f in findings if f.severity is one.severity and f.path.endswith(one.path)], findings
    assert all(finding.line and finding.line > 1 for finding in findings)
    assert all(finding.severity is Severity.ERROR for finding in found(one.message, replace(CBPR, strict=True)))


def _of_a_customers_transfer(rule: Rule) -> bool:
    return "pacs.008.001.08".startswith(rule.messages) and rule.kind != NETWORK


@pytest.mark.parametrize(
    "rule",
    [rule for rule in RULES if _of_a_customers_transfer(rule) and Profile.CBPR_2025 in rule.profiles],
    ids=lambda rule: f"{rule.id} {rule.text}",
)
def test_every_rule_has_a_case(rule: Rule) -> None:
    texts = {(finding.rule, finding.message) for one in CASES if one.rule == rule.id for finding in found(one.message)}
    assert (rule.id, rule.text) in texts or rule.id == "CD-05", "a defect of tests.schema.iso20022.rules.cases"


def test_the_table_reads_like_one() -> None:
    assert len({rule.id for rule in RULES}) >= 85
    for rule in RULES:
        assert rule.id[:2].isupper()
        assert rule.text[0].islower() or rule.text.startswith(("CBPR", "AdrLine"))
        assert not rule.text.endswith(".")
        assert rule.source
        assert rule.profiles
    same = Counter((rule.id, rule.text, rule.profiles, rule.messages) for rule in RULES)
    assert [row for row, count in same.items() if count > 1] == []


def test_rules_of_the_network_are_listed_with_their_place() -> None:
    elsewhere = {rule.id: rule.where for rule in RULES if rule.kind == NETWORK}
    assert {"BH-10", "TX-05", "DT-05"} <= elsewhere.keys()
    assert "message" not in elsewhere.values()


UNSTRUCTURED = case(
    "PA-04", Severity.WARNING, "", "<PstlAdr><StrtNm>.*?</PstlAdr>", "<PstlAdr><AdrLine>1 Test</AdrLine></PstlAdr>"
)
OTHER_RELEASE = case("BH-05", Severity.ERROR, "", "cbprplus.03", "cbprplus.04")
UNKNOWN_CODE = case("CD-01", Severity.ERROR, "", "SALA", "QQQQ")
INCOMPLETE = case("TX-04", Severity.ERROR, "", "<UETR>.*?</UETR>", "")
HOLIDAY = case("DT-03", Severity.ERROR, "", "2026-03-02</IntrBk", "2026-03-01</IntrBk")
BAD_IBAN = case("AC-01", Severity.ERROR, "", "DE89370400", "DE88370400")
E, W = Severity.ERROR, Severity.WARNING


@pytest.mark.parametrize(
    ("one", "options", "severity"),
    [
        (UNSTRUCTURED, CBPR, W),
        (UNSTRUCTURED, replace(CBPR, addresses=AddressPolicy.STRICT), E),
        (UNSTRUCTURED, replace(CBPR, strict=True), E),
        (OTHER_RELEASE, CBPR, E),
        (OTHER_RELEASE, replace(CBPR, other_releases=W), W),
        (OTHER_RELEASE, Options(Profile.CBPR_2026), None),
        (OTHER_RELEASE, Options(Profile.PAYABLE), None),
        (UNKNOWN_CODE, CBPR, E),
        (UNKNOWN_CODE, replace(CBPR, unknown_codes=W), W),
        (UNKNOWN_CODE, Options(Profile.BASE), W),
        (UNKNOWN_CODE, Options(Profile.PAYABLE), E),
        (INCOMPLETE, replace(CBPR, incomplete=W), W),
        (INCOMPLETE, Options(Profile.PAYABLE), E),
        (INCOMPLETE, Options(Profile.BASE), None),
        (HOLIDAY, replace(CBPR, holidays=W), W),
        (HOLIDAY, Options(Profile.PAYABLE), None),
        (BAD_IBAN, Options(Profile.BASE), W),
        (BAD_IBAN, Options(Profile.BASE, strict=True), E),
        (BAD_IBAN, Options(Profile.PAYABLE), E),
    ],
)
def test_options_decide_the_severity(one: Case, options: Options, severity: Severity | None) -> None:
    severities = {finding.severity for finding in found(one.message, options) if finding.rule == one.rule}
    assert severities == ({severity} if severity else set())


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ("AM-04", "4990.001"),
        ("AM-02", "QQQ"),
        ("AG-06", "BRIEZZPPXXX"),
        ("PA-06", "UK"),
        ("CH-01", "SLEV"),
        ("DT-02", "2026-03-02Z"),
        ("AC-01", "D***"),
        ("AC-02", "/***"),
        ("CS-04", "A***"),
        ("TX-06", "I***"),
        ("PA-05", "2***"),
    ],
)
def test_values_are_shown_or_masked(rule: str, value: str) -> None:
    one = next(each for each in CASES if each.rule == rule)
    assert value in {finding.value for finding in found(one.message) if finding.rule == rule}


def test_the_creditors_side_gives_its_own_reason() -> None:
    both = case("PA-01", E, "", "<Nm>Morgenrot Werkzeugbau GmbH</Nm>", "", "<Nm>Atelier Lumiere</Nm>", "")
    reasons = [finding.reason for finding in found(both.message) if finding.rule == "PA-01"]
    assert reasons == ["RR02", "RR03"]


def test_a_message_is_found_in_any_wrapper_and_judged_the_same() -> None:
    parcel = CLEAN.replace("Envelope", "Parcel").replace("urn:swift:xsd:envelope", "urn:example:parcel").encode()
    assert validate(parcel, profile=Profile.CBPR_2026, strict=True).findings == ()
