"""Whatever is sent to whatever operation: no accident, a problem document with a stable code, an answer as described."""

import json
import os
import re
from typing import Any, Final
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from api.app import NOUNS
from api.common.errors import by_code, status_of
from tests.api.hostile.conftest import Things
from tests.api.hostile.described import Description, Operation
from tests.api.hostile.values import Request, requests
from tests.api.house import House
from tests.api.test_authorisation import TABLE

EXAMPLES: Final = int(os.environ.get("DELTRAN_HOSTILE_EXAMPLES", "6"))
"""Requests of each operation; with another number than this they are other ones each time."""
ROUTES: Final = sorted(
    (method, f"/api/v1{route.path}") for noun in NOUNS for route in noun.router.routes for method in route.methods
)
INTERNALS: Final = re.compile(
    r"Traceback|\.py\b|sqlalchemy|asyncpg|psycopg|SELECT |INSERT |UPDATE |relation \"|pydantic|temporalio|grpc|<class|instance of"
    r"|0x[0-9a-f]{6,}|[a-z]Error\b|[a-z]Exception\b|codec can't|/work/|/tmp/|/usr/|surrogates"
)
OF_THE_FRAMEWORK: Final = {404: "not_found", 405: "method_not_allowed"}


@pytest.mark.parametrize(("method", "path"), ROUTES)
@settings(
    max_examples=EXAMPLES,
    derandomize=EXAMPLES == 6,
    database=None,
    phases=[Phase.generate] if EXAMPLES == 6 else [Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
async def test_whatever_is_sent(
    besieged: House, described: Description, things: Things, method: str, path: str, data: st.DataObject
) -> None:
    operation = next(each for each in described.operations if (each.method, each.path) == (method, path))
    request = data.draw(requests(operation, described, things, allowed(operation)))
    answer = await send(besieged, request)
    for complaint in complaints(described, operation, answer):
        pytest.fail(f"{complaint}\n{request}\n{answer.status_code} {answer.text[:2000]}")


async def test_whatever_is_sent_is_walked(described: Description) -> None:
    others = {("GET", "/health"), ("GET", "/ready"), ("GET", "/metrics")}
    assert {(each.method, each.path) for each in described.operations} == {*ROUTES} | others


async def send(house: House, request: Request) -> httpx.Response:
    """Send it as it is: the client adds nothing but the token."""
    return await house[request.caller].request(
        request.method, request.url, headers=request.headers, content=request.content
    )


def allowed(operation: Operation) -> list[str]:
    """Who may do it."""
    shape = re.compile(re.sub(r"\\?\{\w+\\?\}", "[^/]+", re.escape(operation.path)) + r"(\?.*)?")
    return sorted(
        {who for method, path, may in TABLE if method == operation.method and shape.fullmatch(path) for who in may}
    )


def complaints(described: Description, operation: Operation, answer: httpx.Response) -> list[str]:
    """What is wrong with an answer; the request may have been what it will."""
    if answer.status_code >= 500:
        return ["it is nobody's fault but the caller's"]
    content = operation.answers(answer.status_code)
    if content is None:
        return [f"no answer {answer.status_code} is described"]
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kind not in content:
        return [f"{kind} is not described for {answer.status_code}"]
    if "json" not in kind:
        return []
    document = json.loads(answer.content.decode())
    found = list(described.faults(document, content[kind].get("schema", {})))
    return found if answer.status_code < 400 else [*found, *of_a_problem(document, answer)]


def path_of(answer: httpx.Response) -> str:
    """What was asked for, as the application sees it."""
    return unquote(answer.request.url.raw_path.partition(b"?")[0].decode())


def of_a_problem(problem: dict[str, Any], answer: httpx.Response) -> list[str]:
    """What is wrong with a problem document."""
    found, code = [], problem["code"]
    if answer.headers["content-type"] != "application/problem+json":
        found.append("no problem document")
    known = by_code(code)
    expected = int(status_of(known)) if known else next((s for s, c in OF_THE_FRAMEWORK.items() if c == code), None)
    if not answer.status_code == problem["status"] == expected:
        found.append(f"{code} has the status {expected}")
    if problem["type"] != f"urn:deltran:problem:{code}" or unquote(problem["instance"]) != path_of(answer):
        found.append("type or instance")
    told = [problem["title"], problem["detail"], *(each["message"] for each in problem.get("findings", ()))]
    found += [f"tells of our insides: {leak[0]}" for text in told if (leak := INTERNALS.search(text))]
    if code == "validation_failed" and not problem["findings"]:
        found.append("nothing is found wrong")
    for each in problem.get("findings", ()):
        if not (each["rule"] and each["reason"] and each["message"]):
            found.append(f"a finding says too little: {each}")
        if each["path"].startswith("/") and "json" in answer.request.headers.get("content-type", ""):
            found += misplaced(each["path"], answer.request.content)
    return found


def misplaced(pointer: str, content: bytes) -> list[str]:
    """Whether a finding points to where nothing is, and nothing can be missing."""
    place = json.loads(content or b"{}")
    *parents, _ = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    try:
        for step in parents:
            place = place[int(step)] if isinstance(place, list) else place[step]
    except (KeyError, TypeError, ValueError, IndexError):
        return [f"points to nowhere: {pointer}"]
    return [] if isinstance(place, dict | list) else [f"points into a value: {pointer}"]
