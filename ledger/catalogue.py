"""The files of a ledger, and what was in them: so that no byte of any of them changes unnoticed.

RocksDB guards its records with checksums, and nobody guards its tables' filters, its diary, its options and its name. A
ledger's directory therefore has a file that says what every other holds, one a line, and is sealed by its last line:

    deltran-files/1 open|closed
    <SHA-256>  <bytes>  <name>
    <SHA-256 of all lines above>

*closed* was written when the owner had let go of the files: they are exactly these. *open* was written while the owner
was at work, who may still be, or may have been killed: files may have gone or come since, and those that grow may be
longer, but what was there is there as it was.
"""

import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple, Self

NAME: Final = "CATALOGUE"
"""The catalogue's own file; RocksDB leaves alone what it does not know."""
FRESH: Final = f"{NAME}.new"

ATTEMPTS: Final = 10
_FORMAT: Final = "deltran-files/1"
_CHUNK: Final = 1024 * 1024


class FilesMoved(Exception):
    """The owner replaced files while they were being read: try again."""


class Kept(NamedTuple):
    """What a file held: the digest of its first `size` bytes."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the files held, by name."""

    files: Mapping[str, Kept] = field(default_factory=dict)
    closed: bool = False

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """The catalogue of a ledger's directory; None when it has none. Raises ValueError when it is not as it was written."""
        try:
            text = (path / NAME).read_bytes()
        except FileNotFoundError:
            return None
        first, *lines, seal, end = text.decode("ascii", "replace").split("\n")
        split = [line.split("  ", 2) for line in lines]
        try:
            files = {name: Kept(digest, int(size)) for digest, size, name in split}
        except ValueError:
            files = {}
        found = cls(files, first.endswith(" closed"))
        if found.text() != text:
            raise ValueError(f"its own lines are not what was sealed ({seal[:8]}{end})")
        return found

    def text(self) -> bytes:
        """The file's very bytes."""
        lines = [f"{_FORMAT} {'closed' if self.closed else 'open'}"]
        lines += [f"{kept.digest}  {kept.size}  {name}" for name, kept in sorted(self.files.items())]
        body = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")
        return body + sha256(body).hexdigest().encode() + b"\n"

    def tables(self) -> "Catalogue":
        """What stays true whoever works on: tables are never changed, and no two have one name."""
        return Catalogue({name: kept for name, kept in self.files.items() if name.endswith(".sst")})

    def write(self, path: Path) -> None:
        """Put it in its place, whole or not at all."""
        with (path / FRESH).open("wb") as file:
            file.write(self.text())
            file.flush()
            os.fsync(file.fileno())
        (path / FRESH).rename(path / NAME)
        sync(path)


@dataclass(frozen=True, slots=True)
class Compared:
    """How the files compare with their catalogue. `files` is None when there is no catalogue."""

    files: int | None = None
    changed: Mapping[str, str] = field(default_factory=dict)
    """What is not as it was, by the file's name."""


def grows(name: str) -> bool:
    """Whether RocksDB goes on writing at the end of this file: its log, its manifest, its diary."""
    return name.endswith(".log") or name.startswith("MANIFEST-") or name == "LOG"


def take(path: Path, known: Catalogue, *, tables: Collection[str] | None = None) -> Catalogue:
    """What lies in a directory now; closed, unless `tables` names those that are complete: then somebody is at work.

    What is known is not taken again, and what a growing file is known to have held it must still hold: damage never
    becomes the truth.
    """
    files = {}
    for name in os.listdir(path):
        if _own(name) or (tables is not None and _unfinished(name, tables)):
            continue
        with suppress(FileNotFoundError):  # the owner has done with it
            files[name] = _taken(path / name, known.files.get(name))
    return Catalogue(files, closed=tables is None)


def seal(path: Path, known: Catalogue | None = None) -> None:
    """Catalogue a directory at which nobody is at work."""
    take(path, known or Catalogue()).write(path)


def compare(path: Path) -> Compared:
    """Compare the files with their catalogue, also while the owner works on. Raises FilesMoved."""
    for _ in range(ATTEMPTS):
        try:
            catalogue = Catalogue.read(path)
        except ValueError as wrong:
            return Compared(0, {NAME: str(wrong)})
        if catalogue is None:
            return Compared()
        compared = Compared(len(catalogue.files), differences(path, catalogue))
        with suppress(ValueError):
            if not compared.changed or Catalogue.read(path) == catalogue:
                return compared
    raise FilesMoved


def differences(path: Path, catalogue: Catalogue, names: Collection[str] | None = None) -> dict[str, str]:
    """What is not as it was among all the files, or only those named."""
    wanted = catalogue.files if names is None else {n: k for n, k in catalogue.files.items() if n in names}
    told = {name: _difference(path / name, kept, catalogue.closed) for name, kept in sorted(wanted.items())}
    if catalogue.closed and names is None:
        others = [name for name in sorted(os.listdir(path)) if name not in wanted and not _own(name)]
        told |= dict.fromkeys(others, "was not there when the ledger was closed")
    return {name: what for name, what in told.items() if what}


def sync(directory: Path) -> None:
    """Make sure that names in a directory survive."""
    number = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _difference(file: Path, kept: Kept, closed: bool) -> str:
    try:
        size = file.stat().st_size
        digest = _digests(file, (kept.size,))[0]
    except FileNotFoundError:
        return "is missing" if closed else ""
    if size < kept.size:
        return f"has {size} bytes and had {kept.size}"
    if digest != kept.digest:
        return "does not hold what it held"
    if size > kept.size and (closed or not grows(file.name)):
        return f"has {size} bytes and had {kept.size}"
    return ""


def _taken(file: Path, known: Kept | None) -> Kept:
    if known is not None and not grows(file.name):
        return known
    with file.open("rb") as open_file:
        os.fsync(open_file.fileno())  # what is on record must survive what the record survives
        size = os.fstat(open_file.fileno()).st_size
    before, now = _digests(file, (known.size if known else 0, size))
    return known if known is not None and known.digest != before else Kept(now, size)


def _digests(file: Path, sizes: tuple[int, ...]) -> list[str]:
    """The digests of the file's first so many bytes; sizes ascend."""
    digest, done, found = sha256(), 0, []
    with file.open("rb") as open_file:
        for size in sizes:
            while done < size and (some := open_file.read(min(_CHUNK, size - done))):
                digest.update(some)
                done += len(some)
            found.append(digest.hexdigest())
    return found


def _unfinished(name: str, tables: Collection[str]) -> bool:
    return name.endswith(".dbtmp") or (name.endswith(".sst") and name not in tables)


def _own(name: str) -> bool:
    return name in (NAME, FRESH)
