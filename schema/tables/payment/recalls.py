"""Recalls: a sender asks for its payment back. Before settlement it is withdrawn; afterwards the receiver answers."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Index, text
from sqlmodel import Field

from domain.errors import AlreadyExists, NotFound, RecallClosed
from schema.tables.common.base import MOMENT, Table, one_of
from schema.tables.common.session import Line, ReadSession, WriteSession, typed


class RecallState(StrEnum):
    """Where a recall stands."""

    OPEN = "open"
    """Asked for; the receiver has not answered, and the payment has not stopped."""
    ACCEPTED = "accepted"
    """The payment stopped before settlement, or the receiver returns it."""
    REFUSED = "refused"
    """The receiver keeps the money, with a reason."""


class Recall(Table, table=True):
    """One request to have a payment back (camt.056) and its answer (camt.029)."""

    __tablename__ = "recalls"
    __table_args__ = (
        one_of("state", RecallState),
        Index("uq_recalls_payment_id_case_id", "payment_id", "case_id", unique=True),
        Index("uq_recalls_payment_id_open", "payment_id", unique=True, postgresql_where=text("state = 'open'")),
    )

    id: str = Field(primary_key=True)
    payment_id: str = Field(foreign_key="payments.id")
    case_id: str
    assignment_id: str
    state: str
    reason: str
    reason_text: str | None
    requested_by: str
    requested_at: datetime = Field(sa_type=MOMENT)
    answered_by: str | None
    answered_at: datetime | None = Field(sa_type=MOMENT)
    answer_reason: str | None
    answer_text: str | None
    return_payment_id: str | None = Field(foreign_key="payments.id")
    answer_by: date | None


@dataclass(frozen=True, slots=True)
class NewRecall:
    """A recall to be opened. `reason` is of ExternalCancellationReason1Code; `answer_by` is the receiver's last day."""

    id: str
    payment_id: str
    case_id: str
    assignment_id: str
    reason: str
    reason_text: str | None
    requested_by: str
    requested_at: datetime
    answer_by: date | None


@dataclass(frozen=True, slots=True)
class Answer:
    """The receiver's word. A refusal has a reason of ExternalPaymentCancellationRejection1Code."""

    state: RecallState
    answered_by: str
    answered_at: datetime
    reason: str | None = None
    text: str | None = None
    return_payment_id: str | None = None


@dataclass(frozen=True, slots=True)
class RecallView:
    """A recall as it stands."""

    id: str
    payment_id: str
    case_id: str
    assignment_id: str
    state: RecallState
    reason: str
    reason_text: str | None
    requested_by: str
    requested_at: datetime
    answered_by: str | None
    answered_at: datetime | None
    answer_reason: str | None
    answer_text: str | None
    return_payment_id: str | None
    answer_by: date | None

    def overdue(self, today: date) -> bool:
        """Whether the receiver's term is over and it has said nothing."""
        return self.state is RecallState.OPEN and self.answer_by is not None and today > self.answer_by


async def open(session: WriteSession, recall: NewRecall) -> RecallView:
    """Open a case; the same case again is the case that stands.

    Raises AlreadyExists when another case of the payment is open.
    """
    facts = {
        "id": recall.id,
        "payment_id": recall.payment_id,
        "case_id": recall.case_id,
        "assignment_id": recall.assignment_id,
        "reason": recall.reason,
        "reason_text": recall.reason_text,
        "requested_by": recall.requested_by,
        "at": recall.requested_at,
        "answer_by": recall.answer_by,
    }
    await session.run(_OPEN, facts)
    standing = {view.case_id: view for view in await of(session, recall.payment_id)}
    if found := standing.get(recall.case_id):
        return found
    other = next(view for view in standing.values() if view.state is RecallState.OPEN)
    raise AlreadyExists("the payment has an open recall already", recall_id=other.id, case_id=other.case_id)


async def held(session: WriteSession, recall_id: str) -> RecallView:
    """One recall, which nobody else answers while this transaction lasts. Raises NotFound."""
    if row := await session.first(_HELD, {"id": recall_id}):
        return _view(row)
    raise NotFound("no such recall", recall_id=recall_id[:64])


async def answer(session: WriteSession, recall_id: str, word: Answer) -> RecallView:
    """Close a case; the same answer again is no difference. Raises NotFound, RecallClosed (answered otherwise)."""
    facts: dict[str, Any] = {
        "id": recall_id,
        "state": str(word.state),
        "by": word.answered_by,
        "at": word.answered_at,
        "reason": word.reason,
        "text": word.text,
        "return_payment_id": word.return_payment_id,
    }
    answered = await session.run(_ANSWER, facts)
    standing = await find(session, recall_id)
    if not answered and standing.state is not word.state:
        raise RecallClosed(f"the recall is {standing.state}", recall_id=recall_id, state=str(standing.state))
    return standing


async def settle_stopped(session: WriteSession, payment_id: str, by: str, at: datetime) -> None:
    """The payment ended unpaid: whoever asked for it back has it, and its case is closed in the same transaction."""
    await session.run(_STOPPED, {"payment_id": payment_id, "by": by, "at": at})


async def find(session: ReadSession, recall_id: str) -> RecallView:
    """One recall. Raises NotFound."""
    if row := await session.first(_FIND, {"id": recall_id}):
        return _view(row)
    raise NotFound("no such recall", recall_id=recall_id[:64])


async def of(session: ReadSession, payment_id: str) -> list[RecallView]:
    """The payment's recalls, oldest first."""
    return [_view(row) for row in await session.all(_OF, {"payment_id": payment_id})]


def _view(row: Line) -> RecallView:
    return RecallView(**typed(row, state=RecallState))


_COLUMNS: Final = """
    id, payment_id, case_id, assignment_id, state, reason, reason_text, requested_by, requested_at,
    answered_by, answered_at, answer_reason, answer_text, return_payment_id, answer_by
"""
_OPEN: Final = text(
    """
    INSERT INTO recalls (
        id, payment_id, case_id, assignment_id, state, reason, reason_text, requested_by, requested_at,
        answer_by
    ) VALUES (
        :id, :payment_id, :case_id, :assignment_id, 'open', :reason, :reason_text, :requested_by, :at, :answer_by
    )
    ON CONFLICT DO NOTHING
    """
)
_ANSWER: Final = text(
    """
    UPDATE recalls
    SET state = :state, answered_by = :by, answered_at = :at, answer_reason = :reason, answer_text = :text,
        return_payment_id = :return_payment_id
    WHERE id = :id AND state = 'open'
    """
)
_STOPPED: Final = text(
    """
    UPDATE recalls SET state = 'accepted', answered_by = :by, answered_at = :at
    WHERE payment_id = :payment_id AND state = 'open'
    """
)
_FIND: Final = text(f"SELECT {_COLUMNS} FROM recalls WHERE id = :id")  # noqa: S608 - constants of this file
_HELD: Final = text(f"SELECT {_COLUMNS} FROM recalls WHERE id = :id FOR UPDATE")  # noqa: S608
_OF: Final = text(
    f"SELECT {_COLUMNS} FROM recalls WHERE payment_id = :payment_id ORDER BY requested_at, id"  # noqa: S608
)
