"""Typed search attributes: how an operator finds a payment in the Temporal UI. The one list of them.

Screens and lists never read these (visibility is eventually consistent); they read SQL.
"""

from typing import Final

from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from domain.money import Money, amount_bucket

STATUS: Final = SearchAttributeKey.for_keyword("PaymentStatus")
SENDER: Final = SearchAttributeKey.for_keyword("SenderBic")
RECEIVER: Final = SearchAttributeKey.for_keyword("ReceiverBic")
CURRENCY: Final = SearchAttributeKey.for_keyword("Currency")
AMOUNT: Final = SearchAttributeKey.for_keyword("AmountBucket")
REVIEW: Final = SearchAttributeKey.for_keyword("Review")
BATCH: Final = SearchAttributeKey.for_keyword("BatchId")

ALL: Final = (STATUS, SENDER, RECEIVER, CURRENCY, AMOUNT, REVIEW, BATCH)


def of_payment(sender_bic: str, receiver_bic: str, amount: Money) -> TypedSearchAttributes:
    """What a payment's workflow is found by from its first moment."""
    return TypedSearchAttributes(
        [
            SearchAttributePair(STATUS, "initiated"),
            SearchAttributePair(SENDER, sender_bic),
            SearchAttributePair(RECEIVER, receiver_bic),
            SearchAttributePair(CURRENCY, amount.currency),
            SearchAttributePair(AMOUNT, amount_bucket(amount)),
        ]
    )


def of_window(currency: str) -> TypedSearchAttributes:
    """What a settlement window's workflow is found by."""
    return TypedSearchAttributes([SearchAttributePair(CURRENCY, currency)])
