"""Fields 71A, 71F and 71G: who bears the charges, and which were taken."""

from typing import Final

from schema.iso20022.writer import Amount
from schema.mt.fields.codes import read_charges
from schema.mt.message import Field
from schema.translate.to_mx.draft import NOT_PROVIDED, Content, Draft
from schema.translate.to_mx.fields import Fields
from schema.translate.to_mx.refusal import read
from schema.translate.to_mx.values import amount

BEARERS: Final = {"OUR": "DEBT", "SHA": "SHAR", "BEN": "CRED"}

UNKNOWN_AGENT: Final[Content] = {"FinInstnId": {"Nm": NOT_PROVIDED, "PstlAdr": {"AdrLine": [NOT_PROVIDED]}}}
"""The bank that took a charge: 71F does not name it."""


def bearer(field: Field) -> str:
    """Field 71A. Raises MessageRefused (TR-03)."""
    return BEARERS[read(field, read_charges)]


def charges(draft: Draft, fields: Fields, *, bearer: str | None, settled: Amount) -> list[Content]:
    """Fields 71F (taken by banks before) and 71G (prepaid to the receiver), in this order.

    Who lets the beneficiary pay must say what was taken, and be it nothing, in the currency of settlement (CH-02).
    """
    taken = [{"Amt": amount(field), "Agt": UNKNOWN_AGENT} for field in fields.take_all("71F")]
    prepaid = fields.take("71G")
    found = taken + ([{"Amt": amount(prepaid), "Agt": draft.agent(draft.message.receiver)}] if prepaid else [])
    if bearer == "CRED" and not found:
        return [{"Amt": Amount("0", settled.currency), "Agt": UNKNOWN_AGENT}]
    return found
