"""The evidence of a payment verifies offline, and whatever is changed in it is noticed."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from deltran.evidence import verify
from devstack.errors import StackError
from tests.api.house import LISTED, House, eventually

URL = "/api/v1/payments"


async def evidence(house: House, payment_id: str, *, wanted: str) -> bytes:
    """The file, once everything that is wanted is in it: the ledger signs every few seconds."""

    async def find() -> bytes | None:
        answer = await house["compliance"].get(f"{URL}/{payment_id}/evidence")
        assert answer.status_code == 200, answer.text
        names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
        return answer.content if any(name.startswith(wanted) for name in names) else None

    return await eventually(find)


async def test_it_holds_everything_and_verifies(served: House, tmp_path: Path) -> None:
    payment_id = await served.submit("alpha")
    await served.reaches(payment_id, "completed")
    file = tmp_path / "evidence.zip"
    file.write_bytes(await evidence(served, payment_id, wanted="ledger/"))
    key = (await served["operator"].get("/api/v1/ledger/head")).json()["public_key"]
    with zipfile.ZipFile(file) as packed:
        names = set(packed.namelist())
    assert {"manifest.json", "payment.json", "events.json", "screening.json", "workflow/history.json"} <= names
    assert {"messages/in-instruction.json", "messages/out-camt.054-debit.xml"} <= names
    found = verify(file, key)
    assert [each for each in found if not each.holds] == []
    assert any(each.check.endswith("inclusion") for each in found)
    assert [each.holds for each in verify(file, "00" * 32) if each.check.endswith(" key")].count(False) >= 1


async def test_a_changed_file_is_noticed(served: House, tmp_path: Path) -> None:
    payment_id = await served.submit("alpha")
    await served.reaches(payment_id, "completed")
    raw = await evidence(served, payment_id, wanted="ledger/")
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        contents = {name: packed.read(name) for name in packed.namelist()}
    for name in contents:
        if name == "manifest.json":
            continue
        changed = {**contents, name: contents[name] + b" "}
        file = tmp_path / "changed.zip"
        with zipfile.ZipFile(file, "w") as packed:
            for each, content in changed.items():
                packed.writestr(each, content)
        assert [each.check for each in verify(file, "") if each.holds is False] == [name]


async def test_any_flipped_byte_is_noticed(served: House, tmp_path: Path) -> None:
    payment_id = await served.submit("alpha")
    await served.reaches(payment_id, "completed")
    raw = await evidence(served, payment_id, wanted="ledger/")
    key = (await served["operator"].get("/api/v1/ledger/head")).json()["public_key"]
    file = tmp_path / "flipped.zip"
    packing = [place for place in range(len(raw)) if raw[place : place + 2] == b"PK"]
    headers = {place + n for place in packing[::7] for n in range(0, 46, 3) if place + n < len(raw)}
    for place in sorted(headers | set(range(0, len(raw), 997)) | set(range(len(raw) - 110, len(raw)))):
        flipped = bytearray(raw)
        flipped[place] ^= 1 << place % 8
        file.write_bytes(flipped)
        assert not sound(file, key), f"byte {place} of {len(raw)}"


def sound(file: Path, key: str) -> bool:
    try:
        return all(each.holds for each in verify(file, key))
    except StackError:
        return False


async def test_receipts_of_another_payment_and_files_that_are_there_twice_prove_nothing(
    served: House, tmp_path: Path
) -> None:
    one, other = await served.submit("alpha"), await served.submit("alpha")
    packed = {}
    for payment_id in (one, other):
        await served.reaches(payment_id, "completed")
        raw = await evidence(served, payment_id, wanted="ledger/")
        with zipfile.ZipFile(io.BytesIO(raw)) as whole:
            packed[payment_id] = {name: whole.read(name) for name in whole.namelist()}
    manifest = json.loads(packed[one]["manifest.json"])
    borrowed = {name: content for name, content in packed[other].items() if name.startswith("ledger/")}
    kept = {name: content for name, content in packed[one].items() if name not in ("manifest.json", *borrowed)}
    manifest["files"] = {name: hashlib.sha256(content).hexdigest() for name, content in (kept | borrowed).items()}
    forged = pack({"manifest.json": json.dumps(manifest).encode(), **kept, **borrowed}.items(), tmp_path / "forged.zip")
    assert disproved(forged) == sorted(f"{name} payment" for name in borrowed)
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = pack([*packed[one].items(), ("events.json", packed[one]["events.json"])], tmp_path / "twice.zip")
    assert disproved(twice) == ["files"]


def pack(contents: Iterable[tuple[str, bytes]], file: Path) -> Path:
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in contents:
            packed.writestr(name, content)
    return file


def disproved(file: Path) -> list[str]:
    return sorted(each.check for each in verify(file, "") if each.holds is False)


async def test_a_decision_is_part_of_it(served: House, tmp_path: Path) -> None:
    payment_id = await served.submit("alpha", receiver_name=LISTED)
    review = await served.held(payment_id)
    word = {"verdict": "reject", "screening_id": review["screening_id"], "comment": "it is him"}
    assert (await served["compliance"].post(f"{URL}/{payment_id}/decision", json=word)).status_code == 200
    await served.reaches(payment_id, "rejected")
    raw = await evidence(served, payment_id, wanted="review.json")
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        assert b"it is him" in packed.read("review.json")
