"""Reports are written when they are first asked for, and kept: from then on they never change."""

import asyncio

from api.common.deps import Services
from schema import reports
from schema.reports import Story
from schema.tables.payment import events, payments, recalls
from schema.tables.payment.payments import PaymentView
from schema.tables.reporting import messages


async def bring_up_to_date(house: Services, payment: PaymentView) -> None:
    """Write and keep every report of the payment that is due."""
    async with house.db.read() as session:
        story = Story(
            payment=payment,
            order=await payments.order(session, payment.id),
            events=await events.of(session, payment.id),
            recalls=await recalls.of(session, payment.id),
            original=await _original(house, payment),
        )
        known = [each.identity for each in await messages.listing(session, payment.id)]
    due = await asyncio.to_thread(reports.due, story, house.settings.network_bic, known)
    if due:
        async with house.db.write() as session:
            await messages.keep(session, payment.id, due)


async def _original(house: Services, payment: PaymentView) -> reports.Paid | None:
    """What a return gives back."""
    if payment.original_payment_id is None:
        return None
    async with house.db.read() as session:
        paid = await payments.detail(session, payment.original_payment_id)
        return reports.Paid(paid, await payments.order(session, paid.id))
