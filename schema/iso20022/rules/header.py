"""BH: the business application header."""

import re
from typing import Final

from domain.finding import Severity
from domain.reason import Reason
from schema.iso20022.profile import CBPR, Profile
from schema.iso20022.rules.kinds import MESSAGE
from schema.iso20022.rules.rule import INCOMPLETE, ISO, RELEASES, Table, Wrong
from schema.iso20022.rules.texts import WITH_OFFSET, bic11
from schema.iso20022.shape import Part

RULES: Final = Table(source="CBPR+ UHB", profiles=CBPR)

_FROM: Final = "AppHdr/Fr/FIId/FinInstnId/BICFI"
_TO: Final = "AppHdr/To/FIId/FinInstnId/BICFI"
_SENDING: Final = "Document/*/*/InstgAgt/FinInstnId/BICFI"
_RECEIVING: Final = "Document/*/*/InstdAgt/FinInstnId/BICFI"


@RULES.structure("BH-01", "a message travels with its header", Reason.FF01, on=MESSAGE, setting=INCOMPLETE)
def header_missing(message: Part) -> Wrong:
    """The document stands alone."""
    if not message.has("AppHdr"):
        yield "AppHdr"


@RULES.structure("BH-02", "sender and receiver are banks with a BIC", Reason.RC01, on="AppHdr", setting=INCOMPLETE)
def correspondents_without_bic(header: Part) -> Wrong:
    """Fr or To is an organisation, or a bank known otherwise."""
    for path in ("Fr/FIId/FinInstnId/BICFI", "To/FIId/FinInstnId/BICFI"):
        if not header.has(path):
            yield path


@RULES.content(
    "BH-03",
    "the header names the message and version that the document is",
    Reason.FF01,
    on=MESSAGE,
    needs=("AppHdr/MsgDefIdr",),
    **ISO | {"warns": frozenset()},
)
def another_message(message: Part) -> Wrong:
    """MsgDefIdr differs from the document's namespace."""
    if message.text("AppHdr/MsgDefIdr") != message.name:
        yield "AppHdr/MsgDefIdr"


def _own_identifier(severity: Severity, *messages: str) -> None:
    @RULES.content(
        "BH-04",
        "the header's identifier is the message's own",
        Reason.FF01,
        on=MESSAGE,
        needs=("AppHdr/BizMsgIdr",),
        messages=messages,
        severity=severity,
    )
    def another_identifier(message: Part) -> Wrong:
        own = message.text("Document/*/GrpHdr/MsgId") or message.text("Document/*/Assgnmt/Id")
        if own and message.text("AppHdr/BizMsgIdr") != own:
            yield "AppHdr/BizMsgIdr"


_own_identifier(Severity.ERROR, "pacs.008", "pacs.009", "camt.029", "camt.056")
# For these it is written down, but even SWIFT's own examples do not keep to it.
_own_identifier(Severity.WARNING, "pacs.002", "pacs.004", "camt.052", "camt.053", "camt.054", "pain")


@RULES.structure("BH-05", "the header names its business service", Reason.FF01, on="AppHdr", setting=INCOMPLETE)
def without_service(header: Part) -> Wrong:
    """BizSvc is optional in ISO 20022 only."""
    if not header.has("BizSvc"):
        yield "BizSvc"


def _service(variants: str, *messages: str) -> None:
    RULES.value(
        "BH-05",
        "the business service is one of CBPR+ for this message",
        Reason.FF01,
        on="AppHdr/BizSvc",
        messages=messages,
    )(re.compile(rf"swift\.cbprplus{variants}\.0[1-9]").fullmatch)


_service(r"(?:\.stp)?", "pacs.008")
_service(r"(?:\.cov|\.adv)?", "pacs.009")
_service("", "camt", "pain", "pacs.002", "pacs.003", "pacs.004", "pacs.007", "pacs.010", "pacs.028")


def _release(year: Profile, *numbers: str) -> None:
    # Only of what is CBPR+ at all: the rule above speaks of the rest.
    RULES.value(
        "BH-05",
        f"the business service is of the release in force ({' or '.join(numbers)})",
        Reason.FF01,
        on="AppHdr/BizSvc",
        profiles=frozenset({year}),
        setting=RELEASES,
    )(re.compile(rf"(?!swift\.cbprplus.*\.0[1-9]$).*|.*\.(?:{'|'.join(numbers)})").fullmatch)


_release(Profile.CBPR_2025, "03")
_release(Profile.CBPR_2026, "03", "04")


RULES.value("BH-06", "the header's time has a UTC offset", Reason.DT01, on="AppHdr/CreDt")(WITH_OFFSET.fullmatch)


@RULES.content("BH-07", "the header's sender is the instructing agent", Reason.RC01, on=MESSAGE, needs=(_FROM,))
def another_sender(message: Part) -> Wrong:
    """Fr is one bank, InstgAgt another."""
    sender = bic11(message.text(_FROM))
    for bic in message.texts(_SENDING):
        if bic11(bic) != sender:
            yield _FROM
            return


@RULES.content(
    "BH-08",
    "the header's receiver is the instructed agent, unless it is a copy",
    Reason.RC01,
    on=MESSAGE,
    needs=(_TO,),
)
def another_receiver(message: Part) -> Wrong:
    """To is one bank, InstdAgt another."""
    if message.text("AppHdr/CpyDplct") in {"COPY", "CODU"}:
        return
    receiver = bic11(message.text(_TO))
    for bic in message.texts(_RECEIVING):
        if bic11(bic) != receiver:
            yield _TO
            return


@RULES.content("BH-09", "header and payment have the same priority", Reason.FF01, on=MESSAGE, needs=("AppHdr/Prty",))
def another_priority(message: Part) -> Wrong:
    """Prty says one thing and InstrPrty another."""
    priority = message.text("AppHdr/Prty")
    if any(instructed != priority for instructed in message.texts("Document/*/*/PmtTpInf/InstrPrty")):
        yield "AppHdr/Prty"


RULES.elsewhere(
    "BH-10",
    "a possible duplicate has an original that was received before",
    Reason.DUPL,
    where="duplicate check at intake",
    severity=Severity.WARNING,
)
