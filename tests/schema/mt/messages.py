"""Messages of our own making, as they cross the wire."""

UETR = "5a1b2c3d-4e5f-4a6b-8c7d-0123456789ab"

MT103 = (
    "{1:F01ALPHDEFFAXXX0000000000}{2:I103BETAFRPPXXXXN}{3:{108:MUR1}{121:" + UETR + "}}{4:\r\n"
    ":20:PAY-2024-0001\r\n"
    ":23B:CRED\r\n"
    ":32A:240603EUR1250,5\r\n"
    ":33B:EUR1250,5\r\n"
    ":50K:/DE89370400440532013000\r\n"
    "EXAMPLE TRADING GMBH\r\n"
    "MAIN STREET 1\r\n"
    "BERLIN\r\n"
    ":59:/FR1420041010050500013M02606\r\n"
    "SAMPLE SARL\r\n"
    ":70:/INV/2024-17: PARTS (A)\r\n"
    ":71A:SHA\r\n"
    "-}{5:{CHK:0123456789AB}}"
).encode()

MT103_OUTPUT = (
    "{1:F01BETAFRPPAXXX0000000000}{2:O1030915240603ALPHDEFFAXXX00000000002406030915N}{3:{121:" + UETR + "}}{4:\r\n"
    ":20:PAY-2024-0001\r\n"
    ":23B:CRED\r\n"
    ":32A:240603JPY1000,\r\n"
    ":33B:JPY1000,\r\n"
    ":50A:/123\r\nALPHDEFF\r\n"
    ":59A:/456\r\nBETAFRPP\r\n"
    ":71A:OUR\r\n"
    "-}"
).encode()

MT202COV = (
    "{1:F01ALPHDEFFAXXX0000000000}{2:I202BETAFRPPXXXXN}{3:{119:COV}{121:" + UETR + "}}{4:\r\n"
    ":20:COV-2024-0001\r\n"
    ":21:PAY-2024-0001\r\n"
    ":32A:240603EUR1250,5\r\n"
    ":52A:ALPHDEFF\r\n"
    ":58A:BETAFRPP\r\n"
    ":50F:/DE89370400440532013000\r\n1/EXAMPLE TRADING GMBH\r\n2/MAIN STREET 1\r\n3/DE/BERLIN\r\n"
    ":52A:ALPHDEFF\r\n"
    ":59:/FR1420041010050500013M02606\r\nSAMPLE SARL\r\n"
    "-}"
).encode()

MT940 = (
    b"{1:F01ALPHDEFFAXXX0000000000}{2:I940BETAFRPPXXXXN}{4:\r\n"
    b":20:STMT1\r\n"
    b":25:123456\r\n"
    b":28C:7/1\r\n"
    b":60F:C240602EUR100,\r\n"
    b":61:2406030603D25,5NTRFREF1//BANK1\r\nTEXT\r\n"
    b":86:SOME TEXT\r\n"
    b":62F:C240603EUR74,5\r\n"
    b"-}"
)

ACK = b"{1:F21ALPHDEFFAXXX0001000002}{4:{177:2406030916}{451:0}}"
NAK = b"{1:F21ALPHDEFFAXXX0001000002}{4:{177:2406030916}{451:1}{405:T27003}}"

CANONICAL = [MT103, MT103_OUTPUT, MT202COV, MT940]


def lines(*fields: str, mt_type: str = "103", block3: str = "{3:{121:" + UETR + "}}") -> bytes:
    """A message from ALPHDEFF to BETAFRPP with the fields given."""
    head = "{1:F01ALPHDEFFAXXX0000000000}{2:I" + mt_type + "BETAFRPPXXXXN}" + block3
    return "\r\n".join((head + "{4:", *fields, "-}")).encode()
