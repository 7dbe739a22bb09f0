"""What a message looks like without its values: which elements stand where.

Banks send the same few shapes over and over. All that follows from a shape alone (which rules apply, where their
values stand, what is missing) is worked out once per shape and remembered; see `rules.plan`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from lxml import etree

from schema.iso20022.check import local_name
from schema.iso20022.envelope import BusinessMessage, message_of
from schema.iso20022.xsd import vocabulary

CURRENCY: Final = "@Ccy"
"""The one attribute that ISO 20022 messages have; it reads like a child of its amount."""

_FOREIGN: Final = frozenset({"SplmtryData"})
"""What is below is not ISO's, whatever its names."""


class Node:
    """An element without its value. `index` counts elements from 0 in the order of the message; `slot` is where its
    value stands among the values, 0 when it has none but elements. The root is called like the message; below it stand AppHdr, where there is one, and Document."""

    __slots__ = ("_found", "children", "index", "name", "parent", "path", "slot", "slots")

    def __init__(self, name: str, index: int, parent: "Node | None" = None, path: str = "") -> None:
        self.name = name
        self.index = index
        self.slot = 0
        self.parent = parent
        self.path = path
        self.children: list[Node] = []
        self.slots = _Slots(self)
        self._found: dict[str, tuple[Node, ...]] = {}

    def find(self, path: str) -> tuple["Node", ...]:
        """Every node at a path like "PmtId/UETR", in the order of the message; a step may be "*", "" is the node itself."""
        found = self._found.get(path)
        if found is None:
            found = self._found[path] = tuple(self._search(path))
        return found

    def _search(self, path: str) -> Iterator["Node"]:
        if not path:
            yield self
            return
        step, _, rest = path.partition("/")
        for child in self.children:
            if step in (child.name, "*"):
                yield from child.find(rest)

    def above(self) -> Iterator["Node"]:
        """The nodes around this one, nearest first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def __iter__(self) -> Iterator["Node"]:
        """The node and all below it, in the order of the message."""
        yield self
        for child in self.children:
            yield from child


class _Slots(dict[str, int]):
    """Where the first value at a path below a node stands; looked for once."""

    def __init__(self, node: Node) -> None:
        super().__init__()
        self._node = node

    def __missing__(self, path: str) -> int:
        found = self._node.find(path)
        slot = self[path] = found[0].slot if found else 0
        return slot


class Part:
    """A node with the values of one message: what a rule looks at. A structure rule's part has no values."""

    __slots__ = ("_slots", "_values", "node", "today")

    def __init__(self, node: Node, values: Sequence[str], today: date | None = None) -> None:
        self.node = node
        self.today = today
        self._values = values
        self._slots = node.slots

    @property
    def name(self) -> str:
        """The element's name."""
        return self.node.name

    def has(self, *paths: str) -> bool:
        """Whether an element stands at any of the paths."""
        find = self.node.find
        return any(map(find, paths))

    def count(self, path: str) -> int:
        """How many elements stand at the path."""
        return len(self.node.find(path))

    def parts(self, *paths: str) -> list["Part"]:
        """Everything at the paths."""
        return [self._other(node) for path in paths for node in self.node.find(path)]

    def beside(self, *names: str) -> list["Part"]:
        """The elements of these names next to this one."""
        assert self.node.parent is not None, "nothing stands beside a message"
        return self._other(self.node.parent).parts(*names)

    def text(self, path: str = "") -> str:
        """The first text at the path; empty when there is none."""
        return self._values[self._slots[path]]

    def texts(self, *paths: str) -> list[str]:
        """Every text at the paths."""
        values, find = self._values, self.node.find
        return [values[node.slot] for path in paths for node in find(path)]

    def around(self, name: str) -> "Part | None":
        """The nearest element of that name around this one."""
        return next((self._other(node) for node in self.node.above() if node.name == name), None)

    def below(self) -> list["Part"]:
        """Everything below, in the order of the message."""
        return [self._other(node) for node in self.node if node is not self.node]

    def _other(self, node: Node) -> "Part":
        return Part(node, self._values, self.today)


def parts_of(business: BusinessMessage) -> tuple[etree._Element, ...]:
    """Header, where there is one, and document."""
    return (business.document,) if business.header is None else (business.header, business.document)


@dataclass(frozen=True, slots=True)
class Shape:
    """The tree of nodes, and where a message of this shape has its values: which elements hold a text, which a currency."""

    root: Node
    texts: tuple[int, ...]
    currencies: tuple[int, ...]

    def values(self, elements: Sequence[etree._Element]) -> list[str]:
        """The values of a message by their slots, from all its elements in their order."""
        values = [elements[index].text or "" for index in self.texts]
        values.insert(0, "")
        for index in self.currencies:
            values.append(elements[index].get("Ccy", ""))
        return values


def shape_of(message: str, roots: Sequence[etree._Element]) -> Shape:
    """The shape of a message. Elements that no schema here knows are counted but have no node."""
    builder = _Builder(frozenset[str]().union(*(vocabulary(message_of(root)) for root in roots)))
    root = Node(message, -1)
    root.children = [builder.node(element, root, f"/{local_name(element)}") for element in roots]
    texts = [node for node in root if not node.children]
    for amount in builder.amounts:
        amount.children.append(Node(CURRENCY, amount.index, amount, f"{amount.path}/{CURRENCY}"))
    currencies = [amount.children[-1] for amount in builder.amounts]
    for slot, node in enumerate((*texts, *currencies), start=1):
        node.slot = slot
    return Shape(root, tuple(node.index for node in texts), tuple(node.index for node in currencies))


class _Builder:
    def __init__(self, names: frozenset[str]) -> None:
        self.count = 0
        self.amounts: list[Node] = []
        self._names = names

    def node(self, element: etree._Element, parent: Node, path: str) -> Node:
        node = Node(path.rpartition("/")[2].partition("[")[0], self.count, parent, path)
        self.count += 1
        if element.get("Ccy") is not None:
            self.amounts.append(node)
        if node.name in _FOREIGN:
            self._skip(element)
        else:
            self._children(element, node)
        return node

    def _children(self, element: etree._Element, node: Node) -> None:
        children = [(local_name(child), child) for child in element.iterchildren("*")]
        total = Counter(name for name, _ in children)
        seen: Counter[str] = Counter()
        for name, child in children:
            seen[name] += 1
            if name in self._names:
                step = name if total[name] == 1 else f"{name}[{seen[name]}]"
                node.children.append(self.node(child, node, f"{node.path}/{step}"))
            else:  # the schema has said so
                self.count += 1
                self._skip(child)

    def _skip(self, element: etree._Element) -> None:
        self.count += sum(1 for _ in element.iterdescendants("*"))
