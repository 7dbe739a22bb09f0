"""Embargo tables for tests: the packaged one, with lines of our own."""

from typing import Final

from activities.list_files import ListFile
from screening.embargo import PACKAGED
from screening.regions import GEO

VENEZUELA: Final = "VE\tblocking\tan invented decree\tvenezuela|caracas|maracaibo"


def table(*more: str, without: str = "", label: str = "ours-1") -> bytes:
    """The packaged table under a name of its own, with some lines more and without a country."""
    lines = PACKAGED.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line and not line.startswith(("#", f"{without}\t" if without else "#"))]
    return "\n".join((f"# version {label}", *kept, *more, "")).encode()


def file(data: bytes, *, acknowledged: bool = False, by: str = "tester") -> ListFile:
    """A table that somebody brings."""
    return ListFile(GEO, data, "test", by, acknowledged=acknowledged)
