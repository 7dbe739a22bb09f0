"""A body cut into items: each of them is a payment, or tells why it is none."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from api.common.body import JSON, MT, XML, Body, read_json
from api.common.deps import Services
from api.common.errors import MalformedRequest
from api.common.problems import compact
from api.initiation import documents
from api.initiation.documents import SYNTAX
from api.initiation.orders import NewDelivery, NewPayment, Submitted, fingerprinted, read_order, written
from domain.decision import Actor
from domain.errors import DelTranError, MessageRefused
from domain.finding import Finding
from domain.reason import Reason
from schema import intake, streams
from schema.intake import Syntax
from schema.iso20022.codecs import pain001
from schema.mt.stream import ServiceAck, split
from schema.tables.payment.payments import RawMessage
from schema.tables.reporting import messages

MOST_ITEMS: Final = streams.MOST_ITEMS


class NewBatch(Body):
    """Payments to be made, each for itself; a bare list of them will do as well."""

    payments: list[NewPayment | NewDelivery]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a batch: what it wants, or why it wants nothing that can be done."""

    submitted: Submitted | None = None
    refused: DelTranError | None = None


async def read(house: Services, actor: Actor, raw: bytes, kind: str) -> list[Item]:
    """Every item of a body. Raises MalformedRequest, MessageRefused where the body as a whole will not do."""
    if kind == JSON:
        return _of_json(raw)
    if kind == MT:
        return await _of_stream(house, raw)
    return await _of_xml(house, actor, raw)


def _of_json(raw: bytes) -> list[Item]:
    listed = read_json(raw)
    if isinstance(listed, dict) and listed.keys() == {"payments"}:
        listed = listed["payments"]
    if not isinstance(listed, list) or not listed:
        raise MalformedRequest('a batch is {"payments": […]}, with a payment at least')
    if len(listed) > MOST_ITEMS:
        raise MalformedRequest(f"a batch has at most {MOST_ITEMS} payments")
    return [_of_document(document) for document in listed]


def _of_document(document: Any) -> Item:
    try:
        payment = read_order(document)
    except DelTranError as wrong:
        return Item(refused=wrong)
    return Item(written(payment, compact(document)))


async def _of_stream(house: Services, raw: bytes) -> list[Item]:
    found = await asyncio.to_thread(lambda: list(split(raw)))
    if not found:
        raise _refused("MT-03", "there is no SWIFT message in the body")
    return [_acknowledged() if isinstance(each, ServiceAck) else await _one(house, each.raw, MT) for each in found]


async def _of_xml(house: Services, actor: Actor, raw: bytes) -> list[Item]:
    cap_bytes = house.settings.batch_max_bytes
    single = await asyncio.to_thread(streams.messages_of, raw, cap_bytes=cap_bytes)
    if len(single) > 1:
        file_id = await _kept(house, actor, "xml", raw)
        items = [await _one(house, each, XML) for each in single]
        return [_from(item, file_id) for item in items]
    checked = await documents.check(house, raw, Syntax.XML, profile=None, strict=False)
    if checked.message_type is None or not checked.message_type.startswith("pain.001"):
        return [await _one(house, raw, XML)]
    if checked.business is None or checked.errors:
        raise intake.refused(checked)
    business = checked.business
    wishes = await asyncio.to_thread(lambda: list(pain001.decode_each(business)))
    file_id = await _kept(house, actor, checked.message_type, raw)
    message = RawMessage(checked.message_type, raw, file_id)
    return [
        Item(refused=wish)
        if isinstance(wish, MessageRefused)
        else Item(_item_of_file(fingerprinted(wish, message), number))
        for number, wish in enumerate(wishes)
    ]


def _item_of_file(submitted: Submitted, number: int) -> Submitted:
    """Items of one file share its bytes, so each is told from the others by its place."""
    return replace(submitted, sha256=submitted.sha256 + number.to_bytes(4, "big"))


async def _one(house: Services, raw: bytes, kind: str) -> Item:
    try:
        return Item(await documents.submitted(house, raw, SYNTAX[kind]))
    except DelTranError as wrong:
        return Item(refused=wrong)


def _from(item: Item, file_id: str) -> Item:
    if item.submitted is None:
        return item
    return Item(replace(item.submitted, message=replace(item.submitted.message, file_id=file_id)))


def _acknowledged() -> Item:
    return Item(refused=_refused("MT-09", "a service acknowledgment and no payment"))


async def _kept(house: Services, actor: Actor, message_type: str, raw: bytes) -> str:
    async with house.db.write() as session:
        return await messages.store_file(
            session, message_type=message_type, raw=raw, submitted_by=actor.id, at=datetime.now(UTC)
        )


def _refused(rule: str, complaint: str) -> MessageRefused:
    return MessageRefused(complaint, findings=(Finding("/", rule, complaint, Reason.FF01),))
