"""What the ledger says no with, beside InsufficientFunds, AccountClosed, LedgerAccountMissing and Unavailable.

DelTranError
├── DomainError
│   ├── Conflict
│   │   ├── ExistsWithDifferent   ledger_id_reused
│   │   └── AlreadyResolved       hold_already_resolved
│   ├── HoldNotFound              hold_not_found
│   ├── HoldExpired               hold_expired
│   ├── HoldNotExpired            hold_not_expired
│   ├── HoldExceeded              hold_exceeded
│   ├── NettingMismatch           netting_mismatch
│   ├── SameAccount               same_account
│   ├── AssetMismatch             asset_mismatch
│   ├── AmountOutOfRange          amount_out_of_range
│   └── MalformedName             malformed_ledger_name
└── LedgerCorrupt                 ledger_corrupt
"""

from domain.errors import Conflict, DelTranError, DomainError


class ExistsWithDifferent(Conflict):
    """The operation's id was used before with other content; `facts["field"]` names the first difference."""

    code = "ledger_id_reused"


class AlreadyResolved(Conflict):
    """The hold was ended by another operation; facts: `how` (posted | voided | discharged | expired) and `by` (its id)."""

    code = "hold_already_resolved"


class HoldNotFound(DomainError):
    """No funds were ever reserved under this id."""

    code = "hold_not_found"


class HoldExpired(DomainError):
    """The hold's time is over: it can only be given back. Also: a hold whose time would be over before it began."""

    code = "hold_expired"


class HoldNotExpired(DomainError):
    """The hold's time is not over yet, or it has none."""

    code = "hold_not_expired"


class HoldExceeded(DomainError):
    """More is to be posted than was reserved."""

    code = "hold_exceeded"


class NettingMismatch(DomainError):
    """The net transfers of a chain do not add up to the obligations it discharges: the whole chain is refused."""

    code = "netting_mismatch"


class SameAccount(DomainError):
    """Debit and credit are the same account."""

    code = "same_account"


class AssetMismatch(DomainError):
    """The operation's asset is not the asset of both accounts."""

    code = "asset_mismatch"


class AmountOutOfRange(DomainError):
    """An amount is positive and fits a signed 64-bit integer; a floor fits one too."""

    code = "amount_out_of_range"


class MalformedName(DomainError):
    """An id or asset is 1 to 255 printable ASCII characters."""

    code = "malformed_ledger_name"


class LedgerCorrupt(DelTranError):
    """The ledger on disk is not what was acknowledged: it refuses to open. Restore it; never repair it in place."""

    code = "ledger_corrupt"
