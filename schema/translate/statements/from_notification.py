"""camt.054 as MT900, which confirms a debit, or MT910, which confirms a credit."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from schema.iso20022.envelope import BusinessMessage
from schema.mt.message import Field
from schema.translate.result import MtTranslation
from schema.translate.statements.codes import NOT_PROVIDED, NOTIFICATION
from schema.translate.statements.from_entry import leave_bank_code, leave_references, only_transaction
from schema.translate.statements.from_item import Item, day_of, is_credit, leave, moment_with_offset, money, said_again
from schema.translate.statements.texts import LINES
from schema.translate.to_mt.agents import Agent, account_number, agent_field, read
from schema.translate.to_mt.lines import folded, plain
from schema.translate.to_mt.parties import ordering_customer
from schema.translate.to_mt.source import Node
from schema.translate.to_mt.values import reference

_DEBTOR: Final = "RltdPties/Dbtr"
_DEBTOR_ACCOUNT: Final = "RltdPties/DbtrAcct"
_SETTLED: Final = "RltdDts/IntrBkSttlmDt"
_UNNAMED: Final = f"/{NOT_PROVIDED}"


def to_mt900_or_910(business: BusinessMessage) -> MtTranslation:
    """The confirmation of the message's first entry. Raises MessageRefused (TR-02), InvalidValue."""
    item = Item(business, NOTIFICATION)
    entry, *others = item.at.nodes("Ntry") or [item.at.node("Ntry")]
    for other in others:
        leave(other, "an MT confirms one entry")
    if not entry:
        item.refuse("Ntry", "there is no entry to confirm")
    confirms_credit = is_credit(entry)
    if (entry.peek("Sts/Cd") or entry.peek("Sts")) in {"", "BOOK"}:
        entry.take("Sts")
    transaction = only_transaction(entry)
    fields = [
        *_what(item, entry, transaction),
        *(_from_whom(transaction) if confirms_credit else _by_whom(transaction)),
    ]
    if remark := plain(transaction, "AddtlTxInf"):
        node = transaction.node("AddtlTxInf")
        fields.append(Field("72", "\n".join(folded(node, remark, lines=LINES))))
    leave_bank_code(entry)
    leave_references(entry, transaction, fields[1].value)
    return item.finish("910" if confirms_credit else "900", fields)


def _what(item: Item, entry: Node, transaction: Node) -> Iterator[Field]:
    currency, amount = money(entry)
    said_again(item.at, "Id", item.at.peek("/GrpHdr/MsgId"))
    said_again(entry, "NtryRef", NOT_PROVIDED)
    yield Field("20", reference(item.at, "/GrpHdr/MsgId", "Id") or NOT_PROVIDED)
    yield Field("21", reference(transaction, "Refs/InstrId", "Refs/EndToEndId", "Refs/TxId") or NOT_PROVIDED)
    yield item.account()
    if moment := moment_with_offset(entry, "BookgDt/DtTm"):
        yield Field("13D", moment)
    said_again(transaction, _SETTLED, entry.peek("ValDt/Dt"))
    day = day_of(entry, "ValDt") or day_of(transaction, _SETTLED) or day_of(entry, "BookgDt")
    if not day:
        entry.complain("ValDt", "a confirmation has a value date")
    yield Field("32A", f"{day}{currency}{amount}")


def _by_whom(transaction: Node) -> Iterator[Field]:
    """MT900: the bank that asked for the debit."""
    yield from agent_field("52", "AD", _debtor_bank(transaction) or read(transaction, "RltdAgts/DbtrAgt"))


def _from_whom(transaction: Node) -> Iterator[Field]:
    """MT910: the ordering customer, its bank or the ordering bank, and the bank that the money came through."""
    customer = list(_ordering_customer(transaction))
    ordering = read(transaction, "RltdAgts/DbtrAgt")
    bank = list(
        agent_field("52", "AD", (ordering if ordering.option else None) or _debtor_bank(transaction) or ordering)
    )
    if not customer and not bank:
        bank = [Field("52D", NOT_PROVIDED)]
    yield from (*customer, *bank)
    yield from agent_field("56", "AD", read(transaction, "RltdAgts/IntrmyAgt1"))


def _debtor_bank(transaction: Node) -> Agent | None:
    """A debtor that is a bank itself, and its account."""
    found = read(transaction.node(_DEBTOR), "Agt")
    if not found.option or found.identification:
        return found if found.option else None
    number = account_number(transaction, _DEBTOR_ACCOUNT)
    return replace(found, identification=f"/{number}") if number else found


def _ordering_customer(transaction: Node) -> Iterator[Field]:
    """A debtor that is a customer; earlier versions of the message have it without the choice of party and agent."""
    debtor = transaction.node(_DEBTOR)
    if not debtor.node("Pty"):
        yield from ordering_customer(transaction, _DEBTOR) if debtor and not debtor.node("Agt") else ()
        return
    for field in ordering_customer(debtor, "Pty"):
        first, _, rest = field.value.partition("\n")
        number = account_number(transaction, _DEBTOR_ACCOUNT)
        if not number:
            yield field
        elif field.tag != "50F":
            yield Field(field.tag, f"/{number}\n{field.value}")
        elif first == _UNNAMED:
            yield Field(field.tag, f"/{number}\n{rest}")
        else:
            transaction.node(_DEBTOR_ACCOUNT).note("the customer's identification stands in its place")
            yield field
