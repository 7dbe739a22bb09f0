"""How payloads are encoded: by pydantic, as Temporal's own converter does it, but what is known of a type is kept.

The SDK makes a converter for every run of a workflow and every context, and each would work out the same schemas anew: a
fifth of the worker's time for a payment. Schemas depend on nothing but the type.
"""

from typing import Final

from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultPayloadConverter,
    JSONPlainPayloadConverter,
)

_JSON: Final = PydanticJSONPlainPayloadConverter()
"""One for all, with its cache of what types look like; workflow threads may share it."""
_KINDS: Final = tuple(
    _JSON if isinstance(kind, JSONPlainPayloadConverter) else kind
    for kind in DefaultPayloadConverter.default_encoding_payload_converters
)


class Payloads(CompositePayloadConverter):
    """Every kind of payload as by default, JSON by pydantic."""

    def __init__(self) -> None:
        super().__init__(*_KINDS)


data_converter: Final = DataConverter(payload_converter_class=Payloads)
"""For client, worker and replayer."""
