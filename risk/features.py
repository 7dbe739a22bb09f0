"""Features: everything a rule may ask about a payment, from the payment itself, the tables and the memory."""

from typing import Final

from domain.money import exponent
from domain.risk import Case, Feature, Trace
from risk import tables
from risk.memory import SPANS, Memory, Recollection
from risk.windows import HOUR

ENOUGH: Final = 30
"""Payments that a bank's distribution must rest on before an amount is called large for it."""

_MINUTE: Final = HOUR // 60
_HOURS_OF_WEEK: Final = 168


def features(case: Case, amount: int, past: Recollection) -> dict[str, int]:
    """Every feature of a payment of that many reference cents, by name."""
    near = tables.near_threshold(case.amount_minor, case.currency)
    return {
        **_velocity(amount, past),
        Feature.CORRIDOR_BURST_PERCENT: _burst(past),
        Feature.FIRST_SEEN_COUNTERPARTY: int(past.pair_count == 0),
        Feature.NEW_TO_PARTICIPANT: int(past.participant_count == 0),
        Feature.KNOWN_PAYMENTS: past.known,
        Feature.AMOUNT: amount,
        Feature.AMOUNT_RANK: past.rank if past.known >= ENOUGH else 50,
        Feature.AMOUNT_OVER_P95_PERCENT: 100 * amount // max(past.p95, 1) if past.known >= ENOUGH else 0,
        Feature.NEAR_THRESHOLD: int(near),
        Feature.STRUCTURING_COUNT_24H: past.structured + near,
        Feature.COUNTRY_RISK: max(map(tables.country_risk, (case.origin, case.destination, *case.countries))),
        Feature.CORRIDOR_RISK: tables.corridor_risk(case.origin, case.destination),
        Feature.LOCAL_HOUR: local_hour(case.taken_in, case.origin),
        Feature.ROUND_ZEROS: round_zeros(case.amount_minor, case.currency),
        Feature.WARNINGS: case.warnings,
    }


def of(case: Case, memory: Memory, *, own: Trace | None = None) -> tuple[dict[str, int], Recollection]:
    """The features of a payment and what they were read from; `own` is its trace when memory holds it already."""
    amount = tables.reference_cents(case.amount_minor, case.currency)
    past = memory.recollect(case, amount, own=own)
    return features(case, amount, past), past


def local_hour(at: int, country: str) -> int:
    """The hour of the day in a country, standard time."""
    return (at // _MINUTE + tables.utc_offset_minutes(country)) // 60 % 24


def round_zeros(amount_minor: int, currency: str) -> int:
    """Zeros at the end of the whole units; none when there is a fraction."""
    units, fraction = divmod(amount_minor, 10 ** exponent(currency))
    text = str(units)
    return 0 if fraction or not units else len(text) - len(text.rstrip("0"))


def _velocity(amount: int, past: Recollection) -> dict[str, int]:
    found: dict[str, int] = {}
    for whose, tallies in (("debtor", past.debtor), ("corridor", past.corridor)):
        for span in SPANS:
            found[f"{whose}_count_{span}"] = tallies[span].times + 1
            found[f"{whose}_amount_{span}"] = tallies[span].amount + amount
    return found


def _burst(past: Recollection) -> int:
    hour, week = past.corridor["1h"].times + 1, past.corridor["7d"].times + 1
    return 100 * hour * _HOURS_OF_WEEK // week
