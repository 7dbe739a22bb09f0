"""The API's description of itself: FastAPI's, with problem documents where it would describe its own errors."""

from collections.abc import Iterator
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from api.common.body import Body
from api.common.problems import MEDIA_TYPE, FindingModel, Problem
from api.common.shapes import problems
from api.examples.catalogue import EXAMPLES

DESCRIPTION: Final = """
Submit payments between banks, follow them, decide and repair them.

Amounts are decimal strings with exactly the currency's decimals. Whatever is refused is refused with a problem
document (RFC 9457) whose `code` is stable; validation lists every finding.
"""

_OF_A_BODY: Final = {str(status): told for status, told in problems(400, 413, 415, 422).items()}
"""The refusals of whatever takes a document."""


def install(app: FastAPI) -> None:
    """Have the application describe itself so."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]  # FastAPI's documented way


def _described(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes)
    schemas = found["components"]["schemas"]
    models: tuple[type[BaseModel], ...] = (Problem, FindingModel, *_bodies(Body))
    for ours in models:
        schema = ours.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= schema.pop("$defs", {})
        schemas[ours.__name__] = schema
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for name, example in EXAMPLES.items():
        schemas[name]["example"] = example
    # By name, so that the document does not change with who imports whom first.
    found["components"]["schemas"] = dict(sorted(schemas.items()))
    refusal = {"description": "Refused.", "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for path in found["paths"].values():
        for operation in path.values():
            responses = operation["responses"]
            if "requestBody" in operation:
                responses |= {status: told for status, told in _OF_A_BODY.items() if status not in responses}
            if "HTTPValidationError" in str(responses.get("422", "")):
                responses["422"] = refusal
            responses["default"] = refusal
    return found


def _bodies(body: type[Body]) -> Iterator[type[Body]]:
    """Every document that is sent; what only others are made of is none."""
    for kind in body.__subclasses__():
        if not kind.__name__.startswith("_"):
            yield kind
        yield from _bodies(kind)
