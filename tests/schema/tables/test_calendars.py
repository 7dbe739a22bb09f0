from dataclasses import replace
from datetime import time

from domain.calendars import HOURS, CalendarLine, Hours, Roll, line_of
from schema.tables.common.session import Database
from schema.tables.settlement import calendars
from tests.schema.tables.world import AT, later

LINE = CalendarLine("SEK", "SE", Hours(time(7), time(17)), Roll.MODIFIED_FOLLOWING, "Europe/Stockholm")


async def test_the_rule_book_is_what_a_new_network_keeps(db: Database) -> None:
    async with db.read() as session:
        found = await calendars.lines(session)
    assert [each.line for each in found] == [line_of(currency) for currency in sorted(HOURS)]
    assert {each.changed_by for each in found} == {None}


async def test_a_currency_without_a_line_keeps_the_rule_book(db: Database) -> None:
    async with db.read() as session:
        assert await calendars.line(session, "KWD") == line_of("KWD")
    assert line_of("KWD") == CalendarLine("KWD", "FRI-SAT", Hours(time(6), time(16)))


async def test_a_line_is_set_and_set_again(db: Database) -> None:
    later_line = replace(LINE, hours=Hours(time(7), time(18)))
    async with db.write() as session:
        assert await calendars.put(session, LINE, at=AT, actor_id="otto") == line_of("SEK")
    async with db.write() as session:
        assert await calendars.put(session, later_line, at=later(1), actor_id="olga") == LINE
    async with db.read() as session:
        assert await calendars.view(session, "SEK") == calendars.CalendarView(later_line, later(1), "olga")
