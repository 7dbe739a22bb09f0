"""The one error tree. `code` is the name the API, the metrics and Temporal use for an error.

DelTranError
├── DomainError                   the business says no; trying again would not help
│   ├── Rejection                 the payment is refused, with ISO 20022 reason codes
│   │   ├── ValidationFailed
│   │   ├── ParticipantNotFound
│   │   ├── ParticipantSuspended
│   │   ├── AccountNotFound
│   │   ├── ValueDateTooFar
│   │   ├── AccountClosed
│   │   ├── InsufficientFunds
│   │   ├── DealerShort
│   │   ├── ExchangeCrowded
│   │   ├── SanctionsRejected
│   │   └── ReviewExpired
│   ├── InvalidValue              a value that cannot exist (a BIC, an amount, a currency …)
│   │   └── CurrencyMismatch
│   ├── MessageRefused            an inbound message that is not a payment instruction
│   ├── ListRefused               a sanctions list that must not take the place of the present one
│   ├── IllegalTransition         a status that cannot follow the present one
│   ├── Refused                   a person's act that is not allowed now
│   │   ├── NotPermitted
│   │   ├── SelfApproval
│   │   ├── AlreadyDecided
│   │   ├── StaleScreening
│   │   ├── NotUnderReview
│   │   ├── ReviewLocked
│   │   ├── ReviewBusy
│   │   ├── SameReviewer
│   │   ├── SeniorRequired
│   │   ├── NoQuestion
│   │   ├── NotCancellable
│   │   ├── NotReleasable
│   │   ├── NotReturnable
│   │   ├── RecallClosed
│   │   ├── RulesNotReady
│   │   ├── QuoteExpired
│   │   ├── QuoteExhausted
│   │   ├── NotClearable
│   │   └── NotParked
│   ├── Conflict                  the same identity with other content
│   │   ├── IdempotencyConflict
│   │   ├── DuplicatePayment
│   │   └── AlreadyExists
│   └── NotFound
├── RepairNeeded                  wrong now, right after an operator's act: parks as a dead letter
│   └── LedgerAccountMissing
└── Unavailable                   a dependency is away: retried for as long as it takes
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from domain.finding import Finding
from domain.reason import Reason


class DelTranError(Exception):
    """Anything that DelTran says no with. `facts` are public and never personal."""

    code: ClassVar[str] = "error"

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts: Mapping[str, Any] = facts


class DomainError(DelTranError):
    """The business says no; trying again would not help."""

    code = "refused"


class Rejection(DomainError):
    """The payment is refused; `reasons` go to the sender in the status report."""

    code = "payment_rejected"
    default_reason: ClassVar[Reason] = Reason.NARR

    def __init__(self, message: str, *, reasons: tuple[Reason, ...] = (), **facts: Any) -> None:
        super().__init__(message, **facts)
        self.reasons = reasons or (self.default_reason,)


class ValidationFailed(Rejection):
    """The instruction breaks rules; every broken rule is listed."""

    code = "validation_failed"
    default_reason = Reason.FF01

    def __init__(self, message: str, *, findings: tuple[Finding, ...], **facts: Any) -> None:
        super().__init__(message, reasons=tuple(dict.fromkeys(f.reason for f in findings)), **facts)
        self.findings = findings


class ParticipantNotFound(Rejection):
    """A bank named in the payment is not a participant of this network."""

    code = "participant_not_found"
    default_reason = Reason.RC01


class ParticipantSuspended(Rejection):
    """A bank named in the payment may not send or receive at present."""

    code = "participant_suspended"
    default_reason = Reason.AG01


class AccountNotFound(Rejection):
    """The participant holds no account in the payment's currency."""

    code = "account_not_found"
    default_reason = Reason.AC03


class ValueDateTooFar(Rejection):
    """The payment is for a day that is further ahead than the warehouse reaches."""

    code = "value_date_too_far"
    default_reason = Reason.CH03


class AccountClosed(Rejection):
    """The participant's account is closed for new entries."""

    code = "account_closed"
    default_reason = Reason.AC04


class InsufficientFunds(Rejection):
    """The debtor's bank has not enough available balance to reserve the amount."""

    code = "insufficient_funds"
    default_reason = Reason.AM04


class DealerShort(Rejection):
    """The dealer of an exchange could not deliver the currency bought. Nothing is told of what it has."""

    code = "dealer_short"
    default_reason = Reason.ED05


class ExchangeCrowded(Rejection):
    """Too many legs wait under one reference, and none is the other's partner."""

    code = "exchange_crowded"


class SanctionsRejected(Rejection):
    """A reviewer refused the payment. The sender learns RR04 and nothing of the list."""

    code = "sanctions_rejected"
    default_reason = Reason.RR04


class ReviewExpired(Rejection):
    """Nobody decided in time; the payment is refused rather than let through."""

    code = "review_expired"
    default_reason = Reason.RR04


class InvalidValue(DomainError):
    """A value that cannot exist: a malformed BIC, an impossible amount, an unknown currency."""

    code = "invalid_value"

    def __init__(self, message: str, *, reason: Reason = Reason.FF01, **facts: Any) -> None:
        super().__init__(message, **facts)
        self.reason = reason


class CurrencyMismatch(InvalidValue):
    """Two amounts of different currencies were combined."""

    code = "currency_mismatch"


class MessageRefused(DomainError):
    """An inbound message cannot be read as a payment instruction; every finding is listed."""

    code = "message_refused"

    def __init__(self, message: str, *, findings: tuple[Finding, ...] = (), **facts: Any) -> None:
        super().__init__(message, **facts)
        self.findings = findings


class ListRefused(DomainError):
    """A file that must not become the sanctions list in force; the present version stays.

    `reason` among the facts: unknown_list, unreadable, truncated, empty, tampered, shrunk, dropped, unchanged.
    """

    code = "list_refused"


class IllegalTransition(DomainError):
    """The payment's status does not allow the step."""

    code = "illegal_transition"


class Refused(DomainError):
    """A person's act is not allowed now."""

    code = "act_refused"


class NotPermitted(Refused):
    """The caller's role does not carry the permission."""

    code = "not_permitted"


class SelfApproval(Refused):
    """Whoever submitted a payment may not approve it."""

    code = "self_approval"


class AlreadyDecided(Refused):
    """The review has its decision already."""

    code = "already_decided"


class StaleScreening(Refused):
    """The decision was taken on a screening result that is no longer the present one."""

    code = "stale_screening"


class NotUnderReview(Refused):
    """The payment has no open review."""

    code = "not_under_review"


class ReviewLocked(Refused):
    """Another reviewer works on the case; it can be taken over, or waited for."""

    code = "review_locked"


class ReviewBusy(Refused):
    """Another act on the case is being recorded; the same act again may well be admitted."""

    code = "review_busy"


class SameReviewer(Refused):
    """The second approval of a payment must be another person's."""

    code = "same_reviewer"


class SeniorRequired(Refused):
    """The case was escalated: a senior reviewer must be among those who decide it."""

    code = "senior_required"


class NoQuestion(Refused):
    """The sender was asked nothing, or has answered."""

    code = "no_question"


class NotCancellable(Refused):
    """The payment is too far on its way to be withdrawn; ask for a return instead."""

    code = "not_cancellable"


class NotReleasable(Refused):
    """A payment that is not in the warehouse, or whose day has not come."""

    code = "not_releasable"


class NotReturnable(Refused):
    """The payment was not paid, or no such amount of it can still be returned."""

    code = "not_returnable"


class RecallClosed(Refused):
    """The recall was answered otherwise before."""

    code = "recall_closed"


class RulesNotReady(Refused):
    """The version of the risk rules, or of the embargo table, does not stand where this act would take it on."""

    code = "rules_not_ready"


class QuoteExpired(Refused):
    """The exchange rate was promised for a time that is over."""

    code = "quote_expired"


class QuoteExhausted(Refused):
    """Others have taken of the quote, and less is left of it than is asked for."""

    code = "quote_exhausted"


class NotClearable(Refused):
    """Nobody's word clears such a hit for good."""

    code = "not_clearable"


class NotParked(Refused):
    """The payment is not a dead letter."""

    code = "not_parked"


class Conflict(DomainError):
    """The same identity came with other content."""

    code = "conflict"


class IdempotencyConflict(Conflict):
    """The idempotency key was used before with another body."""

    code = "idempotency_key_reused"


class DuplicatePayment(Conflict):
    """The payment exists already: under its UETR (DUPL), or word for word (AM05)."""

    code = "duplicate_payment"

    def __init__(self, message: str, *, payment_id: str | None, reason: Reason = Reason.DUPL) -> None:
        super().__init__(message, **({} if payment_id is None else {"payment_id": payment_id}))
        self.reasons = (reason,)


class AlreadyExists(Conflict):
    """The thing to be created exists with other content."""

    code = "already_exists"


class NotFound(DomainError):
    """No such thing, or none that the caller may see."""

    code = "not_found"


class RepairNeeded(DelTranError):
    """Wrong now, right after an operator's act: the payment parks as a dead letter."""

    code = "repair_needed"


class LedgerAccountMissing(RepairNeeded):
    """An account is registered but was never opened in the ledger."""

    code = "ledger_account_missing"


class Unavailable(DelTranError):
    """A dependency is away; the step is retried for as long as it takes."""

    code = "dependency_unavailable"
