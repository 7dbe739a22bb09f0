"""Typed search attributes: how an operator finds a payment in the Temporal UI. The one list of them.

Screens and lists never read these (visibility is eventually consistent); they read SQL.
"""

from contextlib import suppress
from typing import Final

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.service import RPCError

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


async def register(client: Client) -> None:
    """Make a Temporal server know our search attributes; one that knows them already is left as it is."""
    operator = client.operator_service
    known = await operator.list_search_attributes(ListSearchAttributesRequest(namespace=client.namespace))
    missing = {key.name: key.indexed_value_type for key in ALL if key.name not in known.custom_attributes}
    if missing:
        wanted = {name: IndexedValueType.ValueType(kind) for name, kind in missing.items()}
        request = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=wanted)
        with suppress(RPCError):  # another process was quicker; a true refusal shows at the first start
            await operator.add_search_attributes(request)
