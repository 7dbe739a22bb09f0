"""Every path of a payment that is exchanged, told once."""

from typing import Final

from domain.status import PaymentStatus
from tests.workflows.world import ALIKE, NEWCOMER, OPERATOR, World
from workflows.payment import PaymentWorkflow

S = PaymentStatus


async def exchanged(world: World) -> str:
    payment = await world.submit(quote=await world.quote("150.125"))
    await world.reaches(payment, S.COMPLETED)
    return f"payment/{payment}"


async def exchange_without_dealers_funds(world: World) -> str:
    payment = await world.submit(quote=await world.quote("15000"))
    await world.reaches(payment, S.REJECTED)
    return f"payment/{payment}"


async def exchange_cancelled_under_review(world: World) -> str:
    payment = await world.submit(quote=await world.quote("150.125"), creditor=ALIKE)
    await world.held(payment)
    await world.act(payment, PaymentWorkflow.cancel)
    await world.reaches(payment, S.CANCELLED)
    return f"payment/{payment}"


async def exchange_abandoned(world: World) -> str:
    payment = await world.submit(quote=await world.quote("150.125"), receiver=NEWCOMER)
    await world.parked(payment)
    await world.act(payment, PaymentWorkflow.abandon, OPERATOR, "the newcomer is not ready")
    await world.reaches(payment, S.FAILED)
    return f"payment/{payment}"


EXCHANGES: Final = (
    exchanged,
    exchange_without_dealers_funds,
    exchange_cancelled_under_review,
    exchange_abandoned,
)
