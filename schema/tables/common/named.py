"""What the compliance step has to know of a payment, in one question: whom it names, and what its risk is weighed by."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from domain.errors import NotFound
from domain.payment import PaymentOrder
from domain.risk import Case
from schema.tables.common.session import ReadSession
from schema.tables.compliance.risk_assessments import CASE_COLUMNS, case_of
from schema.tables.payment.payment_views import whole_order


@dataclass(frozen=True, slots=True)
class Named:
    """The order for the sanctions lists, and the case for the risk engine."""

    order: PaymentOrder
    case: Case


async def of(session: ReadSession, payment_id: str) -> Named:
    """Both. Raises NotFound."""
    row = await session.first(_OF, {"id": payment_id})
    if row is None:
        raise NotFound("no such payment", payment_id=payment_id)
    return Named(await whole_order(session, payment_id, row.payment_order), case_of(row))


_OF: Final = text(f"SELECT {CASE_COLUMNS}, p.payment_order FROM payments AS p WHERE p.id = :id")  # noqa: S608 - constants
