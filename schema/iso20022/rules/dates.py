"""DT: the day of settlement."""

import re
from datetime import date, timedelta
from typing import Final

from domain.finding import Severity
from domain.reason import Reason
from schema.iso20022.calendars import Day, day_of
from schema.iso20022.profile import CBPR, PAYMENTS
from schema.iso20022.rules.kinds import DATE
from schema.iso20022.rules.rule import CALENDARS, INCOMPLETE, ISO, TODAY, Table, Wrong
from schema.iso20022.shape import CURRENCY, Part

RULES: Final = Table(source="CBPR+ UHB", profiles=CBPR, messages=("pacs.008", "pacs.009"))

_UNZONED: Final = re.compile(r"(?!\s*-?[0-9]{4,}-[0-9]{2}-[0-9]{2}(?:Z|[+-][0-9]{2}:[0-9]{2})\s*$).*", re.DOTALL)
_SETTLED_IN: Final = f"IntrBkSttlmAmt/{CURRENCY}"
_BEFORE: Final = timedelta(days=5)
_AFTER: Final = timedelta(days=10)


@RULES.structure("DT-01", "the transaction has a settlement date", Reason.DT01, on="CdtTrfTxInf", setting=INCOMPLETE)
def without_date(transaction: Part) -> Wrong:
    """In CBPR+ the group has none."""
    if not transaction.has("IntrBkSttlmDt"):
        yield "IntrBkSttlmDt"


# XML would allow one; a settlement day has none.
RULES.value("DT-02", "a date is written YYYY-MM-DD, without a time zone", Reason.DT01, on=DATE, messages=("",), **ISO)(
    _UNZONED.fullmatch
)


@RULES.content(
    "DT-03",
    "the settlement date is a business day of the currency",
    Reason.DT01,
    on="CdtTrfTxInf",
    needs=("IntrBkSttlmDt",),
    source="network",
    setting=CALENDARS,
)
def on_a_holiday(transaction: Part) -> Wrong:
    """By the calendar of the currency's settlement system."""
    if _day(transaction) is Day.HOLIDAY:
        yield "IntrBkSttlmDt"


@RULES.content(
    "DT-03",
    "the settlement date looks like a business day; the currency's calendar is not known",
    Reason.DT01,
    on="CdtTrfTxInf",
    needs=("IntrBkSttlmDt",),
    source="network",
    severity=Severity.WARNING,
)
def perhaps_on_a_holiday(transaction: Part) -> Wrong:
    """A Saturday or Sunday of a currency whose calendar is not here."""
    if _day(transaction) is Day.PERHAPS_HOLIDAY:
        yield "IntrBkSttlmDt"


@RULES.content(
    "DT-04",
    "the settlement date is near today",
    Reason.CH03,
    on="CdtTrfTxInf",
    needs=("IntrBkSttlmDt",),
    source="network",
    severity=Severity.WARNING,
    setting=TODAY,
    profiles=PAYMENTS,
)
def far_from_today(transaction: Part) -> Wrong:
    """More than 5 days ago or more than 10 ahead."""
    assert transaction.today is not None, "asked only when the day is known"
    settled = _date(transaction.text("IntrBkSttlmDt"))
    if settled and not transaction.today - _BEFORE <= settled <= transaction.today + _AFTER:
        yield "IntrBkSttlmDt"


RULES.elsewhere(
    "DT-05",
    "a payment for today arrives before the cut-off, or rolls to the next business day",
    Reason.TM01,
    where="the network's settlement days (NW-06)",
    profiles=PAYMENTS,
)


def _day(transaction: Part) -> Day:
    return day_of(transaction.text(_SETTLED_IN)[:4], transaction.text("IntrBkSttlmDt")[:16])


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None
