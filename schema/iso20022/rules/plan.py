"""How the table of rules meets a message: everything that a shape decides is decided once, values are looked at each time."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import attrgetter, itemgetter
from typing import Any, Final, NamedTuple

from lxml import etree

from domain.finding import Finding
from schema.iso20022.check import line_of
from schema.iso20022.envelope import BusinessMessage
from schema.iso20022.masking import shown
from schema.iso20022.profile import Options
from schema.iso20022.rules.asked import Asked, applies, severity
from schema.iso20022.rules.rule import CONTENT, STRUCTURE, VALUE, Judge, Rule, Value
from schema.iso20022.shape import Node, Part, Shape, parts_of, shape_of

_SHAPES: Final = 256
"""Shapes remembered; a network meets a few dozen."""
_LARGEST: Final = 2_000
"""Elements of the largest shape worth remembering."""
_LONGEST: Final = 100 * _LARGEST
"""Characters of all its names: a stranger's may be of any length."""

_tag: Final = attrgetter("tag")


class Broken(NamedTuple):
    """A broken rule, the nearest element that exists, and the path, which may go on to one that does not."""

    rule: Rule
    node: Node
    path: str


class _Alone(NamedTuple):
    """A rule that is asked of one text."""

    good: Value
    slot: int
    rule: Rule
    node: Node


class _Together(NamedTuple):
    """A rule that is asked of several texts; `passes` says in one call whether all are good."""

    passes: Callable[[list[str]], object]
    rule: Rule
    nodes: list[Node]


@dataclass(slots=True)
class Plan:
    """What to do with every message of one shape."""

    shape: Shape
    broken: list[Broken] = field(default_factory=list)
    """By its shape alone."""
    alone: list[_Alone] = field(default_factory=list)
    together: list[_Together] = field(default_factory=list)
    contents: list[tuple[Node, list[tuple[Rule, Judge]]]] = field(default_factory=list)


class Engine:
    """Holds messages against the rules of one profile. Safe to share between threads."""

    def __init__(self, rules: Iterable[Rule], options: Options) -> None:
        self._rules = [rule for rule in rules if rule.judge is not None and applies(rule, options)]
        self._options = options
        self._severity = {id(rule): severity(rule, options) for rule in self._rules}
        self._plans: dict[Any, Plan] = {}

    def findings(self, business: BusinessMessage, *, valid: bool) -> list[Finding]:
        """Every rule that the message breaks, in the order of the message. `valid`: its schema has nothing to say."""
        roots = parts_of(business)
        elements = list(roots[0].iter("*"))
        for root in roots[1:]:
            elements += root.iter("*")
        plan = self._plan(business.message, roots, elements, valid=valid)
        values = plan.shape.values(elements)
        broken = list(_broken(plan, values, self._options.today))
        return [self._finding(each, elements, values) for each in sorted(broken, key=_place)] if broken else []

    def _plan(
        self,
        message: str,
        roots: Sequence[etree._Element],
        elements: list[etree._Element],
        *,
        valid: bool,
    ) -> Plan:
        if len(elements) > _LARGEST:
            return self._planned(message, roots)
        # Names and numbers of children in their order are a whole tree; where the schema has something to say,
        # a currency may be missing, or stand where none belongs.
        key: tuple[Any, ...] = (tuple(map(_tag, elements)), tuple(map(len, elements)))
        if not valid:
            key += (tuple(number for number, element in enumerate(elements) if "Ccy" in element.attrib),)
        plan = self._plans.get(key)
        if plan is None:
            plan = self._planned(message, roots)
            if sum(map(len, key[0])) <= _LONGEST:
                if len(self._plans) >= _SHAPES:
                    self._plans.clear()
                self._plans[key] = plan
        return plan

    def _planned(self, message: str, roots: Sequence[etree._Element]) -> Plan:
        plan = Plan(shape_of(message, roots))
        asked = Asked(rule for rule in self._rules if message.startswith(rule.messages))
        texts: defaultdict[int, list[Node]] = defaultdict(list)
        for node in plan.shape.root:
            contents = []
            for number, rule in asked.of(node):
                if rule.kind == VALUE:
                    texts[number].append(node)
                elif rule.kind == STRUCTURE:
                    plan.broken += (_placed(rule, node, where) for where in _judge(rule)(Part(node, ())))
                elif rule.kind == CONTENT:
                    contents.append((rule, _judge(rule)))
            if contents:
                plan.contents.append((node, contents))
        for number, nodes in texts.items():
            rule = asked.rules[number]
            if len(nodes) == 1:
                plan.alone.append(_Alone(_judge(rule), nodes[0].slot, rule, nodes[0]))
            else:
                plan.together.append(_Together(_passes(rule, [node.slot for node in nodes]), rule, nodes))
        return plan

    def _finding(self, broken: Broken, elements: list[etree._Element], values: list[str]) -> Finding:
        rule, node, path = broken
        there = path == node.path
        return Finding(
            path,
            rule.id,
            rule.text,
            _reason(rule, node),
            line_of(elements[max(node.index, 0)]),
            self._severity[id(rule)],
            shown(node.name, values[node.slot]) if there and node.slot else None,
        )


def _passes(rule: Rule, slots: list[int]) -> Callable[[list[str]], object]:
    good, pick = _judge(rule), itemgetter(*slots)
    if rule.joins:
        return lambda values: good(" ".join(pick(values)))
    return lambda values: all(map(good, pick(values)))


def _judge(rule: Rule) -> Callable[[Any], Any]:
    assert rule.judge is not None, "rules of the network are not asked here"
    return rule.judge


def _broken(plan: Plan, values: list[str], today: date | None) -> Iterator[Broken]:
    yield from plan.broken
    for good, slot, rule, node in plan.alone:
        if not good(values[slot]):
            yield Broken(rule, node, node.path)
    for passes, rule, nodes in plan.together:
        if not passes(values):
            good = _judge(rule)
            yield from (Broken(rule, node, node.path) for node in nodes if not good(values[node.slot]))
    for node, judges in plan.contents:
        part = Part(node, values, today)
        for rule, judge in judges:
            for where in judge(part):
                yield _placed(rule, node, where)


def _placed(rule: Rule, node: Node, where: Part | str) -> Broken:
    return Broken(rule, where.node, where.node.path) if isinstance(where, Part) else _missing(rule, node, where)


def _missing(rule: Rule, node: Node, path: str) -> Broken:
    """At the element of that path, or where it should have been."""
    while path:
        step, _, rest = path.partition("/")
        found = node.find(step)
        if not found:
            return Broken(rule, node, f"{node.path}/{path}")
        node, path = found[0], rest
    return Broken(rule, node, node.path)


def _reason(rule: Rule, node: Node) -> Any:
    if rule.creditor_reason is None:
        return rule.reason
    names = (node.name, *(above.name for above in node.above()))
    return (
        rule.creditor_reason
        if any(name.startswith(("Cdtr", "UltmtCdtr", "InstdAgt")) for name in names)
        else rule.reason
    )


def _place(broken: Broken) -> tuple[int, str, str]:
    return broken.node.index, broken.path, broken.rule.id
