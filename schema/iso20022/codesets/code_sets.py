"""The code sets that ISO keeps outside its schemas: which codes exist, as data."""

from functools import cache
from importlib.resources import files
from typing import Final

VERSION: Final = "2025"
"""The snapshot of the external code sets; ISO adds codes every quarter."""


@cache
def codes(name: str) -> frozenset[str]:
    """Every code of a set such as "ExternalPurpose1Code", "Country" or "WithdrawnCurrency"."""
    text = files(__package__).joinpath(f"{name}.txt").read_text("ascii")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(code for line in lines for code in line.split())
