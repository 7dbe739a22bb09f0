"""What workflows are told and what they answer. Frozen; new fields get defaults, so old histories still replay."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from activities.rescreening import ListNews
from activities.settlement import Settled, Unpayable
from domain.decision import Actor
from domain.money import Money
from domain.patience import Patience
from domain.payment import SettlementMethod
from domain.settlement import AtCutOff, Priority
from domain.status import PaymentStatus


@dataclass(frozen=True, slots=True)
class Terms:
    """The settings a payment lives by. They travel with it, so that a replay takes the same turns."""

    ledger_task_queue: str | None = None
    """Where ledger steps run; None: in the payments worker itself."""
    window_s: float = 5.0
    escalate_after_s: float = 4 * 3600.0
    expire_after_s: float = 20 * 3600.0
    remind_after_s: float = 2 * 3600.0
    lock_s: float = 30 * 60.0
    cut_off: str | None = None
    """HH:MM (UTC): a payment that is still under review then is ring-fenced; None: never."""
    gross_queue_s: float = 0.0
    """How long a gross payment may wait for liquidity; 0: it is refused at once where its bank cannot cover it."""
    at_cut_off: AtCutOff | None = None
    """What becomes of it when its day ends while it waits in a queue; None: nothing, as before there was a rule."""


@dataclass(frozen=True, slots=True)
class PaymentInput:
    """What the workflow must know of a payment; no personal data, that stays in SQL. BICs are BIC11."""

    payment_id: str
    sender_bic: str
    receiver_bic: str
    currency: str
    amount_minor: int
    method: SettlementMethod
    submitted_by: str
    terms: Terms = field(default_factory=Terms)
    settled: Settled | None = None
    """Set when the story is told anew (continue-as-new) after its batch became final."""
    expires_at: datetime | None = None
    """Of the leg of an exchange: how long it waits for its partner."""
    fx: str | None = None
    """The quote at which the amount is exchanged for the receiver's currency; None: it is paid as it is."""
    priority: Priority = Priority.NORMAL
    """How early it has its turn, should it wait in a queue."""
    turn: int = 0
    """How often a change of a list had pulled the payment back by then."""
    pulled: ListNews | None = None
    """The change of a list that it was told of and had yet to heed."""
    unpayable: Unpayable | None = None
    """Set when its queue has told it that it cannot be paid."""
    hold_turn: int = 0
    """In which turn its money is set aside: how often that was taken over when it was pulled back."""
    rolled: int = 0
    """How often a cut-off had taken it out of its queue by then."""
    patience: Patience | None = None
    """How long it could still wait for liquidity by then; None: it had not to on that day, or was queued before that was told."""
    reject_at: datetime | None = None
    """By when its sender wants it settled, or else rejected; None: its day's cut-off says enough."""

    @property
    def amount(self) -> Money:
        """The settlement amount."""
        return Money(self.amount_minor, self.currency)

    @property
    def summary(self) -> str:
        """The payment in one line, as the Temporal UI lists it."""
        return f"{self.currency} {self.amount} · {self.sender_bic} → {self.receiver_bic} · {self.method}"


@dataclass(frozen=True, slots=True)
class WindowInput:
    """A settlement window: its currency and how long it stays open (seconds), or when it closes by schedule."""

    window_id: str
    batch_id: str
    currency: str
    window_s: float
    ledger_task_queue: str | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PairInput:
    """A pair of an exchange: two payments that settle together or not at all."""

    pair_id: str
    ledger_task_queue: str | None = None


@dataclass(frozen=True, slots=True)
class PairOutcome:
    """How a pair ended: "settled", or "dissolved" because one of its legs left."""

    state: str


@dataclass(frozen=True, slots=True)
class GrossQueueInput:
    """A currency's gross queue: how often it is looked at without news, and what earlier runs know and have done."""

    currency: str
    look_s: float = 10.0
    ledger_task_queue: str | None = None
    barred: tuple[str, ...] = ()
    """Banks and payments whose releases the ledger refuses for good."""
    released: int = 0


@dataclass(frozen=True, slots=True)
class PaymentOutcome:
    """How a payment ended."""

    status: PaymentStatus
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaymentVerdict:
    """The first word on a payment: on its way, refused with reasons, held for review, parked for repair, or warehoused."""

    status: PaymentStatus
    reasons: tuple[str, ...] = ()
    under_review: bool = False
    parked: bool = False
    warehoused: bool = False


@dataclass(frozen=True, slots=True)
class WorkflowState:
    """Where the workflow is, for diagnosis: the step it is at, and the last failure if it is parked.

    `insists_on` is a step of bookkeeping that has failed for good and is tried again all the same, for there is no other way.
    """

    status: PaymentStatus
    step: str
    review: str | None = None
    parked_step: str | None = None
    parked_code: str | None = None
    parked_message: str | None = None
    attempts: int = 0
    approvals: int = 0
    approvals_needed: int = 0
    ring_fenced: bool = False
    insists_on: str | None = None
    insisted_failures: int = 0
    insisted_code: str | None = None
    insisted_message: str | None = None


class Act(StrEnum):
    """What a person may ask of a running payment, beside deciding its review."""

    CANCEL = "cancel"
    """Withdraw it before settlement."""
    REDRIVE = "redrive"
    """Try the failed step again."""
    ABANDON = "abandon"
    """Give it up and release the funds."""


@dataclass(frozen=True, slots=True)
class ActRequest:
    """Who asks, and why."""

    actor: Actor
    comment: str = ""


@dataclass(frozen=True, slots=True)
class WindowOutcome:
    """How a window ended: "empty", "final" or "deferred" with the reason. `deferred`: so many payments wait."""

    state: str
    payments: int = 0
    transfers: int = 0
    reason: str = ""
    deferred: int = 0


@dataclass(frozen=True, slots=True)
class WindowStanding:
    """Where a window's workflow is: what it does, and what is known of its batch so far."""

    phase: str
    payments: int = 0
    transfers: int = 0
    deferred: int = 0
    plans: int = 0

    @property
    def details(self) -> str:
        """As the Temporal UI shows it."""
        if not self.payments and not self.deferred:
            return f"**{self.phase}**"
        figures = f"{self.payments:,} payments, {self.transfers:,} transfers, {self.deferred:,} deferred"
        return f"**{self.phase}** · {figures}"


@dataclass(frozen=True, slots=True)
class AccountInput:
    """Open an account and, with an amount, fund it (minor units); or close it."""

    account_id: str
    currency: str
    floor_minor: int
    reference: str
    amount_minor: int = 0
    ledger_task_queue: str | None = None
    closes: bool = False
