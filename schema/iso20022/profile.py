"""Whose rules a message is held against, and how strictly."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.finding import Severity


class Profile(StrEnum):
    """A set of rules on top of the schema."""

    BASE = "base"
    """ISO 20022 itself, to read what anybody sent: a message is refused for its schema, the other rules warn."""
    PAYABLE = "payable"
    """Base, none of it forgiven, and what a payment cannot be made without: a UETR, a date, one transaction, two banks, two names."""
    CBPR_2025 = "cbpr-2025"
    """Cross-border payments and reporting, as of November 2025."""
    CBPR_2026 = "cbpr-2026"
    """Cross-border payments and reporting, as of November 2026."""


class AddressPolicy(StrEnum):
    """What becomes of a postal address that has address lines only."""

    GRACE = "grace"
    """It is a warning."""
    STRICT = "strict"
    """It is an error: since the network's switch date an address names its town and country."""


EVERY: frozenset[Profile] = frozenset(Profile)
CBPR: frozenset[Profile] = frozenset({Profile.CBPR_2025, Profile.CBPR_2026})
PAYMENTS: frozenset[Profile] = CBPR | {Profile.PAYABLE}
"""Profiles whose messages are paid."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to hold a message against the rules.

    `unknown_codes` is what a code outside ISO's external sets is, `other_releases` a CBPR+ message that says it is of
    another year's release, `incomplete` one that lacks what CBPR+ asks for and ISO 20022 does not, `holidays` a settlement
    date that is none. `today` turns on what depends on the day.
    """

    profile: Profile = Profile.BASE
    strict: bool = False
    addresses: AddressPolicy = AddressPolicy.GRACE
    unknown_codes: Severity = Severity.ERROR
    other_releases: Severity = Severity.ERROR
    incomplete: Severity = Severity.ERROR
    holidays: Severity = Severity.ERROR
    today: date | None = None
