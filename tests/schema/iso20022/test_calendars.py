import pytest

from schema.iso20022.calendars import Day, day_of


@pytest.mark.parametrize(
    ("currency", "day", "expected"),
    [
        ("EUR", "2026-03-02", Day.BUSINESS),
        ("EUR", "2026-05-01", Day.HOLIDAY),  # T2 is closed
        ("EUR", "2026-04-03", Day.HOLIDAY),  # Good Friday
        ("EUR", "2026-10-03", Day.HOLIDAY),  # a Saturday
        ("EUR", "2026-10-02", Day.BUSINESS),  # a holiday of some countries is none of T2
        ("USD", "2026-07-03", Day.BUSINESS),  # the fourth is a Saturday: the Fed does not close the day before
        ("USD", "2026-11-26", Day.HOLIDAY),  # Thanksgiving
        ("USD", "2021-07-05", Day.HOLIDAY),  # the fourth was a Sunday: the Fed closed the day after
        ("GBP", "2026-12-25", Day.HOLIDAY),
        ("KWD", "2026-03-06", Day.PERHAPS_HOLIDAY),  # a Friday
        ("KWD", "2026-03-08", Day.BUSINESS),  # a Sunday
        ("KES", "2026-03-08", Day.PERHAPS_HOLIDAY),
        ("EUR", "2026-03-01Z", Day.HOLIDAY),
        ("EUR", " 2026-03-01", Day.HOLIDAY),
        ("EUR", "no day", Day.BUSINESS),
        ("QQQQ", "2026-03-02", Day.BUSINESS),
        ("EUR", "9999-12-31", Day.BUSINESS),
    ],
)
def test_a_day_is_what_it_is_to_its_currency(currency: str, day: str, expected: Day) -> None:
    assert day_of(currency, day) is expected
