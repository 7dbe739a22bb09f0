"""Whom we may not pay: compares the names in a payment with the lists."""

import hashlib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Self

from domain.screening import EditRule, Evidence, Field, Hit, Pairing, RiskLevel, ScreeningResult, Subject
from screening.attributes import KIND, compare
from screening.distance import Form, bears, distance, same, within
from screening.embargo import Embargoes, packaged
from screening.entity import Entity, NameKind
from screening.entries import PACKAGED, read
from screening.features import FEATURES, score
from screening.freetext import Window, identifiers_in, windows
from screening.identifiers import Identified, Identifiers
from screening.index import Index, Match, Query
from screening.levels import LEVELS, Found, Settings, level
from screening.passjoin import MOST
from screening.scope import scope
from screening.text.tokens import NORMALISER_VERSION, natural, plain

ENGINE_VERSION: Final = f"words-6/{NORMALISER_VERSION}"
"""Changes whenever the same names and lists could give another result."""

IDENTIFIED: Final = 100
"""The score of an identifier that is the same, and of nothing else: names never reach it."""


class Screener:
    """Screens subjects against one version of the lists. Immutable but for caches, so threads may share it.

    `versions` gives each list's version by its name, `embargoes` a table in place of the packaged one. Raises ValueError for
    an empty list: letting everybody through is not screening.
    """

    def __init__(
        self,
        entities: Iterable[Entity],
        list_version: str,
        *,
        versions: Mapping[str, str] | None = None,
        settings: Settings | None = None,
        embargoes: Embargoes | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.embargoes = embargoes or packaged()
        self.index = Index.build(entities, scaled=self.settings.length_scaled)
        if not self.index.names:
            raise ValueError("a sanctions list must not be empty")
        self.list_version = list_version
        self._versions = versions or {}
        self._identifiers = Identifiers(self.index.entities)
        self._hashes: dict[int, str] = {}

    @classmethod
    def load(cls, embargoes: Embargoes | None = None) -> Self:
        """The screener of the packaged list; its version is the beginning of the file's SHA-256."""
        raw = PACKAGED.read_bytes()
        version = hashlib.sha256(raw).hexdigest()[:12]
        return cls(read(raw.decode().splitlines()), version, embargoes=embargoes)

    def screen(self, subjects: Sequence[Subject]) -> ScreeningResult:
        """All hits, heaviest first; each listed entity once per subject, by the name that comes nearest."""
        began = time.perf_counter()
        hits = [hit for subject in subjects for hit in self._hits(subject)]
        hits.sort(key=lambda hit: (-hit.score, -_points(hit), hit.role, hit.list_name, hit.entity_id))
        took = (time.perf_counter() - began) * 1000
        return ScreeningResult(tuple(hits), self.list_version, ENGINE_VERSION, took)

    def placed(self, subject: Subject) -> list[Hit]:
        """A subject's hits by country alone, each region once."""
        return self._heaviest(self._by_country(subject))

    def _hits(self, subject: Subject) -> list[Hit]:
        return self._heaviest(self._raw(subject))

    def _heaviest(self, hits: Iterable[Hit]) -> list[Hit]:
        found: dict[tuple[str, str], Hit] = {}
        for hit in hits:
            key = (hit.list_name, hit.entity_id)
            if key not in found or _weight(hit) > _weight(found[key]):
                found[key] = hit
        return sorted(found.values(), key=_weight, reverse=True)[: self.settings.limit]

    def _raw(self, subject: Subject) -> Iterator[Hit]:
        for value in subject.identifiers:
            yield from (self._identified(subject, value, found) for found in self._identifiers.find(value))
        yield from self._by_country(subject)
        match subject.field:
            case Field.ADDRESS:
                pass
            case Field.TEXT:
                yield from self._in_text(subject)
            case Field.AGENT | Field.PARTY:
                yield from self._named(subject)

    def _by_country(self, subject: Subject) -> Iterator[Hit]:
        if subject.field is not Field.TEXT:
            yield from self.embargoes.hits(subject, ENGINE_VERSION)

    def _named(self, subject: Subject) -> Iterator[Hit]:
        for match in self.index.matches(Query(subject.name, subject.kind)):
            if match.edits <= MOST or score(match.points) >= self.settings.record:
                hit = self._hit(subject, subject.name, match)
                if hit is not None:
                    yield hit

    def _in_text(self, subject: Subject) -> Iterator[Hit]:
        for value in identifiers_in(subject.name):
            yield from (self._identified(subject, value, found) for found in self._identifiers.find(value))
        for window in windows(subject.name, self.index):
            for match in self.index.search(Query(window.text, window.kind), limit=3):
                if match.edits <= MOST or score(match.points) >= self.settings.text_hold:
                    hit = self._hit(subject, window.text, match, window)
                    if hit is not None:
                        yield hit

    def _hit(self, subject: Subject, queried: str, match: Match, window: Window | None = None) -> Hit | None:
        row, name = self.index.rows[match.row], self.index.names[match.row]
        entity = self.index.entities[row.owner]
        asked, listed = _form(queried, person=row.person), _form(name.text, person=row.person)
        edits = distance(asked, listed)
        compared = compare(subject, entity)
        reached = score(match.points)
        found = Found(
            reached,
            same(asked, listed),
            edits,
            within(asked, listed, edits, scaled=self.settings.length_scaled),
            name.kind is NameKind.WEAK,
            len(compared.agreements),
            len(compared.contradictions),
            self.settings.edit_rule is not EditRule.BY_WORD or bears(asked, listed, edits),
            KIND in compared.contradictions,
        )
        judged = level(found, self.settings)
        if window is not None and not window.accepts(found, self.settings):
            return None
        if judged is None:
            return None
        evidence = Evidence(
            reason="name" if window is None else window.reason,
            queried_as=asked.written,
            matched_as=listed.written,
            matched_kind=name.kind,
            pairs=self._pairs(queried, match),
            features=_features(match),
            points=match.points,
            agreements=compared.agreements,
            contradictions=compared.contradictions,
            thresholds=_thresholds(self.settings),
            edit_rule=self.settings.edit_rule,
            list_version=self._version(entity),
            entity_hash=self._hash(row.owner),
            engine_version=ENGINE_VERSION,
            programmes=entity.programmes,
            scope=scope(entity),
        )
        shown = min(round(reached), IDENTIFIED - 1) if judged is not RiskLevel.CRITICAL else IDENTIFIED
        return Hit(subject.role, queried, name.text, entity.list_name, entity.entity_id, judged, shown, edits, evidence)

    def _pairs(self, queried: str, match: Match) -> tuple[Pairing, ...]:
        row = self.index.rows[match.row]
        return tuple(
            Pairing(
                " ".join(words[place] for place in pair.queried),
                " ".join(row.side.words[place] for place in pair.listed),
                pair.likeness,
            )
            for words, pair in self.index.pairs(queried, match)
        )

    def _identified(self, subject: Subject, value: str, found: Identified) -> Hit:
        entity = self.index.entities[found.entity]
        evidence = Evidence(
            reason=f"identifier: {found.kind}",
            queried_as=found.value,
            matched_as=found.value,
            list_version=self._version(entity),
            entity_hash=self._hash(found.entity),
            engine_version=ENGINE_VERSION,
            programmes=entity.programmes,
            scope=scope(entity),
        )
        return Hit(
            subject.role,
            value,
            entity.names[0].text,
            entity.list_name,
            entity.entity_id,
            RiskLevel.CRITICAL,
            IDENTIFIED,
            0,
            evidence,
        )

    def _hash(self, number: int) -> str:
        """The entity's content hash, worked out when it first hits."""
        if number not in self._hashes:
            self._hashes[number] = self.index.entities[number].content_hash
        return self._hashes[number]

    def _version(self, entity: Entity) -> str:
        return self._versions.get(entity.list_name, self.list_version)


def _form(name: str, *, person: bool) -> Form:
    return Form.of(" ".join(plain(natural(name) if person else name)))


def _features(match: Match) -> tuple[tuple[str, float, float], ...]:
    return tuple(
        (feature.name, round(value, 6), feature.weight * value)
        for feature, value in zip(FEATURES, match.values, strict=True)
    )


def _thresholds(settings: Settings) -> tuple[tuple[str, float], ...]:
    return ("record", settings.record), ("hold", settings.hold), ("high", settings.high)


def _points(hit: Hit) -> float:
    return hit.evidence.points if hit.evidence else 0.0


def _weight(hit: Hit) -> tuple[int, int, bool, float, int]:
    """By level, then by score; an identifier before a name, for nobody is ever cleared of it; of two names the nearer one."""
    identified = hit.evidence is not None and hit.evidence.reason.startswith("identifier")
    return LEVELS.index(hit.level), hit.score, identified, _points(hit), -hit.distance
