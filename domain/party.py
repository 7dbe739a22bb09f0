"""Who pays and who is paid."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Party:
    """A debtor or a creditor: the bank's customer, its account, its bank. All of it is personal data but the BIC."""

    name: str
    agent_bic: str
    account: str | None = None
    country: str | None = None
    address: str | None = None
