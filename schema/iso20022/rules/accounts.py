"""AC: account numbers."""

import re
from typing import Final

from domain.errors import InvalidValue
from domain.finding import Severity
from domain.ids import Iban
from domain.reason import Reason
from schema.iso20022.profile import CBPR
from schema.iso20022.rules.kinds import OTHER_ACCOUNT
from schema.iso20022.rules.rule import ISO, Table, Wrong
from schema.iso20022.rules.texts import fits_fin
from schema.iso20022.shape import Part

RULES: Final = Table(source="CBPR+ UHB", profiles=CBPR)

_LOOKS_LIKE_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


@RULES.value(
    "AC-01",
    "an IBAN has its country's form and right check digits",
    Reason.AC01,
    on="IBAN",
    **ISO | {"source": "ISO 13616"},
)
def iban(text: str) -> bool:
    """Without blanks, in capitals."""
    try:
        Iban.parse(text)
    except InvalidValue:
        return False
    return True


# FIN writes it as /number.
RULES.value(
    "AC-02",
    "another account number has at most 34 characters, no slash at its ends, no //",
    Reason.AC01,
    on=OTHER_ACCOUNT,
)(fits_fin(34).fullmatch)


@RULES.value("AC-03", "an IBAN stands in its own element", Reason.AC01, on=OTHER_ACCOUNT, severity=Severity.WARNING)
def no_iban(number: str) -> bool:
    """It passes every check of an IBAN but is called something else."""
    return _LOOKS_LIKE_IBAN.fullmatch(number) is None or not iban(number)


@RULES.content(
    "AC-04",
    "an IBAN is of its bank's country",
    Reason.AC01,
    on="CdtTrfTxInf",
    needs=("DbtrAcct/Id/IBAN", "CdtrAcct/Id/IBAN"),
    severity=Severity.WARNING,
    messages=("pacs.008",),
)
def of_another_country(transaction: Part) -> Wrong:
    """Often right all the same: banks hold passports."""
    for party in ("Dbtr", "Cdtr"):
        number = transaction.text(f"{party}Acct/Id/IBAN")
        bic = transaction.text(f"{party}Agt/FinInstnId/BICFI")
        if number and bic and number[:2] != bic[4:6]:
            yield f"{party}Acct/Id/IBAN"
