"""Amounts, charges and times: fields 13C, 32A, 33B, 36 and 71."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from domain.errors import InvalidValue
from domain.money import Money
from schema.mt.message import Field
from schema.translate.to_mt.rows import Write, one
from schema.translate.to_mt.source import Node
from schema.translate.to_mt.values import NOT_PROVIDED, amount, day, digits, rate

TIMES: Final = (
    ("SNDTIME", "SttlmTmIndctn/DbtDtTm"),
    ("RNCTIME", "SttlmTmIndctn/CdtDtTm"),
    ("CLSTIME", "SttlmTmReq/CLSTm"),
    ("TILTIME", "SttlmTmReq/TillTm"),
    ("FROTIME", "SttlmTmReq/FrTm"),
    ("REJTIME", "SttlmTmReq/RjctTm"),
)
"""Codes of field 13C and the moments they stand for."""

CENTRAL_EUROPE: Final = ZoneInfo("Europe/Brussels")
NOON: Final = time(12)

BEARERS: Final = {"DEBT": "OUR", "CRED": "BEN", "SHAR": "SHA"}
"""Who bears the charges (ChargeBearerType1Code) and field 71A."""

_COUNTRIES: Final = """
AD AT BE BG BV CH CY CZ DE DK EE ES FI FR GB GF GI GP GR HR HU IE IS IT LI LT LU LV MC MQ MT NL NO PL PM PT RE RO
SE SI SJ SK SM TF VA
"""
TELLS_INSTRUCTED: Final = frozenset(_COUNTRIES.split())
"""Between banks of these countries an MT103 always has a field 33B (SWIFT network rule C2, error D49)."""

_TIME: Final = re.compile(r"(?:[0-9-]+T)?([0-9]{2}):([0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})?")


def times(node: Node, path: str) -> Iterable[Field]:
    """Field 13C for every time there is; `path` is empty, the times stand in two places.

    One that tells no offset is taken as UTC, but for CLSTm: "time must be expressed in Central European Time" (ISO 20022).
    """
    for code, place in TIMES:
        at = node.node(f"{path}/{place}".strip("/"))
        if match := _TIME.fullmatch(at.text()):
            unsaid = _central_european(node.peek("IntrBkSttlmDt")) if code == "CLSTIME" else "Z"
            offset = (match[3] or unsaid).replace("Z", "+00:00").replace(":", "")
            yield Field("13C", f"/{code}/{match[1]}{match[2]}{offset}")


def _central_european(day: str) -> str:
    """The offset of Central European Time at noon of a day; in winter where the message tells none."""
    try:
        noon = datetime.combine(date.fromisoformat(day[:10]), NOON, CENTRAL_EUROPE)
    except ValueError:
        return "+01:00"
    return f"{noon:%z}"


def settled(date_path: str) -> Write:
    """Writes field 32A from an amount and the date at `date_path`."""

    def write(node: Node, path: str) -> Iterable[Field]:
        for missing in (place for place in (path, date_path) if not node.peek(place)):
            node.complain(missing, "MT tells amount and value date of every payment")
        return [Field("32A", day(node, date_path) + amount(node, path))]

    return write


def instructed(node: Node, path: str) -> Iterable[Field]:
    """Field 33B: the instructed amount, or the settled one where the network wants to see it all the same.

    Sequence B of a cover has no amount of its own and is never asked for one.
    """
    if told := amount(node, path):
        return [Field("33B", told)]
    settlement = _settlement(node)
    charged = bool(node.node("ChrgsInf")) or node.peek("ChrgBr") == "CRED"
    return one("33B", amount(settlement)) if charged or _countries(node) <= TELLS_INSTRUCTED else []


def _countries(node: Node) -> frozenset[str]:
    header = node.source.header
    banks = (
        header.peek(f"{end}/FIId/FinInstnId/BICFI") or node.peek(f"{agent}/FinInstnId/BICFI")
        for end, agent in (("Fr", "InstgAgt"), ("To", "InstdAgt"))
    )
    return frozenset(bic[4:6] for bic in banks)


def exchange(instructed_path: str) -> Write:
    """Writes field 36 where the instructed amount is in another currency."""

    def write(node: Node, path: str) -> Iterable[Field]:
        currency = node.node(instructed_path).attribute("Ccy")
        if not currency or currency == _settlement(node).attribute("Ccy"):
            node.lose("MT has no rate between amounts of one currency", path)
            return []
        return one("36", rate(node, path))

    return write


def _settlement(node: Node) -> Node:
    """The amount that the banks settle, of a payment or a return."""
    return node.node("IntrBkSttlmAmt") or node.node("RtrdIntrBkSttlmAmt")


def charges(node: Node, path: str) -> Iterable[Field]:
    """Fields 71A, 71F and 71G: who bears the charges, and what was or is charged ("ChrgsInf")."""
    bearer = node.text("ChrgBr")
    if bearer not in BEARERS:
        node.node("ChrgBr").note("MT has no charges by the rules of a scheme; they are shared")
    told = BEARERS.get(bearer, "SHA")
    yield Field("71A", told)
    each = node.nodes(path)
    for charge in each:
        _drop_unknown_agent(charge)
    if told == "OUR":
        yield from _prepaid(node, each)
        return
    for charge in each:
        yield from one("71F", amount(charge, "Amt"))
    if told == "BEN" and not each:
        yield Field("71F", f"{_settlement(node).attribute('Ccy')}0,")


def _drop_unknown_agent(charge: Node) -> None:
    if charge.peek("Agt/FinInstnId/Nm") == NOT_PROVIDED:
        charge.take("Agt")
    else:
        charge.lose("71F and 71G do not say who charges", "Agt")


def _prepaid(node: Node, each: list[Node]) -> Iterable[Field]:
    """Field 71G: the receiver's charges in one sum, in the currency of 32A; zero is not written."""
    currency = _settlement(node).attribute("Ccy")
    total: Money | None = None
    for charge in each:
        if charge.node("Amt").attribute("Ccy") != currency:
            charge.lose("71G is in the currency of 32A", "Amt")
        elif (money := _money(charge)) and money.minor:
            total = money if total is None else total + money
    if total is not None:
        yield from one("71G", currency + digits(str(total), currency))


def _money(charge: Node) -> Money | None:
    if not amount(charge, "Amt"):
        return None
    try:
        return Money.parse(charge.peek("Amt"), charge.node("Amt").attribute("Ccy"))
    except InvalidValue:
        return None
