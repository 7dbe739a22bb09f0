"""Cases and their assignments, which a recall and its answer have in common.

A case is one bank's name for the whole affair; every message in it is an assignment, and named like one.
"""

from datetime import datetime
from typing import Any

from domain.errors import InvalidValue
from domain.ids import Bic
from domain.original import Original
from domain.reason import Reason
from schema.iso20022.codecs import values
from schema.iso20022.codecs.identity import Identity, instruction_reference, moment, reference
from schema.iso20022.codecs.parties import agent
from schema.iso20022.codecs.references import original_group, original_ids
from schema.iso20022.codecs.values import Part


def assignment(assignment_id: str, created: datetime | None, assigner: str, assignee: str) -> Identity:
    """The identity of a message that is an assignment. Raises InvalidValue when its moment is not known."""
    if created is None:
        raise InvalidValue("an assignment has a time")
    return Identity(assignment_id, created, assigner, assignee)


def assignment_content(identity: Identity) -> dict[str, Any]:
    """Who assigns what to whom, and when."""
    return {
        "Id": identity.message_id,
        "Assgnr": {"Agt": agent(identity.sender)},
        "Assgne": {"Agt": agent(identity.receiver)},
        "CreDtTm": moment(identity.created),
    }


def case_content(case_id: str, creator_bic: str) -> dict[str, Any]:
    """The case and who opened it. Raises InvalidValue when the name is none."""
    return {"Id": reference(case_id, 35), "Cretr": {"Agt": agent(creator_bic)}}


def original_content(original: Original, path: str) -> dict[str, Any]:
    """Which payment is meant. Raises MessageRefused (TX-02) when its instruction id is none."""
    if original.instruction_id is not None:
        instruction_reference(original.instruction_id, f"/Document/{path}/OrgnlInstrId")
    return {"OrgnlGrpInf": original_group(original), **original_ids(original)}


def read_bank(read: Part, path: str) -> Bic | None:
    """The bank at the path, whether it stands there as a bank or as any party with a BIC."""
    return values.bic(read, f"{path}/Agt/FinInstnId/BICFI", f"{path}/Pty/Id/OrgId/AnyBIC")


def needed_bank(read: Part, path: str) -> Bic | None:
    """The bank at the path, which must be there (CX-03)."""
    bank = read_bank(read, path)
    if bank is None:
        read.report("CX-03", Reason.FF01, "the bank has no BIC", f"{path}/Agt/FinInstnId/BICFI")
    return bank
