"""What endpoints ask for by name: the house's services, and the caller with the permission it needs.

`authenticated` is the seam: whatever proves an identity later replaces the static tokens there and nowhere else.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from temporalio.client import Client

from activities.archive import Archive
from api.auth.tokens import Tokens
from api.common.errors import Unauthenticated
from domain.decision import Actor, Permission
from runtime.metrics import Metrics
from runtime.settings import Settings
from schema.tables.common.session import Database
from workflows.payloads import Terms
from workflows.start import Starter


@dataclass(frozen=True, slots=True)
class Services:
    """What the endpoints work with."""

    settings: Settings
    db: Database
    client: Client
    starter: Starter
    tokens: Tokens
    terms: Terms
    metrics: Metrics
    archive: Archive


_bearer: Final = HTTPBearer(auto_error=False, description="One token per role, one per participant's system.")


async def _services(request: Request) -> Services:
    services = request.app.state.services
    assert isinstance(services, Services), "create_app has put it there"
    return services


House = Annotated[Services, Depends(_services)]


async def authenticated(
    house: House, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Actor:
    """Who calls. Raises Unauthenticated."""
    if credentials is None:
        raise Unauthenticated("send Authorization: Bearer and a token")
    return house.tokens.holder(credentials.credentials)


def _allowed(permission: Permission) -> Callable[[Actor], Awaitable[Actor]]:
    async def check(actor: Annotated[Actor, Depends(authenticated)]) -> Actor:
        actor.require(permission)
        return actor

    return check


P = Permission
PaymentsWrite = Annotated[Actor, Depends(_allowed(P.PAYMENTS_WRITE))]
PaymentsRead = Annotated[Actor, Depends(_allowed(P.PAYMENTS_READ))]
ReviewsRead = Annotated[Actor, Depends(_allowed(P.REVIEWS_READ))]
RulesRead = Annotated[Actor, Depends(_allowed(P.RULES_READ))]
RulesWrite = Annotated[Actor, Depends(_allowed(P.RULES_WRITE))]
ReviewsDecide = Annotated[Actor, Depends(_allowed(P.REVIEWS_DECIDE))]
ReviewsWork = Annotated[Actor, Depends(_allowed(P.REVIEWS_WORK))]
AuditRead = Annotated[Actor, Depends(_allowed(P.AUDIT_READ))]
Repair = Annotated[Actor, Depends(_allowed(P.REPAIR))]
SettlementRead = Annotated[Actor, Depends(_allowed(P.SETTLEMENT_READ))]
FxRead = Annotated[Actor, Depends(_allowed(P.FX_READ))]
FxQuote = Annotated[Actor, Depends(_allowed(P.FX_QUOTE))]
SettlementWrite = Annotated[Actor, Depends(_allowed(P.SETTLEMENT_WRITE))]
ParticipantsRead = Annotated[Actor, Depends(_allowed(P.PARTICIPANTS_READ))]
ParticipantsWrite = Annotated[Actor, Depends(_allowed(P.PARTICIPANTS_WRITE))]
