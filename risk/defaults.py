"""The rules that the engine comes with: version 0, in force while nobody has activated others.

Much, fast, round, at night or for the first time is no reason to stop a payment, not even three of these together. What is
held is a pattern in the highest risk: structuring towards a country that the FATF calls for action against, say.
"""

from typing import Final

from domain.risk import Condition, Feature, Operator, Rule
from risk.rules import RuleSet

F = Feature


def _at_least(feature: Feature, value: int) -> Condition:
    return Condition(feature, Operator.AT_LEAST, value)


def _is(feature: Feature) -> Condition:
    return Condition(feature, Operator.EQUALS, 1)


DOLLARS: Final = 100
"""Reference cents."""

RULES: Final = RuleSet(
    0,
    (
        Rule("VL-01", "many payments of the debtor within an hour", 10, (_at_least(F.DEBTOR_COUNT_1H, 30),)),
        Rule(
            "VL-02", "much paid by the debtor within a day", 10, (_at_least(F.DEBTOR_AMOUNT_24H, 20_000_000 * DOLLARS),)
        ),
        Rule(
            "VL-03",
            "a corridor that is ten times as busy as it was",
            5,
            (_at_least(F.CORRIDOR_BURST_PERCENT, 1000), _at_least(F.CORRIDOR_COUNT_7D, 500)),
        ),
        Rule(
            "CP-01",
            "a creditor whom nobody at the bank has paid, and an amount among its largest",
            15,
            (
                _is(F.NEW_TO_PARTICIPANT),
                _at_least(F.KNOWN_PAYMENTS, 100),
                _at_least(F.AMOUNT_RANK, 98),
                _at_least(F.AMOUNT, 50_000 * DOLLARS),
            ),
        ),
        Rule(
            "AM-01",
            "ten times the bank's larger payments",
            15,
            (_at_least(F.AMOUNT_OVER_P95_PERCENT, 1_000), _at_least(F.AMOUNT, 50_000 * DOLLARS)),
        ),
        Rule(
            "AM-02",
            "a hundred times the bank's larger payments",
            15,
            (_at_least(F.AMOUNT_OVER_P95_PERCENT, 10_000), _at_least(F.AMOUNT, 50_000 * DOLLARS)),
        ),
        Rule("ST-01", "just under a reporting threshold", 5, (_is(F.NEAR_THRESHOLD),)),
        Rule(
            "ST-02",
            "three payments just under a reporting threshold within a day",
            40,
            (_is(F.NEAR_THRESHOLD), _at_least(F.STRUCTURING_COUNT_24H, 3)),
        ),
        Rule("CT-01", "a country under increased monitoring", 15, (_at_least(F.COUNTRY_RISK, 60),)),
        Rule("CT-02", "a country that the FATF calls for action against", 35, (_at_least(F.COUNTRY_RISK, 100),)),
        Rule("CR-01", "a corridor known for evasion", 10, (_at_least(F.CORRIDOR_RISK, 50),)),
        Rule(
            "TM-01",
            "a large amount in the dead of night",
            5,
            (Condition(F.LOCAL_HOUR, Operator.AT_MOST, 4), _at_least(F.AMOUNT, 50_000 * DOLLARS)),
        ),
        Rule(
            "RN-01",
            "a round amount to somebody new",
            5,
            (_at_least(F.ROUND_ZEROS, 4), _is(F.FIRST_SEEN_COUNTERPARTY), _at_least(F.KNOWN_PAYMENTS, 30)),
        ),
        Rule("WR-01", "a message that had to be read with patience", 5, (_at_least(F.WARNINGS, 3),)),
    ),
)
"""Points that add up to a score of 100 at most."""
