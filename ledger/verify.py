"""Proof that a ledger on disk is sound: everything is replayed from nothing and compared with what is stored.

Every file is compared with the ledger's catalogue of its files, byte by byte, whether the books need it or not.

Checked are the hash chain, the sequence without gaps, every rule of the book, conservation after each entry, the stored
accounts, transfers, holds and balances, the head, a high-water mark remembered elsewhere, and every head that was ever
signed. The owner may go on posting meanwhile: the check reads through links in a directory of its own and writes
nothing beside the ledger.
"""

from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

from domain.errors import DelTranError
from domain.merkle import Frontier
from ledger.book import GENESIS, Balance, Entry, Head, Operation, Resolution
from ledger.catalogue import FilesMoved, compare
from ledger.journal import Sealed, decode, link
from ledger.onlooker import ATTEMPTS, reading
from ledger.replay import replay
from ledger.signing import SignedHead
from ledger.store import Store, StoredBooks, is_damage
from ledger.tally import Tally

FINDINGS_LIMIT: Final = 100

Verdict = Literal["ok", "broken", "incomplete"]


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Something that is not as it must be: which check found it, what it found, and at which journal position."""

    check: str
    detail: str
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What the verification found. It is incomplete rather than ok when a part could not be checked."""

    verdict: Verdict
    findings: tuple[Discrepancy, ...] = ()
    unchecked: tuple[str, ...] = ()
    head: Head = GENESIS
    entries: int = 0
    accounts: int = 0
    operations: int = 0
    open_holds: int = 0
    files: int = 0
    """Files that were compared with the catalogue."""
    signed_heads: int = 0
    """Signed heads that the journal was compared with."""
    posted_minor: dict[str, int] = field(default_factory=dict)
    """What was ever posted, by asset: the same number on both sides."""

    def as_json(self) -> dict[str, Any]:
        """The report in JSON's own types; the head's hash in hexadecimal."""
        return asdict(self) | {"head": {"sequence": self.head.sequence, "hash": self.head.hash.hex()}}


@dataclass(frozen=True, slots=True)
class Signatures:
    """Heads that were signed, and the key that may have signed them (None: nobody knows it here)."""

    heads: tuple[SignedHead, ...]
    public_key: bytes | None


def verify(path: Path, *, high_water: Head | None = None, signatures: Signatures | None = None) -> Report:
    """Verify the ledger in a directory; nothing is created or changed there.

    Read mark and signatures before calling: the ledger may grow during the check, but not shrink below them. Without
    `signatures` (None) signed heads are no part of the check.
    """
    if not (path / "CURRENT").is_file():
        return _absent(high_water)
    for _ in range(ATTEMPTS):
        with suppress(FilesMoved):
            return _with_files(_attempt(path, high_water, signatures), path)
    return Report("incomplete", unchecked=("the owner kept replacing files: verify a checkpoint instead",))


def _with_files(report: Report, path: Path) -> Report:
    """The report, and what the ledger's files say of themselves beside it."""
    compared = compare(path)
    unchecked, found = (
        report.unchecked,
        [Discrepancy("files", f"{name} {what}") for name, what in compared.changed.items()],
    )
    if compared.files is None:
        unchecked = (*unchecked, "the ledger's files were never catalogued: its owner does so when it opens them")
    verdict: Verdict = "broken" if found or report.findings else "incomplete" if unchecked else "ok"
    findings = (*found[:FINDINGS_LIMIT], *report.findings)
    return replace(report, verdict=verdict, findings=findings, unchecked=unchecked, files=compared.files or 0)


def _absent(high_water: Head | None) -> Report:
    if high_water is not None and high_water.sequence:
        lost = Discrepancy("high_water", "there is no ledger, and there was one", high_water.sequence)
        return Report("broken", findings=(lost,))
    return Report("incomplete", unchecked=("there is no ledger here",))


def _attempt(path: Path, high_water: Head | None, signatures: Signatures | None) -> Report:
    try:
        with reading(path) as store:
            return Replay(store, signatures).run(high_water)
    except FilesMoved:
        raise
    except Exception as wrong:
        if is_damage(wrong):
            return Report("broken", findings=(Discrepancy("files", str(wrong)),))
        return Report("incomplete", unchecked=(f"the files could not be read: {wrong}",))


class Replay:
    """One pass over the journal, from the first entry to the last."""

    def __init__(self, store: Store, signatures: Signatures | None = None) -> None:
        self._store = store
        self._signatures = signatures
        self._signed = {head.size: head for head in signatures.heads} if signatures else {}
        self._tree = Frontier()
        self._books = StoredBooks.at_start(store)
        self._tally = Tally()
        self._head = GENESIS
        self._chain: list[Sealed] = []
        self._left = 0
        self._at_us: int | None = None
        self._sound = True
        self._passed_high_water: bytes | None = None
        self._findings: list[Discrepancy] = []

    def run(self, high_water: Head | None) -> Report:
        """Replay, compare, judge."""
        for sequence, digest, body in self._store.journal():
            self._check_link(sequence, digest, body)
            self._check_signed(body)
            if self._sound:
                self._collect(sequence, body)
            if high_water is not None and sequence == high_water.sequence:
                self._passed_high_water = digest
        if self._sound and self._chain:
            self._find("chain", "the journal ends inside a chain", self._head.sequence)
        if self._store.head() != self._head:
            self._find("head", f"the stored head is {self._store.head().sequence}", self._head.sequence)
        if self._sound:
            self._compare_stored()
        self._check_high_water(high_water)
        for size in sorted(size for size in self._signed if size > self._tree.size):
            self._find("signed_head", "the journal ends before a head that was signed", size)
        return self._report(high_water)

    def _check_link(self, sequence: int, digest: bytes, body: bytes) -> None:
        if sequence != self._head.sequence + 1:
            self._find("sequence", f"entry {self._head.sequence + 1} is missing", sequence)
            self._sound = False
        if link(self._head.hash, body) != digest:
            self._find("hash", "the entry's hash does not cover it and what came before", sequence)
            self._sound = False
        self._head = Head(sequence, digest)

    def _check_signed(self, body: bytes) -> None:
        self._tree.append(body)
        signed = self._signed.get(self._tree.size)
        if signed is None or self._signatures is None:
            return
        if not signed.holds(self._signatures.public_key):
            self._find("signed_head", "the signature is not good, or not under the ledger's key", signed.size)
        if (signed.root, signed.hash) != (self._tree.root(), self._head.hash):
            self._find("signed_head", "the journal is not the one that was signed", signed.size)

    def _collect(self, sequence: int, body: bytes) -> None:
        """Gather the entries of one chain; apply them when it is complete."""
        try:
            entry, left = decode(body)
        except ValueError as wrong:
            self._stop("entry", str(wrong), sequence)
            return
        if entry.sequence != sequence or (self._chain and left != self._left - 1):
            self._stop("entry", "the entry does not belong where it stands", sequence)
            return
        self._check_time(entry)
        self._check_stored_transfer(entry, body)
        self._add_up(entry)
        self._chain.append(Sealed(entry, body, self._head.hash))
        self._left = left
        if left == 0 and self._sound:
            chain, self._chain = self._chain, []
            self._apply(chain)

    def _check_time(self, entry: Entry) -> None:
        if self._at_us is not None and (entry.at_us is None or entry.at_us < self._at_us):
            self._find("time", "the entry says it was written before the one before it", entry.sequence)
        self._at_us = entry.at_us

    def _check_stored_transfer(self, entry: Entry, body: bytes) -> None:
        event = entry.event
        if not isinstance(event, Operation):
            return
        if self._store.operation(event.id) not in (entry.sequence.to_bytes(8), body):
            self._stop("transfer", "the stored transfer is not the journal's", entry.sequence)
        if isinstance(event, Resolution) and self._store.resolution(event.pending_id) != entry.sequence:
            self._stop("hold", "the stored hold was not ended by this entry", entry.sequence)

    def _add_up(self, entry: Entry) -> None:
        try:
            conserved = self._tally.add(entry)
        except KeyError as unknown:
            self._stop("entry", f"the entry speaks of {unknown}, which is not there", entry.sequence)
        else:
            if not conserved:
                self._find("conservation", "debits and credits differ", entry.sequence)

    def _apply(self, chain: list[Sealed]) -> None:
        """Put one chain through the book's rules again; it must come out exactly as it is written."""
        try:
            group = replay(self._books, chain)
        except DelTranError as refusal:
            self._stop("rule", f"{refusal.code}: {refusal.message}", chain[0].entry.sequence)
        else:
            self._books.adopt(group, group.head)

    def _compare_stored(self) -> None:
        self._differences("account", self._books.accounts, {a.id: a for a in self._store.accounts()})
        replayed = {balance.account: balance for balance in self._books.balances()}
        self._differences("balance", replayed, {b.account: b for b in self._store.balances()})
        self._differences("conservation", {a: list(_sums(b)) for a, b in replayed.items()}, self._tally.accounts)
        expected, stored = self._tally.operations + self._tally.resolutions, self._store.count_transfers()
        if stored != expected:
            self._find("transfer", f"{stored} transfer records are stored, the journal makes {expected}")

    def _differences(self, check: str, replayed: dict[str, Any], stored: dict[str, Any]) -> None:
        for name in sorted(replayed.keys() | stored.keys()):
            if replayed.get(name) != stored.get(name):
                self._find(check, f"{name}: stored {stored.get(name)}, replayed {replayed.get(name)}")

    def _check_high_water(self, high_water: Head | None) -> None:
        if high_water is None or high_water == GENESIS:
            return
        if self._passed_high_water is None:
            self._find("high_water", f"the journal ends at {self._head.sequence}, below the mark", high_water.sequence)
        elif self._passed_high_water != high_water.hash:
            self._find("high_water", "the journal is not the one that was acknowledged", high_water.sequence)

    def _stop(self, check: str, detail: str, sequence: int) -> None:
        """A finding after which nothing that follows can be replayed; the hash chain still is."""
        self._find(check, detail, sequence)
        self._sound = False

    def _find(self, check: str, detail: str, sequence: int | None = None) -> None:
        if len(self._findings) < FINDINGS_LIMIT:
            self._findings.append(Discrepancy(check, detail, sequence))

    def _report(self, high_water: Head | None) -> Report:
        unchecked = []
        if high_water is None:
            unchecked.append("no high-water mark was given: lost entries at the end would not show")
        if self._signatures is not None and not self._signed:
            unchecked.append("no signed head was found")
        if self._signatures is not None and self._signatures.public_key is None:
            unchecked.append("the ledger's key is not here: anybody could have signed the heads")
        if not self._sound:
            unchecked.append("the replay stopped; what follows and the stored balances were not compared")
        return Report(
            verdict="broken" if self._findings else "incomplete" if unchecked else "ok",
            findings=tuple(self._findings),
            unchecked=tuple(unchecked),
            head=self._head,
            entries=self._head.sequence,
            accounts=len(self._tally.accounts),
            operations=self._tally.operations,
            open_holds=len(self._tally.open_holds),
            signed_heads=len(self._signed),
            posted_minor={asset: sums[0] for asset, sums in sorted(self._tally.assets.items())},
        )


def _sums(balance: Balance) -> tuple[int, int, int, int]:
    return balance.debits_posted, balance.credits_posted, balance.debits_pending, balance.credits_pending
