"""What a payment is: the instruction as it was taken in, whatever message it came by."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from domain.exchange import Exchange
from domain.fx import Exchanged
from domain.mention import Mentioned, Saying, Seat
from domain.money import Money
from domain.party import Party
from domain.settlement import AtCutOff, Priority
from domain.turns import in_turn


class SettlementMethod(StrEnum):
    """How a payment becomes final."""

    GROSS = "gross"
    """At once and alone; for urgent or high-value payments."""
    NET = "net"
    """With the others of its currency, in the next settlement window."""
    PVP = "pvp"
    """Payment versus payment: together with a payment in another currency that goes the other way, or not at all."""
    DVP = "dvp"
    """Delivery versus payment: cash and a security change hands together, or neither does. Both legs are payments."""


EXCHANGED: Final = frozenset({SettlementMethod.PVP, SettlementMethod.DVP})
"""Methods whose payments are one leg of an exchange."""


class PaymentKind(StrEnum):
    """What a payment is for."""

    CUSTOMER = "customer"
    """A bank's customer pays (pacs.008, MT103)."""
    INSTITUTION = "institution"
    """A bank pays for itself (pacs.009, MT202)."""
    COVER = "cover"
    """A bank pays the cover of a customer's payment that travels another way (pacs.009 COV, MT202COV)."""
    RETURN = "return"
    """Money of a settled payment goes back (pacs.004)."""


class Liquidity(StrEnum):
    """What the sender wants of a gross payment for which there are no funds yet."""

    QUEUE = "queue"
    """It waits for them, as long as the network lets payments wait."""
    REJECT = "reject"
    """It is refused at once (AM04)."""


class ChargeBearer(StrEnum):
    """Who bears the banks' charges (ISO 20022 ChargeBearerType1Code)."""

    DEBT = "DEBT"
    """The debtor bears all (MT: OUR)."""
    CRED = "CRED"
    """The creditor bears all (MT: BEN)."""
    SHAR = "SHAR"
    """Each bears those of its own bank (MT: SHA)."""
    SLEV = "SLEV"
    """As the scheme says; no charge of correspondent banking."""


@dataclass(frozen=True, slots=True)
class Charge:
    """What a bank took for passing the payment on, perhaps nothing. None: the message does not tell which bank by BIC."""

    amount: Money
    agent_bic: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """A payment instruction in the bank's words, parsed at the edge. BICs are BIC11.

    `reference` is the sender's instruction id, `transaction_id` the first bank's own; `instructed` is what the debtor
    ordered where the message tells it, `exchange_rate` the decimal that led from there to the amount. `fx` is set when this
    network exchanges the amount for another currency.
    """

    amount: Money
    debtor: Party
    creditor: Party
    end_to_end_id: str
    uetr: str
    method: SettlementMethod = SettlementMethod.NET
    reference: str | None = None
    remittance_info: str | None = None
    message_type: str | None = None
    message_id: str | None = None
    value_date: str | None = None
    kind: PaymentKind = PaymentKind.CUSTOMER
    mentioned: tuple[Mentioned, ...] = ()
    in_passing: tuple[Mentioned, ...] = ()
    """Whom the message names where no message of ours does; they are screened as the others are, and not passed on."""
    said: tuple[Saying, ...] = ()
    """What else it says in words; likewise."""
    transaction_id: str | None = None
    charge_bearer: ChargeBearer | None = None
    instructed: Money | None = None
    exchange_rate: str | None = None
    charges: tuple[Charge, ...] = ()
    exchange: Exchange | None = None
    """What is wanted for it; set when and only when the method is one of EXCHANGED."""
    fx: Exchanged | None = None
    priority: Priority = Priority.NORMAL
    """How early it has its turn in the queue of its sender's bank."""
    liquidity: Liquidity = Liquidity.QUEUE
    """What becomes of a gross payment that its sender's bank cannot cover."""
    at_cut_off: AtCutOff | None = None
    """What becomes of it when its day's cut-off finds it in a queue; None: what the network's setting says."""
    settle_from: datetime | None = None
    """It is not to settle before (ISO 20022 FrTm, MT FROTIME)."""
    reject_at: datetime | None = None
    """It is refused when it has not settled by then, and is not to wait for another day (RjctTm, REJTIME)."""

    @property
    def received(self) -> Money:
        """What the receiver's bank gets: the amount, or what it was exchanged for."""
        return self.amount if self.fx is None else self.fx.bought

    @property
    def onward(self) -> "PaymentOrder":
        """The order as its receiver is told it: in its own currency, with what was ordered and the rate between them."""
        if self.fx is None:
            return self
        ordered = self.instructed or self.amount
        return replace(self, amount=self.fx.bought, instructed=ordered, exchange_rate=self.fx.rate, fx=None)

    @property
    def sender_bic(self) -> str:
        """The bank that settles for the payer: the one that sends the message, or else the debtor's."""
        return self._seated(Seat.INSTRUCTING_AGENT) or self.debtor.agent_bic

    @property
    def receiver_bic(self) -> str:
        """The bank that settles for the payee: the one that the message is for, or else the creditor's."""
        return self._seated(Seat.INSTRUCTED_AGENT) or self.creditor.agent_bic

    def _seated(self, seat: Seat) -> str | None:
        return next((other.bic for other in self.mentioned if other.role is seat), None)


def settlement_account(bic: str, currency: str) -> str:
    """The ledger account a participant settles from in one currency."""
    return f"{bic}/{currency}"


def dues_account(bic: str, currency: str) -> str:
    """The ledger account on which a participant's queued payments are held that take no liquidity before they settle.

    It has no floor. What is pending on it is what waits in queues; what is posted is what was settled from there.
    """
    return f"{bic}/{currency}/dues"


def rounding_account(currency: str) -> str:
    """The ledger account that takes in what conversions into a currency round off, in whole minor units. No floor."""
    return f"NETWORK/{currency}/rounding"


def hold_id(payment_id: str, turn: int = 0) -> str:
    """The ledger's name for the funds reserved for a payment in one of its turns."""
    return f"{in_turn(payment_id, turn)}/hold"
