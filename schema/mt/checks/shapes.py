"""Which fields a message of each type has, in which order (SWIFT standards, categories 1, 2 and 9)."""

import re
from dataclasses import dataclass
from typing import Final

_SPEC: Final = re.compile(r"([0-9]{2})([A-Z-]+)([!?*+~]?)")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a message: the field's number, its options ("" is no letter), how often, and where in the order.

    Places of one rank repeat together (61 with its 86), so their order among each other is free.
    """

    number: str
    options: tuple[str, ...]
    is_mandatory: bool
    may_repeat: bool
    rank: int

    @property
    def name(self) -> str:
        """As one speaks of the field: "32A", "50a", "20"."""
        if len(self.options) > 1:
            return f"{self.number}a"
        return self.number + self.options[0]


@dataclass(frozen=True, slots=True)
class Shape:
    """The places of a type or a sequence; with `open_end` any other field may follow as a copy of another message."""

    places: tuple[Place, ...]
    open_end: bool = False

    def place(self, tag: str) -> Place | None:
        """The first place that a field with this tag may take."""
        return next((p for p in self.places if p.number == tag[:2] and tag[2:] in p.options), None)


def _shape(text: str, *, open_end: bool = False) -> Shape:
    """Read a line like "20-! 13C* 52AD?": number, options (- is no letter), "!" must, "*" may repeat, "+" both, "?" may.

    "~" may repeat, together with the place before it.
    """
    places: list[Place] = []
    for word in text.split():
        spec = _SPEC.fullmatch(word)
        assert spec is not None, word
        options = tuple(letter.replace("-", "") for letter in spec[2])
        rank = len(places) - 1 if spec[3] == "~" else len(places)
        places.append(Place(spec[1], options, spec[3] in {"!", "+"}, spec[3] in {"*", "+", "~"}, rank))
    return Shape(tuple(places), open_end)


_MT103 = "20-! 13C* 23B! 23E* 26T? 32A! 33B? 36-? 50AFK! 51A? 52AD? 53ABD? 54ABD? 55ABD? 56ACD? 57ABCD? 59-AF! 70-?"
_MT103 += " 71A! 71F* 71G? 72-? 77B?"
_COVERED = _shape("50AFK! 52AD? 56ACD? 57ABCD? 59-AF! 70-? 72-? 33B?")

SHAPES: Final[dict[str, Shape]] = {
    "103": _shape(_MT103),
    "103REMIT": _shape(_MT103 + " 77T!"),
    "202": _shape("20-! 21-! 13C* 32A! 52AD? 53ABD? 54ABD? 56AD? 57ABD? 58AD! 72-?"),
    "205": _shape("20-! 21-! 13C* 32A! 52AD! 53ABD? 56AD? 57ABD? 58AD! 72-?"),
    "192": _shape("20-! 21-! 11S! 79-?", open_end=True),
    "292": _shape("20-! 21-! 11S! 79-?", open_end=True),
    "196": _shape("20-! 21-! 76-! 77A? 11RS? 79-?", open_end=True),
    "296": _shape("20-! 21-! 76-! 77A? 11RS? 79-?", open_end=True),
    "199": _shape("20-! 21-? 79-!"),
    "299": _shape("20-! 21-? 79-!"),
    "900": _shape("20-! 21-! 25-P! 13D? 32A! 52AD? 72-?"),
    "910": _shape("20-! 21-! 25-P! 13D? 32A! 50AFK? 52AD? 56AD? 72-?"),
    "940": _shape("20-! 21-? 25-P! 28C! 60FM! 61-* 86-~ 62FM! 64-? 65-*"),
    "942": _shape("20-! 21-? 25-P! 28C! 34F+ 13D! 61-* 86-~ 90D? 90C?"),
    "950": _shape("20-! 25-P! 28C! 60FM! 61-* 62FM! 64-?"),
}
"""By type with its variant; a variant without a line of its own has the type's. The rest is read for its structure only."""

SEQUENCE_B: Final = {"202COV": _COVERED, "205COV": _COVERED}
"""The customer payment under a cover; it begins with the ordering customer."""


def shape_of(kind: str) -> Shape | None:
    """The shape of a message of this kind ("103STP" is shaped like "103"), or of a cover's sequence A."""
    return SHAPES.get(kind) or SHAPES.get(kind[:3])
