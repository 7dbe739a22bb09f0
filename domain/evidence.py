"""The seal of an evidence file: its last bytes say what all others were.

A zip file guards what was packed into it by checksums, and nothing guards its headers and dates. So its comment, which
is the end of the file, is one line: "deltran-seal/1 " and the SHA-256 of every byte before the line, in hexadecimal.
"""

import struct
from hashlib import sha256
from typing import Final

FORMAT: Final = "deltran-evidence/1"

_SEAL: Final = b"deltran-seal/1 "
_SEAL_BYTES: Final = len(_SEAL) + 2 * sha256().digest_size
_LENGTH: Final = struct.Struct("<H")


def sealed(packed: bytes) -> bytes:
    """A zip file that has no comment yet, with its seal."""
    assert packed[-_LENGTH.size :] == _LENGTH.pack(0), "a zip file without a comment ends with the length of none"
    head = packed[: -_LENGTH.size] + _LENGTH.pack(_SEAL_BYTES)
    return head + _seal_of(head)


def is_sealed(raw: bytes) -> bool | None:
    """Whether every byte is as it was when the file was sealed; None: it has no seal, as files of the first days."""
    if raw[-_LENGTH.size :] == _LENGTH.pack(0):
        return None
    return raw[-_SEAL_BYTES:] == _seal_of(raw[:-_SEAL_BYTES])


def _seal_of(head: bytes) -> bytes:
    return _SEAL + sha256(head).hexdigest().encode("ascii")
