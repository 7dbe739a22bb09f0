"""Kill -9 of workers and ledgers while payments are exchanged: both currencies move or neither, no fraction is lost."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

import pytest

from domain.ids import Uetr
from domain.money import Money
from domain.party import Party
from domain.payment import PaymentOrder, rounding_account, settlement_account
from runtime.settings import Placement
from tests.faults import books, diagnosis
from tests.faults.books import Books
from tests.faults.chaos import CALM_S, hurt, seed_of
from tests.faults.network import FUNDS, RICH, Network, Wish, eventually, running

pytestmark = pytest.mark.slow

DEALER = RICH[3]
SENDERS = RICH[:2]
RECEIVER = RICH[2]
RATE = "150.1237"


@dataclass(frozen=True, slots=True)
class Exchange(Wish):
    """A payment that takes a quote."""

    quote_id: str = ""

    def request(self) -> tuple[bytes, dict[str, str]]:
        body, headers = Wish.request(self)
        document = json.loads(body) | {"fx": {"quote_id": self.quote_id}, "settlement_method": "gross"}
        return json.dumps(document).encode(), headers


async def quoted(network: Network) -> str:
    """A quote good for everything."""
    body = {"sold": "USD", "bought": "JPY", "rate": RATE, "amount": "1000000.00", "expires_in_s": 3600}
    token = {"Authorization": f"Bearer {network.at.tokens[DEALER]}", "Content-Type": "application/json"}
    return str((await network.insist("/api/v1/fx/quotes", json.dumps(body).encode(), token)).json()["id"])


def wanted(random: Random, quote_id: str, count: int, within_s: float) -> list[Wish]:
    """Payments of odd amounts from two banks to a third, who all use the same quote."""
    return [
        Exchange(
            key=f"fx-{number}",
            order=PaymentOrder(
                amount=Money(random.randint(1, 99_999), "USD"),
                debtor=Party("Ada Sample", random.choice(SENDERS)),
                creditor=Party("Bert Example", RECEIVER),
                end_to_end_id="NOTPROVIDED",
                uetr=Uetr.new(),
            ),
            at_s=random.uniform(0, within_s),
            quote_id=quote_id,
        )
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("placement", "victims", "number"),
    [
        (Placement.LOCAL, ("payments-1",) * 3, 31),
        (Placement.QUEUE, ("ledger", "payments-1", "ledger"), 32),
        (Placement.POSTGRES, ("payments-1", "payments-2", "payments-1"), 33),
    ],
)
async def test_whoever_is_killed_no_fraction_is_lost(
    placement: Placement, victims: tuple[str, ...], number: int
) -> None:
    seed = seed_of(number)
    async with running(workers=1 if placement is Placement.LOCAL else 2, placement=placement) as (stack, network):
        random = Random(seed)
        wishes = wanted(random, await quoted(network), 80, within_s=5.0)
        ids, blows = await asyncio.gather(network.submit_all(wishes), hurt(stack, random, victims, gaps_s=(0.3, 2.0)))
        await _require_whole(network, wishes, ids, f"seed {seed}, killed {', '.join(blows)}")


async def _require_whole(network: Network, wishes: Sequence[Wish], ids: Sequence[str], story: str) -> None:
    """Every payment was exchanged once, and all of them add up to the last fraction."""
    if await eventually(lambda: books.quiet(network, ids), within_s=CALM_S) is None:
        raise AssertionError(f"not calm ({story}):\n{await diagnosis.told(network, ids)}")
    found = await network.rows("SELECT sold_minor, bought_minor, rounding_minor, residue, state FROM fx_conversions")
    assert {row["state"] for row in found} == {"paid"}, story
    assert len(found) == len(set(ids)) == len(wishes), story
    (account,) = await network.rows("SELECT residue, moved_minor, conversions FROM fx_roundings")
    sold, bought, moved = (sum(row[name] for row in found) for name in ("sold_minor", "bought_minor", "rounding_minor"))
    assert sold == sum(wish.order.amount.minor for wish in wishes), story
    assert bought + moved + Fraction(account["residue"]) == sold * Fraction(RATE) / 100, story
    assert abs(Fraction(account["residue"])) <= Fraction(1, 2), story
    assert (account["moved_minor"], account["conversions"]) == (moved, len(found)), story
    await _require_booked(network, sold, bought, moved, story)
    assert await books.proof(network) == [], story


async def _require_booked(network: Network, sold: int, bought: int, moved: int, story: str) -> None:
    """The ledger says what SQL says, and nothing is held any more."""
    held = await Books.of(network)
    assert all(balance.debits_pending == 0 for balance in held.balances.values()), story
    expected = {
        settlement_account(DEALER, "USD"): FUNDS["USD"].minor + sold,
        settlement_account(DEALER, "JPY"): FUNDS["JPY"].minor - bought - moved,
        settlement_account(RECEIVER, "JPY"): FUNDS["JPY"].minor + bought,
        rounding_account("JPY"): moved,
    }
    assert {account: held.balances[account].posted_minor for account in expected} == expected, story
