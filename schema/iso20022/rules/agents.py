"""AG: banks and how they are named."""

import re
from itertools import pairwise
from typing import Final

from domain.finding import Severity
from domain.ids import mod_97
from domain.reason import Reason
from schema.iso20022.profile import CBPR, PAYMENTS
from schema.iso20022.rules.kinds import AGENT, BIC
from schema.iso20022.rules.rule import INCOMPLETE, ISO, Table, Wrong
from schema.iso20022.rules.texts import bic11, in_a_country
from schema.iso20022.shape import Part

RULES: Final = Table(source="CBPR+ UHB", profiles=CBPR)

_CHAINS: Final = (("IntrmyAgt1", "IntrmyAgt2", "IntrmyAgt3"), ("PrvsInstgAgt1", "PrvsInstgAgt2", "PrvsInstgAgt3"))
_ONWARD: Final = tuple(f"{name}/FinInstnId/BICFI" for name in (*_CHAINS[0], "CdtrAgt"))
_MESSENGERS: Final = ("InstgAgt", "InstdAgt")
_SENDER, _RECEIVER = (f"{name}/FinInstnId/BICFI" for name in _MESSENGERS)
_LEI: Final = re.compile(r"[A-Z0-9]{18}[0-9]{2}")
_PAYMENT: Final = ("pacs.008", "pacs.009")


@RULES.structure(
    "AG-01",
    "instructing and instructed agent are known by their BIC",
    Reason.RC01,
    on="CdtTrfTxInf",
    setting=INCOMPLETE,
    messages=_PAYMENT,
)
def messengers_without_bic(transaction: Part) -> Wrong:
    """They talk to each other over SWIFT."""
    return [path for path in (_SENDER, _RECEIVER) if not transaction.has(path)]


@RULES.structure(
    "AG-01",
    "instructing and instructed agent are named by BIC, clearing code or LEI only",
    Reason.RC01,
    on=tuple(f"{name}/FinInstnId" for name in _MESSENGERS),
)
def messengers_named_otherwise(institution: Part) -> Wrong:
    """Whatever else is said of them."""
    return [part for part in institution.parts("*") if part.name not in {"BICFI", "ClrSysMmbId", "LEI"}]


@RULES.structure(
    "AG-02",
    "a bank is identified by its BIC, or by name and address",
    Reason.RC03,
    on=AGENT,
    creditor_reason=Reason.RC04,
)
def unidentified(agent: Part) -> Wrong:
    """Neither, and no clearing code either. The header has a rule of its own."""
    institution = agent.parts("FinInstnId")[0]
    if _named(institution) or institution.has("BICFI", "ClrSysMmbId") or agent.node.path.startswith("/AppHdr"):
        return
    if agent.name not in _MESSENGERS:  # AG-01
        yield "FinInstnId/BICFI"


@RULES.content(
    "AG-02",
    "a clearing code alone identifies a bank only within one country",
    Reason.RC03,
    on=AGENT,
    needs=("FinInstnId/ClrSysMmbId",),
    creditor_reason=Reason.RC04,
    messages=_PAYMENT,
)
def national_code_abroad(agent: Part) -> Wrong:
    """The banks of the payment, as far as they tell, are in several countries."""
    institution = agent.parts("FinInstnId")[0]
    transaction = agent.around("CdtTrfTxInf")
    if _named(institution) or institution.has("BICFI") or agent.name in _MESSENGERS or transaction is None:
        return
    banks = transaction.parts("*/FinInstnId")
    countries = {bic[4:6] for bank in banks for bic in bank.texts("BICFI")}
    countries |= {country for bank in banks for country in bank.texts("PstlAdr/Ctry")}
    if len(countries) > 1:
        yield "FinInstnId/ClrSysMmbId"


@RULES.structure("AG-03", "a bank's name and its address come together", Reason.RC01, on=AGENT)
def half_named(agent: Part) -> Wrong:
    """One without the other."""
    institution = agent.parts("FinInstnId")[0]
    if institution.has("Nm") != institution.has("PstlAdr"):
        yield "FinInstnId/PstlAdr" if institution.has("Nm") else "FinInstnId/Nm"


@RULES.structure(
    "AG-04",
    "intermediaries and previous agents are filled in from the first",
    Reason.FF01,
    on="CdtTrfTxInf",
    messages=_PAYMENT,
    **ISO,
)
def gap_in_chain(transaction: Part) -> Wrong:
    """A second without a first, a third without a second."""
    for chain in _CHAINS:
        for earlier, later in pairwise(chain):
            if transaction.has(later) and not transaction.has(earlier):
                yield earlier


@RULES.structure("AG-05", "an agent's account needs the agent", Reason.FF01, on="CdtTrfTxInf", messages=_PAYMENT, **ISO)
def account_without_agent(transaction: Part) -> Wrong:
    """An account of nobody."""
    accounts = (part.name for part in transaction.parts("*") if "Agt" in part.name and part.name.endswith("Acct"))
    return [account.removesuffix("Acct") for account in accounts if not transaction.has(account.removesuffix("Acct"))]


RULES.value(
    "AG-06",
    "a BIC's fifth and sixth letters are a country",
    Reason.RC01,
    on=BIC,
    **ISO | {"source": "ISO 9362"},
)(in_a_country)


# The eighth character of a test-and-training BIC is 0, of a passive participant's 1.
RULES.value(
    "AG-06",
    "a BIC is not one for tests, nor of a bank that is not connected",
    Reason.RC01,
    on=BIC,
    source="ISO 9362",
    severity=Severity.WARNING,
)(re.compile(r"(?!.{7}[01])").match)


@RULES.value("AG-07", "an LEI's check digits are right", Reason.RC01, on="LEI", **ISO | {"source": "ISO 17442"})
def lei(text: str) -> bool:
    """ISO 7064, mod 97-10."""
    return _LEI.fullmatch(text) is not None and mod_97(text) == 1


@RULES.structure("AG-08", "a bank has no branch and no proprietary identification", Reason.RC01, on=AGENT)
def branch_or_other(agent: Part) -> Wrong:
    """BrnchId and FinInstnId/Othr are not used."""
    return agent.parts("BrnchId", "FinInstnId/Othr")


@RULES.structure(
    "AG-09", "beside a BIC, name and address say nothing more", Reason.RC01, on=AGENT, severity=Severity.WARNING
)
def named_twice(agent: Part) -> Wrong:
    """The BIC is what counts."""
    if agent.has("FinInstnId/BICFI") and agent.name not in _MESSENGERS:
        yield from agent.parts("FinInstnId/Nm", "FinInstnId/PstlAdr")


@RULES.content(
    "AG-10",
    "instructing and instructed agent are two banks",
    Reason.RC01,
    on="CdtTrfTxInf",
    messages=_PAYMENT,
    severity=Severity.WARNING,
    source="network",
    profiles=PAYMENTS,
)
def to_itself(transaction: Part) -> Wrong:
    """A bank sends to itself."""
    sender = transaction.text(_SENDER)
    if sender and bic11(sender) == bic11(transaction.text(_RECEIVER)):
        yield _RECEIVER


@RULES.content(
    "AG-11",
    "a payment does not pass through a bank twice",
    Reason.RC01,
    on="CdtTrfTxInf",
    needs=("IntrmyAgt1",),
    messages=_PAYMENT,
    severity=Severity.WARNING,
    source="network",
    profiles=PAYMENTS,
)
def in_a_loop(transaction: Part) -> Wrong:
    """Two intermediaries, or one and the creditor's bank, are the same."""
    banks = [bic11(bic) for bic in transaction.texts(*_ONWARD)]
    if len(set(banks)) < len(banks):
        for number, bank in enumerate(transaction.parts(*_ONWARD)):
            if banks[number] in banks[:number]:
                yield bank


def _named(institution: Part) -> bool:
    return institution.has("Nm") and institution.has("PstlAdr")
