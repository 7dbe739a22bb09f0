import ctypes
import json
import os
import random
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from domain.errors import MessageRefused
from schema.iso20022.profile import Profile
from schema.iso20022.safe_xml import PARSER_OPTIONS, PAYMENT_CAP_BYTES, parse
from schema.iso20022.validate import validate
from tests.schema.iso20022.fuzz import with_changed_value
from tests.schema.iso20022.reading import decode

BIG = 50_000_000
HOUSE = Path(__file__).parents[3]

LAUGHS = b"<!DOCTYPE lolz [<!ENTITY a 'ha'>%s]><lolz>&z;</lolz>" % b"".join(
    b"<!ENTITY %c '&%c;&%c;&%c;&%c;'>" % (c + 1, c, c, c, c) for c in range(ord("a"), ord("z"))
)


def refused_as(raw: bytes, *, cap_bytes: int = PAYMENT_CAP_BYTES) -> tuple[str, int | None]:
    with pytest.raises(MessageRefused) as refused:
        decode(raw, cap_bytes=cap_bytes)
    finding = refused.value.findings[0]
    return finding.rule, finding.line


@pytest.mark.parametrize(
    ("raw", "rule", "line"),
    [
        (b"", "IN-04", 1),
        (b" \n\t ", "IN-04", 1),
        (b"\x00\x01\x02\x03", "IN-02", 1),
        (b"\n\n\xff\xfe\xfd", "IN-02", 3),
        (b"\x1f\x8b\x08\x00" + bytes(60), "IN-02", 1),
        (b"{}", "IN-04", 1),
        (b"hello", "IN-04", 1),
        (b"<a>\n<b></a>", "IN-04", 2),
        (b"<a>\n\x1b</a>", "IN-04", 2),
        (b"<a/><b/>", "IN-04", 1),
        (b"\n<!DOCTYPE a>\n<a/>", "IN-03", 2),
        (LAUGHS, "IN-03", 1),
        (b"<a>\n&b;</a>", "IN-03", 2),
        (b"<a>" * 25_000, "IN-04", 1),
        (b"<a>" * 250 + b"</a>" * 250, "IN-05", 1),
        (b"<a " + b" ".join(b"x%d=''" % n for n in range(9_000)) + b"/>", "IN-05", 1),
        (b"<Document/>", "IN-05", 1),
        (b"<Envelope/>", "IN-05", 1),
        (b"<?xml version='1.0' encoding='UTF-7'?><a/>", "IN-02", 1),
        (b"\xef\xbb\xbf<?xml version='1.0' encoding='latin1'?><a/>", "IN-02", 1),
        ("<!DOCTYPE a><a/>".encode("utf-16"), "IN-02", 1),
        ("<!DOCTYPE a><a/>".encode("utf-16-le"), "IN-02", 1),
        ("<!DOCTYPE a><a/>".encode("utf-32"), "IN-02", 1),
        ("<?xml version='1.0' encoding='cp037'?><a/>".encode("cp037"), "IN-02", 1),
        (b"<a>" * 3_500_000, "IN-01", None),
        (b"<a/>" + b" " * PAYMENT_CAP_BYTES, "IN-01", None),
    ],
)
def test_a_hostile_message_is_refused(raw: bytes, rule: str, line: int | None) -> None:
    assert refused_as(raw) == (rule, line)


@pytest.mark.parametrize(
    "raw",
    [
        b"<a>" * 3_500_000,
        b"<a " + b" ".join(b"x%d=''" % n for n in range(50_000)) + b"/>",
        b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08' "
        + b" ".join(b"x%d=''" % n for n in range(50_000))
        + b"/>",
        b"<Envelope>" + b"<a/>" * 200_000 + b"</Envelope>",
        b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08'>" + b"<a/>" * 200_000 + b"</Document>",
    ],
)
def test_even_without_the_size_cap_it_is_refused_in_little_time(raw: bytes) -> None:
    began = time.process_time()
    refused_as(raw, cap_bytes=BIG)
    assert time.process_time() - began < 5


def test_the_cap_is_on_the_byte(urgent: bytes) -> None:
    assert decode(urgent, cap_bytes=len(urgent))
    assert refused_as(urgent, cap_bytes=len(urgent) - 1) == ("IN-01", None)


@pytest.mark.parametrize("prefix", [b"\xef\xbb\xbf", b"", b"\n"])
def test_a_byte_order_mark_or_blank_line_does_no_harm(urgent: bytes, prefix: bytes) -> None:
    body = urgent.partition(b"?>\n")[2]
    assert decode(prefix + body)


# ---- nothing outside the message is touched ----


class Watch:
    """Tells whether anybody opened a file in a directory, libxml2 included (inotify)."""

    def __init__(self, directory: Path) -> None:
        libc: Any = ctypes.CDLL(None, use_errno=True)
        self._fd = libc.inotify_init1(os.O_NONBLOCK)
        assert libc.inotify_add_watch(self._fd, bytes(directory), 0x20) > 0  # IN_OPEN

    def opened(self) -> bool:
        try:
            return bool(os.read(self._fd, 4096))
        except BlockingIOError:
            return False

    def close(self) -> None:
        os.close(self._fd)


@pytest.fixture
def secret(tmp_path: Path) -> Iterator[tuple[Path, Watch]]:
    if sys.platform != "linux":
        pytest.skip("inotify is a Linux facility")
    path = tmp_path / "secret.txt"
    path.write_text("<!ENTITY leaked 'yes'>")
    watch = Watch(tmp_path)
    yield path, watch
    watch.close()


EXTERNAL = [
    lambda url: f"<!DOCTYPE a [<!ENTITY x SYSTEM '{url}'>]><a>&x;</a>",
    lambda url: f"<!DOCTYPE a [<!ENTITY % x SYSTEM '{url}'> %x;]><a>&leaked;</a>",
    lambda url: f"<!DOCTYPE a SYSTEM '{url}'><a/>",
    lambda url: f"<?xml-stylesheet href='{url}'?><a/>",
    lambda url: (
        f"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08' "
        f"xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:schemaLocation='urn:x {url}' "
        f"i:noNamespaceSchemaLocation='{url}'><x xmlns='urn:x'/></Document>"
    ),
    lambda url: (
        f"<Envelope xmlns:x='http://www.w3.org/2001/XInclude'><x:include href='{url}' parse='text'/></Envelope>"
    ),
]


@pytest.mark.parametrize("external", EXTERNAL)
def test_no_file_is_opened(secret: tuple[Path, Watch], external: Callable[[str], str]) -> None:
    path, watch = secret
    for url in (str(path), path.as_uri()):
        refused_as(external(url).encode())
        refused_as(external(url).encode("utf-16"))
    assert not watch.opened()
    path.read_text()
    assert watch.opened(), "the watch itself must work"


@pytest.mark.parametrize("external", EXTERNAL)
def test_no_socket_is_opened(external: Callable[[str], str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        refused_as(external(f"http://127.0.0.1:{listening.getsockname()[1]}/x").encode())
        with pytest.raises(BlockingIOError):
            listening.accept()


def test_ten_thousand_damaged_messages_are_refused_and_nothing_is_opened(secret: tuple[Path, Watch]) -> None:
    # In a process of its own, which may not have one more file or socket, and tells on itself if it tries.
    path, watch = secret
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        lures = [path.as_uri(), str(path), f"http://127.0.0.1:{listening.getsockname()[1]}/x"]
        command = [sys.executable, "-m", "tests.schema.iso20022.fuzz", "10000", *lures]
        done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=False, timeout=150)
        with pytest.raises(BlockingIOError):
            listening.accept()
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["attempts"] == []
    assert not watch.opened()
    assert sum(told["ends"].values()) == 10_000
    assert {"IN-02", "IN-03", "IN-04", "IN-05", "XS", "TX-04", "accepted"} <= told["ends"].keys(), (
        "every layer is reached"
    )


@pytest.mark.parametrize("external", EXTERNAL[:3])
def test_the_parser_alone_opens_nothing_either(secret: tuple[Path, Watch], external: Callable[[str], str]) -> None:
    # The search for a DOCTYPE is the first defence; the parser's options must hold without it.
    path, watch = secret
    with suppress(etree.XMLSyntaxError):
        root = etree.fromstring(external(path.as_uri()).encode(), etree.XMLParser(**PARSER_OPTIONS))
        assert not root.text
    assert not watch.opened()


def test_blanks_that_are_not_kept_belong_to_no_value(urgent: bytes) -> None:
    chance = random.Random(7)
    blank = etree.XMLParser(**PARSER_OPTIONS)
    compared = 0
    for _ in range(3_000):
        raw = with_changed_value(with_changed_value(urgent, chance), chance)
        raw = raw.replace(b">", chance.choice((b"> ", b">\n", b">&#32;", b">")), chance.randrange(40))
        try:
            kept = etree.fromstring(raw, blank)
        except etree.XMLSyntaxError:
            continue
        compared += 1
        assert values(parse(raw).getroot()) == values(kept)
    assert compared > 1_000


def values(root: etree._Element) -> list[tuple[str, str]]:
    return [(str(element.tag), element.text or "") for element in root.iter() if not len(element)]


@pytest.mark.parametrize(
    "inside",
    [" <!-- -->4711", " <![CDATA[4711]]>", "<?x?> 4711", " 4711", "4711 ", "&#32;4711", " ", "\n", "4&#32;711"],
)
def test_a_value_is_read_with_its_blanks(urgent: bytes, inside: str) -> None:
    raw = urgent.replace(b"INVOICE-4711</EndToEndId>", f"{inside}</EndToEndId>".encode())
    (element,) = parse(raw).getroot().iter("{*}EndToEndId")
    expected = re.sub(r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[|\]\]>", "", inside).replace("&#32;", " ")
    assert element.text == expected


def test_the_parser_alone_stops_an_entity_bomb() -> None:
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(LAUGHS, etree.XMLParser(**PARSER_OPTIONS))


# ---- threads ----


def test_findings_of_two_threads_never_mix(urgent: bytes) -> None:
    faults = {
        b"<ChrgBr>SHAR": b"<ChrgBr>XXXX",
        b">125000.50<": b">-1<",
        b"<CreDt>2026-03-02T09:15:00+01:00</CreDt>": b"",
        b"<NbOfTxs>1<": b"<NbOfTxs>A<",
    }
    messages = [urgent, *(urgent.replace(good, bad) for good, bad in faults.items())]
    expected = [verdict(raw) for raw in messages]
    assert len(set(expected)) == len(messages)
    start = threading.Barrier(2)

    def work(seed: int) -> int:
        chance = random.Random(seed)
        start.wait()
        wrong = 0
        for _ in range(1_500):
            which = chance.randrange(len(messages))
            wrong += verdict(messages[which]) != expected[which]
        return wrong

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(work, (1, 2))) == [0, 0]


def verdict(raw: bytes) -> tuple[tuple[str, str, int | None], ...]:
    try:
        decode(raw)
    except MessageRefused as refused:
        return tuple((finding.rule, finding.path, finding.line) for finding in refused.findings)
    return ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("5000.00", "1e999999"),
        ("5000.00", "9" * 60_000),
        ("4990.00", "-" * 60_000),
        ("4990.00", "NaN"),
        ("</InstdAmt>", "</InstdAmt><XchgRate>1e999999</XchgRate>"),
        ("</InstdAmt>", "</InstdAmt><XchgRate>0</XchgRate>"),
        ("</NbOfTxs>", f"</NbOfTxs><CtrlSum>{'9' * 50_000}e99</CtrlSum>"),
        ("<NbOfTxs>1", "<NbOfTxs>" + "9" * 50_000),
        ("<BICFI>BRIEFRPPXXX</BICFI>", f"<LEI>{'A1' * 20_000}</LEI>"),
        ("DE89370400440532013000", "DE89" + "3" * 50_000),
        ("2026-03-02</IntrBk", "9999-12-31</IntrBk"),
        ("2026-03-02</IntrBk", "0001-01-01</IntrBk"),
        ("2026-03-02</IntrBk", "-9999-12-31</IntrBk"),
        ("2026-03-02</IntrBk", "2026-03-02" * 5_000 + "</IntrBk"),
        ("AURO-2<", "/" * 80_000 + "<"),
        ("Atelier Lumiere", "a b " * 20_000),
    ],
)
def test_an_impossible_value_is_a_finding_and_nothing_else(clean: str, old: str, new: str) -> None:
    for profile in Profile:
        checked = validate(clean.replace(old, new).encode(), profile=profile, strict=True, today=date(2026, 3, 2))
        assert checked.findings or "-12-31" in new or "01-01" in new
