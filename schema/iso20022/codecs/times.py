"""SttlmTmReq: at which times of its settlement day a payment is to settle.

"FrTm: time as from when the payment may be settled. RjctTm: time by when the payment must be settled to avoid rejection."
(ISO 20022, SettlementTimeRequest2)
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from domain.reason import Reason
from schema.iso20022.reader import Reader

FROM: Final = "SttlmTmReq/FrTm"
REJECT: Final = "SttlmTmReq/RjctTm"
UNPROMISED: Final = {"CLSTm": "CLSTIME", "TillTm": "TILTIME"}
"""What this network does not promise, by its code in MT: CLS Bank has no account here, and TillTm does not say what is to
become of a payment after it."""

_END_OF_DAY: Final = "24:00:00"
_FIRST: Final = datetime.min.replace(tzinfo=UTC)
_LAST: Final = datetime.max.replace(tzinfo=UTC)


def moment_on(read: Reader, day: str | None, path: str) -> datetime | None:
    """The moment of a time of the day, in UTC; None where the message tells none.

    An ISOTime is in UTC or tells its offset; of one that is "local time" nobody knows the place, and it is taken as UTC.
    A time that is none is reported (DT-02).
    """
    text = read.text(path).strip()
    if not text or day is None:
        return None
    at_end = text.startswith(_END_OF_DAY)
    try:
        at = time.fromisoformat(text.replace(_END_OF_DAY, "00:00:00", 1) if at_end else text)
    except ValueError:
        read.report("DT-02", Reason.DT01, "a time is written hh:mm:ss and an offset", path)
        return None
    on = datetime.combine(date.fromisoformat(day), at)
    try:
        return (on.replace(tzinfo=on.tzinfo or UTC) + timedelta(days=at_end)).astimezone(UTC)
    except OverflowError:  # of a day at the very end of all days, which no payment gets
        return _FIRST if on.year == _FIRST.year else _LAST
