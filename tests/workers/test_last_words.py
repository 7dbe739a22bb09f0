"""What a worker says when it ends: of a damaged ledger, where the damage is and what its operator does next."""

import pytest

from domain.errors import DelTranError, Unavailable
from ledger.errors import LedgerCorrupt
from workers.__main__ import last_words

NEXT = "`deltran ledger verify` tells all of it, `deltran ledger restore` puts a backup back."


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Unavailable("another process owns the ledger"), f"{Unavailable.code}: another process owns the ledger"),
        (
            LedgerCorrupt("the ledger's files are damaged", detail="Corruption: checksum mismatch"),
            f"ledger_corrupt: the ledger's files are damaged (Corruption: checksum mismatch). {NEXT}",
        ),
        (
            LedgerCorrupt("the journal does not end at the head", head=9, journal=7),
            f"ledger_corrupt: the journal does not end at the head (head 9; journal 7). {NEXT}",
        ),
    ],
)
def test_what_a_worker_says_when_it_ends(error: DelTranError, said: str) -> None:
    assert last_words(error) == said
