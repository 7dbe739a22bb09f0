"""Who pays and who is paid."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Party:
    """A debtor or a creditor: the bank's customer, its account, its bank. All of it is personal data but the BICs.

    `bic` is the party's own, where it has one: a bank that pays for itself, or a company known by its BIC. `town` and
    `country` are the parts of the address that banks ask for by name; `address` is all the rest of it.
    """

    name: str
    agent_bic: str
    account: str | None = None
    country: str | None = None
    address: str | None = None
    bic: str | None = None
    town: str | None = None
