"""Sanctions lists on their way into force: what is sound is swapped in, what is not leaves the present version alone."""

import asyncio
import http.server
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from activities.library import Library
from activities.list_files import ListFile, bring_in, pack, read, unpack
from activities.lists import refresh
from domain.errors import ListRefused, Unavailable
from domain.screening import Subject
from schema.tables.common.session import Database
from schema.tables.compliance import lists
from schema.tables.compliance.lists import CheckOutcome
from screening.entity import Entity, EntityKind, ListedName, NameKind
from screening.lists import guard
from screening.lists.repeats import Repeats
from screening.scope import Scope, scope
from tests.screening.lists import samples

AT = datetime.now(UTC)


@pytest.fixture(autouse=True)
def _small_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists of our own making have fewer entities than the publishers'."""
    monkeypatch.setitem(guard.FEWEST, "UN", 2)


def un(*names: str, first: int = 1) -> bytes:
    """A list in the shape of the United Nations', of invented people."""
    people = "".join(
        f"<INDIVIDUAL><DATAID>{number}</DATAID><FIRST_NAME>{name}</FIRST_NAME>"
        f"<UN_LIST_TYPE>Invented</UN_LIST_TYPE><REFERENCE_NUMBER>IV.{number}</REFERENCE_NUMBER></INDIVIDUAL>"
        for number, name in enumerate(names, start=first)
    )
    return f'<CONSOLIDATED_LIST dateGenerated="2026-10-13"><INDIVIDUALS>{people}</INDIVIDUALS></CONSOLIDATED_LIST>'.encode()


NAMES = [f"Person {chr(65 + number // 26)}{chr(65 + number % 26)} Invented" for number in range(40)]
FULL = un("Mirko Zarubanov", "Olga Petruvna", *NAMES)
PRESENT = un("Mirko Zarubanov", "Olga Petruvna", "Nobody Else", *NAMES)


def file(data: bytes, **more: bool | str) -> ListFile:
    return ListFile("UN", data, "test", "tester", **more)  # type: ignore[arg-type]


async def state(db: Database) -> tuple[list[str], str]:
    """The versions in force, and what the last look came to."""
    async with db.read() as session:
        versions = [each.version for each in await lists.current(session)]
        (last,) = await lists.last_checks(session)
    return versions, f"{last.outcome} {last.reason or ''}".strip()


def test_what_is_stored_is_what_was_read() -> None:
    entity = Entity("UN", "1", EntityKind.PERSON, (ListedName("Ünïcode", NameKind.PRIMARY),), births=("1961",))
    assert list(unpack(pack([entity]))) == [entity]


def test_a_further_list_of_a_publisher_is_read_as_its_first() -> None:
    entities, _ = read(ListFile("OFAC-CONS", samples.ADVANCED_XML, "test", "tester"))
    assert {(entity.list_name, scope(entity)) for entity in entities} == {("OFAC-CONS", Scope.RESTRICTED)}


async def test_an_id_that_is_used_twice_loses_nobody(db: Database) -> None:
    """The list comes into force, with every name; its look, its audit line and whoever brought it tell how often."""
    brought = await bring_in(db, file(FULL.replace(b">IV.2<", b">IV.1<")), AT)
    assert (brought.entities, brought.repeats) == (41, Repeats(merged=1))
    assert await state(db) == ([brought.version], f"updated {brought.repeats}")
    async with db.read() as session:
        (line,) = await session.all(text("SELECT detail FROM audit_log WHERE action = 'list.activate'"))
    assert line.detail["repeated"] == {"same": 0, "merged": 1, "apart": 0}
    library = Library(db, ["UN"], max_age_s=3600)
    await library.follow()
    for name in ("Mirko Zarubanov", "Olga Petruvna"):
        assert library.screener().screen([Subject("creditor", name)]).hits


async def test_a_list_comes_into_force_and_a_repeat_changes_nothing(db: Database) -> None:
    first = await bring_in(db, file(FULL), AT)
    assert (first.entities, len(first.delta.added)) == (42, 42)
    again = await bring_in(db, file(FULL), AT + timedelta(seconds=1))
    assert (again.version, again.delta.added) == (first.version, ())
    assert await state(db) == ([first.version], "unchanged")


@pytest.mark.parametrize(
    ("data", "more", "reason"),
    [
        (b"", {}, "unreadable"),
        (un(), {}, "empty"),
        (FULL[: len(FULL) // 2], {}, "truncated"),
        (un(*NAMES[:4]), {}, "shrunk"),
        (un(*NAMES[:4]), {"acknowledged": True}, "shrunk"),
        (un("Mirko Zarubanov", "Olga Petruvna", *NAMES[:35]), {}, "dropped"),
        (FULL, {"expected_sha256": "0" * 64}, "tampered"),
        (PRESENT, {"expected_sha256": "0" * 64}, "tampered"),
        (un("Mirko", first=1) + un("Olga", first=1), {}, "truncated"),
    ],
)
async def test_a_file_that_is_not_the_list_is_refused_and_the_old_one_stays(
    db: Database, data: bytes, more: dict[str, bool | str], reason: str
) -> None:
    present = await bring_in(db, file(PRESENT), AT)
    with pytest.raises(ListRefused) as refused:
        await bring_in(db, file(data, **more), AT + timedelta(seconds=1))
    assert refused.value.facts["reason"] == reason
    assert await state(db) == ([present.version], f"refused {reason}")


async def test_a_file_beside_the_first_is_part_of_the_version(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """OFAC's aliases come in a file of their own: brought in later, or changed, they come into force."""
    monkeypatch.setitem(guard.FEWEST, "OFAC", 1)

    async def bring(companions: dict[str, bytes]) -> tuple[str, tuple[str, ...]]:
        found = await bring_in(db, ListFile("OFAC", samples.SDN, "test", "tester", companions=companions), AT)
        return found.version, found.delta.changed

    alone, _ = await bring({})
    with_aliases, changed = await bring({"aliases": samples.ALT})
    assert alone != with_aliases
    assert "101" in changed
    assert await bring({"aliases": samples.ALT}) == (with_aliases, ())
    with pytest.raises(ListRefused, match="names"):
        await bring({})


async def test_a_person_may_acknowledge_a_drop(db: Database) -> None:
    await bring_in(db, file(FULL), AT)
    dropped = await bring_in(db, file(un("Mirko Zarubanov", "Olga Petruvna", *NAMES[:35]), acknowledged=True), AT)
    assert len(dropped.delta.removed) == 5


async def test_nothing_is_screened_by_a_list_that_is_missing_or_old(db: Database) -> None:
    library = Library(db, ["UN"], max_age_s=3600)
    await library.follow()
    with pytest.raises(Unavailable, match="missing: UN"):
        library.screener()
    await bring_in(db, file(FULL), AT - timedelta(hours=2))
    await library.follow()
    with pytest.raises(Unavailable, match="too old: UN"):
        library.screener()
    await bring_in(db, file(FULL), datetime.now(UTC))  # its publisher confirms it
    await library.follow()
    (hit,) = library.screener().screen([Subject("creditor", "Mirko Zarubanov")]).hits
    assert (hit.list_name, hit.matched) == ("UN", "Mirko Zarubanov")


async def test_a_swap_under_load_loses_no_query(db: Database) -> None:
    await bring_in(db, file(FULL), datetime.now(UTC))
    library = Library(db, ["UN"], max_age_s=3600)
    await library.follow()
    found: list[int] = []
    done = asyncio.Event()

    async def ask() -> None:
        while not done.is_set():
            result = await asyncio.to_thread(library.screener().screen, [Subject("creditor", "Olga Petruvna")])
            found.append(len(result.hits))

    asking = [asyncio.create_task(ask()) for _ in range(4)]
    versions = set()
    for number in range(5):
        data = un("Mirko Zarubanov", "Olga Petruvna", *NAMES, *[f"Newcomer {chr(65 + n)}" for n in range(number + 1)])
        versions.add((await bring_in(db, file(data), datetime.now(UTC))).version)
        await library.follow()
    done.set()
    await asyncio.gather(*asking)
    assert len(versions) == 5
    assert found
    assert set(found) == {1}


class Publisher(http.server.BaseHTTPRequestHandler):
    """Publishes one list, and says when it has not changed."""

    content = FULL
    requests: list[str | None]

    def do_GET(self) -> None:
        asked = self.headers.get("If-None-Match")
        type(self).requests.append(asked)
        if asked == '"v1"':
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("ETag", '"v1"')
        self.end_headers()
        self.wfile.write(self.content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def publisher() -> Iterator[str]:
    Publisher.requests = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Publisher) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/un.xml"
        server.shutdown()


async def test_only_what_is_new_is_fetched(db: Database, publisher: str) -> None:
    first = await refresh(db, "UN", publisher, "tester")
    second = await refresh(db, "UN", publisher, "tester")
    assert (first.outcome, second.outcome) == (CheckOutcome.UPDATED, CheckOutcome.UNCHANGED)
    assert Publisher.requests == [None, '"v1"']


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "unreadable"),
        (b"<html>Service unavailable</html>", "unreadable"),
        (FULL[: len(FULL) // 2], "truncated"),
        (un(*NAMES[:4]), "shrunk"),
    ],
)
async def test_what_a_publisher_sends_is_refused_and_the_old_list_goes_on_screening(
    db: Database, publisher: str, monkeypatch: pytest.MonkeyPatch, content: bytes, reason: str
) -> None:
    present = await bring_in(db, file(FULL + b" "), datetime.now(UTC))
    library = Library(db, ["UN"], max_age_s=3600)
    await library.follow()
    monkeypatch.setattr(Publisher, "content", content)
    told = await refresh(db, "UN", publisher, "tester")
    assert (told.outcome, told.reason) == (CheckOutcome.REFUSED, reason)
    await library.follow()
    assert await state(db) == ([present.version], f"refused {reason}")
    assert library.screener().screen([Subject("creditor", "Mirko Zarubanov")]).hits


async def test_a_publisher_that_is_away_is_noted_and_asked_again(db: Database, publisher: str) -> None:
    await refresh(db, "UN", publisher, "tester")
    with pytest.raises(Unavailable):
        await refresh(db, "UN", "http://127.0.0.1:9/un.xml", "tester")
    versions, last = await state(db)
    assert len(versions) == 1
    assert last.startswith("failed")
