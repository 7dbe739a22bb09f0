"""What banks ask of each other: field 23E and the code words of field 72, each with its place in the transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from schema.mt.fields.codes import read_instruction
from schema.mt.fields.texts import CodedText, read_coded
from schema.mt.message import Field
from schema.translate.to_mx.agents import named
from schema.translate.to_mx.draft import Content, Draft
from schema.translate.to_mx.refusal import read
from schema.translate.to_mx.texts import chunks, whole


class Place(Enum):
    """Where in the transaction a code word goes."""

    PREVIOUS_AGENT = auto()
    """PrvsInstgAgt1 to 3."""
    INTERMEDIARY = auto()
    """The intermediary after that of 56a."""
    SERVICE_LEVEL = auto()
    LOCAL_INSTRUMENT = auto()
    CATEGORY_PURPOSE = auto()
    PURPOSE = auto()
    REMITTANCE = auto()
    """RmtInf/Ustrd, code word and all."""
    FOR_CREDITOR_AGENT = auto()
    """InstrForCdtrAgt, code word and all."""
    PHONE_CREDITOR = auto()
    """InstrForCdtrAgt with the code PHOB."""
    WIRE_CREDITOR = auto()
    """InstrForCdtrAgt with the code TELB."""
    FOR_NEXT_AGENT = auto()
    """InstrForNxtAgt, code word and all; also free text and code words that two banks have agreed on."""


_BOTH: Final = {
    "INS": Place.PREVIOUS_AGENT,
    "INTA": Place.INTERMEDIARY,
    "ACC": Place.FOR_CREDITOR_AGENT,
    "INT": Place.FOR_NEXT_AGENT,
    "REC": Place.FOR_NEXT_AGENT,
    "SVCLVL": Place.SERVICE_LEVEL,
    "LOCINS": Place.LOCAL_INSTRUMENT,
    "CATPURP": Place.CATEGORY_PURPOSE,
}
CUSTOMER_CODES: Final[Mapping[str, Place]] = _BOTH
"""Field 72 of MT103."""

BANK_CODES: Final[Mapping[str, Place]] = _BOTH | {
    "BNF": Place.REMITTANCE,
    "TSU": Place.REMITTANCE,
    "PURP": Place.PURPOSE,
    "UDLC": Place.FOR_CREDITOR_AGENT,
    "PHOB": Place.PHONE_CREDITOR,
    "TELB": Place.WIRE_CREDITOR,
    "PHONBEN": Place.FOR_CREDITOR_AGENT,
    "TELEBEN": Place.FOR_CREDITOR_AGENT,
    "PHON": Place.FOR_NEXT_AGENT,
    "PHONIBK": Place.FOR_NEXT_AGENT,
    "TELE": Place.FOR_NEXT_AGENT,
    "TELEIBK": Place.FOR_NEXT_AGENT,
}
"""Field 72 of MT202 and MT205."""

_FOR_CREDITOR_AGENT: Final = frozenset({"CHQB", "HOLD", "PHOB", "TELB"})
_CATEGORIES: Final = frozenset({"CORT", "INTC"})
_SERVICE_LEVELS: Final = frozenset({"SDVA"})
_GPI: Final = frozenset({f"{number:03}" for number in range(1, 8)})
_MOST_AGENTS: Final = 3
_TEXT: Final = 140
_CODE: Final = 4


@dataclass(slots=True)
class Instructions:
    """All instructions of one transaction, in the order of the message."""

    draft: Draft
    after: int = 1
    """Number of the next free intermediary: 2 when 56a names the first."""
    service_levels: list[Content] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    previous: list[Content] = field(default_factory=list)
    for_creditor_agent: list[Content] = field(default_factory=list)
    for_next_agent: list[Content] = field(default_factory=list)
    remittance: list[str] = field(default_factory=list)
    single: Content = field(default_factory=dict)
    """What stands once: LclInstrm, CtgyPurp, Purp, the intermediary."""

    def gpi(self, service: str | None) -> None:
        """Block 3, 111: the gpi service."""
        if service in _GPI:
            self.service_levels.append({"Cd": f"G{service}"})
        elif service:
            self.draft.lose("block 3, 111", "not a gpi service")

    def instruction_code(self, source: Field) -> None:
        """Field 23E."""
        instruction = read(source, read_instruction)
        code, text = instruction.code, instruction.text
        if code in _FOR_CREDITOR_AGENT:
            self.for_creditor_agent.append({"Cd": code, "InstrInf": text})
            return
        if code in _CATEGORIES:
            self.categories.append(code)
        elif code in _SERVICE_LEVELS:
            self.service_levels.append({"Cd": code})
        else:
            self.draft.lose("23E", "CBPR+ translates no such code")
            return
        if text:
            self.draft.lose("23E", "the text after the code has no place")

    def narrative(self, source: Field, places: Mapping[str, Place]) -> None:
        """Field 72."""
        for item in read_coded(source.value):
            self._put(item, places.get(item.code or "", Place.FOR_NEXT_AGENT))

    def payment_type(self, *, real_time: bool = False) -> Content:
        """The content of PmtTpInf."""
        purpose: Content | None = self.single.get("CtgyPurp")
        if self.categories:
            if purpose:
                self.draft.lose("72", "the category purpose stands in 23E already")
            words = list(dict.fromkeys(self.categories))
            purpose = {"Cd": words[0]} if len(words) == 1 else {"Prtry": " ".join(words)}
        return {
            "ClrChanl": "RTGS" if real_time else None,
            "SvcLvl": self.service_levels,
            "LclInstrm": self.single.get("LclInstrm"),
            "CtgyPurp": purpose,
        }

    def agents(self) -> Content:
        """Previous instructing agents, and the intermediary that 72 names."""
        content: Content = {f"PrvsInstgAgt{number}": bank for number, bank in enumerate(self.previous, start=1)}
        if bank := self.single.get("IntrmyAgt"):
            content[f"IntrmyAgt{self.after}"] = bank
        return content

    def asked(self) -> Content:
        """Instructions to the agents further on."""
        return {"InstrForCdtrAgt": self.for_creditor_agent, "InstrForNxtAgt": self.for_next_agent}

    def _put(self, item: CodedText, place: Place) -> None:
        match place:
            case Place.PREVIOUS_AGENT if len(self.previous) < _MOST_AGENTS:
                self.previous.append(named(self.draft, item.lines, "72"))
            case Place.PREVIOUS_AGENT:
                self.draft.lose("72", "more than three previous instructing agents")
            case Place.INTERMEDIARY:
                self._once("IntrmyAgt", named(self.draft, item.lines, "72"))
            case Place.SERVICE_LEVEL:
                self.service_levels.append(self._coded(item.text.strip()))
            case Place.LOCAL_INSTRUMENT:
                self._once("LclInstrm", self._coded(item.text.strip()))
            case Place.CATEGORY_PURPOSE:
                self._once("CtgyPurp", self._coded(item.text.strip()))
            case Place.PURPOSE:
                self._once("Purp", self._coded(item.text.strip()))
            case Place.REMITTANCE:
                self.remittance.append(whole(item))
            case Place.PHONE_CREDITOR:
                self.for_creditor_agent.append(
                    {"Cd": "PHOB", "InstrInf": self.draft.cut(item.text.strip(), _TEXT, "72")}
                )
            case Place.WIRE_CREDITOR:
                self.for_creditor_agent.append(
                    {"Cd": "TELB", "InstrInf": self.draft.cut(item.text.strip(), _TEXT, "72")}
                )
            case Place.FOR_CREDITOR_AGENT:
                self.for_creditor_agent += [{"InstrInf": piece} for piece in chunks(whole(item), _TEXT)]
            case Place.FOR_NEXT_AGENT:
                self.for_next_agent += [{"InstrInf": piece} for piece in chunks(whole(item), _TEXT)]

    def _once(self, name: str, content: Content) -> None:
        if name in self.single:
            self.draft.lose("72", f"a second {name}")
        else:
            self.single[name] = content

    def _coded(self, text: str) -> Content:
        """A code where the text can be one, otherwise proprietary."""
        if len(text) <= _CODE and text.isalnum() and text.upper() == text:
            return {"Cd": text}
        return {"Prtry": self.draft.cut(text, 35, "72")}
