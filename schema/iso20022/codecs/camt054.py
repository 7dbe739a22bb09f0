"""camt.054.001.08, the notification of entries: read into Notifications and written from one."""

from typing import Final

from domain.statement import Notification
from schema.iso20022.codecs import values
from schema.iso20022.codecs.entries import account_content, entry_content, read_account_content, read_entries
from schema.iso20022.codecs.identity import Identity, group, moment, reference, write
from schema.iso20022.codecs.values import Part
from schema.iso20022.envelope import BusinessMessage

MESSAGE: Final = "camt.054.001.08"

_ROOT: Final = "BkToCstmrDbtCdtNtfctn"


def decode(business: BusinessMessage) -> tuple[Notification, ...]:
    """Every notification of the message. Raises MessageRefused when an amount or an account cannot be read."""
    read = Part(business)
    told = [_notification(part, read) for part in read.parts(f"{_ROOT}/Ntfctn")]
    read.refuse_if_wrong()
    return tuple(notification for notification in told if notification is not None)


def encode(notification: Notification, identity: Identity) -> bytes:
    """The notification as a CBPR+ message from the account's servicer to its owner.

    Raises InvalidValue when an entry is wrong, MessageRefused when a text does not fit.
    """
    notification.check()
    content = {
        "Id": reference(notification.id, 35),
        "NtfctnPgntn": {"PgNb": "1", "LastPgInd": "true"},
        "ElctrncSeqNb": None if notification.sequence is None else str(notification.sequence),
        "CreDtTm": moment(notification.created),
        "Acct": account_content(notification.account),
        "Ntry": [entry_content(entry) for entry in notification.entries],
    }
    return write(MESSAGE, identity, {_ROOT: {"GrpHdr": group(identity), "Ntfctn": content}})


def _notification(part: Part, read: Part) -> Notification | None:
    created = values.moment(part, "CreDtTm") or values.created(read, f"{_ROOT}/GrpHdr/CreDtTm")
    account, entries = read_account_content(part, "Acct"), read_entries(part)
    if created is None:
        return None
    return Notification(part.text("Id"), account, entries, created, values.number(part, "ElctrncSeqNb", "LglSeqNb"))
