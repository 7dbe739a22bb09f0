"""`deltran receipt evidence`: an evidence file checked with nothing but itself and the ledger's public key."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from deltran.receipts import read_key
from devstack.errors import StackError
from ledger.receipt import Finding, check

FORMAT: Final = "deltran-evidence/1"
MOST_BYTES: Final = 200_000_000
"""What a file may come to when unpacked: more is no evidence, but an attack."""


def verify(file: Path, public_key: str) -> list[Finding]:
    """Everything that was checked. Raises StackError when the file cannot be read."""
    key = read_key(public_key) if public_key else None
    try:
        with zipfile.ZipFile(file) as packed:
            if sum(info.file_size for info in packed.infolist()) > MOST_BYTES:
                raise StackError(f"{file} is too large to be evidence")
            return list(_findings(packed, key))
    except (OSError, zipfile.BadZipFile) as wrong:
        raise StackError(f"{file} cannot be read: it is no zip file, or damaged") from wrong


def _findings(packed: zipfile.ZipFile, key: bytes | None) -> Iterator[Finding]:
    try:
        manifest = json.loads(packed.read("manifest.json"))
        listed: dict[str, str] = manifest["files"]
        whole = manifest["format"] == FORMAT
    except (KeyError, ValueError, TypeError):
        yield Finding("manifest", False, f"this is no {FORMAT} file")
        return
    yield Finding("manifest", whole, f"{len(listed)} files of payment {manifest.get('payment_id')}")
    present = set(packed.namelist()) - {"manifest.json"}
    yield Finding("files", present == set(listed), "the files are those of the list, no more and no fewer")
    for name in sorted(present & set(listed)):
        same = hashlib.sha256(packed.read(name)).hexdigest() == listed[name]
        yield Finding(name, same, "its digest is that of the list")
        if name.startswith("ledger/"):
            for finding in check(packed.read(name), key).findings:
                yield Finding(f"{name} {finding.check}", finding.holds, finding.detail)
    for told in manifest.get("missing", []):
        yield Finding("missing", None, str(told))
