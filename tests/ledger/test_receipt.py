"""A receipt proves one entry to an outsider; whatever is changed in it, it proves nothing any more."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from domain.merkle import Frontier, fold, inclusion, subtrees
from ledger.book import Post, Reserve
from ledger.journal import Sealed
from ledger.memory import MemoryLedger
from ledger.receipt import check, receipt
from ledger.signing import Signer
from tests.ledger.worlds import ALPHA, BETA, Ticks, furnish

SIGNER, OTHER = Signer(bytes(range(32))), Signer(bytes(32))
KEY = SIGNER.public_key


def proof_of(entries: list[Sealed], sequence: int) -> list[bytes]:
    """Computed from all entries, without SQL."""
    steps = []
    for leaves in inclusion(sequence - 1, len(entries)):
        peaks = []
        for level, number in subtrees(leaves):
            tree = Frontier()
            for sealed in entries[number << level : (number + 1) << level]:
                tree.append(sealed.body)
            peaks.append(tree.root())
        steps.append(fold(peaks))
    return steps


async def receipts() -> list[dict[str, Any]]:
    ledger = MemoryLedger(Ticks())
    await furnish(ledger)
    await ledger.submit([Reserve("pay_1/hold", ALPHA, BETA, "USD", 100), Post("pay_1/post", "pay_1/hold", 30)])
    await ledger.close_account(BETA)
    entries, tree = await ledger.entries(0, 100), Frontier()
    for sealed in entries:
        tree.append(sealed.body)
    head = SIGNER.sign(await ledger.head(), tree, 1_700_000_000_000_005)
    return [receipt(sealed.body, proof_of(entries, sealed.entry.sequence), head) for sealed in entries]


async def test_every_entry_has_a_receipt_that_holds() -> None:
    for document in await receipts():
        checked = check(json.dumps(document), KEY)
        assert checked.verdict == "ok", checked
    hold, post, _ = (await receipts())[-3:]
    assert hold["entry"] | {"body": ""} == {
        "sequence": 10,
        "at": "2023-11-14T22:13:20+00:00",
        "kind": "reserve",
        "id": "pay_1/hold",
        "debit": ALPHA,
        "credit": BETA,
        "asset": "USD",
        "amount_minor": 100,
        "expires_us": None,
        "body": "",
    }
    assert (post["entry"]["kind"], post["entry"]["pending_id"]) == ("post", "pay_1/hold")


async def test_without_the_key_it_is_incomplete_and_under_another_broken() -> None:
    document = json.dumps((await receipts())[9])
    assert check(document, None).verdict == "incomplete"
    assert check(document, OTHER.public_key).verdict == "broken"


def changed(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each single value replaced, removed, or one hexadecimal digit changed."""
    for part in ("entry", "head"):
        for name, value in document[part].items():
            for other in (None, "x", 7, _flipped(value)):
                if other != value:
                    forged = copy.deepcopy(document)
                    forged[part][name] = other
                    yield forged
            forged = copy.deepcopy(document)
            del forged[part][name]
            yield forged
    for place in range(len(document["proof"])):
        for edit in (lambda proof, n: proof.pop(n), lambda proof, n: proof.insert(n, proof[n]), _flip_at):
            forged = copy.deepcopy(document)
            edit(forged["proof"], place)
            yield forged
    for name in document:
        yield {key: value for key, value in document.items() if key != name}


def _flip_at(proof: list[str], place: int) -> None:
    proof[place] = _flipped(proof[place])


def _flipped(value: object) -> Any:
    return f"{value[:-1]}{'0' if value[-1] != '0' else '1'}" if isinstance(value, str) else value


async def test_any_change_is_noticed() -> None:
    document = (await receipts())[10]
    forgeries = list(changed(document))
    assert len(forgeries) > 60
    for forged in forgeries:
        assert check(json.dumps(forged), KEY).verdict == "broken", forged


async def test_any_flipped_bit_is_noticed() -> None:
    document = json.dumps((await receipts())[10]).encode()
    for bit in range(8 * len(document)):
        flipped = bytearray(document)
        flipped[bit // 8] ^= 1 << bit % 8
        assert check(bytes(flipped), KEY).verdict == "broken", bytes(flipped[max(0, bit // 8 - 20) :][:40])


@pytest.mark.parametrize("nonsense", ["", "[]", "7", "{", '{"format": "deltran-receipt/1"}', "\udcff", "[" * 10**5])
def test_nonsense_is_no_receipt(nonsense: str) -> None:
    checked = check(nonsense, KEY)
    assert (checked.verdict, checked.findings[0].check) == ("broken", "document")


async def test_the_head_of_somebody_else_is_not_the_ledgers() -> None:
    document = (await receipts())[9]
    forge: Callable[[bytes], str] = lambda text: OTHER._key.sign(text).hex()  # noqa: E731 - one use
    head = document["head"]
    text = f"deltran-ledger/1\n{head['size']}\n{head['root']}\n{head['hash']}\n{head['signed_us']}\n".encode()
    document["head"] |= {"public_key": OTHER.public_key.hex(), "signature": forge(text)}
    assert check(json.dumps(document), None).verdict == "incomplete"
    assert check(json.dumps(document), KEY).verdict == "broken"
