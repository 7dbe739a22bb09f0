"""What all list files have in common: cells that mean nothing, partial dates, XML that is read as it streams in."""

import csv
import io
import itertools
import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import IO, Final

from lxml import etree

from domain.errors import ListRefused

_LATEST: Final = 100
"""Rows that the last one is held against: whoever leaves out empty cells at the end of rows does so again and again."""
_END: Final = "\x03"
"""Stands as a row of its own after the file, unless the last cell was opened by a quote and never closed."""
_NOTHING: Final = frozenset(("", "-0-", "null", "n/a", "none", "unknown", "-"))
_NA: Final = "na"
"""Says nothing where it is written small, in the UN's list. "NA" is Namibia, and Na is a name."""
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_BOOLEANS: Final = {"true": True, "1": True, "false": False, "0": False}
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SLASHED: Final = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_SPELT: Final = re.compile(r"(?:(\d{1,2})\s+)?([A-Za-z]{3})[a-z]*\.?,?\s+(\d{4})")
_BIC: Final = re.compile(r"\b(?:SWIFT(?:/BIC)?|BIC)\b[:\s]*([A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)\b")
_IMO: Final = re.compile(r"\bIMO\b\D{0,20}(\d{7})\b", re.IGNORECASE)
_YEAR: Final = re.compile(r"\b(1[89]\d\d|20\d\d)\b")


def clean(cell: str | None) -> str:
    """A cell without blanks around it and inside doubled; what says "nothing" is nothing."""
    text = " ".join((cell or "").replace("\x1a", "").split())
    return "" if text == _NA or text.lower() in _NOTHING else text


def unique(values: Iterable[str]) -> tuple[str, ...]:
    """The values that say something, each once, in their order."""
    return tuple(dict.fromkeys(text for value in values if (text := clean(value))))


def bics_in(text: str) -> list[str]:
    """The BICs that a remark names as such: "SWIFT: …", "SWIFT/BIC: …"."""
    return _BIC.findall(text)


def imos_in(text: str) -> list[str]:
    """The IMO numbers that a remark names as such, of ships and of their owners."""
    return _IMO.findall(text)


def date(text: str) -> str:
    """A date as ISO, as far as it is known: "1961-05-02", "1961-05", "1961", "1955/1958"; empty for none.

    Reads "02 May 1961", "May 1961", "circa 1961", "00/00/1961", "1961-05-02", "1955 to 1958".
    """
    parts = [
        part for part in re.split(r"\bto\b|\bbetween\b|\band\b|/(?=\d{4}$)(?<=\d{4}/)", text) if _YEAR.search(part)
    ]
    if len(parts) == 2:
        years = [_YEAR.findall(part)[-1] for part in parts]
        return f"{years[0]}/{years[1]}" if years[0] != years[1] else years[0]
    if found := _ISO.search(text):
        return _partial(*(int(part) for part in found.groups()))
    if found := _SLASHED.search(text):
        day, month, year = (int(part) for part in found.groups())
        return _partial(year, month, day)
    if (found := _SPELT.search(text)) and found[2].lower() in _MONTHS:
        return _partial(int(found[3]), _MONTHS[found[2].lower()], int(found[1] or 0))
    year_only = _YEAR.search(text)
    return year_only[0] if year_only else ""


def _partial(year: int, month: int, day: int) -> str:
    if not 1 <= month <= 12:
        return f"{year:04d}"
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= day <= 31 else f"{year:04d}-{month:02d}"


def dates(texts: Iterable[str]) -> tuple[str, ...]:
    """The dates among the texts, each once."""
    return unique(date(text) for text in texts)


def rows(data: bytes, *, delimiter: str = ",") -> Iterator[list[str]]:
    """The rows of a separated file in UTF-8, old code page or not; a trailing 0x1A of DOS times is no row.

    Raises ListRefused when the text cannot be read, or ends in the middle of a row.
    """
    csv.field_size_limit(1 << 24)
    text = _decoded(data).replace("\x1a", "")
    widths: deque[int] = deque(maxlen=_LATEST)
    row: list[str] = []
    try:
        for row in csv.reader(itertools.chain(io.StringIO(text, newline=""), [_END]), delimiter=delimiter):
            if row == [_END]:
                break
            if len(row) == 1 and delimiter in row[0]:  # a whole line in quotes, as some spreadsheets save it
                row = row[0].split(delimiter)
            if any(cell.strip() for cell in row):
                widths.append(len(row))
                yield row
    except csv.Error as error:
        raise ListRefused("the file is no table", reason="unreadable") from error
    if row != [_END] or (len(widths) > 1 and widths[-1] < min(list(widths)[:-1])):
        raise ListRefused("the file ends in the middle of a row", reason="truncated")


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def table(data: bytes, *, delimiter: str = ",", skip: int = 0) -> Iterator[dict[str, str]]:
    """Rows by their column's name in lower case; a name that occurs twice means its first column.

    `skip` lines stand before the header.
    """
    lines = rows(data, delimiter=delimiter)
    for _ in range(skip):
        next(lines, None)
    columns = [column.strip().lower() for column in next(lines, [])]
    first = {name: place for place, name in reversed(list(enumerate(columns))) if name}
    for row in lines:
        yield {name: clean(row[place]) if place < len(row) else "" for name, place in first.items()}


class Element:
    """An element of a list in XML, read by local names: namespaces have changed before and will again."""

    def __init__(self, raw: etree._Element) -> None:
        self._raw = raw

    @property
    def name(self) -> str:
        """The local name."""
        return etree.QName(self._raw).localname

    @property
    def text(self) -> str:
        """Its own text, cleaned."""
        return clean(self._raw.text)

    def get(self, attribute: str) -> str:
        """An attribute, cleaned; empty when there is none."""
        return clean(self._raw.get(attribute))

    def says(self, attribute: str) -> bool | None:
        """What an attribute of XML's boolean says; None when there is none."""
        return _BOOLEANS.get(self.get(attribute).lower())

    def each(self, *path: str) -> "Iterator[Element]":
        """The elements at a path of local names below this one."""
        if not path:
            yield self
            return
        for child in self._raw.iterchildren(f"{{*}}{path[0]}"):
            yield from Element(child).each(*path[1:])

    def all(self, name: str) -> "Iterator[Element]":
        """The elements of a name at any depth below this one."""
        return (Element(found) for found in self._raw.iterdescendants(f"{{*}}{name}"))

    def first(self, *path: str) -> str:
        """The text of the first element at a path; empty when there is none."""
        return next((found.text for found in self.each(*path)), "")


def elements(stream: IO[bytes], *names: str) -> Iterator[Element]:
    """The elements of some names, one after the other, each forgotten when the next is asked for.

    No entity is resolved and nothing is fetched; a document type is refused. Raises ListRefused when the file is not well
    formed or ends before its root does.
    """
    reading = etree.iterparse(
        stream,
        events=("end",),
        tag=[f"{{*}}{name}" for name in names],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, raw in reading:
            if raw.getroottree().docinfo.doctype:
                raise ListRefused("a document type has no place in a list", reason="unreadable")
            yield Element(raw)
            raw.clear(keep_tail=False)
            while raw.getprevious() is not None:
                del raw.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise ListRefused("the XML is broken or cut off", reason="truncated") from error
