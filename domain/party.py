"""Who pays and who is paid."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Particulars:
    """What tells two bearers of a name apart, where a message has it: for screening, and not passed on.

    Births are ISO dates, the residence is a country's code; identifiers are LEIs and numbers of documents and registers.
    """

    births: tuple[str, ...] = ()
    residence: str | None = None
    identifiers: tuple[str, ...] = ()


NOTHING_MORE: Final = Particulars()


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
    particulars: Particulars = NOTHING_MORE
