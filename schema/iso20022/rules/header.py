"""BH: the business application header."""

import re
from typing import Final

from domain.finding import Severity
from domain.reason import Reason
from schema.iso20022.profile import CBPR, Profile
from schema.iso20022.rules.kinds import MESSAGE
from schema.iso20022.rules.rule import ISO, RELEASES, Table, Wrong
from schema.iso20022.rules.texts import bic11
from schema.iso20022.shape import Part

RULES: Final = Table(source="CBPR+ UHB", profiles=CBPR)

_SERVICE: Final = re.compile(r"swift\.cbprplus(?:\.(stp|cov|adv))?\.(0[1-9])")
_VARIANTS: Final = {"pacs.008": {None, "stp"}, "pacs.009": {None, "cov", "adv"}}
_OFFSET: Final = re.compile(r".*[+-][0-9]{2}:[0-9]{2}|.*Z")
_SENDING: Final = "Document/*/*/InstgAgt/FinInstnId/BICFI"
_RECEIVING: Final = "Document/*/*/InstdAgt/FinInstnId/BICFI"


@RULES.structure("BH-01", "a message travels with its header", Reason.FF01, on=MESSAGE)
def header_missing(message: Part) -> Wrong:
    """The document stands alone."""
    if not message.has("AppHdr"):
        yield "AppHdr"


@RULES.structure("BH-02", "sender and receiver are banks with a BIC", Reason.RC01, on="AppHdr")
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
    **ISO,
)
def another_message(message: Part) -> Wrong:
    """MsgDefIdr differs from the document's namespace."""
    if message.text("AppHdr/MsgDefIdr") != message.name:
        yield "AppHdr/MsgDefIdr"


@RULES.content(
    "BH-04",
    "the header's identifier is the message's own",
    Reason.FF01,
    on=MESSAGE,
    needs=("AppHdr/BizMsgIdr",),
)
def another_identifier(message: Part) -> Wrong:
    """BizMsgIdr differs from the message id, or from the assignment's in an investigation."""
    own = message.text("Document/*/GrpHdr/MsgId") or message.text("Document/*/Assgnmt/Id")
    if own and message.text("AppHdr/BizMsgIdr") != own:
        yield "AppHdr/BizMsgIdr"


@RULES.content(
    "BH-05", "the business service is one of CBPR+ for this message", Reason.FF01, on=MESSAGE, needs=("AppHdr",)
)
def another_service(message: Part) -> Wrong:
    """Absent, of another network, or a variant that this message does not have."""
    service = _SERVICE.fullmatch(message.text("AppHdr/BizSvc"))
    if service is None or service[1] not in _VARIANTS.get(message.name[:8], {None}):
        yield "AppHdr/BizSvc"


def _release(year: Profile, *numbers: str) -> None:
    @RULES.value(
        "BH-05",
        f"the business service is of the release in force ({' or '.join(numbers)})",
        Reason.FF01,
        on="AppHdr/BizSvc",
        profiles=frozenset({year}),
        setting=RELEASES,
    )
    def of_this_release(service: str) -> bool:
        return not _SERVICE.fullmatch(service) or service[-2:] in numbers


_release(Profile.CBPR_2025, "03")
_release(Profile.CBPR_2026, "03", "04")


@RULES.value("BH-06", "the header's time has a UTC offset", Reason.DT01, on="AppHdr/CreDt")
def has_offset(time: str) -> bool:
    """A local time nobody could place is not accepted."""
    return _OFFSET.fullmatch(time.strip()) is not None


@RULES.content("BH-07", "the header's sender is the instructing agent", Reason.RC01, on=MESSAGE, needs=("AppHdr",))
def another_sender(message: Part) -> Wrong:
    """Fr is one bank, InstgAgt another."""
    sender = message.text("AppHdr/Fr/FIId/FinInstnId/BICFI")
    if sender and any(bic11(agent) != bic11(sender) for agent in message.texts(_SENDING)):
        yield "AppHdr/Fr/FIId/FinInstnId/BICFI"


@RULES.content(
    "BH-08",
    "the header's receiver is the instructed agent, unless it is a copy",
    Reason.RC01,
    on=MESSAGE,
    needs=("AppHdr",),
)
def another_receiver(message: Part) -> Wrong:
    """To is one bank, InstdAgt another."""
    receiver = message.text("AppHdr/To/FIId/FinInstnId/BICFI")
    if not receiver or message.text("AppHdr/CpyDplct") in {"COPY", "CODU"}:
        return
    if any(bic11(agent) != bic11(receiver) for agent in message.texts(_RECEIVING)):
        yield "AppHdr/To/FIId/FinInstnId/BICFI"


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
