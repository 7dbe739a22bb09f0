"""The other labelled sets: pairs of names, BICs, vessels, remittance texts and addresses, each with recall and false alarms."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from bench.screening_data import KINDS, Labelled, rows
from domain.screening import Field, Subject
from screening.engine import Screener
from screening.entity import Entity, EntityKind, ListedName, NameKind
from screening.features import score
from screening.index import Index, Query
from screening.levels import Settings


def pairs_set(folder: Path) -> dict[str, Any] | None:
    """Two names each: one listed alone among no others, the other asked. Recall and precision at the holding threshold."""
    path = folder / "pairs.tsv"
    if not path.exists():
        return None
    verdicts = []
    hold = Settings().hold
    for row in rows(path):
        kind = KINDS.get(row["type"], EntityKind.OTHER)
        known = Index.build([Entity("pairs", "1", kind, (ListedName(row["name2"], NameKind.PRIMARY),))])
        found = known.search(Query(row["name1"], str(kind) if row["type"] in KINDS else None))
        verdicts.append((row["match"] == "1", bool(found) and score(found[0].points) >= hold))
    return _judged(verdicts)


def party_set(listed: Iterable[Entity], positives: Iterable[Labelled], negatives: Iterable[Labelled]) -> dict[str, Any]:
    """Names as a payment brings them: a party of which nothing else is known, not even its kind; who is held is a hit."""
    screener = Screener(listed, "bench")
    verdicts = []
    for row in (*positives, *(row for row in negatives if not row.hard)):
        result = screener.screen([Subject("creditor", row.query)])
        holding = {hit.entity_id for hit in result.hits if hit.holds}
        verdicts.append((bool(row.expected), row.expected in holding if row.expected else bool(holding)))
    return _judged(verdicts)


def bic_set(folder: Path, listed: Iterable[Entity]) -> dict[str, Any] | None:
    """BICs of listed banks, of others, and with one letter changed."""
    return _screened(
        folder / "bic.tsv", listed, lambda row: Subject("agent", "", Field.AGENT, identifiers=(row["bic"],))
    )


def vessel_set(folder: Path, listed: Iterable[Entity]) -> dict[str, Any] | None:
    """IMO numbers and names of ships in free text."""
    return _screened(folder / "vessel.tsv", listed, lambda row: Subject("remittance", row["text"], Field.TEXT))


def remittance_set(folder: Path, listed: Iterable[Entity]) -> dict[str, Any] | None:
    """Listed names in free text, and text without."""
    return _screened(folder / "remittance.tsv", listed, lambda row: Subject("remittance", row["text"], Field.TEXT))


def address_set(folder: Path) -> dict[str, Any] | None:
    """Addresses in embargoed and in other countries."""
    path = folder / "address.tsv"
    if not path.exists():
        return None
    screener = Screener.load()
    verdicts = []
    for row in rows(path):
        hits = screener.screen([Subject("creditor", row["address"], Field.ADDRESS)]).hits
        expected = row["embargo_expected"]
        regions = {hit.entity_id for hit in hits}
        verdicts.append((bool(expected), expected in regions if expected else bool(regions)))
    return _judged(verdicts)


def _screened(
    path: Path, listed: Iterable[Entity], subject: Callable[[dict[str, str]], Subject]
) -> dict[str, Any] | None:
    if not path.exists():
        return None
    screener = Screener(listed, "bench")
    verdicts: list[tuple[bool, bool]] = []
    cases: dict[str, list[tuple[bool, bool]]] = {}
    taken = 0.0
    for row in rows(path):
        result = screener.screen([subject(row)])
        taken += result.milliseconds
        holding = {hit.entity_id for hit in result.hits if hit.holds and hit.list_name != "GEO"}
        expected = row["expected_id"]
        verdict = (bool(expected), expected in holding if expected else bool(holding))
        verdicts.append(verdict)
        cases.setdefault(row["case"], []).append(verdict)
    return _judged(verdicts) | {
        "ms_mean": round(taken / max(1, len(verdicts)), 3),
        "cases": {case: _judged(group) for case, group in cases.items()},
    }


def _judged(verdicts: list[tuple[bool, bool]]) -> dict[str, Any]:
    """Recall, false alarms and F1 of (should hit, did hit)."""
    hits = [did for should, did in verdicts if should]
    alarms = [did for should, did in verdicts if not should]
    right, wrong = sum(hits), sum(alarms)
    return {
        "recall": round(right / len(hits), 4) if hits else None,
        "fpr": round(wrong / len(alarms), 4) if alarms else None,
        "f1": round(2 * right / (right + wrong + len(hits)), 4) if hits else None,
        "count": len(verdicts),
    }
