"""The one table from error to HTTP status, and the errors that only HTTP knows."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from domain import errors as domain
from domain.errors import DelTranError, DomainError
from domain.finding import Finding
from ledger import errors as ledger


class Unauthenticated(DomainError):
    """The request carries no bearer token that we know."""

    code = "unauthenticated"


class MalformedRequest(DomainError):
    """The request cannot be read: broken JSON, or a header that means nothing."""

    code = "malformed_request"

    def __init__(self, message: str, *, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(message)
        self.findings = findings


class BodyTooLarge(DomainError):
    """The body is longer than this API takes."""

    code = "body_too_large"


class UnsupportedMediaType(DomainError):
    """The body is of a kind that this API does not read."""

    code = "unsupported_media_type"


STATUS: Final[tuple[tuple[type[DelTranError], HTTPStatus], ...]] = (
    (MalformedRequest, HTTPStatus.BAD_REQUEST),
    (Unauthenticated, HTTPStatus.UNAUTHORIZED),
    (domain.NotPermitted, HTTPStatus.FORBIDDEN),
    (domain.SelfApproval, HTTPStatus.FORBIDDEN),
    (domain.SeniorRequired, HTTPStatus.FORBIDDEN),
    (domain.NotFound, HTTPStatus.NOT_FOUND),
    (ledger.HoldNotFound, HTTPStatus.NOT_FOUND),
    (domain.Conflict, HTTPStatus.CONFLICT),
    (domain.Refused, HTTPStatus.CONFLICT),  # allowed at another time, not now
    (domain.IllegalTransition, HTTPStatus.CONFLICT),
    (domain.RepairNeeded, HTTPStatus.CONFLICT),  # right after an operator's act
    (ledger.HoldExceeded, HTTPStatus.CONFLICT),
    (ledger.HoldExpired, HTTPStatus.CONFLICT),
    (ledger.HoldNotExpired, HTTPStatus.CONFLICT),
    (ledger.NettingMismatch, HTTPStatus.CONFLICT),
    (BodyTooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (UnsupportedMediaType, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
    (domain.Rejection, HTTPStatus.UNPROCESSABLE_ENTITY),
    (domain.InvalidValue, HTTPStatus.UNPROCESSABLE_ENTITY),
    (domain.MessageRefused, HTTPStatus.UNPROCESSABLE_ENTITY),
    (domain.ListRefused, HTTPStatus.UNPROCESSABLE_ENTITY),
    (ledger.SameAccount, HTTPStatus.UNPROCESSABLE_ENTITY),
    (ledger.AssetMismatch, HTTPStatus.UNPROCESSABLE_ENTITY),
    (ledger.AmountOutOfRange, HTTPStatus.UNPROCESSABLE_ENTITY),
    (ledger.MalformedName, HTTPStatus.UNPROCESSABLE_ENTITY),
    (ledger.LedgerCorrupt, HTTPStatus.INTERNAL_SERVER_ERROR),
    (domain.Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
)
"""Read from the top: the first class that matches decides. Nothing that the caller did wrong is a 5xx."""


def status_of(kind: type[DelTranError]) -> HTTPStatus:
    """The HTTP status of an error's class. Raises LookupError when the table has forgotten it."""
    for known, status in STATUS:
        if issubclass(kind, known):
            return status
    raise LookupError(f"no HTTP status for {kind.__name__}")


def leaves(kind: type[DelTranError] = DelTranError) -> Iterator[type[DelTranError]]:
    """Every error that has no special cases: those that are raised."""
    below = kind.__subclasses__()
    if not below:
        yield kind
    for child in below:
        yield from leaves(child)


def by_code(code: str) -> type[DelTranError] | None:
    """The error that goes by this name, as a workflow says it; None when nobody knows it."""
    return _find(DelTranError, code)


def _find(kind: type[DelTranError], code: str) -> type[DelTranError] | None:
    if kind.__dict__.get("code") == code:
        return kind
    return next((found for child in kind.__subclasses__() if (found := _find(child, code))), None)
