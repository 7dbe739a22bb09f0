"""Values to build messages of: whatever a bank may say within CBPR+, drawn by chance."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Final

from hypothesis import strategies as st

from domain.mention import Mentioned, Seat
from domain.money import Money
from domain.original import Original, StatedReason
from domain.party import Party

BICS: Final = ("AURODEFFXXX", "LUMIFRPPXXX", "KOYOJPJT001", "DUNAKWKWXXX", "PINEUS33XXX")
MANY_BICS: Final = tuple(
    f"{name}{place}XXX"
    for name in ("AURO", "LUMI", "PINE", "DUNA", "KOYO")
    for place in ("DEFF", "FRPP", "US33", "JPJT")
)
"""Enough banks that nobody needs to sit in a payment twice."""
ACCOUNTS: Final = ("0001-ATELIER", "12547896", "AURODEFFXXX/EUR")
IBANS: Final = {"DE": "DE89370400440532013000", "FR": "FR1420041010050500013M02606"}
BUSINESS_DAYS: Final = ("2026-03-03", "2026-03-04", "2026-03-10")
"""On which every currency drawn here settles."""
FIN_X: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ "
EXTENDED: Final = FIN_X + '!#$%&*=^_{|}~";<>@[\\]`'


def texts(longest: int, alphabet: str = EXTENDED) -> st.SearchStrategy[str]:
    """Words with single blanks between them."""
    return st.text(alphabet, min_size=1, max_size=longest).map(lambda text: " ".join(text.split())).filter(bool)


def references(longest: int = 35) -> st.SearchStrategy[str]:
    """References that MT could carry as well."""
    found = texts(longest, FIN_X)
    return found.filter(lambda text: not (text.startswith("/") or text.endswith("/") or "//" in text))


bics = st.sampled_from(BICS)
uetrs = st.uuids(version=4).map(str)
currencies = st.sampled_from(["EUR", "USD", "JPY", "KWD"])
days = st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31))
moments = st.builds(
    lambda at, hours: at.replace(tzinfo=timezone(timedelta(hours=hours))) if hours else at.replace(tzinfo=UTC),
    st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2099, 12, 31)),  # noqa: DTZ001
    st.integers(-12, 13),
)


def repeats(where: dict[str, str]) -> bool:
    """Whether the address says again what town and country say."""
    address = where.get("address", "")
    pieces = [*re.split(r"[,;/]\s*", address), *address.split(", ")]
    return not {piece.strip().casefold() for piece in pieces}.isdisjoint(
        {where["town"].casefold(), where["country"].casefold()}
    )


address_parts = texts(33).filter(lambda text: "," not in text)
addresses = st.lists(address_parts, min_size=1, max_size=2).map(", ".join)
full_wheres: st.SearchStrategy[dict[str, Any]] = st.just({}) | st.fixed_dictionaries(
    {"town": texts(35), "country": st.sampled_from(["DE", "KW", "GB"])}, optional={"address": addresses}
).filter(lambda where: not repeats(where))
"""What is known of an address: nothing, or town and country and perhaps the rest."""
wheres: st.SearchStrategy[dict[str, Any]] = full_wheres | st.fixed_dictionaries({"address": addresses})
"""That, or lines without a town."""


def amounts(
    currency: st.SearchStrategy[str] = currencies, *, least: int = 1, most: int = 10**14 - 1
) -> st.SearchStrategy[Money]:
    """Amounts within the 14 digits of CBPR+, in minor units."""
    return st.builds(Money, st.integers(least, most), currency)


def accounts(bic: str) -> st.SearchStrategy[str | None]:
    """Accounts that a bank might keep: none told, some number, or an IBAN of its country."""
    iban = IBANS.get(bic[4:6])
    return st.sampled_from([None, *ACCOUNTS, *([iban] if iban else [])])


@st.composite
def parties(draw: st.DrawFn, bank: st.SearchStrategy[str] = bics) -> Party:
    """A customer of a bank, known by its name or by its BIC alone."""
    agent = draw(bank)
    account = draw(accounts(agent))
    if draw(st.integers(0, 9)) == 0:
        own = draw(bics)
        return Party(name=own, agent_bic=agent, account=account, bic=own)
    return Party(name=draw(texts(140)), agent_bic=agent, account=account, **draw(wheres))


@st.composite
def institutions(draw: st.DrawFn, bank: st.SearchStrategy[str] = bics) -> Party:
    """A bank that pays or is paid for itself, through another or not."""
    agent = draw(bank)
    bic = draw(st.just(agent) | bank)
    return Party(name=bic, agent_bic=agent, account=draw(st.none() | st.sampled_from(ACCOUNTS)), bic=bic)


@st.composite
def banks(draw: st.DrawFn, role: Seat, bank: st.SearchStrategy[str] = bics, *, account: bool = False) -> Mentioned:
    """Another bank in the payment, by BIC or by name and address."""
    number = draw(st.none() | st.sampled_from(ACCOUNTS)) if account else None
    if draw(st.integers(0, 3)):
        return Mentioned(role, bic=draw(bank), account=number)
    return Mentioned(role, name=draw(texts(140)), account=number, **draw(wheres))


@st.composite
def customers(draw: st.DrawFn, role: Seat, *, account: bool = False) -> Mentioned:
    """Another party of the payment, by name or by BIC."""
    number = draw(st.none() | st.sampled_from(ACCOUNTS)) if account else None
    if draw(st.booleans()):
        return Mentioned(role, bic=draw(bics), account=number)
    return Mentioned(role, name=draw(texts(140)), account=number, **draw(wheres if account else full_wheres))


def stated(*codes: str) -> st.SearchStrategy[StatedReason]:
    """Reasons of the set that belongs to a message, with or without words."""
    return st.builds(StatedReason, st.sampled_from(codes), st.none() | texts(100))


reasons = stated("AC04", "AM09", "CUST")
originals = st.builds(
    Original,
    message_id=references(),
    message_name=st.sampled_from(["pacs.008.001.08", "pacs.009.001.08"]),
    uetr=uetrs,
    end_to_end_id=references(),
    instruction_id=st.none() | references(16),
    transaction_id=st.none() | references(),
    created=st.none() | moments,
)
