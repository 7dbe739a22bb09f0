"""`deltran receipt verify`: a receipt checked with nothing but the file and the ledger's public key."""

from pathlib import Path

from devstack.errors import StackError
from ledger.receipt import Checked, check


def verify(file: Path, public_key: str) -> Checked:
    """Check a receipt; the key is hexadecimal or a file that holds it, empty when unknown. Raises StackError."""
    try:
        document = file.read_bytes()
    except OSError as wrong:
        raise StackError(f"{file} cannot be read: {wrong.strerror}") from wrong
    return check(document, read_key(public_key) if public_key else None)


def read_key(said: str) -> bytes:
    """A public key, in hexadecimal or in a file that holds it. Raises StackError."""
    try:
        return bytes.fromhex(said)
    except ValueError:
        pass
    try:
        return bytes.fromhex(Path(said).read_text().strip())
    except (OSError, ValueError) as wrong:
        raise StackError("--key is neither a key in hexadecimal nor a file that holds one") from wrong
