"""However a message is torn apart and put together again, the rules give findings and nothing else.

The rules are asked of what breaks its schema as well, so they may rely on nothing but what they looked for themselves.
"""

import random
from collections import Counter
from copy import deepcopy
from pathlib import Path
from typing import Final

import pytest

from domain.errors import MessageRefused
from domain.finding import Finding
from schema.iso20022.envelope import BusinessMessage
from schema.iso20022.intake import read
from schema.iso20022.profile import Options, Profile
from schema.iso20022.validate import inspect
from tests.schema.iso20022.fuzz import SAMPLES
from tests.schema.iso20022.rules.families import FAMILIES

VALUES: Final = ("", " ", "0", "-1", "NaN", "Infinity", "9e999999", "9" * 40, "true", "RJCT", "NARR", "2026-02-30", "/")


def torn(business: BusinessMessage, chance: random.Random) -> BusinessMessage:
    """A copy with up to four things wrong: an element missing, twice, elsewhere, with another value or no currency."""
    copy = BusinessMessage(business.message, deepcopy(business.document), deepcopy(business.header))
    for _ in range(chance.randint(1, 4)):
        root = copy.document if copy.header is None or chance.random() < 0.8 else copy.header
        element, other = chance.choices(list(root.iter("*")), k=2)
        parent = element.getparent()
        match chance.randrange(5):
            case 0 if element is not root and parent is not None:
                parent.remove(element)
            case 1 if element is not root:
                element.addnext(deepcopy(element))
            case 2 if len(other) < 5:
                element.append(deepcopy(other))
            case 3:
                element.attrib.clear()
            case _:
                element.text = chance.choice(VALUES)
    return copy


def judged(seeds: list[BusinessMessage], count: int) -> Counter[str]:
    """Which rules spoke of `count` torn messages."""
    chance = random.Random(20022)
    told: Counter[str] = Counter()
    for _ in range(count):
        options = Options(chance.choice(list(Profile)), strict=chance.random() < 0.5)
        findings = inspect(torn(chance.choice(seeds), chance), options)
        assert all(isinstance(finding, Finding) and finding.path.startswith("/") for finding in findings)
        told.update(finding.rule for finding in findings)
    return told


def test_torn_messages_of_every_family_are_judged() -> None:
    told = judged([read(text.encode()) for text in FAMILIES.values()], 2_000)
    assert {"NF-01", "SR-06", "RT-01", "CX-01", "CX-07", "ST-01", "ST-04", "PI-01"} <= told.keys()


def test_torn_real_messages_are_judged() -> None:
    paths = sorted(path for path in SAMPLES.rglob("*.xml") if not path.parts[-2].startswith(("pacs.008", "mutations")))
    if not paths:
        pytest.skip("no sample messages: set DELTRAN_TEST_DATA to a folder that has messages/")
    assert judged(list(filter(None, map(_readable, paths))), 1_500)


def _readable(path: Path) -> BusinessMessage | None:
    try:
        return read(path.read_bytes())
    except MessageRefused:
        return None
