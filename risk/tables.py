"""The engine's tables, read from data files: what currencies are worth, which places are risky, what must be reported."""

from pathlib import Path
from typing import Final

from domain.money import exponent

UNKNOWN_COUNTRY_RISK: Final = 20
MOST_CENTS: Final = 10**15
"""An amount that is compared counts ten million million dollars at most."""


def _rows(name: str) -> list[list[str]]:
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def _version(name: str) -> str:
    first, *_ = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return first.removeprefix("# version ").strip()


_CURRENCIES: Final = {row[0]: row[1:] for row in _rows("currencies.tsv")}
_WORTH: Final = {currency: int(worth) for currency, (worth, _) in _CURRENCIES.items()}
_REPORTED: Final = {
    currency: tuple(int(major) for major in reported.split(",") if major)
    for currency, (_, reported) in _CURRENCIES.items()
}
_PLACES: Final = {row[0]: (int(row[1]), int(row[2])) for row in _rows("places.tsv")}
_CORRIDORS: Final = {(row[0], row[1]): int(row[2]) for row in _rows("corridors.tsv")}

VERSION: Final = "/".join(_version(name) for name in ("currencies.tsv", "places.tsv", "corridors.tsv"))
"""The versions of the three data files."""


def reference_cents(amount_minor: int, currency: str) -> int:
    """About what the amount is worth in hundredths of a dollar: for comparing payments, never for booking them.

    A currency that the table does not know counts as the dollar.
    """
    worth = _WORTH.get(currency, 1_000_000)  # millionths of a dollar for one major unit
    cents: int = amount_minor * worth * 100 // (10 ** exponent(currency) * 1_000_000)
    return min(cents, MOST_CENTS)


def near_threshold(amount_minor: int, currency: str) -> bool:
    """Whether the amount lies within a tenth under an amount that must be reported in its currency."""
    unit = 10 ** exponent(currency)
    return any(9 * major * unit <= 10 * amount_minor < 10 * major * unit for major in _REPORTED.get(currency, ()))


def country_risk(country: str) -> int:
    """How risky a country is, 0 to 100."""
    return _PLACES[country][0] if country in _PLACES else UNKNOWN_COUNTRY_RISK


def corridor_risk(origin: str, destination: str) -> int:
    """How risky the way between two countries is: as the riskier of its ends, or more where the table says so."""
    return max(_CORRIDORS.get((origin, destination), 0), country_risk(origin), country_risk(destination))


def utc_offset_minutes(country: str) -> int:
    """The standard time of the country's financial centre; UTC where the table does not tell."""
    return _PLACES[country][1] if country in _PLACES else 0
