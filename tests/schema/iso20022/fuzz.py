"""`python -m tests.schema.iso20022.fuzz COUNT LURE…`: damages messages, and reports what became of them as JSON.

After everything that may be needed is loaded, the process forbids itself one more file descriptor, and an audit hook
notes whoever tries to open a file or a socket all the same. Lures are places that a message asks to have opened.
"""

import json
import os
import random
import resource
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from domain.errors import MessageRefused
from schema.iso20022.calendars import day_of
from schema.iso20022.envelope import HEADERS
from schema.iso20022.intake import read
from schema.iso20022.profile import Options, Profile
from schema.iso20022.validate import inspect
from schema.iso20022.xsd import compiled, vocabulary

SUPPORTED = frozenset({"pacs.008.001.08", "pacs.009.001.08", "pacs.002.001.10", "pacs.004.001.09", "camt.056.001.08"})
FIXTURES = Path(__file__).parent / "fixtures"
HOUSE = Path(__file__).parents[3]
SAMPLES = Path(os.environ.get("DELTRAN_TEST_DATA", HOUSE.parent / "shared" / "data")) / "messages"
"""Real messages, where they are."""
OUTSIDE = ("open", "os.open", "socket.", "subprocess.", "urllib.", "os.exec", "os.posix_spawn", "ctypes.dlopen")
CURRENCIES = [
    "EUR",
    "USD",
    "GBP",
    "JPY",
    "CHF",
    "AUD",
    "BRL",
    "CAD",
    "CZK",
    "DKK",
    "HKD",
    "HUF",
    "KRW",
    "MXN",
    "NOK",
    "NZD",
    "PLN",
    "RON",
    "SEK",
    "SGD",
    "THB",
    "ZAR",
]


def main(count: int, lures: list[str]) -> dict[str, Any]:
    chance = random.Random(20022)
    seeds = [path.read_bytes() for folder in (FIXTURES, SAMPLES) for path in sorted(folder.rglob("*.xml"))]
    seeds += seeds[:3] * 40  # our own weigh as much as all others
    load()
    attempts: list[str] = []
    watching = True

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and event.startswith(OUTSIDE):
            attempts.append(f"{event} {arguments!r:.200}")

    sys.addaudithook(hook)
    free = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, free[1]))
    ends = Counter(end(damaged(chance.choice(seeds), chance, lures), chance) for _ in range(count))
    watching = False
    return {"attempts": attempts, "ends": ends}


def load() -> None:
    """Everything that is read from disk once."""
    for message in SUPPORTED | HEADERS:
        compiled(message)
        vocabulary(message)
    for currency in CURRENCIES:
        day_of(currency, "2026-03-02")
    for path in FIXTURES.glob("*.xml"):
        for profile in Profile:
            inspect(read(path.read_bytes()), Options(profile))


def end(raw: bytes, chance: random.Random) -> str:
    """The first rule that refuses the message, or "accepted"; anything but the typed error ends the run."""
    try:
        business = read(raw, SUPPORTED)
    except MessageRefused as refused:
        return refused.findings[0].rule
    findings = inspect(business, Options(chance.choice(list(Profile)), strict=chance.random() < 0.5))
    return findings[0].rule if findings else "accepted"


def damaged(raw: bytes, chance: random.Random, lures: list[str]) -> bytes:
    """One of five kinds of damage; the last asks for something outside the message."""
    kinds = (flipped, cut, with_shuffled_lines, with_changed_value)
    if chance.random() < 0.1:
        return luring(raw, chance.choice(lures).encode(), chance)
    return chance.choice(kinds)(raw, chance)


def flipped(raw: bytes, chance: random.Random) -> bytes:
    changed = bytearray(raw)
    for _ in range(chance.randint(1, 6)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(raw: bytes, chance: random.Random) -> bytes:
    """Something is missing, or stands twice."""
    begin = chance.randrange(len(raw))
    part = raw[begin : begin + chance.randrange(200)]
    return raw.replace(part, part * chance.choice((0, 0, 2)), 1) if part else raw[:begin]


def with_shuffled_lines(raw: bytes, chance: random.Random) -> bytes:
    """Lines of the fixtures are mostly whole elements, so that what comes out is often still well-formed."""
    lines = raw.splitlines()
    for _ in range(chance.randint(1, 3)):
        if len(lines) > 2:
            line = lines.pop(chance.randrange(len(lines)))
            if chance.random() < 0.5:
                lines.insert(chance.randrange(len(lines)), line)
    return b"\n".join(lines)


def with_changed_value(raw: bytes, chance: random.Random) -> bytes:
    """A text between tags becomes another one."""
    pieces = raw.split(b">")
    which = chance.randrange(len(pieces))
    value, bracket, tag = pieces[which].partition(b"<")
    others = (b"", b" ", value * 2, value[::-1], b"0", b"-1", b"1e9", b"2026-02-30", "Ünï".encode(), b"&amp;", b"a//b")
    pieces[which] = chance.choice(others) + bracket + tag
    return b">".join(pieces)


def luring(raw: bytes, place: bytes, chance: random.Random) -> bytes:
    """A message that wants something opened: entities, parameter entities, a DTD, a stylesheet, a schema, an inclusion."""
    body = raw.partition(b"?>")[2] if raw.startswith(b"<?xml") else raw
    prologue = chance.choice(
        (
            b"<!DOCTYPE a [<!ENTITY x SYSTEM '%s'>]>",
            b"<!DOCTYPE a [<!ENTITY %% x SYSTEM '%s'> %%x;]>",
            b"<!DOCTYPE a SYSTEM '%s'>",
            b"<?xml-stylesheet href='%s'?>",
        )
    )
    schema = b" xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:schemaLocation='urn:x %s'>" % place
    include = b"><x:include xmlns:x='http://www.w3.org/2001/XInclude' href='%s' parse='text'/>" % place
    match chance.randrange(3):
        case 0:
            return prologue % place + body
        case 1:
            return body.replace(b">", schema, 1)
        case _:
            return body.replace(b">", include, 1)


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), sys.argv[2:])))
