"""Static bearer tokens from the settings: who holds which. Stands in for logins and signed tokens."""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from typing import Self

from pydantic import SecretStr

from api.common.errors import Unauthenticated
from domain.decision import Actor, Role
from domain.ids import Bic
from runtime.settings import Settings


class Tokens:
    """Knows every token's holder; keeps only fingerprints."""

    def __init__(self, holders: Iterable[tuple[str, Actor]]) -> None:
        self._holders = tuple((_fingerprint(token), actor) for token, actor in holders)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The tokens that the settings give out: one per role, one per participant. Raises InvalidValue (a BIC)."""
        return cls([*_of_roles(settings), *_of_participants(settings.token_participant)])

    def holder(self, token: str) -> Actor:
        """Whose token this is. Takes the same time for every token. Raises Unauthenticated."""
        shown = _fingerprint(token)
        found = None
        for known, actor in self._holders:
            if hmac.compare_digest(known, shown):
                found = actor
        if found is None:
            raise Unauthenticated("the bearer token is not known")
        return found


def _of_roles(settings: Settings) -> Iterator[tuple[str, Actor]]:
    given = {
        Role.ADMIN: settings.token_admin,
        Role.OPERATOR: settings.token_operator,
        Role.COMPLIANCE: settings.token_compliance,
        Role.SENIOR: settings.token_senior,
    }
    for role, token in given.items():
        if token is not None and token.get_secret_value():
            yield token.get_secret_value(), Actor(str(role), role)


def _of_participants(pairs: SecretStr | None) -> Iterator[tuple[str, Actor]]:
    for pair in filter(None, pairs.get_secret_value().split(",") if pairs else ()):
        name, _, token = pair.strip().partition(":")
        if token:
            bic = Bic.parse(name)
            yield token, Actor(f"participant/{bic}", Role.PARTICIPANT, bic)


def _fingerprint(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="surrogateescape")).digest()
