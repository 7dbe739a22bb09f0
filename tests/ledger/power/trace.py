"""System calls as strace writes them down, and what each does to the disk."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from tests.ledger.power.disk import Disk, File, Node

CALLS: Final = (
    *("openat", "close", "write", "pwrite64", "writev", "pwritev", "ftruncate", "truncate", "fallocate"),
    *("fsync", "fdatasync", "sync_file_range", "rename", "renameat", "renameat2", "link", "linkat", "symlink"),
    *("unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "dup", "dup2", "dup3", "fcntl", "mmap"),
)
COMMAND: Final = ("strace", "-f", "-xx", "-s", "100000000", "-e", f"trace={','.join(CALLS)}", "-o")
_UNFINISHED: Final = " <unfinished ...>"
_LINE: Final = re.compile(r"(\d+) +(\w+)\((.*)\) += (-?\d+)", re.DOTALL)
_BEGUN: Final = re.compile(r"(\d+) +(\w+)\((.*)")
_RESUMED: Final = re.compile(r"(\d+) +<\.\.\. (\w+) resumed>(.*)")
_BYTES: Final = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')


@dataclass(frozen=True, slots=True)
class Call:
    """One system call: begun, or (`done`) ended with a result."""

    name: str
    args: str
    done: bool
    result: int = 0

    def strings(self) -> list[bytes]:
        """Its texts, in order."""
        found = _BYTES.findall(self.args)
        assert not any(short for _, short in found), "the trace must not shorten what was written"
        return [bytes.fromhex(digits.replace("\\x", "")) for digits, _ in found]

    def paths(self) -> list[str]:
        """Its texts as paths."""
        return [text.decode() for text in self.strings()]

    def fd(self) -> int:
        """Its first number."""
        return int(self.args.split(",", 1)[0])


def read(lines: Iterable[str]) -> Iterator[Call]:
    """The calls of one process and its threads, each begun before it is done. Those that failed are left out."""
    open_: dict[str, str] = {}
    for line in lines:
        if line.rstrip("\n").endswith(_UNFINISHED):
            thread, name, args = _found(_BEGUN, line.rstrip("\n").removesuffix(_UNFINISHED))
            open_[thread] = args
            yield Call(name, args, done=False)
            continue
        if resumed := _RESUMED.match(line):
            thread, name, rest = resumed.groups()
            line, begun = f"{thread} {name}({open_.pop(thread)}{rest}", True
        else:
            begun = False
        if not (whole := _LINE.match(line)):
            continue  # a signal, or a thread's end
        _, name, args, result = whole.groups()
        if int(result) >= 0:
            if not begun:
                yield Call(name, args, done=False)
            yield Call(name, args, done=True, result=int(result))


def _found(pattern: re.Pattern[str], line: str) -> tuple[str, ...]:
    found = pattern.match(line)
    assert found, f"not understood: {line[:80]}"
    return found.groups()


class Player:
    """Does to a disk what the calls did."""

    def __init__(self, disk: Disk) -> None:
        self.disk = disk
        self.said = b""
        """What went to standard output."""
        self._open: dict[int, tuple[Node, int]] = {}
        self._syncing: dict[int, Callable[[], None]] = {}
        self._acts: dict[str, Callable[[Call], bool]] = {
            "openat": self._openat,
            "close": self._close,
            "write": self._write,
            "ftruncate": self._ftruncate,
            "fsync": self._synced,
            "fdatasync": self._synced,
            "fcntl": self._fcntl,
            "dup": self._no_dup,
            "mmap": self._mmap,
            **dict.fromkeys(("rename", "renameat", "renameat2", "link", "linkat"), self._moved),
            **dict.fromkeys(("unlink", "unlinkat", "rmdir", "mkdir", "mkdirat"), self._named),
            **dict.fromkeys(("fallocate", "sync_file_range"), lambda _call: False),
        }

    def play(self, call: Call) -> bool:
        """Do one; whether the disk is another now, or another part of it safe."""
        if not call.done:
            if call.name in ("fsync", "fdatasync") and call.fd() in self._open:
                self._syncing[call.fd()] = self._open[call.fd()][0].sync()
            return False
        relative = call.name.endswith("at") and not call.args.startswith("AT_FDCWD")
        return (self._unknown if relative else self._acts.get(call.name, self._unknown))(call)

    def _openat(self, call: Call) -> bool:
        path = call.paths()[0]
        self._open.pop(call.result, None)
        if not self.disk.holds(path):
            return False
        before = self.disk.find(path)
        node = self.disk.open(path, create="O_CREAT" in call.args, empty="O_TRUNC" in call.args)
        at = len(node.bytes_) if isinstance(node, File) and "O_APPEND" in call.args else 0
        self._open[call.result] = (node, at)
        return before is None or "O_TRUNC" in call.args

    def _close(self, call: Call) -> bool:
        self._open.pop(call.fd(), None)
        return False

    def _write(self, call: Call) -> bool:
        text = b"".join(call.strings())[: call.result]
        if call.fd() == 1:
            self.said += text
            return True
        if call.fd() not in self._open:
            return False
        node, at = self._open[call.fd()]
        assert isinstance(node, File)
        node.bytes_[at : at + len(text)] = text
        self._open[call.fd()] = (node, at + len(text))
        return True

    def _ftruncate(self, call: Call) -> bool:
        if call.fd() in self._open:
            node, _ = self._open[call.fd()]
            size = int(call.args.split(",")[1])
            assert isinstance(node, File)
            assert size <= len(node.bytes_), "files are only shortened"
            changed = size < len(node.bytes_)
            del node.bytes_[size:]
            return changed
        return False

    def _synced(self, call: Call) -> bool:
        done = self._syncing.pop(call.fd(), None)
        if done is not None:
            done()
        return done is not None

    def _moved(self, call: Call) -> bool:
        old, new = call.paths()
        if not self.disk.holds(old):
            return False
        (self.disk.link if call.name.startswith("link") else self.disk.rename)(old, new)
        return True

    def _named(self, call: Call) -> bool:
        path = call.paths()[0]
        if not self.disk.holds(path):
            return False
        if call.name.startswith("mkdir"):
            self.disk.mkdir(path)
        else:
            self.disk.remove(path)
        return True

    def _fcntl(self, call: Call) -> bool:
        assert "F_DUPFD" not in call.args or call.fd() not in self._open, "a second descriptor is not followed"
        return False

    def _no_dup(self, call: Call) -> bool:
        assert call.fd() not in self._open, "a second descriptor is not followed"
        return False

    def _mmap(self, call: Call) -> bool:
        fd = int(call.args.split(",")[4])
        assert fd not in self._open or "PROT_WRITE" not in call.args, "writes to memory are not followed"
        return False

    def _unknown(self, call: Call) -> bool:
        numbers = {int(number) for number in re.findall(r"^\d+", call.args)}
        touched = any(self.disk.holds(text.decode(errors="replace")) for text in call.strings())
        assert not touched, f"{call.name} is not followed"
        assert not numbers & self._open.keys(), f"{call.name} is not followed"
        return False
