"""Bodies: never more than allowed, JSON read exactly, every fault found at once."""

import json
from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import Any, Final, NoReturn, TypeVar

from fastapi import Request
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.common.errors import BodyTooLarge, MalformedRequest, UnsupportedMediaType
from api.common.problems import validation_failed

JSON: Final = "application/json"
XML: Final = "application/xml"
MT: Final = "text/plain"
"""SWIFT MT has no media type of its own."""
_DIGITS: Final = 18
"""More bytes than anybody has can be told with so many digits; Python refuses to read some thousands of them."""


class Body(BaseModel):
    """A document that a caller sends: no field we do not know, no value of another type."""

    model_config = ConfigDict(strict=True, extra="forbid")


M = TypeVar("M", bound=Body)


class BodyLimit:
    """Stops reading a body that is, or says it is, too long; the reader gets BodyTooLarge. Some paths take more."""

    def __init__(self, app: ASGIApp, max_bytes: int, larger: Mapping[str, int]) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._larger = larger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._larger.get(scope["path"], self._max_bytes)
        announced = next((_size(value) for name, value in scope["headers"] if name == b"content-length"), 0)
        read = 0

        async def limited() -> Message:
            nonlocal read
            if announced > most:
                raise _too_long(most)
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise _too_long(most)
            return message

        await self._app(scope, limited, send)


def _size(announced: bytes) -> int:
    """What a Content-Length says; where that is no number, the body is counted as it comes."""
    return int(announced[:_DIGITS]) if announced.isdigit() else 0


def _too_long(most: int) -> BodyTooLarge:
    return BodyTooLarge(f"a body has at most {most} bytes", max_bytes=most)


def media_type(request: Request, *known: str) -> str:
    """What the body is, one of `known`. Raises UnsupportedMediaType."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in known:
        raise UnsupportedMediaType(f"the body is {' or '.join(known)}", accepted=list(known))
    return given


def read_json(raw: bytes) -> Any:
    """Read JSON: numbers keep every digit, no key comes twice. Raises MalformedRequest."""
    try:
        return json.loads(
            raw.decode(), parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_each_key_once
        )
    except RecursionError as deep:
        raise MalformedRequest("the JSON is nested too deeply") from deep
    except UnicodeDecodeError as wrong:
        raise MalformedRequest("JSON is written in UTF-8") from wrong
    except json.JSONDecodeError as wrong:
        raise MalformedRequest(f"not JSON: line {wrong.lineno}, column {wrong.colno}: {wrong.msg}") from wrong
    except ValueError as wrong:
        raise MalformedRequest(f"not JSON as we read it: {str(wrong)[:60]}") from wrong


def validate(model: type[M], document: Any) -> M:
    """A JSON document as a model, strictly. Raises ValidationFailed with every finding."""
    try:
        return model.model_validate(document)
    except ValidationError as wrong:
        raise validation_failed(wrong.errors(include_url=False, include_input=False)) from wrong


def json_body(model: type[M]) -> Callable[[Request], Awaitable[M]]:
    """A dependency that reads the request's body as the model; an absent body is an empty one."""

    async def read(request: Request) -> M:
        raw = await request.body()
        if not raw:
            return validate(model, {})
        media_type(request, JSON)
        return validate(model, read_json(raw))

    return read


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key comes twice")
    return found


def _no_number(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON numbers")
