"""How the API says no: RFC 9457 problem documents, for our errors, the framework's, and those nobody foresaw."""

import dataclasses
import json
import logging
import traceback
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.common.errors import status_of
from domain.errors import DelTranError, ValidationFailed
from domain.finding import Finding
from domain.reason import Reason

log = logging.getLogger(__name__)

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER_S: Final = 2
_IN_A_URI: Final = "/#:@!$&'()*+,;="
"""What stands for itself in the address of an instance, beside letters and digits (RFC 3986); all else is escaped."""

HEADERS: Final[Mapping[int, Mapping[str, str]]] = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": 'Bearer realm="deltran"'},
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: {"Connection": "close"},  # what is left of the body is not read
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": str(RETRY_AFTER_S)},
}

RULES: Final[Mapping[str, str]] = {
    "extra_forbidden": "JS-01",
    "missing": "JS-02",
    "string_too_short": "JS-04",
    "string_too_long": "JS-04",
    "too_short": "JS-04",
    "too_long": "JS-04",
}
"""Rules of a document's form; whatever else is wrong with it is a value of another type or form (JS-03)."""

_NO_OBJECT: Final = frozenset({"model_type", "model_attributes_type", "dict_type"})
"""Where the framework's own words would name one of our classes."""


class FindingModel(BaseModel):
    """One broken rule: where, which, why, the ISO 20022 reason code, and what was found, masked where it is personal."""

    path: str
    rule: str
    message: str
    reason: str
    line: int | None = None
    severity: str = "error"
    value: str | None = None


class Problem(BaseModel):
    """A refusal (RFC 9457). `code` is stable; further members are facts that belong to the code."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "example": {
                "type": "urn:deltran:problem:validation_failed",
                "title": "The instruction breaks rules; every broken rule is listed.",
                "status": 422,
                "detail": "1 rule is broken",
                "code": "validation_failed",
                "instance": "/api/v1/payments",
                "reasons": ["AM09"],
                "findings": [
                    {
                        "path": "/amount",
                        "rule": "AM-04",
                        "message": "USD has 2 decimals, not 3",
                        "reason": "AM09",
                        "line": None,
                        "severity": "error",
                        "value": None,
                    }
                ],
            }
        },
    )

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    reasons: list[str] | None = None
    findings: list[FindingModel] | None = None


def problem(error: DelTranError, instance: str) -> Response:
    """The problem document of one of our errors."""
    body = members(error, instance)
    return _response(body["status"], body)


def members(error: DelTranError, instance: str) -> dict[str, Any]:
    """What the problem document of one of our errors says; facts never displace what every problem has."""
    status = status_of(type(error))
    title = (error.__doc__ or error.code).partition("\n")[0]
    extra: dict[str, Any] = dict(error.facts)
    if reasons := getattr(error, "reasons", ()):
        extra["reasons"] = [str(reason) for reason in reasons]
    if findings := getattr(error, "findings", ()):
        extra["findings"] = _listed(findings)
    return extra | _common(status, error.code, title, error.message, instance)


def document(
    status: int,
    code: str,
    title: str,
    detail: str,
    instance: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem document."""
    return _response(status, _common(status, code, title, detail, instance), headers)


def _common(status: int, code: str, title: str, detail: str, instance: str) -> dict[str, Any]:
    return {
        "type": f"urn:deltran:problem:{code}",
        "title": title,
        "status": int(status),
        "detail": detail,
        "code": code,
        "instance": quote(instance, safe=_IN_A_URI),
    }


def compact(document: Any) -> bytes:
    """A document as JSON, as short as it goes; decimals keep every digit."""
    return json.dumps(document, default=str, ensure_ascii=False, separators=(",", ":")).encode()


def _response(status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    return Response(compact(body), int(status), {**HEADERS.get(status, {}), **(headers or {})}, MEDIA_TYPE)


def validation_failed(errors: Iterable[Mapping[str, Any]]) -> ValidationFailed:
    """What pydantic found, as findings. Values are never quoted: they may be personal."""
    findings = tuple(map(_finding, errors))
    return ValidationFailed(
        f"{len(findings)} rules are broken" if len(findings) > 1 else "1 rule is broken", findings=findings
    )


def pointer(steps: Sequence[str | int]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + str(step)[:64].replace("~", "~0").replace("/", "~1") for step in steps)


def install(app: FastAPI) -> None:
    """Answer every refusal and every accident with a problem document."""
    app.add_exception_handler(DelTranError, _ours)
    app.add_exception_handler(RequestValidationError, _framework_validation)
    app.add_exception_handler(HTTPException, _framework)
    app.add_middleware(LastResort)


class LastResort:
    """Turns an accident into a 500 without details. Its message may be personal, so only its place is logged."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("unforeseen %s\n%s", type(error).__name__, where)
            if scope["type"] == "http" and not started:
                await _accident(scope["path"])(scope, receive, send)


def _accident(instance: str) -> Response:
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return document(status, "internal_error", "Something broke on our side.", "it has been logged", instance)


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, DelTranError), "registered for it"
    return problem(error, request.scope["path"])


async def _framework_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError), "registered for it"
    return problem(validation_failed(error.errors()), request.scope["path"])


async def _framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException), "registered for it"
    status = HTTPStatus(error.status_code)
    code = status.phrase.lower().replace(" ", "_")
    return document(status, code, status.phrase, str(error.detail), request.scope["path"], headers=error.headers)


def _listed(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [dataclasses.asdict(finding) for finding in findings]


def _finding(error: Mapping[str, Any]) -> Finding:
    given = error.get("ctx", {})
    steps = error["loc"]
    path = f"{steps[0]}:{'/'.join(map(str, steps[1:]))}" if steps and steps[0] in _PARTS else pointer(steps)
    if error["type"] == "rule":
        return Finding(path, given["rule"], error["msg"], Reason(given["reason"]))
    message = "Input should be an object" if error["type"] in _NO_OBJECT else error["msg"]
    return Finding(path, RULES.get(error["type"], "JS-03"), message, Reason.FF01)


_PARTS: Final = frozenset({"query", "path", "header"})
"""Parts of a request that are no JSON document; a finding there is written `query:limit`."""
