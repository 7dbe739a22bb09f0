"""A disk that loses its power: what system calls have put there, and what of it is sure to survive.

POSIX promises little: a file's bytes survive when the file has been synced since, a name when its directory has. The
rest may be there, or not, or be zeros.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Union


class Loss(StrEnum):
    """What is gone."""

    ALL = "whatever was not synced, names too"
    BYTES = "bytes that were not synced"
    HALF = "half of the bytes at a file's end that were not synced"
    ZEROS = "bytes that were not synced: there are zeros instead"


@dataclass
class File:
    """Bytes as programs read them, and as they were when they were synced last."""

    bytes_: bytearray = field(default_factory=bytearray)
    synced: bytes = b""

    def sync(self) -> Callable[[], None]:
        """Begin to sync; what is there now survives once it is done."""
        return partial(setattr, self, "synced", bytes(self.bytes_))

    def left(self, loss: Loss) -> bytes:
        """What is read when the power is back."""
        rest = bytes(self.bytes_[len(self.synced) :])
        if loss is Loss.HALF:
            return self.synced + rest[: len(rest) // 2]
        return self.synced + (bytes(len(rest)) if loss is Loss.ZEROS else b"")


@dataclass
class Directory:
    """Names as programs find them, and as they were when the directory was synced last."""

    names: dict[str, "Node"] = field(default_factory=dict)
    synced: dict[str, "Node"] = field(default_factory=dict)

    def sync(self) -> Callable[[], None]:
        """Begin to sync; the names of now survive once it is done."""
        return partial(setattr, self, "synced", dict(self.names))


Node = Union[File, Directory]  # noqa: UP007 - the two name each other


class Disk:
    """The tree below one directory, which itself is safe."""

    def __init__(self, root: Path) -> None:
        self._root = PurePosixPath(root)
        self._top = Directory()

    def holds(self, path: str) -> bool:
        """Whether a path lies in the tree."""
        return PurePosixPath(path).is_relative_to(self._root)

    def find(self, path: str) -> Node | None:
        """What a path names, if anything."""
        node: Node | None = self._top
        for part in self._parts(path):
            node = node.names.get(part) if isinstance(node, Directory) else None
        return node

    def open(self, path: str, *, create: bool, empty: bool) -> Node:
        """A file or directory; a new file where there is none and one may be made."""
        node = self.find(path)
        if node is None:
            assert create, f"{path} was opened and is not known"
            node = File()
            self._put(path, node)
        if empty and isinstance(node, File):
            node.bytes_.clear()
        return node

    def mkdir(self, path: str) -> None:
        """A new directory."""
        self._put(path, Directory())

    def rename(self, old: str, new: str) -> None:
        """Another name, in place of whatever had it."""
        self._put(new, self._take(old))

    def link(self, old: str, new: str) -> None:
        """One name more."""
        node = self.find(old)
        assert node is not None
        self._put(new, node)

    def remove(self, path: str) -> None:
        """A name less."""
        self._take(path)

    def materialise(self, place: Path, loss: Loss) -> None:
        """Write out, into a new directory, what is left after the loss."""
        place.mkdir()
        for path, node in _left(self._top, loss, place):
            if isinstance(node, File):
                path.write_bytes(node.left(loss))
            else:
                path.mkdir()

    def _parts(self, path: str) -> tuple[str, ...]:
        return PurePosixPath(path).relative_to(self._root).parts

    def _home(self, path: str) -> Directory:
        home = self.find(str(PurePosixPath(path).parent))
        assert isinstance(home, Directory), f"nothing is known of the directory of {path}"
        return home

    def _put(self, path: str, node: Node) -> None:
        self._home(path).names[PurePosixPath(path).name] = node

    def _take(self, path: str) -> Node:
        return self._home(path).names.pop(PurePosixPath(path).name)


def _left(directory: Directory, loss: Loss, place: Path) -> Iterator[tuple[Path, Node]]:
    names = directory.synced if loss is Loss.ALL else directory.names
    for name, node in names.items():
        yield place / name, node
        if isinstance(node, Directory):
            yield from _left(node, loss, place / name)
