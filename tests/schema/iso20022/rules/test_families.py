"""Every family's clean message is clean, each defect is found by its rule, and other schemes are left in peace."""

import re
from pathlib import Path
from typing import Any

import pytest

from domain.finding import Finding, Severity
from schema.iso20022.profile import Options, Profile
from schema.iso20022.rules import (
    cancellations,
    entries,
    initiation,
    institutions,
    returns,
    statements,
    status_reports,
)
from schema.iso20022.rules.rule import NETWORK, Rule
from schema.iso20022.validate import inspect, validate
from tests.schema.iso20022.rules.families import FAMILIES
from tests.schema.iso20022.rules.family_cases import CASES, GROUP, HEADER_END, REASONS, TX, Case, case

CBPR = Options(Profile.CBPR_2025)
MODULES = (institutions, status_reports, returns, cancellations, statements, entries, initiation)
ASKED = [rule for module in MODULES for rule in module.RULES if rule.kind != NETWORK]
E, W = Severity.ERROR, Severity.WARNING


def found(raw: bytes, options: Options = CBPR) -> tuple[Finding, ...]:
    message = validate(raw, profile=options.profile).message
    assert message is not None
    return inspect(message, options)


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize("family", FAMILIES)
def test_a_clean_message_has_no_finding_even_strictly(family: str, profile: Profile) -> None:
    assert found(FAMILIES[family].encode(), Options(profile, strict=True)) == ()


@pytest.mark.parametrize("one", CASES, ids=str)
def test_a_defect_is_found_by_its_rule(one: Case) -> None:
    findings = [finding for finding in found(one.message) if finding.rule == one.rule]
    assert [f for f in findings if f.severity is one.severity and f.path.endswith(one.path)], found(one.message)


@pytest.mark.parametrize("rule", ASKED, ids=lambda rule: f"{rule.id} {rule.text}")
def test_every_rule_has_a_case(rule: Rule) -> None:
    told = {(finding.rule, finding.message) for one in CASES if one.rule == rule.id for finding in found(one.message)}
    assert (rule.id, rule.text) in told, "a defect of tests.schema.iso20022.rules.family_cases"


def test_the_document_tells_of_every_rule() -> None:
    text = (Path(__file__).parents[4] / "docs" / "validation.md").read_text()
    assert {rule.id for module in MODULES for rule in module.RULES if rule.id not in text} == set()


OF_OTHERS = (
    # what banks of other schemes do, and what becomes of it: in base, payable, CBPR+
    (case("report", "SR-01", E, "", HEADER_END, HEADER_END + GROUP.format("RJCT")), W, E, E),
    (case("report", "SR-02", E, "", TX, ""), W, W, E),
    (case("refusal", "SR-03", E, "", REASONS, ""), None, None, E),
    (case("return", "RT-01", E, "", "<OrgnlUETR>.*?</OrgnlUETR>", ""), None, None, E),
    (case("return", "GH-06", E, "", "INDA", "CLRG"), None, None, E),
    (case("recall", "CX-04", E, "", "<Undrlyg>", "<CtrlData><NbOfTxs>1</NbOfTxs></CtrlData><Undrlyg>"), None, None, E),
    (case("recall", "CX-02", E, "", "DUPL", "QQQQ"), W, E, E),
    (case("answer", "CX-07", E, "", "<RslvdCase>.*?</RslvdCase>", ""), None, None, E),
    (case("statement", "ST-01", E, "", "65.00", "65.01"), W, W, E),
    (case("statement", "ST-03", E, "", "<BookgDt>.*?</ValDt>", ""), None, None, E),
    (case("statement", "ST-04", E, "", "120.00", "120.01"), W, W, E),
    (case("orders", "PI-01", E, "", "<CtrlSum>0.3<", "<CtrlSum>0.4<"), W, E, E),
    (case("orders", "PI-02", E, "", "<PmtInfId>SALARIES", "<PmtInfId>OTHER"), None, None, E),
    (case("orders", "PI-05", E, "", "</Amt>", "</Amt><ChrgBr>SHAR</ChrgBr>"), W, W, E),
)


@pytest.mark.parametrize(("one", "base", "payable", "cbpr"), OF_OTHERS, ids=str)
def test_other_schemes_are_left_in_peace(
    one: Case, base: Severity | None, payable: Severity | None, cbpr: Severity
) -> None:
    for profile, expected in ((Profile.BASE, base), (Profile.PAYABLE, payable), (Profile.CBPR_2025, cbpr)):
        severities = {finding.severity for finding in found(one.message, Options(profile)) if finding.rule == one.rule}
        assert severities == ({expected} if expected else set()), profile


ENTRIES = "<Ntry>.*</Ntry>"
HALF = '<Ntry><Amt Ccy="EUR">{}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>{}</Cd></Sts>{}</Ntry>'
DATED = "<ValDt><Dt>2026-03-02</Dt></ValDt><BkTxCd/>"

CHARGED = '<Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">1.00</TtlChrgsAndTaxAmt></Chrgs>'

SOUND = (
    # a statement that adds up, though it looks as if it did not
    ("entries that are not booked", ENTRIES, HALF.format("90.00", "BOOK", DATED) + HALF.format("7.00", "PDNG", DATED)),
    (
        "a page of several",
        "<LastPgInd>true.*65.00",
        lambda match: match[0].replace("true", "false").replace("65", "66"),
    ),
    ("the second page", "<PgNb>1.*65.00", lambda match: match[0].replace("<PgNb>1", "<PgNb>2").replace("65", "66")),
    (
        "a status of the bank's own",
        ENTRIES,
        HALF.format("5.00", "BOOK", DATED).replace("Cd>BOOK</Cd", "Prtry>X</Prtry"),
    ),
    ("details in another currency", 'Ccy="EUR">120.00', 'Ccy="USD">120.00'),
    (
        "charges between entry and details",
        "<NtryDtls>.*?120.00",
        lambda match: CHARGED + match[0].replace("120", "119"),
    ),
    (
        "what its payments have in common",
        "<TxDtls>.*?</TxDtls><TxDtls>.*?</TxDtls>",
        "<Btch><NbOfTxs>9</NbOfTxs></Btch><TxDtls/>",
    ),
    ("the totals of booked entries", ENTRIES, HALF.format("90.00", "BOOK", DATED) + HALF.format("7.00", "INFO", DATED)),
)


@pytest.mark.parametrize(("old", "new"), [row[1:] for row in SOUND], ids=[row[0] for row in SOUND])
def test_a_statement_is_not_blamed_for(old: str, new: Any) -> None:
    text, count = re.subn(old, new, FAMILIES["statement"], count=1, flags=re.DOTALL)
    assert count == 1
    text = text.replace("<NbOfNtries>2", f"<NbOfNtries>{text.count('Cd>BOOK') or 1}")
    blamed = {finding.rule for finding in found(text.encode()) if finding.rule in {"XS", "ST-01", "ST-04", "ST-07"}}
    assert blamed == set()


def test_the_pages_of_a_statement_begin_and_end_between_its_balances() -> None:
    text = FAMILIES["statement"].replace("OPBD", "ITBD").replace("CLBD", "ITBD").replace("<PgNb>1", "<PgNb>3")
    assert found(text.encode()) == ()


def test_a_previous_closing_balance_opens_a_statement_as_well() -> None:
    text = FAMILIES["statement"].replace("OPBD", "PRCD")
    assert found(text.encode()) == ()
    assert [finding.rule for finding in found(text.replace("25.00", "25.01").encode())] == ["ST-01"]


@pytest.mark.parametrize("amount", ["9e999999", "-1", "NaN", "Infinity", "", "9" * 400])
@pytest.mark.parametrize("family", ["statement", "orders", "return"])
def test_no_number_is_too_odd_to_be_judged(family: str, amount: str) -> None:
    text = re.sub(r'(Ccy="EUR">|Sum>)[0-9.]+', rf"\g<1>{amount}", FAMILIES[family])
    assert "XS" in {finding.rule for finding in found(text.encode())}
