"""Rules of field 23E, the instructions of an MT103, and of the flag that promises straight-through processing."""

from collections import Counter
from typing import Final

from domain.errors import InvalidValue
from domain.finding import Severity
from domain.ids import Bic, Iban
from domain.reason import Reason
from schema.mt.checks.rule import OWN, Reading, Table, Wrong
from schema.mt.fields.texts import read_coded

WARNING: Final = Severity.WARNING
RULES: Final = Table(messages=("103",))
_rule = RULES.rule

ORDER: Final = ("SDVA", "INTC", "REPA", "CORT", "HOLD", "CHQB", "PHOB", "TELB", "PHON", "TELE", "PHOI", "TELI")
"""Every code of 23E, in the order in which they stand."""
_WITH_TEXT: Final = frozenset({"PHON", "PHOB", "PHOI", "TELE", "TELB", "TELI", "HOLD", "REPA"})
_OF_SPRI: Final = frozenset({"SDVA", "TELB", "PHOB", "INTC"})
_OF_STP: Final = frozenset({"CORT", "INTC", "SDVA", "REPA"})
EXCLUDED: Final = frozenset(
    frozenset(pair.split("+"))
    for pair in [
        "SDVA+HOLD",
        "SDVA+CHQB",
        "INTC+HOLD",
        "INTC+CHQB",
        "REPA+HOLD",
        "REPA+CHQB",
        "REPA+CORT",
        "CORT+HOLD",
        "CORT+CHQB",
        "HOLD+CHQB",
        "PHOB+TELB",
        "PHON+TELE",
        "PHOI+TELI",
    ]
)
"""Codes that contradict each other."""


@_rule("MT-50", "an instruction is one of 23E's codes", Reason.FF01, code="T47")
def _code(reading: Reading) -> Wrong:
    return (field for field, asked in reading.values("23E") if asked.code not in ORDER)


@_rule("MT-51", "instructions stand in their order", Reason.FF01, code="D98", severity=WARNING)
def _order(reading: Reading) -> Wrong:
    highest = 0
    for field, asked in reading.values("23E"):
        if asked.code in ORDER:
            rank = ORDER.index(asked.code)
            if rank < highest:
                yield field
            highest = max(highest, rank)


@_rule("MT-52", "an instruction is given once", Reason.FF01, code="E46", severity=WARNING)
def _once(reading: Reading) -> Wrong:
    seen: Counter[str] = Counter()
    for field, asked in reading.values("23E"):
        seen[asked.code] += 1
        if seen[asked.code] > 1:
            yield field


@_rule("MT-53", "instructions do not contradict each other", Reason.FF01, code="D67")
def _exclusion(reading: Reading) -> Wrong:
    before: set[str] = set()
    for field, asked in reading.values("23E"):
        if any(frozenset({asked.code, other}) in EXCLUDED for other in before):
            yield field
        before.add(asked.code)


@_rule("MT-54", "only some instructions have more words", Reason.FF01, code="D97", severity=WARNING)
def _words(reading: Reading) -> Wrong:
    return (field for field, asked in reading.values("23E") if asked.text and asked.code not in _WITH_TEXT)


@_rule("MT-55", "a cheque (CHQB) is paid into no account", Reason.FF01, code="E18")
def _cheque(reading: Reading) -> Wrong:
    if _asks(reading, "CHQB"):
        yield from (field for field, party in reading.values("59a") if party.account is not None)


@_rule("MT-56", "who is to be called or wired is named: PHOI and TELI need 56a", Reason.FF01, code="E44")
def _call_the_intermediary(reading: Reading) -> Wrong:
    if not reading.has("56a"):
        yield from (field for field, asked in reading.values("23E") if asked.code in {"PHOI", "TELI"})


@_rule("MT-57", "who is to be called or wired is named: PHON and TELE need 57a", Reason.FF01, code="E45")
def _call_the_bank(reading: Reading) -> Wrong:
    if not reading.has("57a"):
        yield from (field for field, asked in reading.values("23E") if asked.code in {"PHON", "TELE"})


@_rule("MT-58", "SPRI takes SDVA, TELB, PHOB and INTC only", Reason.FF01, code="E01")
def _instructions_of_spri(reading: Reading) -> Wrong:
    if reading.value("23B") == "SPRI":
        yield from (field for field, asked in reading.values("23E") if asked.code not in _OF_SPRI)


@_rule("MT-59", "SSTD and SPAY take no instruction", Reason.FF01, code="E02")
def _instructions_of_sstd(reading: Reading) -> Wrong:
    if reading.value("23B") in {"SSTD", "SPAY"}:
        yield from reading.all("23E")


# Warnings: the money can be paid, only not without a look at it.
@_rule(
    "MT-60",
    "straight-through: banks by BIC, 53B by an account, no 51A",
    Reason.FF01,
    messages=("103STP",),
    severity=WARNING,
)
def _straight_through_banks(reading: Reading) -> Wrong:
    for tag in ("51A", "52D", "53D", "54B", "54D", "55B", "55D", "56C", "56D", "57B", "57C", "57D"):
        yield from reading.all(tag)
    yield from (field for field, party in reading.values("53B") if party.account is None)


@_rule("MT-61", "straight-through: 23E asks for nobody's hands", Reason.FF01, messages=("103STP",), severity=WARNING)
def _straight_through_instructions(reading: Reading) -> Wrong:
    return (field for field, asked in reading.values("23E") if asked.code not in _OF_STP)


@_rule(
    "MT-62", "straight-through: the beneficiary's account is told", Reason.AC01, messages=("103STP",), severity=WARNING
)
def _straight_through_account(reading: Reading) -> Wrong:
    return (field for field, party in reading.values("59a") if party.account is None)


@_rule(
    "MT-63", "straight-through: /INS/ in 72 is followed by a BIC", Reason.RC01, messages=("103STP",), severity=WARNING
)
def _straight_through_instructing_bank(reading: Reading) -> Wrong:
    for field in reading.all("72"):
        if any(part.code == "INS" and not _is_bic(part.text) for part in read_coded(field.value)):
            yield field


@_rule("MT-64", "an account that looks like an IBAN is one", Reason.AC01, source=OWN, severity=WARNING)
def _iban(reading: Reading) -> Wrong:
    for tag in ("50a", "59a"):
        yield from (field for field, party in reading.values(tag) if party.account and not _may_be(party.account))


def _asks(reading: Reading, code: str) -> bool:
    return any(asked.code == code for _, asked in reading.values("23E"))


def _is_bic(text: str) -> bool:
    try:
        return bool(Bic.parse(text))
    except InvalidValue:
        return False


def _may_be(account: str) -> bool:
    looks = account[:2].isalpha() and account[2:4].isdigit() and len(account) >= 15 and account.isalnum()
    try:
        return not looks or bool(Iban.parse(account))
    except InvalidValue:
        return False
