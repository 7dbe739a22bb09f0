"""Request headers that mean something here: `Idempotency-Key` and `Prefer`."""

import re
from typing import Annotated, Final

from fastapi import Depends, Header

from api.common.errors import MalformedRequest
from domain.finding import Finding
from domain.reason import Reason

MAX_WAIT_S: Final = 30

_KEY: Final = re.compile(r"[\x21-\x7e]([\x20-\x7e]{0,198}[\x21-\x7e])?")
_WAIT: Final = re.compile(r"wait\s*=\s*\"?([0-9]{1,9})\"?")


async def _key(
    idempotency_key: Annotated[
        str | None,
        Header(
            description="Chosen by you, at most 200 printable ASCII characters. The same key with the same body is the"
            " same request and gets the same answer; with another body it is refused.",
            examples=["invoice-4711"],
        ),
    ] = None,
) -> str | None:
    if idempotency_key is not None and not _KEY.fullmatch(idempotency_key):
        raise _unreadable("Idempotency-Key", "HD-01", "a key has 1 to 200 printable ASCII characters")
    return idempotency_key


async def _wait(
    prefer: Annotated[
        str | None,
        Header(
            description="`wait=N`: answer with the verdict if it comes within N seconds (1 to 30).", examples=["wait=5"]
        ),
    ] = None,
) -> int | None:
    for preference in (prefer or "").split(","):
        wish = preference.partition(";")[0].strip()
        if not wish.lower().startswith("wait"):
            continue  # other preferences may be ignored (RFC 7240)
        match = _WAIT.fullmatch(wish.lower())
        if match is None or not 1 <= int(match[1]) <= MAX_WAIT_S:
            raise _unreadable("Prefer", "HD-02", f"write wait=N, N from 1 to {MAX_WAIT_S} seconds")
        return int(match[1])
    return None


IdempotencyKey = Annotated[str | None, Depends(_key)]
"""The caller's name for its request, or None."""

WaitSeconds = Annotated[int | None, Depends(_wait)]
"""How long the caller would wait for the verdict, or None."""


def _unreadable(header: str, rule: str, message: str) -> MalformedRequest:
    finding = Finding(f"header:{header}", rule, message, Reason.FF01)
    return MalformedRequest(f"the header {header} is not readable: {message}", findings=(finding,))
