"""The book's rules, written once: every ledger and the verification apply these functions and no others."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from typing import Final, NoReturn, TypeAlias

from domain.errors import AccountClosed, AlreadyExists, InsufficientFunds, LedgerAccountMissing, Refused
from ledger.book import (
    MAX_AMOUNT,
    RESOLVED_AS,
    Account,
    Balance,
    Closing,
    Discharge,
    Entry,
    Expire,
    Opening,
    Operation,
    Post,
    Receipt,
    Reserve,
    Resolution,
    Transfer,
)
from ledger.errors import (
    AlreadyResolved,
    AmountOutOfRange,
    AssetMismatch,
    ExistsWithDifferent,
    HoldExceeded,
    HoldExpired,
    HoldNotExpired,
    HoldNotFound,
    MalformedName,
    NettingMismatch,
    SameAccount,
)
from ledger.state import Draft

MAX_NAME: Final = 255

Sides: TypeAlias = tuple[Balance, Balance]
"""The balances of a movement's debit and credit account."""


def post_chain(draft: Draft, chain: Sequence[Operation]) -> tuple[Receipt, ...]:
    """Apply operations that stand or fall together; each sees the ones before it.

    Raises whatever forbids one of them; the draft is then worthless and must be dropped.
    """
    receipts = tuple([_apply_once(draft, operation) for operation in chain])
    if any(type(operation) is Discharge for operation in chain):
        _check_netting(draft)
    return receipts


def open_account(draft: Draft, account: Account) -> bool:
    """Open an account; False when it is there already with the same content.

    Raises AlreadyExists (other content), MalformedName, AmountOutOfRange.
    """
    assert not account.closed, "an account is opened open"
    check_name(account.id)
    check_name(account.asset)
    if account.floor_minor is not None and abs(account.floor_minor) > MAX_AMOUNT:
        raise AmountOutOfRange("a floor fits a signed 64-bit integer", account=account.id)
    known = draft.account(account.id)
    if known is None:
        entry = draft.record(Opening(account))
        draft.accounts[account.id] = account
        draft.balances[account.id] = Balance(account.id, account.asset, 0, 0, 0, 0, entry.sequence)
        return True
    # Whether it was closed since does not matter: opening is what is repeated.
    for field in ("asset", "floor_minor"):
        if getattr(known, field) != getattr(account, field):
            raise AlreadyExists("the account is open with other content", account=account.id, field=field)
    return False


def close_account(draft: Draft, account_id: str) -> None:
    """Take no new entries on an account; its holds can still be resolved. Raises LedgerAccountMissing."""
    account = _account(draft, account_id)
    if not account.closed:
        draft.record(Closing(account_id))
        draft.accounts[account_id] = Account(account.id, account.asset, account.floor_minor, closed=True)


def close_empty_account(draft: Draft, account_id: str) -> None:
    """Close an account that holds nothing. Raises Refused (it is not empty, or something is held), LedgerAccountMissing."""
    account, balance = _account(draft, account_id), draft.balance(account_id)
    assert balance is not None, "every account has a balance"
    if not account.closed and (balance.posted_minor or balance.debits_pending or balance.credits_pending):
        raise Refused("the account is not empty, or something is held from it or for it", account=account_id)
    close_account(draft, account_id)


def is_name(text: str) -> bool:
    """Whether the text may be an id or an asset in the book."""
    return text.isascii() and text.isprintable() and 0 < len(text) <= MAX_NAME


def check_name(text: str) -> None:
    """Raises MalformedName unless the text may be an id or an asset."""
    if not is_name(text):
        raise MalformedName(f"an id or asset is 1 to {MAX_NAME} printable ASCII characters")


def _apply_once(draft: Draft, operation: Operation) -> Receipt:
    check_name(operation.id)
    found = draft.operation(operation.id)
    if found is not None:
        _check_same(found, operation)
        return Receipt(operation.id, False, found.sequence)
    match operation:
        case Reserve():
            sides = _check_movement(draft, operation)
            if operation.expires_us is not None:
                _check_expiry(draft, operation, operation.expires_us)
            entry = draft.record(operation)
            balances = _move(draft, sides, entry.sequence, operation.amount_minor, 0)
        case Transfer():
            sides = _check_movement(draft, operation)
            entry = draft.record(operation)
            balances = _move(draft, sides, entry.sequence, 0, operation.amount_minor)
        case _:
            reserve = _open_hold(draft, operation)
            _check_time(draft, operation, reserve)
            paid = _paid(operation, reserve)
            sides = _balance(draft, reserve.debit), _balance(draft, reserve.credit)
            entry = draft.record(operation)
            balances = _move(draft, sides, entry.sequence, -reserve.amount_minor, paid)
            draft.resolutions[operation.pending_id] = entry
    draft.operations[operation.id] = entry
    return Receipt(operation.id, True, entry.sequence, balances)


def _check_same(found: Entry, operation: Operation) -> None:
    if found.event == operation:
        return
    field = "kind"
    if type(found.event) is type(operation):
        names = (field.name for field in fields(operation))
        field = next(name for name in names if getattr(found.event, name) != getattr(operation, name))
    raise ExistsWithDifferent(f"{operation.id} exists with a different {field}", id=operation.id, field=field)


def _check_movement(draft: Draft, movement: Reserve | Transfer) -> Sides:
    """Raises whatever forbids the movement; answers the two balances that it will change."""
    amount = movement.amount_minor
    if type(amount) is not int or not 0 < amount <= MAX_AMOUNT:
        raise AmountOutOfRange("an amount is positive and fits a signed 64-bit integer", id=movement.id)
    if movement.debit == movement.credit:
        raise SameAccount("debit and credit are the same account", id=movement.id)
    debit, credit = _account(draft, movement.debit), _account(draft, movement.credit)
    if debit.closed or credit.closed or debit.asset != movement.asset or credit.asset != movement.asset:
        _refuse_account(movement, debit if debit.closed or debit.asset != movement.asset else credit)
    sides = _balance(draft, debit.id), _balance(draft, credit.id)
    if debit.floor_minor is not None:
        spendable = sides[0].available_minor - debit.floor_minor
        if amount > spendable:
            raise InsufficientFunds(
                "the available balance does not cover the amount",
                account=debit.id,
                asset=debit.asset,
                amount_minor=amount,
                spendable_minor=spendable,
            )
    return sides


def _refuse_account(movement: Reserve | Transfer, account: Account) -> NoReturn:
    if account.closed:
        raise AccountClosed("the account is closed for new entries", account=account.id)
    raise AssetMismatch(f"the account holds {account.asset}, not {movement.asset}", id=movement.id, account=account.id)


def _open_hold(draft: Draft, resolution: Resolution) -> Reserve:
    check_name(resolution.pending_id)
    found = draft.operation(resolution.pending_id)
    if found is None or type(found.event) is not Reserve:
        raise HoldNotFound("no funds were reserved under this id", id=resolution.id, hold=resolution.pending_id)
    end = draft.resolution(resolution.pending_id)
    if end is not None:
        assert isinstance(end.event, Resolution), "only a resolution ends a hold"
        how = RESOLVED_AS[type(end.event)]
        raise AlreadyResolved(
            f"the hold was {how} before", id=resolution.id, hold=resolution.pending_id, how=str(how), by=end.event.id
        )
    return found.event


def _check_expiry(draft: Draft, reserve: Reserve, expires_us: int) -> None:
    """Raises AmountOutOfRange (no moment that could be written), HoldExpired (it is over already)."""
    if type(expires_us) is not int or not 0 <= expires_us <= MAX_AMOUNT:
        raise AmountOutOfRange("an expiry is microseconds since 1970 and fits a signed 64-bit integer", id=reserve.id)
    if expires_us <= (draft.at_us or 0):
        raise HoldExpired("the hold would be over before it began", id=reserve.id)


def _check_time(draft: Draft, resolution: Resolution, reserve: Reserve) -> None:
    """A hold whose time is over can be given back, and nothing else; one whose time is not over cannot expire."""
    over = reserve.expires_us is not None and (draft.at_us or 0) >= reserve.expires_us
    if over and isinstance(resolution, Post | Discharge):
        raise HoldExpired("the hold's time is over", id=resolution.id, hold=reserve.id)
    if not over and isinstance(resolution, Expire):
        raise HoldNotExpired("the hold's time is not over", id=resolution.id, hold=reserve.id)


def _paid(resolution: Resolution, reserve: Reserve) -> int:
    """What a resolution pays out of the hold. Raises AmountOutOfRange, HoldExceeded."""
    if type(resolution) is not Post:
        return 0
    amount = resolution.amount_minor
    if amount is None:
        return reserve.amount_minor
    if type(amount) is not int or amount <= 0:
        raise AmountOutOfRange("an amount is positive and fits a signed 64-bit integer", id=resolution.id)
    if amount > reserve.amount_minor:
        raise HoldExceeded("more is posted than was reserved", id=resolution.id, held_minor=reserve.amount_minor)
    return amount


def _move(draft: Draft, sides: Sides, sequence: int, pending: int, posted: int) -> Sides:
    """The one place where balances change: always the same amounts on both sides. Answers debit's and credit's."""
    payer, asset, debits, credits, debits_pending, credits_pending, _ = sides[0]
    debit = Balance(payer, asset, debits + posted, credits, debits_pending + pending, credits_pending, sequence)
    payee, asset, debits, credits, debits_pending, credits_pending, _ = sides[1]
    credit = Balance(payee, asset, debits, credits + posted, debits_pending, credits_pending + pending, sequence)
    draft.balances[payer], draft.balances[payee] = debit, credit
    return debit, credit


def _check_netting(draft: Draft) -> None:
    """For each account, what the chain discharges equals what its direct transfers move.

    Only what this chain newly applied counts: a repeated discharge cannot cover a second transfer. An account has one
    asset, so a sum per account is a sum per account and asset.
    """
    difference: Counter[str] = Counter()
    for entry in draft.entries:
        match entry.event:
            case Discharge() as event:
                reserve = draft.operation(event.pending_id)
                assert reserve is not None, "a discharged hold was reserved"
                assert isinstance(reserve.event, Reserve), "a discharged hold was reserved"
                difference[reserve.event.credit] += reserve.event.amount_minor
                difference[reserve.event.debit] -= reserve.event.amount_minor
            case Transfer() as event:
                difference[event.credit] -= event.amount_minor
                difference[event.debit] += event.amount_minor
    wrong = {account: off for account, off in difference.items() if off}
    if wrong:
        account, off = next(iter(wrong.items()))
        raise NettingMismatch(
            "the net transfers do not settle what is discharged", account=account, off_minor=off, accounts=len(wrong)
        )


def _account(draft: Draft, account_id: str) -> Account:
    account = draft.account(account_id)
    if account is None:
        raise LedgerAccountMissing("the account was never opened in the ledger", account=account_id)
    return account


def _balance(draft: Draft, account_id: str) -> Balance:
    balance = draft.balance(account_id)
    assert balance is not None, "every account has a balance"
    return balance
