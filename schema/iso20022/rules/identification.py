"""TX: what a payment is called."""

from typing import Final

from domain.reason import Reason
from schema.iso20022.profile import CBPR, PAYMENTS
from schema.iso20022.rules.kinds import MESSAGE
from schema.iso20022.rules.rule import INCOMPLETE, Table, Wrong
from schema.iso20022.rules.texts import FIN_X, NOT_BLANK, fits_fin
from schema.iso20022.shape import Part

RULES: Final = Table(source="CBPR+ UHB", profiles=CBPR, messages=("pacs.008", "pacs.009"))


@RULES.structure("TX-01", "a message carries exactly one transaction", Reason.FF01, on=MESSAGE, profiles=PAYMENTS)
def more_than_one(message: Part) -> Wrong:
    """The second is reported."""
    return message.parts("Document/*/CdtTrfTxInf")[1:2]


@RULES.structure("TX-02", "a payment has an instruction id", Reason.FF01, on="CdtTrfTxInf/PmtId", setting=INCOMPLETE)
def without_instruction_id(identification: Part) -> Wrong:
    """InstrId is optional in ISO 20022 only."""
    if not identification.has("InstrId"):
        yield "InstrId"


# Field 20 of an MT holds no more; nor can field 21 of the cover.
RULES.value(
    "TX-02",
    "an instruction id fits into a FIN reference: 16 characters, no slash at its ends, no //",
    Reason.FF01,
    on="PmtId/InstrId",
)(fits_fin(16).fullmatch)

# Reports, returns and investigations repeat it to banks that book it from an MT.
RULES.value(
    "TX-02",
    "an instruction id has no slash at its ends, no //",
    Reason.FF01,
    on=("InstrId", "OrgnlInstrId"),
    messages=("camt", "pacs.002", "pacs.004", "pacs.028"),
)(fits_fin(35).fullmatch)

RULES.value(
    "TX-03",
    "the end-to-end id is not blank; unknown reads NOTPROVIDED",
    Reason.FF01,
    on="PmtId/EndToEndId",
    profiles=PAYMENTS,
)(NOT_BLANK.match)


@RULES.structure(
    "TX-04",
    "a payment has a unique end-to-end transaction reference",
    Reason.FF01,
    on="CdtTrfTxInf/PmtId",
    setting=INCOMPLETE,
    profiles=PAYMENTS,
)
def without_uetr(identification: Part) -> Wrong:
    """The schema holds it to a lower-case UUID of version 4."""
    if not identification.has("UETR"):
        yield "UETR"


RULES.elsewhere(
    "TX-05",
    "a UETR names one payment only; the same content again is a duplicate",
    Reason.AM05,
    where="duplicate check at intake",
    profiles=PAYMENTS,
)


RULES.value(
    "TX-06",
    "a payment's references are written in FIN X characters",
    Reason.FF01,
    on=("PmtId/InstrId", "PmtId/EndToEndId", "PmtId/TxId", "PmtId/ClrSysRef"),
    joins=True,
)(FIN_X.fullmatch)
