"""A copy of a ledger in a directory of its own, made while its owner goes on posting."""

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from domain.errors import Unavailable
from ledger.catalogue import NAME as CATALOGUE
from ledger.catalogue import Catalogue, FilesMoved, seal
from ledger.errors import LedgerCorrupt
from ledger.onlooker import ATTEMPTS, layout
from ledger.store import Store, open_database, translated


def checkpoint(path: Path, target: Path) -> None:
    """Make `target`, a directory that is not there yet, a whole ledger: everything that is durable now.

    Raises Unavailable, LedgerCorrupt.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    known = _tables(path)
    with TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as desk:
        for attempt in range(ATTEMPTS):
            place, whole = Path(desk, str(attempt)), Path(desk, "whole")
            with suppress(FilesMoved):
                _link_files(path, place)
                with translated():
                    store = Store(open_database(place))
                    try:
                        store.checkpoint(whole)
                    finally:
                        store.close()
                seal(whole, known)
                # A checkpoint shares its tables with the ledger: what damages the one would damage the other.
                shutil.copytree(whole, target, copy_function=_copy)
                return
    raise Unavailable("the ledger's owner kept replacing files")


def _tables(path: Path) -> Catalogue:
    """What the ledger's tables are known to hold: a copy of a damaged one must not pass for whole."""
    try:
        known = Catalogue.read(path)
    except ValueError as wrong:
        raise LedgerCorrupt(f"the ledger's {CATALOGUE} is damaged", detail=str(wrong)) from wrong
    return known.tables() if known else Catalogue()


def _link_files(path: Path, place: Path) -> None:
    """The files as they are at one moment: tables never change and are linked, what grows is copied. Raises FilesMoved."""
    before = layout(path)
    place.mkdir(mode=0o700)
    try:
        for name in before:
            if name.endswith(".sst"):
                _link(path / name, place / name)
            else:
                shutil.copyfile(path / name, place / name)
    except FileNotFoundError as moved:
        raise FilesMoved from moved
    if layout(path) != before:
        raise FilesMoved


def _copy(source: str, target: str) -> None:
    """A copy that is on disk when it is made."""
    shutil.copyfile(source, target)
    with open(target, "rb") as file:
        os.fsync(file.fileno())


def _link(file: Path, place: Path) -> None:
    try:
        os.link(file, place)
    except OSError as wrong:
        if wrong.errno not in (errno.EXDEV, errno.EPERM):
            raise
        shutil.copyfile(file, place)  # another disk
