"""Values to build messages of: whatever a bank may say within CBPR+, drawn by chance."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from hypothesis import strategies as st

from domain.mention import Mentioned, Seat
from domain.money import Money
from domain.original import Original, StatedReason
from domain.party import Party

BICS: Final = ("AURODEFFXXX", "LUMIFRPPXXX", "KOYOJPJT001", "DUNAKWKWXXX", "PINEUS33XXX")
ACCOUNTS: Final = ("DE89370400440532013000", "GB82WEST12345698765432", "0001-ATELIER", "12547896")
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
address_parts = texts(33).filter(lambda text: "," not in text)
addresses = st.lists(address_parts, min_size=1, max_size=2).map(", ".join)
"""What is known of an address: nothing, lines without a town, or town and country and perhaps the rest."""
wheres: st.SearchStrategy[dict[str, str]] = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"address": addresses}),
    st.fixed_dictionaries(
        {"town": texts(35), "country": st.sampled_from(["DE", "KW", "GB"])}, optional={"address": addresses}
    ),
)


def amounts(currency: st.SearchStrategy[str] = currencies, least: int = 1) -> st.SearchStrategy[Money]:
    """Amounts within the 14 digits of CBPR+."""
    return st.builds(Money, st.integers(least, 10**14 - 1), currency)


@st.composite
def parties(draw: st.DrawFn) -> Party:
    """A customer of a bank, known by its name or by its BIC alone."""
    account = draw(st.none() | st.sampled_from(ACCOUNTS))
    if draw(st.integers(0, 9)) == 0:
        bic = draw(bics)
        return Party(name=bic, agent_bic=draw(bics), account=account, bic=bic)
    return Party(name=draw(texts(140)), agent_bic=draw(bics), account=account, **draw(wheres))


@st.composite
def institutions(draw: st.DrawFn) -> Party:
    """A bank that pays or is paid for itself."""
    bic = draw(bics)
    return Party(name=bic, agent_bic=draw(bics), account=draw(st.none() | st.sampled_from(ACCOUNTS)), bic=bic)


@st.composite
def mentions(draw: st.DrawFn, role: Seat, *, customer: bool = False, account: bool = False) -> Mentioned:
    """Somebody else in the payment, by name or by BIC."""
    number = draw(st.none() | st.sampled_from(ACCOUNTS)) if account else None
    if draw(st.booleans()) or not customer:
        return Mentioned(role, bic=draw(bics), account=number)
    return Mentioned(role, name=draw(texts(140)), account=number, **draw(wheres))


reasons = st.builds(StatedReason, st.sampled_from(["AC04", "AM09", "CUST"]), st.none() | texts(100))
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
