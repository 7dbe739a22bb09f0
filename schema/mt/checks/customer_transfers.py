"""Network rules of the MT103 (SWIFT standards, category 1; C and E are the rules' numbers and FIN's error codes there)."""

from typing import Final

from domain.finding import Severity
from domain.reason import Reason
from schema.mt.checks.rule import Reading, Table, Wrong

WARNING: Final = Severity.WARNING
RULES: Final = Table(messages=("103",))
_rule = RULES.rule

EUROPE: Final = frozenset(
    [
        "AD",
        "AT",
        "BE",
        "BG",
        "BV",
        "CH",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GB",
        "GF",
        "GI",
        "GP",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
        "MC",
        "MQ",
        "MT",
        "NL",
        "NO",
        "PL",
        "PM",
        "PT",
        "RE",
        "RO",
        "SE",
        "SI",
        "SJ",
        "SK",
        "SM",
        "TF",
        "VA",
    ]
)
"""Between banks of these countries the instructed amount is always told."""
_SERVICES: Final = {"SPRI", "SSTD", "SPAY"}
"""Bank operation codes of the service levels, which promise a treatment."""


@_rule("MT-30", "field 36 is there where 33B has another currency than 32A, and only there", Reason.FF01, code="D75")
def _rate(reading: Reading) -> Wrong:
    settled, instructed, given = reading.value("32A"), reading.value("33B"), reading.first("36")
    if settled is None or (instructed is None and reading.has("33B")):
        return
    is_exchanged = instructed is not None and instructed.currency != settled.money.currency
    if is_exchanged and given is None:
        yield "36"
    elif given is not None and not is_exchanged:
        yield given


@_rule("MT-31", "between European banks 33B is there", Reason.FF01, code="D49", severity=WARNING)
def _instructed_in_europe(reading: Reading) -> Wrong:
    message = reading.message
    if not reading.has("33B") and {message.sender[4:6], message.receiver[4:6]} <= EUROPE:
        yield "33B"


@_rule("MT-32", "where 71F or 71G tells charges, 33B tells the instructed amount", Reason.FF01, code="D51")
def _instructed_with_charges(reading: Reading) -> Wrong:
    if reading.has("71F", "71G") and not reading.has("33B"):
        yield "33B"


@_rule("MT-33", "when the ordering customer pays all charges (OUR), none was deducted: no 71F", Reason.FF01, code="E13")
def _charges_ours(reading: Reading) -> Wrong:
    if reading.value("71A") == "OUR":
        yield from reading.all("71F")


@_rule("MT-34", "when charges are shared (SHA), none comes with the money: no 71G", Reason.FF01, code="D50")
def _charges_shared(reading: Reading) -> Wrong:
    if reading.value("71A") == "SHA":
        yield from reading.all("71G")


@_rule(
    "MT-35", "when the beneficiary pays all charges (BEN), none comes with the money: no 71G", Reason.FF01, code="E15"
)
def _charges_of_the_beneficiary(reading: Reading) -> Wrong:
    if reading.value("71A") == "BEN":
        yield from reading.all("71G")


# A warning: nobody is misled when the sender took nothing.
@_rule(
    "MT-36", "when the beneficiary pays (BEN), 71F tells what was deducted", Reason.FF01, code="E15", severity=WARNING
)
def _charges_deducted(reading: Reading) -> Wrong:
    if reading.value("71A") == "BEN" and not reading.has("71F"):
        yield "71F"


@_rule("MT-37", "charges that come with the money (71G) are in the currency of 32A", Reason.AM03, code="C02")
def _charges_currency(reading: Reading) -> Wrong:
    settled = reading.value("32A")
    for field, charges in reading.values("71G"):
        if settled is not None and charges.currency != settled.money.currency:
            yield field


@_rule("MT-38", "an intermediary (56a) comes with an account institution (57a)", Reason.RC04, code="C81")
def _intermediary(reading: Reading) -> Wrong:
    if reading.has("56a") and not reading.has("57a"):
        yield "57a"


@_rule("MT-39", "a third reimbursement bank (55a) comes with the two others (53a, 54a)", Reason.FF01, code="E06")
def _reimbursement(reading: Reading) -> Wrong:
    if reading.has("55a"):
        yield from (tag for tag in ("53a", "54a") if not reading.has(tag))


@_rule(
    "MT-40",
    "a service level excludes an intermediary (SPRI), or names it by BIC or clearing code",
    Reason.FF01,
    code="E16",
)
def _intermediary_of_a_service(reading: Reading) -> Wrong:
    level = reading.value("23B")
    if level == "SPRI":
        yield from reading.all("56a")
    elif level in _SERVICES:
        yield from reading.all("56D")
        yield from (field for field, party in reading.values("56C") if party.clearing is None)


@_rule(
    "MT-41", "a service level names the correspondents by BIC, 53B by an account, 57D by a clearing code", Reason.FF01
)
def _correspondents_of_a_service(reading: Reading) -> Wrong:
    if reading.value("23B") not in _SERVICES:
        return
    for tag in ("53D", "54B", "54D", "55B", "55D", "57B"):
        yield from reading.all(tag)
    yield from (field for field, party in reading.values("53B") if party.account is None)
    yield from (field for field, party in reading.values("57D") if party.clearing is None)


@_rule("MT-42", "a service level names the beneficiary's account", Reason.AC01, code="E10")
def _account_of_a_service(reading: Reading) -> Wrong:
    if reading.value("23B") in _SERVICES:
        yield from (field for field, party in reading.values("59a") if party.account is None)


@_rule("MT-43", "a payment of nothing is none", Reason.AM01)
def _amount(reading: Reading) -> Wrong:
    yield from (field for field, settled in reading.values("32A") if settled.money.minor == 0)
    yield from (field for field, instructed in reading.values("33B") if instructed.minor == 0)


@_rule("MT-44", "remittance information stands in 70 or in the envelope 77T, not in both", Reason.FF01, code="E12")
def _remittance(reading: Reading) -> Wrong:
    if reading.has("77T"):
        yield from reading.all("70")
