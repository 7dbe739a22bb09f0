"""How well messages are judged and translated, and how fast: `python -m bench messages --samples DIR --mutations DIR`.

Both folders hold an `index.tsv`. A mutation counts as caught when it is refused with the rule that the index states
(one of several with "/"); where the index says "or accept 15669.38", accepting it with that amount counts as well.

A sample's verdict is "valid" when its schema is kept and nobody who knows the file calls it wrong; it does not promise
that the file is complete CBPR+. So each file is held against the rules it claims: those of CBPR+ when its header names
a CBPR+ service, of ISO 20022 otherwise; and what CBPR+ asks for beyond ISO 20022, which year's release is in force and
whether a date was a holiday only warn. See `docs/validation.md`.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Final

from lxml import etree

from bench.translation import CREATED, compare, read_index
from domain.errors import DomainError
from domain.finding import Finding, Severity
from schema.intake import Syntax, read
from schema.iso20022.codecs import pacs008
from schema.iso20022.envelope import BusinessMessage, message_of
from schema.iso20022.profile import Options, Profile
from schema.iso20022.shape import parts_of
from schema.iso20022.validate import inspect, validate
from schema.iso20022.xsd import compiled
from schema.mt.parse import parse as parse_mt
from schema.mt.rules import validate as validate_mt
from schema.mt.rules import validate_stream
from schema.translate.translate import to_mt, to_mx

ROUNDS: Final = 301
BATCH: Final = 10
"""Messages per round. A round is shorter than a processor's time slice, so that the median knows nothing of the
machine's other work; and both sides take turns, so that a drifting machine drifts for both."""

Row = dict[str, str]


@dataclass(slots=True)
class Tally:
    """What came of the files; `told` is for people."""

    agreed: int = 0
    judged: int = 0
    caught: int = 0
    to_catch: int = 0
    false_alarms: int = 0
    crashes: int = 0
    told: list[str] = field(default_factory=list)


async def main(words: list[str]) -> None:
    """Run the benchmark and print its JSON line."""
    options = _options(words)
    tally = Tally()
    samples, mutations = read_index(options.samples), read_index(options.mutations)
    for row in samples:
        _judge(options.samples / row["file"], row, tally)
    for row in mutations:
        _catch((options.mutations / row["file"]).read_bytes(), row, tally)
    translation = compare(options.samples, samples)
    tally.crashes += len(translation.crashes)
    tally.told += [f"translation differs: {failure.file} {failure.crash or ''}" for failure in translation.failures]
    if options.verbose:
        print("\n".join(tally.told), file=sys.stderr)
    result = {
        "verdict_agreement": _ratio(tally.agreed, tally.judged),
        "mutations": {
            "caught": tally.caught,
            "total": tally.to_catch,
            "caught_ratio": _ratio(tally.caught, tally.to_catch),
            "false_alarms": tally.false_alarms,
        },
        "translation": {
            "equal": translation.equal,
            "total": translation.total,
            "equal_ratio": _ratio(translation.equal, translation.total),
        },
        "crashes": tally.crashes,
        "throughput": throughput(_typical(options.mutations, mutations)),
    }
    print(json.dumps(result))


def verdict(raw: bytes, *, xml: bool) -> str:
    """ "valid" or "invalid", by the rules that the file claims; a stream is as good as its worst message."""
    findings = _xml_findings(raw) if xml else _mt_findings(raw)
    return "invalid" if any(finding.severity is Severity.ERROR for finding in findings) else "valid"


def throughput(raw: bytes) -> dict[str, float]:
    """Messages per second of one core: intake, schema and all rules, against parsing and schema alone."""
    business = validate(raw, profile=Profile.CBPR_2025).message
    assert business is not None, "the typical message can be read"
    parts = [(part.tag, compiled(message_of(part))) for part in parts_of(business)]

    def schema_only() -> None:
        root = etree.fromstring(raw)
        assert all(schema.validate(next(root.iter(tag))) for tag, schema in parts)

    def full() -> None:
        assert validate(raw, profile=Profile.CBPR_2025).ok

    times = [(_seconds(schema_only), _seconds(full)) for _ in range(ROUNDS)]
    alone, everything = (BATCH / median(side) for side in zip(*times, strict=True))
    return {
        "full_per_s": round(everything, 1),
        "schema_only_per_s": round(alone, 1),
        "ratio": round(everything / alone, 3),
    }


def _judge(path: Path, row: Row, tally: Tally) -> None:
    raw = path.read_bytes()
    _guarded(tally, row, lambda: _every_way(raw, xml=_is_xml(row)))
    if row["verdict"] == "unchecked":
        return
    expected = "valid" if row["verdict"] == "valid" else "invalid"
    ours = _guarded(tally, row, lambda: verdict(raw, xml=_is_xml(row)))
    tally.judged += 1
    tally.agreed += ours == expected
    if ours != expected:
        findings = _xml_findings(raw) if _is_xml(row) else _mt_findings(raw)
        rules = sorted({finding.rule for finding in findings if finding.severity is Severity.ERROR})
        tally.told.append(
            f"verdict differs: {row['file']} is {expected} ({row['why']}), ours: {' '.join(rules) or ours}"
        )


def _catch(raw: bytes, row: Row, tally: Tally) -> None:
    checked = _guarded(tally, row, lambda: validate(raw, profile=Profile.CBPR_2025))
    if checked is None:
        return
    rules = {finding.rule for finding in checked.errors}
    if row["expected"] == "accept":
        tally.false_alarms += bool(rules)
        if rules:
            tally.told.append(f"false alarm: {row['file']} by {' '.join(sorted(rules))}")
        return
    expected, _, alternative = row["expected_rule"].partition(" ")
    tally.to_catch += 1
    if rules & set(expected.split("/")) or (alternative and not rules and _amount_of(checked.message) in alternative):
        tally.caught += 1
    else:
        tally.told.append(f"not caught: {row['file']} by {expected}, but by {' '.join(sorted(rules)) or 'nothing'}")


def _amount_of(business: BusinessMessage | None) -> str:
    assert business is not None, "what breaks no rule was read"
    return str(pacs008.decode(business).amount)


def _every_way(raw: bytes, *, xml: bool) -> None:
    """Everything that can be done with a file; what is refused is refused with a typed error."""
    if xml:
        for profile in Profile:
            business = validate(raw, profile=profile, strict=True).message
        _typed(partial(read, raw, Syntax.XML))
        if business is not None:
            _typed(partial(to_mt, business))
    else:
        for item in validate_stream(raw):
            if item.message is not None:
                _typed(partial(to_mx, item.message, CREATED))
        _typed(partial(parse_mt, raw))


def _typed(act: Callable[[], object]) -> None:
    try:
        act()
    except DomainError:
        return


def _guarded(tally: Tally, row: Row, act: Callable[[], Any]) -> Any:
    try:
        return act()
    except Exception as crash:  # counting these is the purpose
        tally.crashes += 1
        tally.told.append(f"crash: {row['file']} {type(crash).__name__}: {crash}")
        return None


def _xml_findings(raw: bytes) -> tuple[Finding, ...]:
    read = validate(raw, profile=Profile.BASE)
    if read.message is None:
        return read.findings
    claimed = Profile.BASE if read.message.header is None else _claimed(read.message.header)
    warn = Severity.WARNING
    return inspect(read.message, Options(claimed, other_releases=warn, incomplete=warn, holidays=warn))


def _claimed(header: etree._Element) -> Profile:
    services = (service.text or "" for service in header.iter("{*}BizSvc"))
    return Profile.CBPR_2025 if any(name.startswith("swift.cbprplus") for name in services) else Profile.BASE


def _mt_findings(raw: bytes) -> list[Finding]:
    items = list(validate_stream(raw))
    return [finding for item in items for finding in item.findings] if items else list(validate_mt(raw)[1])


def _typical(folder: Path, rows: list[Row]) -> bytes:
    accepted = [folder / row["file"] for row in rows if row["expected"] == "accept"]
    return accepted[0].read_bytes()


def _seconds(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    for _ in range(BATCH):
        act()
    return time.perf_counter() - began


def _is_xml(row: Row) -> bool:
    return not row["type"].startswith("MT")


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench messages")
    parser.add_argument("--samples", type=Path, required=True, help="folder of messages with index.tsv")
    parser.add_argument("--mutations", type=Path, required=True, help="folder of one-defect messages with index.tsv")
    parser.add_argument("--verbose", action="store_true", help="tell every disagreement on stderr")
    return parser.parse_args(words)
