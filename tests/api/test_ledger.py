"""Proofs over REST: what is answered is checked here as an outsider would."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest_asyncio
from temporalio.client import Client

from api.app import create_app
from domain.merkle import proves_consistency
from ledger.book import Account, Post, Reserve, Transfer
from ledger.memory import MemoryLedger
from ledger.receipt import check
from ledger.signing import Signer
from runtime.settings import Settings
from schema.tables.common.session import Database, create_engine
from tests.api.house import ALPHA, BETA, GAMMA, SETTINGS, TOKENS, House
from tests.api.test_bad_input import refused
from tests.schema.tables.databases import fresh_database, migrated_template
from workers.heads import HeadSigner
from workers.projection import Projection
from workflows.plugin import plugin

SIGNER = Signer(bytes(range(32)))
NETWORK, PAYMENT = "NETWORK/EUR", "pay_01JABCDEFGHJKMNPQRSTVWXYZ0"


@pytest_asyncio.fixture(scope="module")
async def shown(postgres_url: str) -> AsyncIterator[House]:
    """An API over a little ledger: three banks, one payment from ALPHA to GAMMA, and two signed heads (7 and 9)."""
    async with AsyncExitStack() as held:
        template = await held.enter_async_context(migrated_template(postgres_url))
        url = await held.enter_async_context(fresh_database(postgres_url, template=template))
        db = Database(create_engine(url, 4))
        held.push_async_callback(db.close)
        await post_a_little(db)
        app = create_app(Settings(**SETTINGS), db, await Client.connect("127.0.0.1:9", lazy=True, plugins=[plugin()]))
        callers = {
            name: await held.enter_async_context(
                httpx.AsyncClient(
                    transport=httpx.ASGITransport(app),
                    base_url="http://api",
                    headers={"Authorization": f"Bearer {token}"},
                )
            )
            for name, token in TOKENS.items()
        }
        yield House(db, callers)


async def post_a_little(db: Database) -> None:
    ledger = MemoryLedger()
    await ledger.open_account(Account(NETWORK, "EUR", floor_minor=None))
    accounts = [f"{bic}/EUR" for bic in (ALPHA, BETA, GAMMA)]
    for account in accounts:
        await ledger.open_account(Account(account, "EUR"))
        await ledger.submit([Transfer(f"fund/{account}", NETWORK, account, "EUR", 1000)])
    projection = Projection(db, ledger, HeadSigner(db, ledger, SIGNER))
    await projection.catch_up()
    hold = Reserve(f"{PAYMENT}/hold", accounts[0], accounts[2], "EUR", 100)
    await ledger.submit([hold, Post(f"{PAYMENT}/post", hold.id)])
    await projection.catch_up()


async def test_a_payment_is_proved_from_its_id(shown: House) -> None:
    found = (await shown["alpha"].get("/api/v1/ledger/entries", params={"payment_id": PAYMENT})).json()["entries"]
    assert [(entry["kind"], entry["amount_minor"], entry["held_minor"]) for entry in found] == [
        ("reserve", 0, 100),
        ("post", 100, 100),
    ]
    for entry in found:
        answer = await shown["alpha"].get(f"/api/v1/ledger/entries/{entry['sequence']}/proof")
        checked = check(answer.text, SIGNER.public_key)
        assert checked.verdict == "ok", checked
        assert checked.entry["id"] == entry["operation_id"]
    assert check(json.dumps(answer.json()), None).verdict == "incomplete"


async def test_a_bank_sees_its_own_entries_only(shown: House) -> None:
    theirs = (await shown["beta"].get("/api/v1/ledger/entries", params={"payment_id": PAYMENT})).json()
    assert theirs == {"entries": []}
    for sequence, status in ((5, 200), (4, 200), (8, 404), (9, 404), (1, 404)):
        answer = await shown["beta"].get(f"/api/v1/ledger/entries/{sequence}/proof")
        assert answer.status_code == status, (sequence, answer.text)


async def test_heads_are_signed_and_only_grow(shown: House) -> None:
    head = (await shown["beta"].get("/api/v1/ledger/head")).json()
    assert (head["size"], head["public_key"]) == (9, SIGNER.public_key.hex())
    answer = (await shown["beta"].get("/api/v1/ledger/consistency", params={"from": 7, "to": 9})).json()
    older, newer = answer["older"], answer["newer"]
    assert newer == head
    steps = [bytes.fromhex(step) for step in answer["proof"]]
    roots = bytes.fromhex(older["root"]), bytes.fromhex(newer["root"])
    assert proves_consistency(7, 9, steps, *roots)


async def test_what_is_not_there_is_not_found(shown: House) -> None:
    for path in ("entries/10/proof", "consistency?from=6&to=9", "consistency?from=7&to=10"):
        refused(await shown["operator"].get(f"/api/v1/ledger/{path}"), 404, "not_found")
    for path in ("entries/0/proof", "entries/x/proof", f"entries/{2**63}/proof", "consistency?from=0&to=9", "entries"):
        assert (await shown["operator"].get(f"/api/v1/ledger/{path}")).status_code == 422, path


async def test_how_far_sql_has_followed_is_measured(shown: House) -> None:
    text = (await shown["operator"].get("/metrics")).text
    said = dict(line.split(" ") for line in text.splitlines() if line.startswith("ledger_"))
    assert float(said["ledger_position"]) == float(said["ledger_signed_position"]) == 9
    assert 0 <= float(said["ledger_projection_age_seconds"]) < 60
