"""Other ways to screen, on the same list and the same queries.

`levenshtein3` is the rule that the product started from: any listed name within three edits. `logic_v1` and `logic_v2` are
nomenklatura's, the matchers behind OpenSanctions; where the package is not installed they are reported as null. As they
compare and do not search, they are given the fifty likeliest entities by shared words, which is what their service does.
"""

import importlib
import itertools
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from bench.screening_data import Labelled
from screening.entity import Entity
from screening.index import Index, Query
from screening.text.tokens import plain

Search = Callable[[Labelled], Sequence[tuple[str, float]]]

CANDIDATES: Final = 50


def levenshtein3(listed: list[Entity], index: Index) -> Search | None:
    """Every name compared with every other, in one call; the score falls with the distance."""
    names = [(entity.entity_id, " ".join(plain(name.text))) for entity in listed for name in entity.names]
    texts = [text for _, text in names]
    ordered = [" ".join(sorted(text.split())) for text in texts]

    def search(row: Labelled) -> list[tuple[str, float]]:
        words = plain(row.query)
        found: dict[str, float] = {}
        for query, choices in ((" ".join(words), texts), (" ".join(sorted(words)), ordered)):
            distances = process.cdist([query], choices, scorer=Levenshtein.distance, score_cutoff=3, dtype=np.uint8)[0]
            for number in np.flatnonzero(distances <= 3).tolist():
                entity = names[number][0]
                found[entity] = max(found.get(entity, -9.0), -float(distances[number]))
        return list(found.items())

    return search


def _nomenklatura(matcher: str) -> Callable[[list[Entity], Index], Search | None]:
    def peer(listed: list[Entity], index: Index) -> Search | None:
        try:
            algorithm, entity_type, config = _matcher(matcher)
        except ImportError:
            return None
        schemas = {"person": "Person", "organisation": "Organization", "vessel": "Vessel", "aircraft": "Airplane"}

        def proxy(identity: str, kind: str | None, names: list[str]) -> Any:
            schema = schemas.get(kind or "", "LegalEntity")
            return entity_type({"id": identity, "schema": schema, "properties": {"name": names}})

        known = {
            entity.entity_id: proxy(entity.entity_id, str(entity.kind), [name.text for name in entity.names])
            for entity in listed
        }

        numbers = itertools.count()

        def search(row: Labelled) -> list[tuple[str, float]]:
            query = proxy(f"query-{next(numbers)}", row.kind, [row.query])  # logic-v2 remembers names by id
            found = index.search(Query(row.query, row.kind), limit=CANDIDATES)
            candidates = [index.entities[index.rows[match.row].owner].entity_id for match in found]
            return [(entity, algorithm.compare(query, known[entity], config).score) for entity in candidates]

        return search

    return peer


def _matcher(name: str) -> tuple[Any, Callable[[dict[str, Any]], Any], Any]:
    """The matcher, how to make an entity for it, and its configuration. Raises ImportError without the package."""
    matching = importlib.import_module("nomenklatura.matching")
    entity = importlib.import_module("followthemoney").model
    algorithm = matching.get_algorithm(name)
    assert algorithm is not None, f"nomenklatura has no {name}"
    return algorithm, entity.get_proxy, algorithm.default_config()


PEERS: Final[dict[str, Callable[[list[Entity], Index], Search | None]]] = {
    "levenshtein3": levenshtein3,
    "logic_v1": _nomenklatura("logic-v1"),
    "logic_v2": _nomenklatura("logic-v2"),
}
