"""Two judgements that most messages need: what CBPR+ asks for where ISO 20022 does not, and what it removed from use."""

from typing import Any

from domain.reason import Reason
from schema.iso20022.rules.rule import INCOMPLETE, Table, Wrong
from schema.iso20022.shape import Part


def requires(
    table: Table, id: str, text: str, *, on: str, paths: tuple[str, ...], reason: Reason = Reason.FF01, **more: Any
) -> None:
    """Write a rule that every one of the paths exists below the elements it is `on`."""

    @table.structure(id, text, reason, on=on, setting=INCOMPLETE, **more)
    def missing(part: Part) -> Wrong:
        return [path for path in paths if not part.has(path)]


def removed(table: Table, id: str, text: str, *, on: str, paths: tuple[str, ...], **more: Any) -> None:
    """Write a rule that none of the paths exists below the elements it is `on`."""

    @table.structure(id, text, Reason.FF01, on=on, needs=paths, **more)
    def used(part: Part) -> Wrong:
        return part.parts(*paths)


def single(table: Table, id: str, text: str, *, on: str, path: str, **more: Any) -> None:
    """Write a rule that exactly one element stands at the path; the second is reported, or the one that is missing."""

    @table.structure(id, text, Reason.FF01, on=on, **more)
    def not_one(part: Part) -> Wrong:
        return part.parts(path)[1:2] if part.has(path) else [path]
