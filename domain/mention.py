"""Everybody else whom a payment names: parties and banks that neither pay nor are paid, but are screened all the same."""

from dataclasses import dataclass
from enum import StrEnum

from domain.party import NOTHING_MORE, Particulars


class Seat(StrEnum):
    """Where in the payment somebody is named."""

    ULTIMATE_DEBTOR = "ultimate_debtor"
    """On whose behalf the debtor pays."""
    ULTIMATE_CREDITOR = "ultimate_creditor"
    """For whom the creditor is paid."""
    INITIATING_PARTY = "initiating_party"
    """Who gave the instruction for the debtor."""
    DEBTOR_AGENT = "debtor_agent"
    """The debtor's bank, where more than its BIC is told."""
    CREDITOR_AGENT = "creditor_agent"
    """The creditor's bank, where more than its BIC is told."""
    INSTRUCTING_AGENT = "instructing_agent"
    """The bank that sends this message, where it is not the debtor's."""
    INSTRUCTED_AGENT = "instructed_agent"
    """The bank that receives this message, where it is not the creditor's."""
    PREVIOUS_INSTRUCTING_AGENT_1 = "previous_instructing_agent_1"
    """A bank that passed the payment on before, the first of three."""
    PREVIOUS_INSTRUCTING_AGENT_2 = "previous_instructing_agent_2"
    """The second of them."""
    PREVIOUS_INSTRUCTING_AGENT_3 = "previous_instructing_agent_3"
    """The third of them."""
    INTERMEDIARY_1 = "intermediary_1"
    """A bank that shall pass the payment on, the first of three."""
    INTERMEDIARY_2 = "intermediary_2"
    """The second of them."""
    INTERMEDIARY_3 = "intermediary_3"
    """The third of them."""
    INSTRUCTING_REIMBURSEMENT_AGENT = "instructing_reimbursement_agent"
    """From whom the cover of the payment comes."""
    INSTRUCTED_REIMBURSEMENT_AGENT = "instructed_reimbursement_agent"
    """To whom the cover of the payment goes."""
    THIRD_REIMBURSEMENT_AGENT = "third_reimbursement_agent"
    """The creditor bank's branch that receives the cover."""
    REMITTANCE_PARTY = "remittance_party"
    """Whom the remittance information names: the invoicer, whose wages are garnished, who owes the tax."""
    ACCOUNT_HOLDER = "account_holder"
    """What an account of the payment is called."""
    UNDERLYING_DEBTOR = "underlying_debtor"
    """The customer whose payment is covered."""
    UNDERLYING_CREDITOR = "underlying_creditor"
    """The customer who is paid by the covered payment."""
    UNDERLYING_DEBTOR_AGENT = "underlying_debtor_agent"
    """That debtor's bank."""
    UNDERLYING_CREDITOR_AGENT = "underlying_creditor_agent"
    """That creditor's bank."""
    UNDERLYING_ULTIMATE_DEBTOR = "underlying_ultimate_debtor"
    """On whose behalf the covered payment is made."""
    UNDERLYING_ULTIMATE_CREDITOR = "underlying_ultimate_creditor"
    """For whom the covered payment is received."""
    UNDERLYING_INITIATING_PARTY = "underlying_initiating_party"
    """Who gave the instruction for the covered payment."""
    UNDERLYING_PREVIOUS_INSTRUCTING_AGENT_1 = "underlying_previous_instructing_agent_1"
    """A bank that passed the covered payment on, the first of three."""
    UNDERLYING_PREVIOUS_INSTRUCTING_AGENT_2 = "underlying_previous_instructing_agent_2"
    """The second of them."""
    UNDERLYING_PREVIOUS_INSTRUCTING_AGENT_3 = "underlying_previous_instructing_agent_3"
    """The third of them."""
    UNDERLYING_INTERMEDIARY_1 = "underlying_intermediary_1"
    """A bank between those of the covered payment, the first of three."""
    UNDERLYING_INTERMEDIARY_2 = "underlying_intermediary_2"
    """The second of them."""
    UNDERLYING_INTERMEDIARY_3 = "underlying_intermediary_3"
    """The third of them."""


class Topic(StrEnum):
    """What words of a message are about that no step reads."""

    REMITTANCE_DETAILS = "remittance_details"
    """What is paid for, in structured information."""
    INSTRUCTION = "instruction"
    """What a bank is told to do."""
    PURPOSE = "purpose"
    """Why it is paid, in words of the banks' own."""
    REGULATORY_REPORT = "regulatory_report"
    """What authorities want to know."""


@dataclass(frozen=True, slots=True)
class Saying:
    """Words of a message that no step reads and no other message carries on; they are screened all the same."""

    topic: Topic
    text: str


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Somebody the payment names besides debtor, creditor and their banks; at least a name or a BIC is known."""

    role: Seat
    name: str | None = None
    bic: str | None = None
    account: str | None = None
    country: str | None = None
    address: str | None = None
    town: str | None = None
    particulars: Particulars = NOTHING_MORE
