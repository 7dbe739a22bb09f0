"""What a group of chains will ask about, told before it is applied, so that it can be read at once."""

from collections.abc import Iterable
from typing import NamedTuple, Self

from ledger.book import Account, Reserve, Transfer
from ledger.rules import is_name
from ledger.writer import Job


class Wants(NamedTuple):
    """Ids of operations, of holds and of accounts. What is no name is left out: the rules refuse it before they ask."""

    operations: set[str]
    pending: set[str]
    accounts: set[str]

    @classmethod
    def of(cls, jobs: Iterable[Job]) -> Self:
        """What the jobs name. The accounts of a hold are known only when the hold is read."""
        operations, pending, accounts = set(), set(), set()
        for job in jobs:
            match job.argument:
                case Account():
                    accounts.add(job.argument.id)
                case str():
                    accounts.add(job.argument)
                case chain:
                    for operation in chain:
                        operations.add(operation.id)
                        if isinstance(operation, Reserve | Transfer):
                            accounts |= {operation.debit, operation.credit}
                        else:
                            pending.add(operation.pending_id)
        return cls(*({name for name in names if is_name(name)} for names in (operations | pending, pending, accounts)))
