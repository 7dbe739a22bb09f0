"""Countries as lists and addresses write them."""

import re
from collections.abc import Iterator
from typing import Final

from screening.text.tokens import plain

_NAMES: Final = """
AE: united arab emirates, uae, emirates, dubai | AF: afghanistan | AL: albania | AM: armenia | AO: angola | AR: argentina | AT: austria
AU: australia | AZ: azerbaijan | BA: bosnia and herzegovina, bosnia | BD: bangladesh | BE: belgium | BF: burkina faso | BG: bulgaria
BH: bahrain | BI: burundi | BO: bolivia | BR: brazil | BS: bahamas | BY: belarus | BZ: belize | CA: canada
CD: democratic republic of the congo, congo democratic republic of the, drc, dr congo | CF: central african republic
CG: republic of the congo, congo republic of the | CH: switzerland | CI: cote d ivoire, cote divoire, ivory coast | CL: chile
CM: cameroon | CN: china, peoples republic of china | CO: colombia | CR: costa rica | CU: cuba | CY: cyprus
CZ: czech republic, czechia | DE: germany | DJ: djibouti | DK: denmark | DO: dominican republic | DZ: algeria | EC: ecuador
EE: estonia | EG: egypt | ER: eritrea | ES: spain | ET: ethiopia | FI: finland | FR: france | GA: gabon
GB: united kingdom, uk, great britain, england, scotland, wales | GE: georgia | GH: ghana | GM: gambia, the gambia | GN: guinea
GQ: equatorial guinea | GR: greece | GT: guatemala | GW: guinea bissau | GY: guyana | HK: hong kong | HN: honduras | HR: croatia
HT: haiti | HU: hungary | ID: indonesia | IE: ireland | IL: israel | IN: india | IQ: iraq | IR: iran, islamic republic of iran, iran islamic republic of
IT: italy | JM: jamaica | JO: jordan | JP: japan | KE: kenya | KG: kyrgyzstan | KH: cambodia | KM: comoros
KP: north korea, korea north, democratic peoples republic of korea, korea democratic peoples republic of, dprk, democratic people s republic of korea
KR: south korea, korea south, republic of korea, korea republic of | KW: kuwait | KY: cayman islands | KZ: kazakhstan | LA: laos
LB: lebanon | LI: liechtenstein | LK: sri lanka | LR: liberia | LT: lithuania | LU: luxembourg | LV: latvia | LY: libya | MA: morocco
MC: monaco | MD: moldova | ME: montenegro | MG: madagascar | MH: marshall islands | MK: north macedonia, macedonia | ML: mali
MM: burma, myanmar | MN: mongolia | MR: mauritania | MT: malta | MU: mauritius | MV: maldives | MX: mexico | MY: malaysia
MZ: mozambique | NA: namibia | NE: niger | NG: nigeria | NI: nicaragua | NL: netherlands, holland, the netherlands | NO: norway
NP: nepal | NZ: new zealand | OM: oman | PA: panama | PE: peru | PH: philippines | PK: pakistan | PL: poland
PS: palestine, palestinian, west bank, gaza | PT: portugal | PY: paraguay | QA: qatar | RO: romania | RS: serbia
RU: russia, russian federation | RW: rwanda | SA: saudi arabia | SC: seychelles | SD: sudan | SE: sweden | SG: singapore
SI: slovenia | SK: slovakia | SL: sierra leone | SM: san marino | SN: senegal | SO: somalia | SS: south sudan
SV: el salvador | SY: syria, syrian arab republic | TD: chad | TG: togo | TH: thailand | TJ: tajikistan | TM: turkmenistan | TN: tunisia
TR: turkey, turkiye | TT: trinidad and tobago | TW: taiwan | TZ: tanzania | UA: ukraine | UG: uganda | US: united states, usa, united states of america
UY: uruguay | UZ: uzbekistan | VE: venezuela | VG: british virgin islands, virgin islands british | VN: vietnam, viet nam
VU: vanuatu | WS: samoa | YE: yemen | ZA: south africa | ZM: zambia | ZW: zimbabwe
"""


def _codes() -> Iterator[tuple[str, str]]:
    for part in re.split(r"[|\n]", _NAMES):
        code, _, names = part.partition(":")
        for name in filter(None, (name.strip() for name in names.split(","))):
            yield name, code.strip()


_CODES: Final = dict(_codes())
ALL_CODES: Final = frozenset(_CODES.values())


def code_of(name: str) -> str | None:
    """The ISO 3166 code of a country as a list writes it; a code stays itself."""
    bare = name.strip()
    if len(bare) == 2 and bare.upper() in ALL_CODES:
        return bare.upper()
    return _CODES.get(" ".join(plain(bare)))
