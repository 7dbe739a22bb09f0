"""What a transfer says whoever pays and is paid: read alike for customers (pacs.008) and for banks (pacs.009)."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from domain.mention import Mentioned
from domain.money import Money
from domain.party import Party
from domain.payment import PaymentOrder
from domain.reason import Reason
from schema.iso20022.codecs import sayings, times, transfer, values
from schema.iso20022.codecs.transfer import REIMBURSING, Place
from schema.iso20022.codecs.values import Part


class Essentials(NamedTuple):
    """The transaction's element, the group's, and what nothing can be paid without; what is missing has been reported."""

    at: str
    group: str
    uetr: str | None
    amount: Money | None
    end_to_end_id: str
    dates: tuple[str, str]


def essentials(read: Part, at: str, group: str) -> Essentials:
    """Look for a UETR (TX-04), an amount (AM), an end-to-end id (TX-03) and a settlement date (DT-01)."""
    uetr = values.needed_uetr(read, f"{at}/PmtId/UETR")
    amount = values.needed_amount(read, f"{at}/IntrBkSttlmAmt")
    end_to_end_id = read.required("TX-03", Reason.FF01, "the end-to-end id is empty", f"{at}/PmtId/EndToEndId")
    dates = (f"{at}/IntrBkSttlmDt", f"{group}/IntrBkSttlmDt")
    read.required("DT-01", Reason.DT01, "the settlement date is missing", *dates)
    return Essentials(at, group, uetr, amount, end_to_end_id, dates)


def order_of(
    read: Part,
    told: Essentials,
    ends: tuple[Party | None, Party | None],
    places: Iterable[Place],
    *,
    also_mentioned: Iterable[Mentioned] = (),
    underlying: str | None = None,
    **own: Any,
) -> PaymentOrder | None:
    """The order between the two ends, with what is `own` to its kind; None when something essential was missing.

    `underlying` is the element of the payment that this one covers.
    """
    debtor, creditor = ends
    if told.uetr is None or told.amount is None or debtor is None or creditor is None:
        return None
    at, group = told.at, told.group
    spoken = (at,) if underlying is None else (at, underlying)
    value_date = values.day(read, *told.dates)
    return PaymentOrder(
        amount=told.amount,
        debtor=debtor,
        creditor=creditor,
        end_to_end_id=told.end_to_end_id,
        uetr=told.uetr,
        method=transfer.method(read, at, group),
        priority=transfer.priority(read, at, group),
        reference=read.text(f"{at}/PmtId/InstrId") or None,
        message_type=read.business.message,
        message_id=read.text(f"{group}/MsgId"),
        value_date=value_date,
        settle_from=times.moment_on(read, value_date, f"{at}/{times.FROM}"),
        reject_at=times.moment_on(read, value_date, f"{at}/{times.REJECT}"),
        mentioned=(
            *transfer.agents_in_full(read, at, debtor, creditor),
            *transfer.messengers(read, at, group, debtor, creditor),
            *transfer.mentioned(read, at, places),
            *transfer.mentioned(read, f"{group}/SttlmInf", REIMBURSING),
            *also_mentioned,
        ),
        in_passing=sayings.in_passing(read, *spoken),
        said=sayings.said(read, *spoken),
        transaction_id=read.text(f"{at}/PmtId/TxId") or None,
        **own,
    )
