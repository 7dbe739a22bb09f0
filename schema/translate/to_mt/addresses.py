"""Names and addresses in MT's four lines: numbered as options F want them, or plain as K, D and 59 want them.

A structured address becomes one line of street ("Main Street,12") and one of place ("GB/London,N1 9GU"); address lines
stay lines. The four lines are shared out: one for the name, the street and the place each, what is left over to
whatever is longer, the name first. What does not fit is cut, ends with `+` and is noted as lost.
"""

from dataclasses import dataclass
from typing import Final

from schema.translate.to_mt.lines import REWRITTEN, WIDTH, folded, plain, standing_alone
from schema.translate.to_mt.source import Node
from schema.translate.to_mt.values import NOT_PROVIDED

STREET: Final = ("StrtNm", "BldgNb", "BldgNm", "Flr", "PstBx", "Room", "Dept", "SubDept")
"""What the line of street is made of, parted by commas."""
PLACE: Final = ("TwnNm", "PstCd", "TwnLctnNm", "DstrctNm", "CtrySubDvsn")
"""What follows the country in the line of place, parted by commas."""
LINES: Final = 4
"""Lines of a name and address."""


@dataclass(frozen=True, slots=True)
class Part:
    """One text that takes a line or more: the number before it in options F, where it came from, what it says."""

    number: str
    node: Node
    text: str


def numbered_address(party: Node, *, lines: int = LINES) -> list[str]:
    """Name and address in the numbered lines of 50F and 59F: 1/ name, 2/ street, 3/ country and town."""
    return _lines(_parts(party), lines, numbered=True)


def plain_address(party: Node, *, lines: int = LINES) -> list[str]:
    """Name and address in plain lines; none for a party without a name and an address.

    The first does not begin with a slash: MT would take it for an account.
    """
    told = _lines(_parts(party), lines, numbered=False)
    if set(told) <= {NOT_PROVIDED}:
        return []
    if told and told[0].startswith("/"):
        party.note(REWRITTEN)
        told[0] = f".{told[0][1:]}"
    return told


def is_numbered(party: Node) -> bool:
    """Whether the address lines carry the numbers of option F themselves ("2/…", "3/GB/…"), as CBPR+ lets them."""
    lines = [node.peek() for node in party.nodes("PstlAdr/AdrLine")]
    numbers = [line[:2] for line in lines]
    place = next((line for line in lines if line.startswith("3/")), "")
    return (
        "3/" in numbers
        and numbers == sorted(numbers)
        and set(numbers) <= {"2/", "3/"}
        and max(map(numbers.count, numbers)) <= 2
        and place[2:4].isalpha()
        and place[2:4].isupper()
        and place[4:5] in {"", "/"}
    )


def _parts(party: Node) -> list[Part]:
    address = party.node("PstlAdr")
    street = Part("2/", address, _joined(address, STREET))
    country, town = plain(address, "Ctry"), _joined(address, PLACE)
    place = Part("3/", address, "/".join(text for text in (country, town) if text))
    parts = [Part("1/", party.node("Nm"), plain(party, "Nm")), street, *_address_lines(party, address), place]
    return [part for part in parts if part.text]


def _address_lines(party: Node, address: Node) -> list[Part]:
    own_numbers = is_numbered(party)
    lines = []
    for node in address.nodes("AdrLine"):
        text = plain(node)
        lines.append(Part(text[:2], node, text[2:].strip()) if own_numbers else Part("2/", node, text))
    return lines


def _joined(address: Node, names: tuple[str, ...]) -> str:
    return ",".join(text for name in names if (text := plain(address, name)))


def _lines(parts: list[Part], lines: int, *, numbered: bool) -> list[str]:
    width = WIDTH - 2 if numbered else WIDTH
    written: list[str] = []
    for part, room in zip(parts, _shares([-(-len(part.text) // width) for part in parts], lines), strict=True):
        if not room:
            part.node.note("name and address have four lines in MT")
            continue
        told = folded(part.node, part.text, lines=room, width=width)
        written += [part.number + line for line in told] if numbered else standing_alone(part.node, told)
    return written


def _shares(wanted: list[int], room: int) -> list[int]:
    """How many lines each part gets: one each while there are any, then more for those that want them, in order.

    When there is not even one each, the parts in the middle (more address lines) go without, the last (place) does not.
    """
    served = set(range(len(wanted))) if len(wanted) <= room else {*range(room - 1), len(wanted) - 1}
    shares = [int(position in served) for position in range(len(wanted))]
    left = room - sum(shares)
    for position in sorted(served):
        more = min(left, wanted[position] - shares[position])
        shares[position] += more
        left -= more
    return shares
