"""Whatever comes in: a typed refusal, or a message that is valid and has lost nothing without saying so."""

import re
import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidValue, MessageRefused
from domain.finding import Severity
from schema.iso20022.profile import Options, Profile
from schema.iso20022.validate import inspect
from schema.iso20022.writer import envelope
from schema.mt.message import Field
from schema.translate.to_mx.table import TABLE
from schema.translate.translate import to_mx
from tests.schema.translate.to_mx.messages import (
    ANSWER,
    BANK,
    COVER,
    CREATED,
    CUSTOMER,
    REJECTION,
    REQUEST,
    Lines,
    leaves,
    mt,
    translated,
    with_lines,
)

KNOWN: dict[str, Lines] = {
    "103": CUSTOMER,
    "202": BANK,
    "205": COVER,
    "192": REQUEST,
    "296": ANSWER,
    "199": REJECTION,
}

WORD = st.text(string.ascii_uppercase + string.digits, min_size=4, max_size=9)
WORDS = st.lists(WORD, min_size=1, max_size=3).map(" ".join)
TEXT = st.lists(WORDS, min_size=1, max_size=4).map("\n".join)
BIC = st.sampled_from(["CCCCFRPP", "DDDDDEFF", "EEEEITMM123", "FFFFESMM"])
ACCOUNT = WORD.map(lambda word: f"/{word}")
CLEARING = st.sampled_from(["//SC123456", "//FW021000021", "//RT", "//BL12345678", "//SW123456", "//CP0002"])


def lines(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map("\n".join)


CODED = st.tuples(
    st.sampled_from(["INS", "INTA", "ACC", "INT", "REC", "BNF", "UDLC", "SVCLVL", "LOCINS", "CATPURP", "PURP", "OWN"]),
    WORDS,
).map(lambda item: f"/{item[0]}/{item[1]}")
NAMED = TEXT.map(lambda text: f"1/{text.splitlines()[0]}\n2/LANE\n3/BE/GENT")

VALID = {
    "50": st.one_of(lines(ACCOUNT, TEXT).map("50K:".__add__), lines(ACCOUNT, NAMED).map("50F:".__add__)),
    "59": st.one_of(lines(ACCOUNT, TEXT).map("59:".__add__), TEXT.map("59:".__add__)),
    "52": st.one_of(BIC.map("52A:".__add__), lines(ACCOUNT, TEXT).map("52D:".__add__)),
    "53": st.one_of(BIC.map("53A:".__add__), ACCOUNT.map("53B:".__add__), TEXT.map("53D:".__add__)),
    "54": BIC.map("54A:".__add__),
    "56": st.one_of(BIC.map("56A:".__add__), CLEARING.map("56C:".__add__)),
    "57": st.one_of(lines(CLEARING, TEXT).map("57D:".__add__), lines(CLEARING, BIC).map("57A:".__add__)),
    "70": TEXT.map("70:".__add__),
    "72": st.lists(st.one_of(CODED, WORDS), min_size=1, max_size=6).map(lambda items: "72:" + "\n".join(items)),
    "77": TEXT.map("77B:".__add__),
    "13": st.sampled_from(["13C:/CLSTIME/0915+0100", "13C:/SNDTIME/0915-0130"]),
}


def chosen(*numbers: str) -> st.SearchStrategy[Lines]:
    """Some of the fields, each valid."""
    return st.lists(st.sampled_from(numbers), unique=True).flatmap(
        lambda some: st.tuples(*(VALID[number] for number in some))
    )


def unsaid(translation_leaves: list[str], sources: list[str], new: Lines) -> set[str]:
    """Words of the new lines that neither the message says nor the list of what was lost answers for."""
    said = " ".join(translation_leaves)
    kept = (line for line in new if line.partition(":")[0] not in sources)
    words = {word for line in kept for word in re.findall(r"[A-Z0-9]{4,}", line.partition(":")[2])}
    known = {"CLSTIME", "SNDTIME", "INTA", "0915", "0100", "0130", "SVCLVL", "LOCINS", "CATPURP", "PURP"}
    return {word for word in words - known if word not in said and word[2:] not in said}


@given(new=chosen("50", "59", "52", "53", "54", "56", "57", "70", "72", "77", "13"))
def test_a_valid_customer_transfer_becomes_a_valid_message_that_says_all(new: Lines) -> None:
    translation = translated("103", with_lines(CUSTOMER, *new))
    assert not unsaid(leaves(translation), [each.source for each in translation.lost], new)


@given(new=chosen("52", "53", "54", "56", "57", "72", "13"), below=chosen("52", "56", "57", "70", "72"))
def test_a_valid_cover_becomes_a_valid_message_that_says_all(new: Lines, below: Lines) -> None:
    customers = COVER[len(BANK) :]
    translation = translated("202", (*with_lines(BANK, *new), *customers, *below))
    assert not unsaid(leaves(translation), [each.source for each in translation.lost], (*new, *below))


@pytest.mark.parametrize("mt_type", KNOWN)
def test_a_plain_message_keeps_the_rules_of_cbpr(mt_type: str) -> None:
    findings = inspect(translated(mt_type, KNOWN[mt_type]).message, Options(profile=Profile.CBPR_2025))
    assert [finding for finding in findings if finding.severity is Severity.ERROR] == []


TAGS = st.one_of(
    st.sampled_from(
        ["20", "21", "32A", "33B", "11S", "76", "79", "23E", "13C", "71A", "71F", "77A", "77B", "70", "72"]
    ),
    st.tuples(st.sampled_from(["50", "52", "53", "54", "55", "56", "57", "58", "59"]), st.sampled_from("ABCDFK ")).map(
        lambda tag: "".join(tag).strip()
    ),
)
VALUES = st.one_of(
    st.text(max_size=60),
    st.text("/ABC1,:\n +", max_size=60),
    st.sampled_from(["/RETN/99\n/AC04/", "/REJT/99", "//FW", "/C/", "\n", "", "260302EUR1,", "/UETR/x\n//y"]),
)


@given(
    mt_type=st.sampled_from([*TABLE, "101", "999", "103COV"]),
    base=st.sampled_from(sorted(KNOWN)),
    new=st.lists(st.builds(Field, TAGS, VALUES), max_size=4),
    drop=st.integers(0, 10),
    flag=st.sampled_from(["", "STP", "COV", "RFDD"]),
)
def test_any_message_is_translated_or_refused(mt_type: str, base: str, new: list[Field], drop: int, flag: str) -> None:
    message = mt(mt_type[:3], KNOWN[base], user_header=(("119", flag),))
    fields = [field for at, field in enumerate(message.fields) if at != drop]
    try:
        translation = to_mx(replace(message, fields=(*fields, *new)), CREATED)
    except (MessageRefused, InvalidValue):
        return
    assert envelope(translation.message)


@pytest.mark.parametrize("mt_type", ["101", "210", "799"])
def test_a_type_without_a_translation_is_refused(mt_type: str) -> None:
    with pytest.raises(MessageRefused, match="no translation"):
        to_mx(mt(mt_type, CUSTOMER), CREATED)
