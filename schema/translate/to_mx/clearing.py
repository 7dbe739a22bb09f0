"""National clearing codes of MT ("//SC123456") and the clearing systems that ISO 20022 knows them by."""

from typing import Final

from schema.translate.to_mx.draft import Content, Draft

SYSTEMS: Final = {
    "AT": "ATBLZ",
    "AU": "AUBSB",
    "BL": "DEBLZ",
    "CC": "CACPA",
    "CH": "USPID",
    "CN": "CNAPS",
    "CP": "USPID",
    "ES": "ESNCC",
    "FW": "USABA",
    "GR": "GRBIC",
    "HK": "HKNCC",
    "IE": "IENCC",
    "IN": "INFSC",
    "IT": "ITNCC",
    "NZ": "NZNCC",
    "PL": "PLKNR",
    "PT": "PTNCC",
    "RU": "RUCBC",
    "SC": "GBDSC",
    "SW": "CHBCC",
    "ZA": "ZANCC",
}
"""MT's two letters, and the code of ExternalClearingSystemIdentification1Code. CH and CP are both CHIPS."""

_REAL_TIME: Final = frozenset({"FW", "RT"})
"""Pay by Fedwire, pay by real-time gross settlement: these name the channel."""

_SWISS_SIC: Final = 6
"""Digits of a Swiss SIC code; the shorter numbers are BC codes."""


def is_real_time(code: str | None) -> bool:
    """Whether the clearing code asks for the real-time channel."""
    return code is not None and code[:2] in _REAL_TIME


def member(draft: Draft, code: str | None, source: str) -> Content | None:
    """The member of a clearing system; nothing where the code names a channel and no member."""
    if code is None:
        return None
    system, number = SYSTEMS.get(code[:2]), code[2:].strip()
    if not number:
        if not is_real_time(code):
            draft.lose(source, "a clearing code without a number")
        return None
    if system == "CHBCC" and len(number) == _SWISS_SIC:
        system = "CHSIC"
    name = {"Cd": system} if system else {"Prtry": code[:2]}
    return {"ClrSysId": name, "MmbId": draft.cut(number, 35, source)}
