"""OFAC's lists in XML: SDN.XML, one element per entry, and SDN_ADVANCED.XML, where everything refers to everything.

The advanced file alone has native scripts. It is read once as it streams in, 127 MB of it: reference values first, then places and
documents, then parties, and at the end the programmes that they are listed under. Source: OFAC's schema of the advanced file.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import IO, Final

from screening.entity import Document, Entity, EntityKind, ListedName, NameKind
from screening.lists.ofac import KINDS, NAME_KINDS
from screening.lists.ofac_remarks import read as read_remarks
from screening.lists.reading import Element, date, elements, unique

_PARTY_KINDS: Final = {
    "individual": EntityKind.PERSON,
    "entity": EntityKind.ORGANISATION,
    "vessel": EntityKind.VESSEL,
    "aircraft": EntityKind.AIRCRAFT,
}


def plain(stream: IO[bytes], *, list_name: str = "OFAC") -> Iterator[Entity]:
    """The entities of SDN.XML or CONSOLIDATED.XML, whichever namespace they are in."""
    for entry in elements(stream, "sdnEntry"):
        remarks = read_remarks(entry.first("remarks"))
        documents, found = _ids(entry)
        yield Entity(
            list_name,
            entry.first("uid"),
            KINDS.get(entry.first("sdnType").lower(), EntityKind.ORGANISATION),
            tuple(dict.fromkeys([*_names(entry), *remarks.names])),
            births=unique(date(item.first("dateOfBirth")) for item in entry.each("dateOfBirthList", "dateOfBirthItem")),
            nationalities=unique(
                item.first("country")
                for path in (("nationalityList", "nationality"), ("citizenshipList", "citizenship"))
                for item in entry.each(*path)
            ),
            countries=unique(
                [
                    entry.first("vesselInfo", "vesselFlag"),
                    *(item.first("country") for item in entry.each("addressList", "address")),
                ]
            ),
            addresses=unique(_address(item) for item in entry.each("addressList", "address")),
            documents=documents,
            bics=unique([*found["bic"], *remarks.bics]),
            imos=unique([*found["imo"], *remarks.imos]),
            leis=unique([*found["lei"], *remarks.leis]),
            wallets=unique([*found["wallet"], *remarks.wallets]),
            programmes=unique(item.text for item in entry.each("programList", "program")),
        )


def _names(entry: Element) -> Iterator[ListedName]:
    yield ListedName(_name(entry), NameKind.PRIMARY)
    for alias in entry.each("akaList", "aka"):
        if text := _name(alias):
            kind = NAME_KINDS.get(alias.first("type").replace(".", "").lower(), NameKind.STRONG)
            yield ListedName(text, NameKind.WEAK if alias.first("category").lower() == "weak" else kind)


def _name(item: Element) -> str:
    family, given = item.first("lastName"), item.first("firstName")
    return f"{family}, {given}" if family and given else family or given


def _address(item: Element) -> str:
    parts = ("address1", "address2", "address3", "city", "stateOrProvince", "postalCode", "country")
    return ", ".join(filter(None, (item.first(part) for part in parts)))


def _ids(entry: Element) -> tuple[tuple[Document, ...], dict[str, list[str]]]:
    documents = [
        Document(item.first("idType"), item.first("idNumber"), item.first("idCountry"))
        for item in entry.each("idList", "id")
    ]
    return _sorted_out(documents)


def _sorted_out(documents: Iterable[Document]) -> tuple[tuple[Document, ...], dict[str, list[str]]]:
    """Documents, and apart from them the identifiers that have a place of their own."""
    others: list[Document] = []
    found: dict[str, list[str]] = {"bic": [], "imo": [], "lei": [], "wallet": []}
    for document in documents:
        kind = document.kind.lower()
        if "swift" in kind or kind == "bic":
            found["bic"].append(document.number)
        elif "vessel registration" in kind or "imo" in kind.split():
            found["imo"].append(document.number.upper().removeprefix("IMO").strip())
        elif "legal entity" in kind or kind == "lei":
            found["lei"].append(document.number)
        elif "digital currency" in kind:
            found["wallet"].append(document.number)
        elif document.number:
            others.append(document)
    return tuple(dict.fromkeys(others)), found


@dataclass(slots=True)
class _Reference:
    """What the advanced file says once and refers to by number."""

    values: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    countries: dict[str, str] = field(default_factory=dict)
    places: dict[str, tuple[str, str]] = field(default_factory=dict)
    documents: dict[str, list[Document]] = field(default_factory=lambda: defaultdict(list))


_REFERENCES: Final = (
    *(
        "AliasType",
        "NamePartType",
        "Script",
        "PartySubType",
        "PartyType",
        "FeatureType",
        "IDRegDocType",
        "DetailReference",
        "CalendarType",
    ),
    *("AreaCode", "Country", "List"),
)
_BIRTH: Final = "Birthdate"
_BOUNDS: Final = (("Start", "From"), ("Start", "To"), ("End", "From"), ("End", "To"))
"""Of a period, in the order of time. Any of them may be missing; whatever else has a period says when it was so."""
_GREGORIAN: Final = ("", "gregorian")
"""The calendar of dates that are compared; where a file does not name its calendars, it is this one."""
_BLOCKING_LIST: Final = "SDN List"
"""What everybody of the main file is on; any other list is told among the programmes."""


def advanced(stream: IO[bytes], *, list_name: str = "OFAC") -> Iterator[Entity]:
    """The entities of SDN_ADVANCED.XML or CONS_ADVANCED.XML, with their names in native scripts."""
    known = _Reference()
    parties: dict[str, Entity] = {}
    programmes: dict[str, list[str]] = defaultdict(list)
    for element in elements(stream, *_REFERENCES, "Location", "IDRegDocument", "DistinctParty", "SanctionsEntry"):
        match element.name:
            case "Location":
                _place(element, known)
            case "IDRegDocument":
                _document(element, known)
            case "DistinctParty":
                for place, profile in enumerate(element.each("Profile")):
                    # A party may have several profiles, each with sanctions of its own.
                    number = f"{element.get('FixedRef')}/{profile.get('ID')}" if place else element.get("FixedRef")
                    parties[profile.get("ID")] = _party(number, profile, known, list_name)
            case "SanctionsEntry":
                measures = (measure.first("Comment") for measure in element.each("SanctionsMeasure"))
                programmes[element.get("ProfileID")] += filter(None, measures)
                on = known.values["List"].get(element.get("ListID"), "")
                programmes[element.get("ProfileID")] += [on] if on != _BLOCKING_LIST else []
            case name:
                known.values[name][element.get("ID")] = element.get("Description") or element.text
                if name == "PartySubType":
                    known.values["PartyOfSubType"][element.get("ID")] = element.get("PartyTypeID")
    for profile_id, entity in parties.items():
        yield replace(entity, programmes=unique(programmes[profile_id]))


def _place(element: Element, known: _Reference) -> None:
    country = next(
        (known.values["Country"].get(item.get("CountryID"), "") for item in element.each("LocationCountry")), ""
    )
    if not country:
        codes = (known.values["AreaCode"].get(item.get("AreaCodeID"), "") for item in element.each("LocationAreaCode"))
        country = next(codes, "")
    parts = [item.text for item in element.all("Value")]
    known.places[element.get("ID")] = ", ".join(filter(None, [*parts, country])), country


def _document(element: Element, known: _Reference) -> None:
    kind = known.values["IDRegDocType"].get(element.get("IDRegDocTypeID"), "")
    country = known.values["Country"].get(element.get("IssuedBy-CountryID"), "")
    number = element.first("IDRegistrationNo")
    known.documents[element.get("IdentityID")].append(Document(kind, number, country))


def _party(number: str, profile: Element, known: _Reference, list_name: str) -> Entity:
    subtype = profile.get("PartySubTypeID")
    kind = known.values["PartySubType"].get(subtype, "").lower()
    party = known.values["PartyType"].get(known.values["PartyOfSubType"].get(subtype, ""), "").lower()
    names: list[ListedName] = []
    documents: list[Document] = []
    for identity in profile.each("Identity"):
        names += _advanced_names(identity, known)
        documents += known.documents.get(identity.get("ID"), [])
    features: dict[str, list[str]] = defaultdict(list)
    for feature in profile.each("Feature"):
        _feature(feature, known, features)
    documents += [
        Document(label, value)
        for label in features
        for value in features[label]
        if "Currency" in label or "SWIFT" in label
    ]
    others, found = _sorted_out(documents)
    return Entity(
        list_name,
        number,
        _PARTY_KINDS.get(kind) or _PARTY_KINDS.get(party, EntityKind.ORGANISATION),
        tuple(dict.fromkeys(sorted(names, key=lambda name: name.kind is not NameKind.PRIMARY))),
        births=unique(features[_BIRTH]),
        nationalities=unique([*features["Nationality Country"], *features["Citizenship Country"]]),
        countries=unique([*features["country"], *features["Vessel Flag"]]),
        addresses=unique(features["Location"]),
        documents=others,
        bics=unique(found["bic"]),
        imos=unique(found["imo"]),
        leis=unique(found["lei"]),
        wallets=unique(found["wallet"]),
    )


def _advanced_names(identity: Element, known: _Reference) -> Iterator[ListedName]:
    part_kinds = {
        group.get("ID"): known.values["NamePartType"].get(group.get("NamePartTypeID"), "").lower()
        for group in identity.all("NamePartGroup")
    }
    for alias in identity.each("Alias"):
        alias_kind = known.values["AliasType"].get(alias.get("AliasTypeID"), "").replace(".", "").lower()
        primary, weak = alias.says("Primary"), alias.says("LowQuality")
        for documented in alias.each("DocumentedName"):
            family: list[str] = []
            others: list[str] = []
            for value in documented.all("NamePartValue"):
                part = part_kinds.get(value.get("NamePartGroupID"), "")
                (family if part == "last name" else others).append(value.text)
            text = ", ".join(filter(None, (" ".join(family), " ".join(others))))
            listed = ListedName(text)
            if not text:
                continue
            if weak:
                kind = NameKind.WEAK
            elif listed.script not in ("", "LATIN"):
                kind = NameKind.NATIVE
            else:
                kind = NameKind.PRIMARY if primary else NAME_KINDS.get(alias_kind, NameKind.STRONG)
            yield ListedName(text, kind)


def _feature(feature: Element, known: _Reference, features: dict[str, list[str]]) -> None:
    label = known.values["FeatureType"].get(feature.get("FeatureTypeID"), "")
    for version in feature.each("FeatureVersion"):
        for period in version.each("DatePeriod") if label == _BIRTH else ():
            calendar = known.values["CalendarType"].get(period.get("CalendarTypeID"), "")
            if calendar.lower() in _GREGORIAN:
                features[label].append(_period(period))
        for detail in version.each("VersionDetail"):
            features[label].append(
                detail.text or known.values["DetailReference"].get(detail.get("DetailReferenceID"), "")
            )
        for location in version.each("VersionLocation"):
            place, country = known.places.get(location.get("LocationID"), ("", ""))
            if label == "Location":
                features["Location"].append(place)
                features["country"].append(country)
            else:
                features[label].append(country)


def _period(period: Element) -> str:
    """The first and the last year that a date may be of; the day where both are the same."""
    days = [day for path in _BOUNDS for moment in period.each(*path) if (day := _day(moment))]
    if not days:
        return ""
    start, end = days[0], days[-1]
    if start == end:
        return start
    return start[:4] if start[:4] == end[:4] else f"{start[:4]}/{end[:4]}"


def _day(moment: Element) -> str:
    year, month, day = (moment.first(part).zfill(2) for part in ("Year", "Month", "Day"))
    return date(f"{year}-{month}-{day}")
