"""Every rule of every message, in the order in which a reviewer would read them."""

from typing import Final

from schema.iso20022.rules import (
    accounts,
    agents,
    amounts,
    charges,
    charset,
    dates,
    external_codes,
    group,
    header,
    identification,
    instructions,
    parties,
    payable,
    reading,
    remittance,
    unused,
)
from schema.iso20022.rules.rule import Rule

RULES: Final[tuple[Rule, ...]] = (
    *reading.RULES,
    *header.RULES,
    *group.RULES,
    *identification.RULES,
    *amounts.RULES,
    *charges.RULES,
    *dates.RULES,
    *agents.RULES,
    *parties.RULES,
    *accounts.RULES,
    *remittance.RULES,
    *instructions.RULES,
    *external_codes.RULES,
    *charset.RULES,
    *unused.RULES,
    *payable.RULES,
)
