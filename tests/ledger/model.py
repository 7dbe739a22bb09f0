"""A second, tiny ledger that shares nothing with the real one but its words: what random programs are judged by."""

from copy import deepcopy

from ledger.book import Account, Discharge, Operation, Post, Reserve, Transfer, Void


class No(Exception):
    """The model's refusal; its text is the error's code."""


class Model:
    """Plain dictionaries, copied before each chain."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.closed: set[str] = set()
        self.operations: dict[str, Operation] = {}
        self.ended: set[str] = set()
        self.posted: dict[str, int] = {}
        self.held: dict[str, int] = {}

    def open(self, account: Account) -> None:
        self.accounts[account.id] = account
        self.posted[account.id] = self.held[account.id] = 0

    def pending(self) -> list[Reserve]:
        return [op for op in self.operations.values() if isinstance(op, Reserve) and op.id not in self.ended]

    def submit(self, chain: list[Operation]) -> str:
        """ "ok", or the code of the first thing that forbids the chain."""
        before = deepcopy(self.__dict__)
        try:
            owed = dict.fromkeys(self.accounts, 0)
            for operation in chain:
                self._one(operation, owed)
            if any(isinstance(op, Discharge) for op in chain) and any(owed.values()):
                raise No("netting_mismatch")
        except No as no:
            self.__dict__.update(before)
            return str(no)
        return "ok"

    def _one(self, op: Operation, owed: dict[str, int]) -> None:
        if op.id in self.operations:
            if self.operations[op.id] != op:
                raise No("ledger_id_reused")
            return
        if isinstance(op, Reserve | Transfer):
            self._may_move(op)
            if isinstance(op, Reserve):
                self.held[op.debit] += op.amount_minor
            else:
                self._pay(op, op.amount_minor)
                owed[op.credit] -= op.amount_minor
                owed[op.debit] += op.amount_minor
        else:
            hold = self.operations.get(op.pending_id)
            if not isinstance(hold, Reserve):
                raise No("hold_not_found")
            if hold.id in self.ended:
                raise No("hold_already_resolved")
            if isinstance(op, Post) and op.amount_minor is not None and op.amount_minor <= 0:
                raise No("amount_out_of_range")
            if isinstance(op, Post) and (op.amount_minor or 0) > hold.amount_minor:
                raise No("hold_exceeded")
            self.ended.add(hold.id)
            self.held[hold.debit] -= hold.amount_minor
            if isinstance(op, Post):
                self._pay(hold, hold.amount_minor if op.amount_minor is None else op.amount_minor)
            if isinstance(op, Discharge):
                owed[hold.credit] += hold.amount_minor
                owed[hold.debit] -= hold.amount_minor
            assert isinstance(op, Post | Void | Discharge)
        self.operations[op.id] = op

    def _may_move(self, op: Reserve | Transfer) -> None:
        if op.amount_minor <= 0:
            raise No("amount_out_of_range")
        if op.debit == op.credit:
            raise No("same_account")
        for id in (op.debit, op.credit):
            if id in self.closed:
                raise No("account_closed")
            if self.accounts[id].asset != op.asset:
                raise No("asset_mismatch")
        floor = self.accounts[op.debit].floor_minor
        if floor is not None and self.posted[op.debit] - self.held[op.debit] - op.amount_minor < floor:
            raise No("insufficient_funds")

    def _pay(self, op: Reserve | Transfer, amount: int) -> None:
        self.posted[op.debit] -= amount
        self.posted[op.credit] += amount
