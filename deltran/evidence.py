"""`deltran receipt evidence`: an evidence file checked with nothing but itself and the ledger's public key."""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from deltran.receipts import read_key
from devstack.errors import StackError
from domain.evidence import FORMAT, is_sealed
from ledger.receipt import Checked, Finding, check

MOST_BYTES: Final = 200_000_000
"""What a file may come to when unpacked: more is no evidence, but an attack."""
_UNREADABLE: Final = (OSError, zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, RuntimeError)
"""What a damaged zip file is refused with; among the last are an encryption and a method that nobody knows."""


def verify(file: Path, public_key: str) -> list[Finding]:
    """Everything that was checked. Raises StackError when the file cannot be read."""
    key = read_key(public_key) if public_key else None
    try:
        raw = file.read_bytes()
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(info.file_size for info in packed.infolist()) > MOST_BYTES:
                raise StackError(f"{file} is too large to be evidence")
            seal = Finding("seal", is_sealed(raw), "every byte of the file is as it was made")
            return [seal, *_findings(packed, key)]
    except _UNREADABLE as wrong:
        raise StackError(f"{file} cannot be read: it is no zip file, or damaged") from wrong


def _findings(packed: zipfile.ZipFile, key: bytes | None) -> Iterator[Finding]:
    try:
        manifest = json.loads(packed.read("manifest.json"))
        listed: dict[str, str] = dict(manifest["files"])
        payment_id = str(manifest["payment_id"])
        missing = list(manifest.get("missing", []))
        whole = manifest["format"] == FORMAT
    except (*_UNREADABLE, TypeError):
        yield Finding("manifest", False, f"this is no {FORMAT} file")
        return
    yield Finding("manifest", whole, f"{len(listed)} files of payment {payment_id}")
    present = packed.namelist()
    same = sorted(present) == sorted(["manifest.json", *listed])
    yield Finding("files", same, "the files are those of the list, no more and no fewer, each once")
    for name in sorted(set(present) & set(listed)):
        yield from _file(packed, name, listed[name], payment_id, key)
    for told in missing:
        yield Finding("missing", None, str(told))


def _file(packed: zipfile.ZipFile, name: str, digest: str, payment_id: str, key: bytes | None) -> Iterator[Finding]:
    try:
        content = packed.read(name)
    except _UNREADABLE:
        yield Finding(name, False, "it cannot be read")
        return
    yield Finding(name, hashlib.sha256(content).hexdigest() == digest, "its digest is that of the list")
    if name.startswith("ledger/"):
        checked = check(content, key)
        yield Finding(f"{name} payment", _concerns(checked, payment_id), f"the entry is one of {payment_id}")
        for finding in checked.findings:
            yield Finding(f"{name} {finding.check}", finding.holds, finding.detail)


def _concerns(checked: Checked, payment_id: str) -> bool:
    """Whether the entry is a hold of the payment, or what ended one."""
    ids = (checked.entry.get("id"), checked.entry.get("pending_id"))
    return any(str(each).startswith(f"{payment_id}/") for each in ids)
