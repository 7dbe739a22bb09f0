"""A listed entity in one shape, whichever list it stands on."""

import hashlib
import json
import unicodedata
from dataclasses import asdict, dataclass
from enum import StrEnum


class NameKind(StrEnum):
    """How a list gives a name."""

    PRIMARY = "primary"
    """The name it is listed under."""
    STRONG = "strong"
    """Also known as."""
    FORMER = "former"
    """Formerly known as."""
    WEAK = "weak"
    """A nickname or a common word: it confirms a hit and does not make one."""
    NATIVE = "native"
    """The name in its own script."""


class EntityKind(StrEnum):
    """What is listed."""

    PERSON = "person"
    ORGANISATION = "organisation"
    VESSEL = "vessel"
    AIRCRAFT = "aircraft"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ListedName:
    """One name of an entity, as printed."""

    text: str
    kind: NameKind = NameKind.STRONG

    @property
    def script(self) -> str:
        """The script of its first letter: "LATIN", "ARABIC", "CYRILLIC", "CJK" …; empty without letters."""
        letter = next((sign for sign in self.text if sign.isalpha()), None)
        return unicodedata.name(letter, "").split(" ")[0] if letter else ""


@dataclass(frozen=True, slots=True)
class Document:
    """A number that identifies: a passport, a tax or a registration number, a wallet address."""

    kind: str
    number: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """A person, organisation, vessel or aircraft of a list. Dates of birth are ISO, partial ("1957", "1957-03") or ranges
    ("1955/1958"); countries are written as the list writes them."""

    list_name: str
    entity_id: str
    kind: EntityKind
    names: tuple[ListedName, ...]
    births: tuple[str, ...] = ()
    nationalities: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ()
    bics: tuple[str, ...] = ()
    imos: tuple[str, ...] = ()
    leis: tuple[str, ...] = ()
    wallets: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """Its identity over all lists."""
        return self.list_name, self.entity_id

    @property
    def content_hash(self) -> str:
        """SHA-256 of all that is listed of it, 32 hex digits: any change of the entry is a change of this."""
        content = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()[:32]
