"""The evidence of a payment verifies offline, and whatever is changed in it is noticed."""

import io
import zipfile
from pathlib import Path

from deltran.evidence import verify
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
    assert [each for each in found if each.holds is False] == []
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


async def test_a_decision_is_part_of_it(served: House, tmp_path: Path) -> None:
    payment_id = await served.submit("alpha", receiver_name=LISTED)
    review = await served.held(payment_id)
    word = {"verdict": "reject", "screening_id": review["screening_id"], "comment": "it is him"}
    assert (await served["compliance"].post(f"{URL}/{payment_id}/decision", json=word)).status_code == 200
    await served.reaches(payment_id, "rejected")
    raw = await evidence(served, payment_id, wanted="review.json")
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        assert b"it is him" in packed.read("review.json")
