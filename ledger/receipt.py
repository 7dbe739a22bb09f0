"""A receipt: one journal entry, what leads from it to a head, and the head under the ledger's signature.

It is a JSON document that anybody can check without asking the network: `check` needs the document, and, to know whose
word it is, the ledger's public key.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Literal

from domain.merkle import leaf_hash, proves_inclusion
from ledger.book import Entry
from ledger.journal import decode
from ledger.signing import SignedHead, key_id

FORMAT: Final = "deltran-receipt/1"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check of a receipt came to: which part, whether it holds, and in words."""

    check: str
    holds: bool | None
    """None: it could not be checked."""
    detail: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A receipt and what was found. It is incomplete rather than ok when a part could not be checked."""

    entry: Mapping[str, Any]
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Literal["ok", "broken", "incomplete"]:
        """All of it in one word."""
        held = [finding.holds for finding in self.findings]
        return "broken" if False in held else "incomplete" if None in held else "ok"


def receipt(body: bytes, proof: Sequence[bytes], head: SignedHead) -> dict[str, Any]:
    """The document for an entry as it was sealed."""
    return {
        "format": FORMAT,
        "entry": described(decode(body)[0]) | {"body": body.hex()},
        "proof": [step.hex() for step in proof],
        "head": head.as_json(),
    }


def described(entry: Entry) -> dict[str, Any]:
    """What an entry says, for people; its time in ISO 8601, UTC."""
    event = entry.event
    said = {field.name: getattr(event, field.name) for field in fields(event)}
    if "account" in said:
        account = said.pop("account")
        said = {"account_id": account.id, "asset": account.asset, "floor_minor": account.floor_minor}
    at = entry.at.isoformat() if entry.at else None
    return {"sequence": entry.sequence, "at": at, "kind": type(event).__name__.lower(), **said}


def check(document: bytes | str, public_key: bytes | None) -> Checked:
    """Check a receipt, against the ledger's public key if it is known. Never raises for what the document says."""
    try:
        said = json.loads(document)
        if said["format"] != FORMAT:
            raise ValueError("unknown format")
        told = dict(said["entry"])
        body = bytes.fromhex(told.pop("body"))
        entry, _ = decode(body)
        proof = [bytes.fromhex(step) for step in said["proof"]]
        head = SignedHead.of_json(said["head"])
        if {**said, "entry": said["entry"]["body"]} != {**receipt(body, proof, head), "entry": body.hex()}:
            raise ValueError("not as it is written")
        true = described(entry)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        return Checked({}, (Finding("document", False, f"this is no {FORMAT} document"),))
    return Checked(true, tuple(_findings(told == true, entry, body, proof, head, public_key)))


def _findings(
    as_told: bool, entry: Entry, body: bytes, proof: list[bytes], head: SignedHead, public_key: bytes | None
) -> list[Finding]:
    included = proves_inclusion(leaf_hash(body), entry.sequence - 1, head.size, proof, head.root)
    signer = key_id(head.public_key)
    trusted = None if public_key is None else head.public_key == public_key
    whose = {
        True: f"signed by the ledger's key {signer}",
        False: f"signed by {signer}, which is not the ledger's key",
        None: f"signed by {signer}: give the ledger's public key to know whether that is the ledger",
    }[trusted]
    return [
        Finding("entry", as_told, "what the receipt says is what the ledger sealed"),
        Finding("inclusion", included, f"the entry is number {entry.sequence} of the {head.size} under the head"),
        Finding("signature", head.holds(), "the head's signature is good"),
        Finding("key", trusted, whose),
    ]
