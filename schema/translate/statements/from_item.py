"""What the statement, the report and the notification of ISO 20022 have in common on their way to MT."""

from collections.abc import Iterator
from itertools import islice
from typing import Final, NoReturn

from domain.errors import InvalidValue
from domain.money import exponent
from schema.iso20022.envelope import BusinessMessage
from schema.mt.message import Field
from schema.translate.result import MtTranslation
from schema.translate.statements.codes import BALANCES, INTERMEDIATE, NOT_PROVIDED, BalanceRow, Form
from schema.translate.statements.values import mt_amount, mt_moment
from schema.translate.to_mt import header
from schema.translate.to_mt.agents import account_number
from schema.translate.to_mt.source import Node, Source
from schema.translate.to_mt.values import bank, day, reference

_ACCOUNT_LENGTH: Final = 35
_SENDERS: Final = ("Acct/Svcr/FinInstnId/BICFI", "Acct/Svcr/FinInstnId/BIC")
"""The bank that a message without a business header comes from; the second name is that of early versions."""
_RECEIVERS: Final = tuple(
    f"{party}/Id/OrgId/{name}" for party in ("/GrpHdr/MsgRcpt", "Acct/Ownr") for name in ("AnyBIC", "BICOrBEI")
)
"""The bank that a message without a business header goes to."""
_AMOUNTS: Final = ("Bal/Amt", "Ntry/Amt")


class Item:
    """The one statement, report or notification that an MT can carry: the first of its message."""

    def __init__(self, business: BusinessMessage, form: Form) -> None:
        self.form = form
        self._source = Source(business)
        self.at, *others = self._source.root.nodes(form.item) or [self._source.root.node(form.item)]
        for other in others:
            leave(other, "one MT carries one of these")
        if not self.at:
            self.at = self._source.root
            self.refuse(form.item, "the message is empty")
        self.currency = self._currency()

    def refuse(self, path: str, why: str) -> NoReturn:
        """Refuse the message at once. Raises MessageRefused (TR-02)."""
        self.at.complain(path, why)
        self._source.finish()
        raise AssertionError("a complaint is a refusal")

    def finish(self, mt_type: str, fields: list[Field]) -> MtTranslation:
        """The MT with its headers. Raises MessageRefused (TR-02)."""
        for balance in self.at.nodes("Bal"):
            if not balance.node("Tp/CdOrPrtry/Cd").is_read:
                leave(balance, f"MT{mt_type} has no field for this balance")
        return header.message(
            self._source,
            mt_type,
            self.at,
            fields,
            uetr="UETR",  # an item has none: UETRs are of transactions, and an MT of category 9 tells of accounts
            created="/GrpHdr/CreDtTm",
            sender=self._first(_SENDERS),
            receiver=self._first(_RECEIVERS),
        )

    def account(self, *, with_owner: bool = True) -> Field:
        """Field 25, or 25P where the owner's bank is known and the MT has that option."""
        number = account_number(self.at, "Acct")[:_ACCOUNT_LENGTH] or NOT_PROVIDED
        said_again(self.at, "Acct/Ccy", self.currency)
        said_again(self.at, "Acct/Id/Othr/SchmeNm/Cd", "BBAN")
        owner = bank(self.at, "Acct/Ownr/Id/OrgId/AnyBIC") if with_owner else ""
        return Field("25P", f"{number}\n{owner}") if owner else Field("25", number)

    def _first(self, paths: tuple[str, ...]) -> str:
        """Where a bank stands; with a business header nobody needs to look further than the first place."""
        told = () if self._source.header else (path for path in paths if self.at.peek(path))
        return next(iter(told), paths[0])

    def request(self) -> Iterator[Field]:
        """Field 21: the request (MT920) that this answers."""
        if text := reference(self.at, "/GrpHdr/OrgnlBizQry/MsgId"):
            yield Field("21", text)

    @property
    def goes_on(self) -> bool:
        """Whether another page follows: the closing balance is an intermediate one."""
        (row,) = (row for row in BALANCES if row.tag == "62M")
        return any(self._balances(row, row.code))

    def balance(self, *tags: str) -> list[Field]:
        """The balance of the first of these fields that there is one for, or what stands in for it: one or none."""
        rows = [row for row in BALANCES if row.tag in tags]
        codes = [(row, row.code) for row in rows] + [(row, code) for row in rows for code in row.stand_ins]
        nodes = ((row.tag, node) for row, code in codes for node in self._balances(row, code))
        return [_balance(node, tag) for tag, node in islice(nodes, 1)]

    def forward_balances(self) -> list[Field]:
        """What will be available on each of the days ahead."""
        (row,) = (row for row in BALANCES if row.tag == "65")
        return [_balance(node, row.tag) for node in self._balances(row, row.code)]

    def _currency(self) -> str:
        """The account's currency, as its balances tell it, its first entry, or the account itself."""
        told = next((found for path in _AMOUNTS if (found := self.at.node(path).attribute("Ccy"))), "")
        told = told or self.at.text("Acct/Ccy")
        try:
            exponent(told)
        except InvalidValue as wrong:
            self.at.complain("Acct/Ccy", wrong.message, wrong.reason)
        return told

    def _balances(self, row: BalanceRow, code: str) -> Iterator[Node]:
        return (node for node in self.at.nodes("Bal") if _is(node, row, code))


def said_again(node: Node, path: str, text: str) -> None:
    """An element that only repeats what the MT says already counts as read."""
    if text and node.peek(path) == text:
        node.take(path)


def leave(node: Node, why: str) -> None:
    """The whole element stays behind, and is told of once."""
    node.take("")
    node.note(why)


def is_credit(node: Node) -> bool:
    """Whether money came in, or is there; otherwise it went out, or is owed."""
    told = node.text("CdtDbtInd")
    if told not in {"CRDT", "DBIT"}:
        node.complain("CdtDbtInd", "nothing tells credit from debit")
    return told == "CRDT"


def money(node: Node, path: str = "Amt") -> tuple[str, str]:
    """Currency and amount, the amount as MT writes it."""
    currency = node.node(path).attribute("Ccy")
    if not node.peek(path):
        node.complain(path, "an amount is missing")
    return currency, node.parsed(path, lambda text: mt_amount(text, currency))


def day_of(node: Node, *paths: str) -> str:
    """The first date, or date of a moment, at the paths, as YYMMDD; empty when there is none."""
    return next(
        (found for path in paths for at in (f"{path}/Dt", f"{path}/DtTm", path) if (found := day(node, at))), ""
    )


def moment_with_offset(node: Node, *paths: str) -> str:
    """The first moment at the paths as field 13D has it; empty when there is none."""
    return next((found for path in paths if (found := node.parsed(path, mt_moment))), "")


def _is(balance: Node, row: BalanceRow, code: str) -> bool:
    is_intermediate = balance.peek("Tp/SubTp/Cd") == INTERMEDIATE
    return balance.peek("Tp/CdOrPrtry/Cd") == code and is_intermediate is row.is_intermediate


def _balance(balance: Node, tag: str) -> Field:
    balance.take("Tp/CdOrPrtry/Cd")
    if balance.peek("Tp/SubTp/Cd") == INTERMEDIATE:
        balance.take("Tp/SubTp")
    mark = "C" if is_credit(balance) else "D"
    currency, amount = money(balance)
    return Field(tag, f"{mark}{day_of(balance, 'Dt')}{currency}{amount}")
