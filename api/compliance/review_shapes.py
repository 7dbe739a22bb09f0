"""What reviewers are shown and what they say, in documents."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from api.common.body import Body
from api.common.fields import Remark
from api.common.shapes import DecimalText, Shape, StateShape, amount
from api.compliance.rescreenings import PullBackShape
from api.compliance.risk_shapes import RiskShape
from domain.decision import ReviewState, Verdict
from domain.review import Attachment
from domain.screening import Hit, RiskLevel
from schema.tables.compliance.review_notes import NoteKind
from schema.tables.compliance.review_queue import QueueItem

ScreeningId = Annotated[str, Field(pattern="^[ -~]{1,64}$")]
Words = Annotated[Remark, Field(min_length=1)]
ActorId = Annotated[str, Field(pattern="^[ -~]{1,128}$")]


class Decide(Body):
    """A reviewer's word. `screening_id` names the result the reviewer saw (the payment's `compliance_check.id`).

    `comment` stays in the house; `question` is read by the sender and belongs to `request_information`.
    """

    verdict: Annotated[Verdict, Field(strict=False)]
    screening_id: ScreeningId
    comment: Remark = ""
    question: Remark = ""


class DecideOne(Body):
    """A reviewer's word on one of many payments."""

    payment_id: ActorId
    verdict: Annotated[Verdict, Field(strict=False)]
    screening_id: ScreeningId
    comment: Remark = ""
    question: Remark = ""


class DecideMany(Body):
    """Words on up to 100 payments; each counts or is refused by itself."""

    decisions: Annotated[list[DecideOne], Field(min_length=1, max_length=100)]


class Assign(Body):
    """Whose desk the case goes to: without an assignee the caller's own; `release` puts it back into the queue."""

    assignee: ActorId | None = None
    release: bool = False
    reason: Remark = ""


class AttachmentBody(Body):
    """A document by reference: nothing is uploaded here; the fingerprint tells whether it is still the same."""

    name: Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{1,140}$")]
    uri: Annotated[str, Field(pattern="^[a-z][a-z0-9+.-]{1,15}:[!-~]{1,1000}$")]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]

    def reference(self) -> Attachment:
        """As it is kept."""
        return Attachment(self.name, self.uri, self.sha256)


class Write(Body):
    """A comment, or an answer to a question."""

    text: Words
    attachments: Annotated[list[AttachmentBody], Field(max_length=20, default_factory=list)]


class ReviewStateShape(StateShape):
    """Where the payment's workflow is, with the approvals it has and needs."""

    approvals: int
    approvals_needed: int
    ring_fenced: bool


class HitShape(Shape):
    """A listed entity that a name in the payment resembles."""

    role: str
    queried: str
    matched: str
    list_name: str
    entity_id: str
    level: str
    score: int
    distance: int


class HitDetail(HitShape):
    """A hit with all that it rests on, as it was stored."""

    suppressed_by: str
    evidence: Mapping[str, Any] | None


class ReviewShape(Shape):
    """A held payment with what a reviewer needs to decide.

    `approvals_needed` is 0, and `level` unknown, until the case has been weighed, a moment after it was opened.
    """

    id: str
    payment_id: str
    payment_reference: str
    payment_status: str
    screening_id: str
    state: ReviewState
    level: RiskLevel | None
    verdict: Verdict | None
    approvals: int
    approvals_needed: int
    assignee: str | None
    locked_until: datetime | None
    opened_at: datetime
    reminded_at: datetime | None
    escalate_at: datetime
    escalated_at: datetime | None
    ring_fence_at: datetime | None
    ring_fenced_at: datetime | None
    expires_at: datetime
    decided_at: datetime | None
    sender_bic: str
    sender_name: str
    receiver_bic: str
    receiver_name: str
    amount: DecimalText
    currency: str
    submitted_by: str
    risk_score: int
    hits: list[HitShape]


class ReviewPage(Shape):
    """A page of reviews."""

    reviews: list[ReviewShape]
    total: int
    page: int
    limit: int


class CheckDetail(Shape):
    """One check of the payment: against which lists, by which engine, what it found.

    `turn` counts how often it had been pulled back; `superseded_at` is set when the lists changed while it was made.
    """

    id: str
    check_type: str
    status: str
    risk_score: int
    requires_review: bool
    list_version: str
    engine_version: str
    milliseconds: float
    completed_at: datetime
    turn: int
    superseded_at: datetime | None
    hits: list[HitDetail]


class SaidShape(Shape):
    """One word that was said on the review."""

    verdict: Verdict
    actor_id: str
    actor_role: str
    check_id: str
    comment: str
    question: str
    at: datetime


class AttachmentShape(Shape):
    """A document by reference."""

    name: str
    uri: str
    sha256: str


class NoteShape(Shape):
    """A comment of the house, or an answer of the sender."""

    id: str
    kind: NoteKind
    actor_id: str
    words: str
    attachments: list[AttachmentShape]
    at: datetime


class EarlierShape(Shape):
    """Another payment of the same party, and what a reviewer said of it, if one did."""

    payment_id: str
    created_at: datetime
    status: str
    side: str
    counterparty: str
    amount: DecimalText
    currency: str
    reason_codes: list[str]
    verdict: Verdict | None


class PartyShape(Shape):
    """A party of the payment and its other payments: how many by status, and the latest."""

    name: str
    outcomes: Mapping[str, int]
    payments: list[EarlierShape]


class PrecedentShape(Shape):
    """How a like hit was decided before: on the same listed entity, or on the same name."""

    payment_id: str
    verdict: Verdict
    decided_at: datetime
    decided_by: str
    comment: str
    list_name: str
    entity_id: str
    queried: str
    matched: str


class ReviewDetail(ReviewShape):
    """A case in full: every check with its evidence, what was said and noted, both parties, similar decisions."""

    sender_account_id: str | None
    receiver_account_id: str | None
    remittance_info: str | None
    checks: list[CheckDetail]
    pulled_back: list[PullBackShape]
    risk: list[RiskShape]
    decisions: list[SaidShape]
    notes: list[NoteShape]
    debtor: PartyShape
    creditor: PartyShape
    precedents: list[PrecedentShape]


class DecidedItem(Shape):
    """What became of one word: where the payment is then, or the problem that stands in its way."""

    payment_id: str
    status: int
    state: ReviewStateShape | None
    problem: Mapping[str, Any] | None


class DecidedMany(Shape):
    """What became of many words, each by itself, in their order."""

    total: int
    taken: int
    refused: int
    items: list[DecidedItem]


def facts(item: QueueItem) -> dict[str, Any]:
    """A review of the queue as its document has it."""
    review = item.review
    return {
        **{name: getattr(item, name) for name in item.__slots__ if name != "review"},
        **{name: getattr(review, name) for name in review.__slots__},
        "screening_id": review.check_id,
        "amount": amount(item.amount_minor, item.currency),
    }


def evidence(hit: Hit) -> HitDetail:
    """A hit with all that was stored of it."""
    shown = HitShape.model_validate(hit).model_dump()
    told = None if hit.evidence is None else asdict(hit.evidence)
    return HitDetail(**shown, suppressed_by=hit.suppressed_by, evidence=told)
