import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from devstack.tokens import Tokens

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


@pytest.mark.parametrize("command", ["up", "serve", "worker", "migrate", "demo", "ledger"])
def test_every_command_explains_itself(command: str) -> None:
    done = deltran(command, "--help")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("words", "env", "says"),
    [
        (["migrate"], {}, "DATABASE_URL is not set"),
        (["ledger", "verify", "--state", "/nonexistent/state"], {}, "no ledger at"),
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


def test_tokens_are_random_private_and_kept(tmp_path: Path) -> None:
    first = Tokens.kept(tmp_path, ["ALPHDEFFXXX"])
    again = Tokens.kept(tmp_path, ["ALPHDEFFXXX", "BRVOUS33XXX"])
    assert again.admin == first.admin
    assert again.participants["ALPHDEFFXXX"] == first.participants["ALPHDEFFXXX"]
    assert len({token for _, token in again.rows()}) == 5
    assert stat.S_IMODE((tmp_path / "tokens.json").stat().st_mode) == 0o600
    assert again.environment()["DELTRAN_TOKEN_PARTICIPANT"].startswith("ALPHDEFFXXX:alphdeffxxx-")
