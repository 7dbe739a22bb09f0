"""Signed heads: the ledger's word, under its key, on everything that its journal held at a moment.

What is signed is a short text (`SignedHead.statement`), so that anybody can check it with common tools:

    deltran-ledger/1
    <number of entries>
    <root of the Merkle tree over the entries, in hexadecimal>
    <hash of the last entry, in hexadecimal>
    <when it was signed, microseconds since 1970>
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.merkle import Frontier, fold
from ledger.book import Head

FORMAT: Final = "deltran-ledger/1"


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The head of `size` entries. `peaks` are the roots of the complete subtrees that `root` is folded from."""

    size: int
    root: bytes
    hash: bytes
    signed_us: int
    public_key: bytes
    signature: bytes
    peaks: tuple[bytes, ...] = ()

    @property
    def statement(self) -> bytes:
        """The very bytes that are signed."""
        return _statement(self.size, self.root, self.hash, self.signed_us)

    def holds(self, public_key: bytes | None = None) -> bool:
        """Whether the signature is good, under the key that is trusted (None: under the key that it names itself)."""
        if public_key is not None and public_key != self.public_key:
            return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(self.signature, self.statement)
        except (InvalidSignature, ValueError):
            return False
        return not self.peaks or (len(self.peaks) == self.size.bit_count() and fold(self.peaks) == self.root)

    def frontier(self) -> Frontier:
        """The tree as it was, to go on from."""
        return Frontier(self.size, self.peaks)

    def as_json(self) -> dict[str, Any]:
        """For a receipt; everything that is bytes in hexadecimal."""
        return {
            "size": self.size,
            "root": self.root.hex(),
            "hash": self.hash.hex(),
            "signed_us": self.signed_us,
            "public_key": self.public_key.hex(),
            "signature": self.signature.hex(),
        }

    @classmethod
    def of_json(cls, said: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote. Raises KeyError, TypeError, ValueError."""
        root, digest, key, signature = (
            bytes.fromhex(said[name]) for name in ("root", "hash", "public_key", "signature")
        )
        return cls(int(said["size"]), root, digest, int(said["signed_us"]), key, signature)


class Signer:
    """Signs heads with the ledger's private key (Ed25519)."""

    def __init__(self, private_key: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(private_key)
        self.public_key = self._key.public_key().public_bytes_raw()

    def sign(self, head: Head, tree: Frontier, at_us: int) -> SignedHead:
        """The head of a journal and the tree over the same entries, signed."""
        assert head.sequence == tree.size, "the tree ends at the head"
        root = tree.root()
        signature = self._key.sign(_statement(tree.size, root, head.hash, at_us))
        return SignedHead(tree.size, root, head.hash, at_us, self.public_key, signature, tuple(tree.peaks))


def key_id(public_key: bytes) -> str:
    """A short name for a public key."""
    return sha256(public_key).hexdigest()[:16]


def _statement(size: int, root: bytes, digest: bytes, signed_us: int) -> bytes:
    return f"{FORMAT}\n{size}\n{root.hex()}\n{digest.hex()}\n{signed_us}\n".encode("ascii")
