"""Everything that is known of a payment in one file, which proves itself to anybody without asking us."""

import asyncio
import hashlib
import io
import json
import logging
import zipfile
from collections.abc import AsyncIterator
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from fastapi import APIRouter, Response
from temporalio.service import RPCError

from activities.receipts import receipt_of
from api.common.conversation import handle_of, reachable
from api.common.deps import House, ReviewsRead, Services
from api.common.shapes import problems
from api.initiation.payments import Id
from api.reporting import reports
from domain.errors import NotFound, NotUnderReview, Unavailable
from domain.evidence import FORMAT, sealed
from schema.tables.accounts import ledger_entries
from schema.tables.common.session import ReadSession
from schema.tables.compliance import checks, pull_backs, review_context, review_notes, review_rows, risk_assessments
from schema.tables.exchange import exchange_views, fx_conversions
from schema.tables.initiation import findings
from schema.tables.payment import events, payments, recalls
from schema.tables.reporting import messages

router = APIRouter(prefix="/payments", tags=["evidence"])

log = logging.getLogger(__name__)

HISTORY_S: Final = 5.0
_ENDINGS: Final = {"json": "json", "MT": "fin"}
_HOW: Final = (
    "`deltran receipt evidence FILE --key KEY` checks every byte against the seal at the end, every file against this"
    " list, and every receipt of the ledger against the ledger's signature. No server is needed."
)


@router.get(
    "/{id}/evidence",
    summary="Everything that is known of a payment",
    response_class=Response,
    responses={**problems(404), 200: {"description": "A zip file.", "content": {"application/zip": {}}}},
)
async def of_payment(_: ReviewsRead, house: House, id: Id) -> Response:
    """Messages, events, findings, screening, decisions, ledger receipts and the workflow's history, with their digests."""
    async with house.db.read() as session:
        payment = await payments.detail(session, id)
    await reports.bring_up_to_date(house, payment)
    files: dict[str, bytes] = {"payment.json": _json(payment)}
    missing: list[str] = []
    async with house.db.read() as session:
        async for name, content in _recorded(session, id):
            files[name] = content
        async for name, receipt in _receipts(session, id, missing):
            files[name] = receipt
    history = await _history(house, id)
    if history is None:
        missing.append("workflow/history.json: Temporal did not answer, or keeps it no longer")
    else:
        files["workflow/history.json"] = history
    raw = await asyncio.to_thread(_zip, id, files, missing)
    headers = {"Content-Disposition": f'attachment; filename="{id}.zip"'}
    return Response(raw, media_type="application/zip", headers=headers)


async def _recorded(session: ReadSession, payment_id: str) -> AsyncIterator[tuple[str, bytes]]:
    yield "order.json", _json(await payments.order(session, payment_id))
    if (exchanged := await fx_conversions.of(session, payment_id)) is not None:
        yield "fx.json", _json(exchanged)
    if (leg := await exchange_views.leg_of(session, payment_id)) is not None:
        exchange, pairs = await exchange_views.detail(session, leg.exchange_id)
        yield "exchange.json", _json({"exchange": exchange, "pairs": pairs})
    yield "events.json", _json(await events.of(session, payment_id))
    yield "findings.json", _json(await findings.of(session, payment_id))
    yield "recalls.json", _json(await recalls.of(session, payment_id))
    yield "screening.json", _json(await checks.of(session, payment_id))
    if pulled := await pull_backs.of(session, payment_id):
        yield "pull_backs.json", _json(pulled)
    yield "risk.json", _json(await risk_assessments.of(session, payment_id))
    try:
        review = await review_rows.of(session, payment_id)
    except NotUnderReview:
        pass
    else:
        said, notes = await review_context.said(session, review.id), await review_notes.of(session, review.id)
        yield "review.json", _json({"review": review, "decisions": said, "notes": notes})
    for message in await messages.listing(session, payment_id):
        _, content = await messages.raw(session, payment_id, message.id)
        ending = next((end for start, end in _ENDINGS.items() if message.message_type.startswith(start)), "xml")
        yield f"messages/{message.direction}-{message.identity.replace('/', '-')}.{ending}", content


async def _receipts(session: ReadSession, payment_id: str, missing: list[str]) -> AsyncIterator[tuple[str, bytes]]:
    for entry in await ledger_entries.of_payment(session, payment_id):
        name = f"ledger/{entry.sequence}.json"
        try:
            yield name, _json(await receipt_of(session, entry.sequence))
        except NotFound:
            missing.append(f"{name}: the entry is under no signed head yet; ask again in a few seconds")


async def _history(house: Services, payment_id: str) -> bytes | None:
    try:
        async with reachable(HISTORY_S):
            history = await handle_of(house, payment_id).fetch_history(rpc_timeout=timedelta(seconds=HISTORY_S))
            return history.to_json().encode()
    except (Unavailable, RPCError) as away:
        log.warning("the history of %s is not at hand: %s", payment_id, type(away).__name__)
        return None


def _zip(payment_id: str, files: dict[str, bytes], missing: list[str]) -> bytes:
    manifest = {
        "format": FORMAT,
        "payment_id": payment_id,
        "made_at": datetime.now(UTC).isoformat(),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
        "missing": missing,
        "how": _HOW,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in {"manifest.json": _json(manifest), **dict(sorted(files.items()))}.items():
            packed.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return sealed(out.getvalue())


def _json(document: Any) -> bytes:
    return json.dumps(document, default=_plain, ensure_ascii=False, indent=1).encode()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return value.hex() if isinstance(value, bytes) else str(value)
