"""What nobody should send: documents, addresses, queries and headers, drawn from what is described and then spoilt."""

import copy
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from hypothesis import strategies as st

from tests.api.hostile.described import Description, Operation, Schema

Draw = st.DrawFn
Things = Mapping[str, Sequence[str]]
Pairs = list[tuple[bytes, bytes]]

CALLERS: Final = ("admin", "operator", "compliance", "senior", "alpha", "beta", "nobody")
LITERAL: Final = "\N{PERSON WITH FOLDED HANDS}"
"""Before a text that is written into JSON as it is: what Python has no value for."""

LITERALS: Final = ("NaN", "-Infinity", "1e400", "-1e400", "1e-400", "1E+2", "-0", "-0.0", "9" * 5000, "0." + "3" * 400)
NUMBERS: Final = (0, 1, -1, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 2**64, 10**30, 0.1, 1.5)
DATES: Final = (
    "9999-12-31", "0001-01-01", "2026-02-30", "0000-00-00", "10000-01-01", "2026-1-1", "٢٠٢٦-٠١-٠١", "2026-10-13T00:00:00",
    "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-10-13T25:61:61Z", "2026-10-13T00:00:00Z", "now", "1e400", "-1",
)  # fmt: skip
TEXTS: Final = (
    "", " ", "\x00", "a\x00b", "\ud800", "\udfff\ud800", "\u202e", "\ufeff", "é", "x" * 300, "x" * 5000, "\n", "\r\n", "%00", "%s",
    "' OR '1'='1", "../../etc/passwd", "<script>", "null", "NaN", "1e400", "-5", "0", "0.001", "9" * 40, "1,000.00", "١٠", "٣٤٥.00",
    "USD", "usd", "XAU", "XXX", "DE0001102580", "DEUTDEFF", "deutdeff", "pay_00000000000000000000000000", "24:00", "00:00", "23:59:60",
)  # fmt: skip
QUERIES: Final = (
    "", "%00", "%ff", "%ED%A0%80", "0", "-1", "1", "2", str(10**30), str(2**63), str(2**63 - 1), "9" * 5000, "1.0", "1_0", "+1",
    "1e3", "NaN", "%EF%BC%91", "true", "maybe", "EUR", "eur", "%25", "a" * 3000, "%0a", "%F0%9F%98%80", "[]", "%22", "'",
)  # fmt: skip
PATHS: Final = ("%00", "%ff", "%ED%A0%80", "a%00b", "%20", "'", "-1", "0", str(2**63), str(10**30), "9" * 5000, "x" * 3000,
                "%F0%9F%98%80", "pay_00000000000000000000000000", "pay_ZZZZZZZZZZZZZZZZZZZZZZZZZZ", "EUR", "USD", "XAU", "none",
                "NOBODEFFXXX", "%D9%A1", "1_0", "1.0", "+1", "rev_00000000000000000000000000", "%0d%0aX:%20y", "%25s")  # fmt: skip
KEYS: Final = (
    b"",
    b" ",
    b"k" * 201,
    b"k" * 9000,
    b"\xff\xfe",
    b"a\tb",
    "schlüssel".encode(),
    b"good",
    b"other",
    b"a\x00b",
)
KINDS: Final = (
    b"", b"application/json", b"application/json; charset=utf-16", b"APPLICATION/JSON", b"text/csv", b"application/xml", b"text/plain",
    b"multipart/form-data; boundary=x", b"application/x-www-form-urlencoded", b"\xff", b"application/problem+json", b";", b"*/*",
)  # fmt: skip
RAW: Final = (
    b"", b"{", b"[]", b"null", b"1", b'"x"', b"\xff\xfe", b"{}", b'{"a":1,"a":2}', b"[" * 5000, b'{"a":' * 3000, b"\x00", b"\xef\xbb\xbf{}",
    b"{}{}", b"<a>", b"<Document/>", b"<a>" * 3000, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', b"{1:F01ALPHDEFFAXXX0000000000}{2:", b"{4:\n-}",
    b'{"comment":"\\ud800"}', b'{"\\ud800":1}', b'{"\\u0000":1}', b" " * 300_000, b"9" * 5000, b"NaN", b"-" * 100, b"'", b"{'a':1}",
)  # fmt: skip

values = st.one_of(
    st.sampled_from([LITERAL + each for each in LITERALS]),
    st.sampled_from(NUMBERS),
    st.sampled_from(DATES),
    st.sampled_from(TEXTS),
    st.sampled_from([None, True, False, [], {}, [None], {"a": {}}, [[]], ["a"] * 200]),
    st.text(st.characters(codec=None), max_size=20),
    st.integers(),
)


@dataclass(frozen=True)
class Request:
    """What is sent, byte by byte."""

    caller: str
    method: str
    url: str
    headers: Pairs
    content: bytes


def requests(
    operation: Operation, description: Description, things: Things, allowed: Sequence[str]
) -> st.SearchStrategy[Request]:
    """Requests of one operation, good in most of their parts: else nothing would get far."""

    callers = [*allowed, *allowed, *allowed, *CALLERS]

    @st.composite
    def build(draw: Draw) -> Request:
        headers = draw(_headers(operation))
        kind, content = draw(_bodies(operation, description, things)) if operation.bodies else (None, b"")
        if kind is not None:
            headers.append((b"content-type", kind))
        url = draw(_addresses(operation, things)) + draw(_queries(operation, things))
        return Request(draw(st.sampled_from(callers)), operation.method, url, headers, content)

    return build()


def as_json(document: Any) -> bytes:
    """JSON, with literals as they are."""
    return re.sub(rf'"{LITERAL}([^"]*)"', r"\1", json.dumps(document).replace(_ESCAPED, LITERAL)).encode()


_ESCAPED: Final = json.dumps(LITERAL).strip('"')


@st.composite
def _addresses(draw: Draw, operation: Operation, things: Things) -> str:
    path = operation.path
    for each in operation.parameters("path"):
        name = each["name"]
        good = known(things, operation.path, name)
        told = draw(st.sampled_from(PATHS) if not good or draw(st.integers(0, 3)) == 0 else st.sampled_from(good))
        path = path.replace(f"{{{name}}}", told)
    return path


def known(things: Things, path: str, name: str) -> Sequence[str]:
    """What really goes by that name in that address."""
    noun = path.split(f"/{{{name}}}")[0].rpartition("/")[2]
    return things.get(f"{noun}/{name}", things.get(noun, things.get(name, ())))


@st.composite
def _queries(draw: Draw, operation: Operation, things: Things) -> str:
    pairs = []
    for each in operation.parameters("query"):
        usual = [quote(value) for value in (*things.get(each["name"], ()), *_examples(each["schema"]))]
        spoilt = st.sampled_from([*QUERIES, *map(quote, DATES)])
        if each.get("required") or draw(st.booleans()):
            for _ in range(draw(st.sampled_from([1, 1, 1, 2]))):
                good = bool(usual) and draw(st.booleans())
                pairs.append(f"{each['name']}={draw(st.sampled_from(usual) if good else spoilt)}")
    if draw(st.integers(0, 9)) == 0:
        pairs.append(draw(st.sampled_from(["x=1", "%00=%00", "=", "&&", "page[]=1"])))
    return "?" + "&".join(pairs) if pairs else ""


def _examples(schema: Schema) -> list[str]:
    found = [str(schema[name]) for name in ("default", "minimum", "maximum") if name in schema]
    found += map(str, schema.get("examples", ()))
    return found + [value for each in schema.get("anyOf", ()) for value in _examples(each)]


@st.composite
def _headers(draw: Draw, operation: Operation) -> Pairs:
    found: Pairs = []
    reads = bool(operation.parameters("header"))
    if reads and draw(st.booleans()):
        found += [(b"idempotency-key", key) for key in draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=2))]
    if reads and draw(st.integers(0, 5)) == 0:
        odd = [
            b"wait=0",
            b"wait",
            b"wait=" + b"9" * 5000,
            b"\xff",
            b"respond-async",
            b"wait=1, wait=x",
            b"wait=\xd9\xa1",
        ]
        found.append((b"prefer", draw(st.sampled_from(odd))))
    if draw(st.integers(0, 9)) == 0:
        odd_pairs = [(b"content-length", b"9" * 5000), (b"accept", b"\xff"), (b"authorization", b"Bearer x"), (b"host", b"\xff"),
                     (b"accept-encoding", b"\x00"), (b"x-forwarded-for", b"'"), (b"content-length", b"-1")]  # fmt: skip
        found.append(draw(st.sampled_from(odd_pairs)))
    return found


@st.composite
def _bodies(draw: Draw, operation: Operation, description: Description, things: Things) -> tuple[bytes | None, bytes]:
    kinds = [kind.encode() for kind in operation.bodies]
    schema = operation.bodies.get("application/json")
    messages = [kind for kind in ("application/xml", "text/plain") if kind in operation.bodies and things.get(kind)]
    if bool(messages) and draw(st.booleans()):
        told = draw(st.sampled_from(messages))
        return told.encode(), draw(_messages(things[told]))
    if schema is None or draw(st.integers(0, 4)) == 0:
        return draw(st.sampled_from([*kinds, *KINDS, None])), draw(st.sampled_from(RAW))
    document = _local(description.resolved(schema).get("example", {}), things)
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2, 3]))):
        document = draw(_spoilt(document))
    kind = draw(st.sampled_from(KINDS)) if draw(st.integers(0, 14)) == 0 else b"application/json"
    return kind, as_json(document)


@st.composite
def _messages(draw: Draw, good: Sequence[str]) -> bytes:
    """A message with a value that is none, a part that is missing, or one that comes twice."""
    raw = draw(st.sampled_from(good)).encode()
    for _ in range(draw(st.sampled_from([0, 1, 1, 2, 3]))):
        places = [found.span(1) for found in re.finditer(rb">([^<>]+)<|:\d\d[A-Z]?:([^:]+)", raw)] or [(0, len(raw))]
        start, end = draw(st.sampled_from([place for place in places if place != (-1, -1)] or [(0, len(raw))]))
        how = draw(st.sampled_from(["value", "value", "value", "missing", "twice"]))
        if how == "value":
            text = draw(st.sampled_from([*TEXTS, *DATES, *LITERALS, "&amp;", "&#0;", "<a/>", "]]>"]))
            raw = raw[:start] + text.encode("utf-8", "surrogatepass") + raw[end:]
        else:
            far = min(len(raw), end + draw(st.integers(0, 300)))
            raw = raw[:start] + raw[start:far] * (2 if how == "twice" else 0) + raw[far:]
    return raw


def _local(example: Any, things: Things) -> Any:
    """An example that speaks of banks and payments of this house."""
    text = json.dumps(example)
    for theirs, ours in zip(things["for"][::2], things["for"][1::2], strict=True):
        text = text.replace(theirs, ours)
    return json.loads(text)


@st.composite
def _spoilt(draw: Draw, document: Any) -> Any:
    """The document with one thing wrong, at any depth."""
    document = copy.deepcopy(document)
    place = document
    while isinstance(place, dict | list) and place:
        key = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if isinstance(place[key], dict | list) and place[key] and draw(st.booleans()):
            place = place[key]
            continue
        _change(draw, place, key)
        return document
    return draw(values)


def _change(draw: Draw, place: Any, key: Any) -> None:
    how = draw(st.sampled_from(["replace"] * 4 + ["drop", "add"]))
    if how == "replace":
        place[key] = draw(values)
    elif how == "drop":
        del place[key]
    elif isinstance(place, dict):
        place[draw(st.sampled_from(["colour", "\ud800", "\x00", "", "/~", "x" * 500, "__class__"]))] = draw(values)
    else:
        place.append(draw(values))
