"""Parties that two people have cleared, applied to what screening found."""

from collections.abc import Sequence
from datetime import datetime

from domain.screening import ScreeningResult, Subject
from schema.tables.common.session import ReadSession
from schema.tables.compliance import good_guys
from screening.good_guys import GoodGuy, suppress


async def cleared(
    session: ReadSession, who: Sequence[Subject], result: ScreeningResult, at: datetime
) -> ScreeningResult:
    """What was found, with the hits marked that people have cleared: they are kept and hold nothing."""
    if not result.hits:
        return result
    entities = sorted({(hit.list_name, hit.entity_id) for hit in result.hits})
    known = await good_guys.active(session, entities, at)
    return suppress(result, who, [_decision(one) for one in known], at)


def _decision(one: good_guys.GoodGuy) -> GoodGuy:
    return GoodGuy(
        id=one.id,
        party=one.party,
        list_name=one.list_name,
        entity_id=one.entity_id,
        entity_hash=one.entity_hash,
        expires_at=one.expires_at,
        approved_by=one.approvers,
    )
