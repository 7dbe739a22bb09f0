import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from devstack.tokens import Tokens
from domain.errors import Unavailable
from domain.merkle import Frontier
from ledger.book import GENESIS, Entry, Transfer
from ledger.journal import seal
from ledger.receipt import receipt
from ledger.signing import Signer
from runtime.keys import kept_key

CHECKOUT = Path(__file__).parents[2]


def deltran(*words: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deltran", *words],
        cwd=CHECKOUT,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **env},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", ["up", "serve", "worker", "migrate", "demo", "ledger", "receipt"])
def test_every_command_explains_itself(command: str) -> None:
    done = deltran(command, "--help")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("words", "env", "says"),
    [
        (["migrate"], {}, "DATABASE_URL is not set"),
        (["ledger", "verify", "--state", "/nonexistent/state"], {}, "no ledger at"),
        (["ledger", "verify", "--backup", "/nonexistent/backup"], {}, "no backup of a ledger"),
        (["ledger", "key", "--state", "/nonexistent/state"], {}, "no key yet"),
        (["receipt", "verify", "/nonexistent/file"], {}, "cannot be read"),
        (["receipt", "verify", "pyproject.toml", "--key", "nonsense"], {}, "neither a key"),
        (["up"], {"DELTRAN_DATABASE_POOL": "many"}, "setting database_pool"),
        (["up", "--port", "99999"], {}, "equal to 65535"),
        (["worker", "gardening"], {}, "gardening"),
    ],
)
def test_mistakes_are_named_without_a_traceback(words: list[str], env: dict[str, str], says: str) -> None:
    done = deltran(*words, **env)
    assert done.returncode in (1, 2)
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_verification_of_a_ledger_that_cannot_be_checked_is_incomplete(tmp_path: Path) -> None:
    (tmp_path / "ledger").mkdir()
    done = deltran("ledger", "verify", "--state", tmp_path, "--json")
    assert json.loads(done.stdout)["verdict"] == "incomplete"
    assert done.returncode == 2


def test_a_receipt_is_checked_without_a_server(tmp_path: Path) -> None:
    signer, tree = Signer(kept_key(tmp_path / "secrets" / "ledger.key", make=True)), Frontier()
    head, sealed = seal(GENESIS, [Entry(1, Transfer("t", "A/EUR", "B/EUR", "EUR", 5), 1_700_000_000_000_000)])
    tree.append(sealed[0].body)
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(receipt(sealed[0].body, [], signer.sign(head, tree, 1_700_000_000_000_001))))
    key = deltran("ledger", "key", "--state", tmp_path).stdout.strip()
    assert key == signer.public_key.hex()
    for said, code, verdict in (((), 2, "incomplete"), (("--key", key), 0, "ok"), (("--key", "00" * 32), 1, "broken")):
        done = deltran("receipt", "verify", file, *said)
        assert done.returncode == code, done.stderr
        assert f"verdict:       {verdict}" in done.stdout
        assert "2023-11-14T22:13:20+00:00" in done.stdout


def test_keys_are_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "key"
    key = kept_key(path, make=True)
    assert kept_key(path, make=True) == kept_key(path, make=False) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["key"]
    path.chmod(0o640)
    with pytest.raises(Unavailable, match="read by others"):
        kept_key(path, make=False)
    for text in ("", "xyz", "00" * 31):
        path.write_text(text)
        path.chmod(0o600)
        with pytest.raises(Unavailable):
            kept_key(path, make=False)
    with pytest.raises(Unavailable):
        kept_key(tmp_path / "missing", make=False)


def test_tokens_are_random_private_and_kept(tmp_path: Path) -> None:
    first = Tokens.kept(tmp_path, ["ALPHDEFFXXX"])
    again = Tokens.kept(tmp_path, ["ALPHDEFFXXX", "BRVOUS33XXX"])
    assert again.admin == first.admin
    assert again.participants["ALPHDEFFXXX"] == first.participants["ALPHDEFFXXX"]
    assert len({token for _, token in again.rows()}) == 6
    assert stat.S_IMODE((tmp_path / "tokens.json").stat().st_mode) == 0o600
    assert again.environment()["DELTRAN_TOKEN_PARTICIPANT"].startswith("ALPHDEFFXXX:alphdeffxxx-")
