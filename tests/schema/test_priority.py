"""FIN's priority is how fast a message travels; a bank that pays for it wants its payment early as well."""

import pytest

from domain.payment import PaymentOrder, SettlementMethod
from domain.settlement import Priority
from schema.intake import Syntax, read

MT103 = """{1:F01ALPHDEFFAXXX0000000000}{2:I103BETAGB2LXXXX%s}{3:{121:0d7b9a52-93f4-4a0e-8a5c-3f2c6d1e9b70}}{4:
:20:ALPHA-1
:23B:CRED
:32A:261125EUR100,00
:33B:EUR100,00
:50K:/DE89370400440532013000
ADA SAMPLE
PROBEWEG 7
60311 FRANKFURT DE
:59:/GB33BUKB20201555555555
BERT EXAMPLE
1 TEST STREET
LONDON GB
:71A:SHA
-}"""


@pytest.mark.parametrize(("letter", "priority"), [("U", Priority.HIGH), ("N", Priority.NORMAL), ("S", Priority.NORMAL)])
def test_the_priority_of_block_2(letter: str, priority: Priority) -> None:
    raw = (MT103 % letter).replace("\n", "\r\n").encode()
    wish = read(raw, Syntax.MT).wish
    assert isinstance(wish, PaymentOrder)
    assert (wish.priority, wish.method) == (priority, SettlementMethod.NET)
