"""Private keys in files that only their owner may read; made on first use."""

import os
import secrets
from pathlib import Path
from typing import Final

from domain.errors import Unavailable

KEY_BYTES: Final = 32


def kept_key(path: Path, *, make: bool) -> bytes:
    """The key in a file, 32 bytes in hexadecimal; with `make`, a missing one is made, at random.

    Raises Unavailable when it is missing, is no such key, or may be read by others.
    """
    if make and not path.exists():
        _make(path)
    try:
        if path.stat().st_mode & 0o077:
            raise Unavailable(f"{path} may be read by others: chmod 600")
        key = bytes.fromhex(path.read_text().strip())
    except (OSError, ValueError) as wrong:
        raise Unavailable(f"{path} is not a key that can be read") from wrong
    if len(key) != KEY_BYTES:
        raise Unavailable(f"{path} does not hold {KEY_BYTES} bytes")
    return key


def _make(path: Path) -> None:
    """Whole or not at all, and never over another one: two processes may start at once."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(unfinished, path)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()
