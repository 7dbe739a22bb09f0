"""The two halves of a cover message: the transfer between the banks, and the customers' payment that it covers."""

from schema.mt.message import Field, MtMessage


def sequences(message: MtMessage) -> tuple[tuple[Field, ...], tuple[Field, ...]]:
    """Sequences A and B of an MT202 COV or MT205 COV: B begins with the ordering customer, field 50a.

    A message without an ordering customer, or of a type without sequences, is all sequence A.
    """
    if message.mt_type not in {"202", "205"}:
        return message.fields, ()
    start = next((i for i, field in enumerate(message.fields) if field.number == "50"), len(message.fields))
    return message.fields[:start], message.fields[start:]
