"""Asking the publishers of sanctions lists for new versions: only what is new is fetched, only what is sound is used."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import httpx
from temporalio import activity

from activities.beating import beating
from activities.clock import now
from activities.list_files import NETWORK, ListFile, bring_in
from domain.errors import ListRefused, Unavailable
from schema.tables.common.session import Database
from schema.tables.compliance import lists
from schema.tables.compliance.lists import Checked, CheckOutcome

SOURCES: Final[Mapping[str, str]] = {
    "OFAC": "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/SDN_ADVANCED.XML",
    "OFAC-CONS": "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/CONS_ADVANCED.XML",
    "EU": "https://webgate.ec.europa.eu/fsd/fsf/public/files/xmlFullSanctionsList_1_1/content?token=dG9rZW4tMjAxNw",
    "UN": "https://scsanctions.un.org/resources/xml/en/consolidated.xml",
    "UK": "https://sanctionslist.fcdo.gov.uk/docs/UK-Sanctions-List.xml",
}
"""Where each list is published."""

NO_PUBLISHER: Final = "no_publisher"
"""Why a list that people bring by hand cannot be asked for."""
MOST_BYTES: Final = 400_000_000
"""The largest list is 127 MB today; what is larger is not a list."""
CONNECT_S: Final = 20.0
SILENCE_S: Final = 120.0
"""How long a publisher may say nothing; some build their file while one waits."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What came of asking for a list."""

    list_name: str
    outcome: str
    reason: str = ""


class ListActivities:
    """Fetches lists. `sources` are addresses in place of the publishers' own."""

    def __init__(self, db: Database, sources: Mapping[str, str]) -> None:
        self._db = db
        self._sources = {**SOURCES, **sources}

    @activity.defn
    async def refresh_list(self, list_name: str) -> Refreshed:
        """Ask for a new version of a list and put it into force. A refusal leaves the present version where it is.

        Raises Unavailable when the publisher cannot be reached.
        """
        url = self._sources.get(list_name)
        if url is None:
            return Refreshed(list_name, str(CheckOutcome.FAILED), NO_PUBLISHER)
        async with beating():
            return await refresh(self._db, list_name, url, NETWORK)


async def refresh(db: Database, list_name: str, url: str, by: str) -> Refreshed:
    """Fetch a list unless its publisher says that it is the one we have. Raises Unavailable."""
    async with db.read() as session:
        before = {check.list_name: check for check in await lists.last_checks(session)}.get(list_name)
    try:
        answer = await _fetch(url, before)
    except (httpx.HTTPError, OSError) as error:
        await _note(db, Checked(list_name, CheckOutcome.FAILED, url, by, now(), type(error).__name__))
        raise Unavailable(f"the publisher of {list_name} cannot be reached") from error
    if answer is None:
        assert before is not None, "only what was fetched before can be unchanged"
        unchanged = replace(before, outcome=CheckOutcome.UNCHANGED, by=by, at=now())  # and what was to say of its file
        await _note(db, unchanged)
        return Refreshed(list_name, str(CheckOutcome.UNCHANGED))
    file = ListFile(
        list_name,
        answer.content,
        url,
        by,
        etag=answer.headers.get("etag"),
        last_modified=answer.headers.get("last-modified"),
    )
    try:
        brought = await bring_in(db, file, now())
    except ListRefused as refused:
        return Refreshed(list_name, str(CheckOutcome.REFUSED), str(refused.facts.get("reason", "")))
    changed = bool(brought.delta.added or brought.delta.changed or brought.delta.removed)
    outcome = str(CheckOutcome.UPDATED if changed else CheckOutcome.UNCHANGED)
    return Refreshed(list_name, outcome, str(brought.repeats) if brought.repeats else "")


async def _fetch(url: str, before: Checked | None) -> httpx.Response | None:
    """The file; None when the publisher says that it has not changed since we looked last."""
    headers = {"User-Agent": "DelTran"}
    if before is not None and before.outcome in (CheckOutcome.UPDATED, CheckOutcome.UNCHANGED) and before.source == url:
        headers |= {"If-None-Match": before.etag} if before.etag else {}
        headers |= {"If-Modified-Since": before.last_modified} if before.last_modified else {}
    patience = httpx.Timeout(SILENCE_S, connect=CONNECT_S)
    async with (
        httpx.AsyncClient(timeout=patience, follow_redirects=True) as client,
        client.stream("GET", url, headers=headers) as answer,
    ):
        if answer.status_code == httpx.codes.NOT_MODIFIED:
            return None
        answer.raise_for_status()
        parts, size = [], 0
        async for part in answer.aiter_bytes():
            parts.append(part)
            size += len(part)
            if size > MOST_BYTES:
                raise httpx.ReadError("the file is larger than any list")
        return httpx.Response(answer.status_code, headers=_plain(answer.headers), content=b"".join(parts))


def _plain(headers: httpx.Headers) -> dict[str, str]:
    """What is remembered of an answer: its encoding is undone already."""
    return {name: headers[name] for name in ("etag", "last-modified") if name in headers}


async def _note(db: Database, checked: Checked) -> None:
    async with db.write() as session:
        await lists.record_check(session, checked)
