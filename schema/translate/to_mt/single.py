"""The one transaction that an MT carries, and its reference."""

from collections.abc import Iterable

from domain.errors import MessageRefused
from domain.finding import Finding
from domain.reason import Reason
from schema.mt.message import Field
from schema.translate.to_mt.source import Node, Source
from schema.translate.to_mt.values import NOT_PROVIDED, reference


def only_transaction(source: Source, path: str) -> Node:
    """The transaction at the path. Raises MessageRefused (TR-03) when there is none or more than one."""
    found = source.root.nodes(path)
    if len(found) != 1:
        complaint = f"an MT carries one transaction, not {len(found)}"
        finding = Finding(source.root.where(path), "TR-03", complaint, Reason.FF01)
        raise MessageRefused("the message cannot be written as MT", findings=(finding,))
    return found[0]


def senders_reference(node: Node, path: str) -> Iterable[Field]:
    """Field 20: the instruction's own reference, or the message's; the other one is lost unless it is the same."""
    message_id = node.peek("/GrpHdr/MsgId")
    text = node.peek(path)
    if message_id == text or not text:
        node.take("/GrpHdr/MsgId")
    return [Field("20", reference(node, path, "/GrpHdr/MsgId") or NOT_PROVIDED)]


def related_reference(node: Node, path: str) -> Iterable[Field]:
    """Field 21: the reference at the path."""
    return [Field("21", reference(node, path) or NOT_PROVIDED)]
