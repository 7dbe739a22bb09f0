"""ST: the entries of an account, as statements, reports and notifications have them in common."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from domain.finding import Severity
from domain.reason import Reason
from schema.iso20022.profile import CBPR, EVERY, Profile
from schema.iso20022.rules.rule import INCOMPLETE, Table, Wrong
from schema.iso20022.rules.texts import decimal
from schema.iso20022.shape import CURRENCY, Part

RULES: Final = Table(source="CBPR+ UHB", profiles=CBPR, messages=("camt.052", "camt.053", "camt.054"))

DIALECT: Final[dict[str, Any]] = {
    "source": "ISO 20022",
    "profiles": EVERY,
    "warns": frozenset({Profile.BASE, Profile.PAYABLE}),
}
"""Of a rule that many banks have their own way with: an error only where CBPR+ is claimed."""

TRUE: Final = frozenset({"true", "1"})

_DETAILS: Final = "NtryDtls/TxDtls"


def _dated(severity: Severity, *messages: str) -> None:
    @RULES.content(
        "ST-03",
        "a booked entry tells when it was booked or from when it counts",
        Reason.DT01,
        on="Ntry",
        without=("BookgDt", "ValDt"),
        severity=severity,
        setting=INCOMPLETE if severity is Severity.ERROR else None,
        messages=messages,
    )
    def undated(entry: Part) -> Wrong:
        if status_of(entry) == "BOOK":
            yield "BookgDt"


_dated(Severity.ERROR, "camt.052", "camt.053")
# A notification comes at once, and even SWIFT's own examples leave its dates to the reader.
_dated(Severity.WARNING, "camt.054")


@RULES.content(
    "ST-04",
    "the transactions of an entry add up to it",
    Reason.AM09,
    on="Ntry",
    needs=(_DETAILS,),
    without=("Chrgs", f"{_DETAILS}/Chrgs"),
    **DIALECT,
)
def missplit(entry: Part) -> Wrong:
    """Several transactions, each with its amount; those in the other direction are taken away, as in a net batch."""
    details = entry.parts(_DETAILS)
    if len(details) > 1 and _differs(details, entry):
        yield "Amt"


@RULES.content(
    "ST-04",
    "the one transaction of an entry has its amount",
    Reason.AM09,
    on="Ntry",
    needs=(_DETAILS,),
    without=("Chrgs", f"{_DETAILS}/Chrgs"),
    severity=Severity.WARNING,
    profiles=EVERY,
    source="ISO 20022",
)
def of_another_amount(entry: Part) -> Wrong:
    """Some banks take their charges without telling."""
    details = entry.parts(_DETAILS)
    if len(details) == 1 and _differs(details, entry):
        yield f"{_DETAILS}/Amt"


@RULES.content(
    "ST-04",
    "a batch tells the number of its transactions and their total",
    Reason.AM09,
    on="Ntry/NtryDtls",
    needs=("Btch/NbOfTxs", "Btch/TtlAmt"),
    without=("TxDtls/Chrgs",),
    **DIALECT,
)
def another_batch(details: Part) -> Wrong:
    """Where each transaction is told with its amount; what they have in common may stand there as well."""
    transactions = details.parts("TxDtls")
    if not transactions or not all(transaction.has("Amt") for transaction in transactions):
        return
    entry, batch = details.around("Ntry"), details.parts("Btch")[0]
    assert entry is not None, "details are those of an entry"
    count = batch.text("NbOfTxs").strip()
    if count and (count.lstrip("0") or "0") != str(len(transactions)):
        yield "Btch/NbOfTxs"
    if batch.has("TtlAmt") and _differs(transactions, batch, "TtlAmt", entry.text("CdtDbtInd").strip()):
        yield "Btch/TtlAmt"


RULES.elsewhere(
    "ST-05",
    "an entry tells the UETR of its payment where it is known",
    Reason.FF01,
    where="statements and notifications that are written",
    source="network",
)


@RULES.content(
    "ST-08",
    "an entry is in the currency of its account",
    Reason.AM03,
    on=("Stmt", "Rpt", "Ntfctn"),
    needs=("Acct/Ccy",),
    severity=Severity.WARNING,
    profiles=EVERY,
    source="ISO 20022",
)
def in_another_currency(statement: Part) -> Wrong:
    """What it was before it was booked stands in the details."""
    currency = statement.text("Acct/Ccy")
    return [amount for amount in statement.parts("Ntry/Amt") if amount.text(CURRENCY) != currency]


def status_of(entry: Part) -> str:
    """BOOK, PDNG, INFO …, wherever the version has it; empty when it is the bank's own word."""
    return (entry.text("Sts/Cd") or entry.text("Sts")).strip()


def is_reversal(entry: Part) -> bool:
    """Whether it takes another entry back."""
    return entry.text("RvslInd").strip() in TRUE


def added_up(parts: Iterable[Part], amount: str = "Amt", direction: str = "CRDT") -> Decimal | None:
    """The sum of amounts in that direction, those in the other taken away; None when they cannot be added up."""
    total, currencies = Decimal(), set()
    for part in parts:
        number = decimal(part.text(amount))
        if number is None:
            return None
        currencies.add(part.text(f"{amount}/{CURRENCY}"))
        total += number if (part.text("CdtDbtInd").strip() or direction) == direction else -number
    return total if len(currencies) <= 1 else None


def amount_total(parts: Iterable[Part]) -> Decimal | None:
    """The sum of amounts, whatever their direction and currency; None when one is no number."""
    amounts = [decimal(part.text("Amt")) for part in parts]
    return None if None in amounts else sum(filter(None, amounts), Decimal())


def _differs(details: list[Part], whole: Part, amount: str = "Amt", direction: str = "") -> bool:
    """Whether the details, all with an amount in the currency of the whole, do not add up to it."""
    direction = whole.text("CdtDbtInd").strip() or direction
    currency = whole.text(f"{amount}/{CURRENCY}")
    if any(detail.text(f"Amt/{CURRENCY}") != currency for detail in details):
        return False
    total = added_up(details, direction=direction)
    return total is not None and total != decimal(whole.text(amount))
