"""The API as it describes itself: its operations, what each of them takes, and whether an answer is as described."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

Schema = Mapping[str, Any]

_NUMERIC: Final = (int, float)
_TYPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "string": str,
    "integer": int,
    "number": _NUMERIC,
    "boolean": bool,
    "object": dict,
    "array": list,
    "null": type(None),
}


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked of the API."""

    method: str
    path: str
    spec: Schema

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def parameters(self, where: str) -> list[Schema]:
        """Its parameters in the path, the query or the headers."""
        return [each for each in self.spec.get("parameters", []) if each["in"] == where]

    @property
    def bodies(self) -> Mapping[str, Schema]:
        """What it takes, by media type."""
        found: Mapping[str, Schema] = self.spec.get("requestBody", {}).get("content", {})
        return {kind: content["schema"] for kind, content in found.items()}

    def answers(self, status: int) -> Mapping[str, Schema] | None:
        """What it answers with that status, by media type; None for one that is not described."""
        found = self.spec["responses"].get(str(status))
        return None if found is None else found.get("content", {})


class Description:
    """An OpenAPI document."""

    def __init__(self, document: Schema) -> None:
        self.schemas: Mapping[str, Schema] = document["components"]["schemas"]
        self.operations = [
            Operation(method.upper(), path, spec)
            for path, methods in document["paths"].items()
            for method, spec in methods.items()
        ]

    def resolved(self, schema: Schema) -> Schema:
        """A schema by its name, or itself."""
        return self.schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema

    def faults(self, value: Any, schema: Schema, at: str = "") -> Iterator[str]:
        """Where a document is not what the schema says."""
        schema = self.resolved(schema)
        if "anyOf" in schema:
            if all(list(self.faults(value, each)) for each in schema["anyOf"]):
                yield f"{at}: none of {len(schema['anyOf'])}"
            return
        if "enum" in schema and value not in schema["enum"]:
            yield f"{at}: {value!r} is not of {schema['enum']}"
        if not _is(value, schema.get("type")):
            yield f"{at}: {type(value).__name__} and not {schema['type']}"
        elif isinstance(value, dict):
            yield from self._of_object(value, schema, at)
        elif isinstance(value, list):
            for number, each in enumerate(value):
                yield from self.faults(each, schema.get("items", {}), f"{at}/{number}")
        elif isinstance(value, str):
            yield from _of_text(value, schema, at)

    def _of_object(self, value: dict[str, Any], schema: Schema, at: str) -> Iterator[str]:
        known, more = schema.get("properties", {}), schema.get("additionalProperties", "properties" not in schema)
        yield from (f"{at}/{name} is missing" for name in schema.get("required", ()) if name not in value)
        for name, each in value.items():
            if name in known:
                yield from self.faults(each, known[name], f"{at}/{name}")
            elif isinstance(more, dict):
                yield from self.faults(each, more, f"{at}/{name}")
            elif not more:
                yield f"{at}/{name} is not described"


def _is(value: Any, kind: str | None) -> bool:
    if kind is None:
        return True
    return isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _of_text(value: str, schema: Schema, at: str) -> Iterator[str]:
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{at}: not of the pattern {schema['pattern']}"
    try:
        if schema.get("format") == "date-time":
            datetime.fromisoformat(value)
        elif schema.get("format") == "date":
            date.fromisoformat(value)
    except ValueError:
        yield f"{at}: no {schema['format']}"
