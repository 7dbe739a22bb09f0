"""How many of our translations are what others expect: `python -m bench.translation DIR [--show FILE]`.

DIR holds an `index.tsv`; a row whose `expected_translation` names a file beside the message is a pair. An MT message
is translated to ISO 20022, an XML message to MT. What the two sides may differ in without being wrong is masked:

* ISO 20022: when the message was made (CreDt, CreDtTm), and INDA against INGA, which an MT without 53B does not tell.
* MT: session and sequence numbers, the way (input or output), priority, times, trailers, blanks at a line's end, and
  the order of block 3. Type, sender, receiver, the values of block 3 and every field in its order must agree.

The expected files are read tolerantly: comments before an XML declaration, declarations turned into comments.
"""

import csv
import difflib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from lxml import etree

from domain.errors import DomainError
from schema.iso20022 import safe_xml
from schema.iso20022.check import local_name
from schema.iso20022.envelope import BusinessMessage, unwrap
from schema.mt.message import MtMessage
from schema.mt.parse import parse as parse_mt
from schema.translate.translate import to_mt, to_mx

CAP_BYTES: Final = 10_000_000
CREATED: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""The date of a new message where the old one does not tell; it is masked anyway."""

_MOMENTS: Final = frozenset({"CreDt", "CreDtTm"})
_NOT_DATA: Final = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_FIRST: Final = 12
"""Differences printed of one pair."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A pair that is not equal: the differences as lines that begin with - (expected) or + (ours), or the crash."""

    file: str
    kind: str
    differences: tuple[str, ...] = ()
    crash: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All pairs together."""

    equal: int
    total: int
    failures: tuple[Failure, ...]

    @property
    def crashes(self) -> tuple[Failure, ...]:
        """Pairs that ended in anything but a translation or a typed refusal."""
        return tuple(failure for failure in self.failures if failure.crash)


def compare(samples: Path, rows: list[dict[str, str]]) -> Comparison:
    """Translate every row that has an `expected_translation` and hold it against the expected file."""
    pairs = [row for row in rows if row["expected_translation"]]
    failures = tuple(failure for row in pairs if (failure := _failure(samples, row)))
    return Comparison(len(pairs) - len(failures), len(pairs), failures)


def _failure(samples: Path, row: dict[str, str]) -> Failure | None:
    source = samples / row["file"]
    expected = source.with_name(row["expected_translation"])
    try:
        left, right = _both(source, expected, row)
    except DomainError as refused:
        return Failure(row["file"], row["type"], (f"refused: {refused.message}",))
    except Exception as crash:  # every other exception is a defect of ours and is listed as one
        return Failure(row["file"], row["type"], crash=f"{type(crash).__name__}: {crash}")
    changes = tuple(line for line in difflib.ndiff(left, right) if line[0] in "-+")
    return Failure(row["file"], row["type"], changes) if changes else None


def _both(source: Path, expected: Path, row: dict[str, str]) -> tuple[list[str], list[str]]:
    """The expected message and ours as lines."""
    if source.suffix == ".xml":
        tree = safe_xml.parse(source.read_bytes(), cap_bytes=CAP_BYTES)
        message = to_mt(unwrap(tree, frozenset({row["document_ns"]}))).message
        return list(mt_lines(parse_mt(expected.read_bytes().strip()))), list(mt_lines(message))
    translated = to_mx(parse_mt(source.read_bytes()), CREATED).message
    return list(_expected_mx_lines(expected)), list(mx_lines(translated))


def mt_lines(message: MtMessage) -> Iterator[str]:
    """An MT message as lines, the masked parts left out."""
    yield f"type {message.mt_type}"
    yield f"sender {message.sender}"
    yield f"receiver {message.receiver}"
    for tag, value in sorted(message.user_header):
        if value:
            yield f"{{{tag}:{value}}}"
    for field in message.fields:
        first, *others = (line.rstrip() for line in field.lines)
        yield f":{field.tag}:{first}"
        yield from others


def mx_lines(message: BusinessMessage) -> Iterator[str]:
    """An ISO 20022 message as lines of path and text, header first, the masked parts masked."""
    for part in (message.header, message.document):
        if part is not None:
            yield from _lines(part, local_name(part))


def _expected_mx_lines(path: Path) -> Iterator[str]:
    root = etree.fromstring(_NOT_DATA.sub(b"", path.read_bytes()).strip(), etree.XMLParser(**safe_xml.PARSER_OPTIONS))
    for name in ("AppHdr", "Document"):
        for part in root.iter(f"{{*}}{name}"):
            yield from _lines(part, name)


def _lines(element: etree._Element, path: str) -> Iterator[str]:
    facts = [f"@{name}={element.get(name)}" for name in sorted(map(str, element.attrib)) if "}" not in name]
    text = (element.text or "").strip()
    if text or facts or not len(element):
        yield " ".join([path, *facts, _masked(local_name(element), text)]).rstrip()
    for child in element:
        yield from _lines(child, f"{path}/{local_name(child)}")


def _masked(name: str, text: str) -> str:
    if name in _MOMENTS:
        return "*"
    return "INDA" if name == "SttlmMtd" and text == "INGA" else text


def read_index(samples: Path) -> list[dict[str, str]]:
    """The rows of `index.tsv`."""
    with (samples / "index.tsv").open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def main(words: list[str]) -> int:
    """Print every pair that fails and its first differences (all of them with --show FILE), then the ratio as JSON."""
    match words:
        case [folder]:
            shown = None
        case [folder, "--show", shown]:
            pass
        case _:
            print("usage: python -m bench.translation DIR [--show FILE]", file=sys.stderr)
            return 2
    samples = Path(folder)
    rows = [row for row in read_index(samples) if shown in (None, row["file"], Path(row["file"]).name)]
    comparison = compare(samples, rows)
    for failure in comparison.failures:
        _print(failure, first=_FIRST if shown is None else None)
    print(json.dumps({"kinds": _by_kind(comparison, rows)}))
    ratio = round(comparison.equal / comparison.total, 4) if comparison.total else None
    print(json.dumps({"equal": comparison.equal, "total": comparison.total, "equal_ratio": ratio}))
    return 0


def _print(failure: Failure, *, first: int | None) -> None:
    print(f"{failure.kind}  {failure.file}  {failure.crash or ''}")
    for line in failure.differences[:first]:
        print(f"    {line}")
    if first and len(failure.differences) > first:
        print(f"    … {len(failure.differences) - first} more")


def _by_kind(comparison: Comparison, rows: list[dict[str, str]]) -> dict[str, str]:
    """Equal of total per message type."""
    failed = [failure.kind for failure in comparison.failures]
    total = [row["type"] for row in rows if row["expected_translation"]]
    return {
        kind: f"{total.count(kind) - failed.count(kind)}/{total.count(kind)}" for kind in dict.fromkeys(sorted(total))
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
