"""Bearer tokens of a demonstration: random, kept private in the state directory, the same on every start."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from devstack.place import write_private


@dataclass(frozen=True, slots=True)
class Tokens:
    """One token for each role, and one for each participant's system by BIC."""

    admin: str
    operator: str
    compliance: str
    senior: str
    participants: Mapping[str, str]

    @classmethod
    def kept(cls, state: Path, bics: Sequence[str]) -> Self:
        """Read the tokens of earlier starts, make those that are missing, and keep all of them (mode 0600)."""
        file = state / "tokens.json"
        known = json.loads(file.read_text()) if file.exists() else {}
        known_banks = known.get("participants", {})
        tokens = cls(
            admin=known.get("admin") or _new("admin"),
            operator=known.get("operator") or _new("operator"),
            compliance=known.get("compliance") or _new("compliance"),
            senior=known.get("senior") or _new("senior"),
            participants={**known_banks, **{bic: known_banks.get(bic) or _new(bic.lower()) for bic in bics}},
        )
        write_private(file, json.dumps(asdict(tokens), indent=1))
        return tokens

    def environment(self) -> dict[str, str]:
        """As `Settings` reads them."""
        return {
            "DELTRAN_TOKEN_ADMIN": self.admin,
            "DELTRAN_TOKEN_OPERATOR": self.operator,
            "DELTRAN_TOKEN_COMPLIANCE": self.compliance,
            "DELTRAN_TOKEN_SENIOR": self.senior,
            "DELTRAN_TOKEN_PARTICIPANT": ",".join(f"{bic}:{token}" for bic, token in self.participants.items()),
        }

    def rows(self) -> list[tuple[str, str]]:
        """Who and with which token, for people."""
        roles = [("admin", self.admin), ("operator", self.operator)]
        roles += [("compliance", self.compliance), ("senior compliance", self.senior)]
        return roles + [(f"participant {bic}", token) for bic, token in self.participants.items()]


def _new(whose: str) -> str:
    """A token that says whose it is, should it ever be found lying about."""
    return f"{whose}-{secrets.token_urlsafe(24)}"
