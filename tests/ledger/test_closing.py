"""An account that is closed for being empty is empty, in every ledger."""

import pytest

from domain.errors import LedgerAccountMissing, Refused
from ledger.book import Account, Reserve, Void
from ledger.protocol import Ledger
from tests.ledger.worlds import ALPHA, furnish

PASSING = "PASSING"


async def test_only_an_empty_account_is_closed_for_being_empty(ledger: Ledger) -> None:
    await furnish(ledger)
    await ledger.open_account(Account(PASSING, "USD"))
    await ledger.submit([Reserve("held", ALPHA, PASSING, "USD", 100)])
    head = await ledger.head()
    for full in (ALPHA, PASSING):
        with pytest.raises(Refused, match="not empty"):
            await ledger.close_empty_account(full)
    assert await ledger.head() == head
    await ledger.submit([Void("given back", "held")])
    for _ in range(2):
        await ledger.close_empty_account(PASSING)
    assert await ledger.closed([ALPHA, PASSING]) == {PASSING}
    with pytest.raises(LedgerAccountMissing):
        await ledger.close_empty_account("NOBODY")
