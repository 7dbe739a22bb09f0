"""What makes two instructions the same one, sent twice."""

from hashlib import sha256
from typing import Final

from domain.payment import PaymentOrder

NOTPROVIDED: Final = "NOTPROVIDED"
"""The end-to-end id of a payment whose debtor gave none (ISO 20022)."""


def fingerprint(order: PaymentOrder) -> bytes | None:
    """SHA-256 of all that the sender said of the payment, but not of its UETR: a repeat in error has a fresh one.

    None when the sender named the payment by nothing of its own (message, instruction or end-to-end id, or the reference
    of an exchange): then two payments may well be alike, and only their idempotency keys and UETRs tell them apart.
    """
    end_to_end_id = "" if order.end_to_end_id == NOTPROVIDED else order.end_to_end_id
    names = (order.message_id or "", order.reference or "", end_to_end_id)
    leg = order.exchange
    if not any(names) and leg is None:
        return None
    parties = [
        text or "" for party in (order.debtor, order.creditor) for text in (party.name, party.account, party.agent_bic)
    ]
    said = (
        order.kind,
        order.sender_bic,
        order.receiver_bic,
        *names,
        str(order.amount.minor),
        order.amount.currency,
        order.value_date or "",
        order.remittance_info or "",
        *parties,
        *(() if leg is None else (order.method, leg.reference, str(leg.wants.minor), leg.wants.currency)),
    )
    return sha256("\x1f".join(said).encode()).digest()
