"""Parties that people have decided are not the listed ones they resemble: so that nobody is asked the same thing twice.

A decision holds for one party (its normalised name and its account), one listed entity as it was listed then, and until a day.
Any change of the party's name or account, or of the entry, voids it. It suppresses the hold and never the hit, which is stored all the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from domain.screening import Hit, RiskLevel, ScreeningResult, Subject
from screening.text.tokens import NORMALISER_VERSION, plain

APPROVERS: Final = 2
"""Different people who must have approved it."""


@dataclass(frozen=True, slots=True)
class GoodGuy:
    """A decision that a party is not a listed entity; `approved_by` are the people who made it."""

    id: str
    party: str
    list_name: str
    entity_id: str
    entity_hash: str
    expires_at: datetime
    approved_by: frozenset[str]

    def covers(self, hit: Hit, party: str, now: datetime) -> bool:
        """Whether the decision holds for this hit of this party now. Never for an identifier that is the same."""
        evidence = hit.evidence
        return (
            evidence is not None
            and not (hit.level is RiskLevel.CRITICAL and evidence.reason.startswith("identifier"))
            and len(self.approved_by) >= APPROVERS
            and now < self.expires_at
            and self.party == party
            and (self.list_name, self.entity_id, self.entity_hash)
            == (hit.list_name, hit.entity_id, evidence.entity_hash)
        )


def party_key(subject: Subject) -> str:
    """The party that a decision is about: its name as it is compared, its account, and the normaliser's version."""
    return "|".join((" ".join(sorted(plain(subject.name))), subject.account, NORMALISER_VERSION))


def suppress(
    result: ScreeningResult, subjects: Sequence[Subject], good_guys: Iterable[GoodGuy], now: datetime
) -> ScreeningResult:
    """The result with every hit marked that a decision covers; `subjects` are those that it was screened for."""
    parties = {(subject.role, subject.name): party_key(subject) for subject in subjects}
    known = list(good_guys)
    return replace(result, hits=tuple(_marked(hit, parties, known, now) for hit in result.hits))


def _marked(hit: Hit, parties: dict[tuple[str, str], str], known: list[GoodGuy], now: datetime) -> Hit:
    party = parties.get((hit.role, hit.queried))
    covering = next((guy for guy in known if party is not None and guy.covers(hit, party, now)), None)
    return replace(hit, suppressed_by=covering.id) if covering else hit
