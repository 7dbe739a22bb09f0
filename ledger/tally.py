"""Sums over a journal by plain arithmetic: the second way to a balance, which shares nothing with the book's rules."""

from collections import defaultdict

from ledger.book import Closing, Discharge, Entry, Expire, Opening, Post, Refusal, Reserve, Transfer, Void


class Tally:
    """What the entries so far add up to. Each list is debits posted, credits posted, debits pending, credits pending."""

    def __init__(self) -> None:
        self.accounts: dict[str, list[int]] = {}
        self.assets: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        self.open_holds: dict[str, Reserve] = {}
        self.operations = 0
        self.resolutions = 0
        self._asset_of: dict[str, str] = {}

    def add(self, entry: Entry) -> bool:
        """Add one entry; False when debits and credits of an asset differ after it.

        Raises KeyError for an entry that speaks of an account or a hold that is not there.
        """
        event = entry.event
        match event:
            case Opening():
                self.accounts[event.account.id] = [0, 0, 0, 0]
                self._asset_of[event.account.id] = event.account.asset
                return True
            case Refusal():
                return True
            case Closing():
                return event.account_id in self.accounts
            case Reserve():
                self.open_holds[event.id] = event
                touched = self._move(event, posted=0, pending=event.amount_minor)
            case Transfer():
                touched = self._move(event, posted=event.amount_minor, pending=0)
            case Post() | Void() | Discharge() | Expire():
                self.resolutions += 1
                held = self.open_holds.pop(event.pending_id)
                paid = 0
                if isinstance(event, Post):
                    paid = held.amount_minor if event.amount_minor is None else event.amount_minor
                touched = self._move(held, posted=paid, pending=-held.amount_minor)
        self.operations += 1
        return all(sums[0] == sums[1] and sums[2] == sums[3] and min(sums) >= 0 for sums in touched)

    def _move(self, movement: Reserve | Transfer, *, posted: int, pending: int) -> list[list[int]]:
        """Both sides, each in its own account's asset: a movement across assets shows as a difference."""
        touched = []
        for side, account in enumerate((movement.debit, movement.credit)):
            of_asset = self.assets[self._asset_of[account]]
            for sums in (self.accounts[account], of_asset):
                sums[side] += posted
                sums[side + 2] += pending
            touched.append(of_asset)
        return touched
