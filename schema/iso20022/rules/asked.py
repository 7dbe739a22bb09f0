"""Which rules are asked of which elements, and how seriously."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from domain.finding import Severity
from schema.iso20022.profile import AddressPolicy, Options
from schema.iso20022.rules.kinds import kinds_of
from schema.iso20022.rules.rule import ADDRESSES, CALENDARS, CODES, INCOMPLETE, RELEASES, TODAY, Rule
from schema.iso20022.shape import Node


def severity(rule: Rule, options: Options) -> Severity:
    """What a finding of the rule is under these options."""
    if options.strict:
        return Severity.ERROR
    if options.profile in rule.warns:
        return Severity.WARNING
    return _severities(options).get(rule.setting or "", rule.severity)


def _severities(options: Options) -> dict[str, Severity]:
    addresses = Severity.ERROR if options.addresses is AddressPolicy.STRICT else Severity.WARNING
    return {
        ADDRESSES: addresses,
        CALENDARS: options.holidays,
        CODES: options.unknown_codes,
        INCOMPLETE: options.incomplete,
        RELEASES: options.other_releases,
    }


def applies(rule: Rule, options: Options) -> bool:
    """Whether the rule is asked at all under these options."""
    return options.profile in rule.profiles and (rule.setting != TODAY or options.today is not None)


class Asked:
    """Finds the rules that are asked of a node, with their numbers in `rules`."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = list(rules)
        self._by_last_step: defaultdict[str, list[tuple[str, int, Rule]]] = defaultdict(list)
        for number, rule in enumerate(self.rules):
            for on in rule.on:
                self._by_last_step[on.rpartition("/")[2]].append((on, number, rule))

    def of(self, node: Node) -> Iterator[tuple[int, Rule]]:
        """Each once, by the node's name and its kinds."""
        seen = set()
        for last in (node.name, *kinds_of(node)):
            for on, number, rule in self._by_last_step.get(last, ()):
                if number not in seen and ("/" not in on or _ends_with(node, on)) and _concerns(rule, node):
                    seen.add(number)
                    yield number, rule


def _concerns(rule: Rule, node: Node) -> bool:
    find = node.find
    return (not rule.needs or any(map(find, rule.needs))) and not any(map(find, rule.without))


def _ends_with(node: Node, path: str) -> bool:
    names = [node.name, *(above.name for above in node.above())]
    steps = path.split("/")[::-1]
    return names[: len(steps)] == steps
