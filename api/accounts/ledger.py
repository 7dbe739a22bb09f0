"""The ledger's word: signed heads, and proofs that anybody can check without us."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query

from activities.receipts import consistency_of, newest_head, receipt_of
from api.common.deps import House, ParticipantsRead
from api.common.shapes import Shape, problems
from domain.errors import NotFound
from ledger.signing import SignedHead
from schema.tables.accounts import ledger_entries

MAX_SEQUENCE: Final = 2**63 - 1

router = APIRouter(prefix="/ledger", tags=["ledger"])

Sequence = Annotated[int, Path(ge=1, le=MAX_SEQUENCE, description="Place of the entry in the journal, from 1.")]
Older = Annotated[int, Query(alias="from", ge=1, le=MAX_SEQUENCE, description="Entries under a signed head.")]
Newer = Annotated[int, Query(alias="to", ge=1, le=MAX_SEQUENCE, description="Entries under a later signed head.")]


class HeadShape(Shape):
    """A head that the ledger has signed (Ed25519); hashes, key and signature in hexadecimal.

    `root` is the root of the Merkle tree (RFC 9162) over all `size` entries. What is signed is five lines:
    "deltran-ledger/1", size, root, hash, signed_us, each ended by a line feed.
    """

    size: int
    root: str
    hash: str
    signed_us: int
    public_key: str
    signature: str


class ProofShape(Shape):
    """A receipt: save it as it is; `deltran receipt verify` checks it without a server."""

    format: str
    entry: Mapping[str, Any]
    proof: list[str]
    head: HeadShape


class ConsistencyShape(Shape):
    """Two signed heads, and the hashes that show that the newer journal only adds to the older one."""

    older: HeadShape
    newer: HeadShape
    proof: list[str]


class EntryShape(Shape):
    """One entry of the journal. Amounts are whole minor units of the asset."""

    sequence: int
    at: datetime | None
    kind: str
    operation_id: str | None
    pending_id: str | None
    debit_account: str | None
    credit_account: str | None
    asset: str | None
    amount_minor: int
    held_minor: int | None


class EntryList(Shape):
    """Entries in the journal's order."""

    entries: list[EntryShape]


@router.get("/head", summary="The newest signed head", responses=problems(404))
async def head(_: ParticipantsRead, house: House) -> HeadShape:
    """The newest head that the ledger has signed; while it posts, it signs one every few seconds."""
    async with house.db.read() as session:
        return _head(await newest_head(session))


@router.get("/entries", summary="The entries of a payment", responses=problems(404, 422))
async def entries(
    actor: ParticipantsRead, house: House, payment_id: Annotated[str, Query(pattern="^[ -~]{1,64}$")]
) -> EntryList:
    """What the journal says of a payment's holds: reserved, posted, voided or discharged. A participant sees its own."""
    async with house.db.read() as session:
        found = await ledger_entries.of_payment(session, payment_id)
    entries = [EntryShape.model_validate(entry) for entry in found]
    return EntryList(
        entries=[each for each in entries if _concerns(actor.bic, each.debit_account, each.credit_account)]
    )


@router.get("/entries/{sequence}/proof", summary="The receipt of an entry", responses=problems(404, 422))
async def proof(actor: ParticipantsRead, house: House, sequence: Sequence) -> ProofShape:
    """The entry, and what proves that it is under a signed head. A participant sees entries of its own accounts."""
    async with house.db.read() as session:
        accounts = await ledger_entries.accounts_of(session, sequence)
        if not _concerns(actor.bic, *accounts):
            raise NotFound("no such ledger entry", sequence=sequence)
        return ProofShape.model_validate(await receipt_of(session, sequence))


@router.get("/consistency", summary="That the journal only grew", responses=problems(404, 422))
async def consistency(_: ParticipantsRead, house: House, older: Older, newer: Newer) -> ConsistencyShape:
    """What proves that the head of `to` entries only adds to the head of `from` entries; both were signed."""
    async with house.db.read() as session:
        first, second, steps = await consistency_of(session, *sorted((older, newer)))
    return ConsistencyShape(older=_head(first), newer=_head(second), proof=[step.hex() for step in steps])


def _head(signed: SignedHead) -> HeadShape:
    return HeadShape.model_validate(signed.as_json())


def _concerns(bic: str | None, *accounts: str | None) -> bool:
    """Whether a caller may see an entry of these accounts: staff any, a bank its own."""
    return bic is None or any(account is not None and account.startswith(f"{bic}/") for account in accounts)
