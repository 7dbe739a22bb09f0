"""Payment orders and returns drawn by chance, with the identities of the messages they travel in."""

from dataclasses import replace

from hypothesis import strategies as st

from domain.mention import Mentioned, Seat
from domain.money import Money
from domain.party import Party
from domain.payment import ChargeBearer, PaymentKind, PaymentOrder, SettlementMethod
from domain.payment_return import ReturnOrder
from schema.iso20022.codecs.identity import Identity
from tests.schema.iso20022.codecs.strategies import (
    amounts,
    bics,
    days,
    institutions,
    mentions,
    moments,
    originals,
    parties,
    reasons,
    references,
    texts,
    uetrs,
    wheres,
)

S = Seat
PREVIOUS = (S.PREVIOUS_INSTRUCTING_AGENT_1, S.PREVIOUS_INSTRUCTING_AGENT_2, S.PREVIOUS_INSTRUCTING_AGENT_3)
BETWEEN = (S.INTERMEDIARY_1, S.INTERMEDIARY_2, S.INTERMEDIARY_3)
REIMBURSING = (S.INSTRUCTING_REIMBURSEMENT_AGENT, S.INSTRUCTED_REIMBURSEMENT_AGENT)


@st.composite
def identities(draw: st.DrawFn) -> Identity:
    return Identity(draw(references(16)), draw(moments), draw(bics), draw(bics))


@st.composite
def named_agent(draw: st.DrawFn, role: Seat, bic: str) -> Mentioned:
    """A bank of which name and address are told beside its BIC."""
    return Mentioned(role, name=draw(texts(140)), bic=bic, **draw(wheres))


@st.composite
def _apart(draw: st.DrawFn, debtor: Party, creditor: Party, identity: Identity) -> list[Mentioned]:
    found = []
    for role, party in ((S.DEBTOR_AGENT, debtor), (S.CREDITOR_AGENT, creditor)):
        if draw(st.booleans()) and party.bic is None:
            found.append(draw(named_agent(role, party.agent_bic)))
    if identity.sender != debtor.agent_bic:
        found.append(Mentioned(S.INSTRUCTING_AGENT, bic=identity.sender))
    if identity.receiver != creditor.agent_bic:
        found.append(Mentioned(S.INSTRUCTED_AGENT, bic=identity.receiver))
    return found


@st.composite
def _first(draw: st.DrawFn, seats: tuple[Seat, ...], *, account: bool) -> list[Mentioned]:
    """The first few of the seats: nobody sits in the second without somebody in the first."""
    return [draw(mentions(seat, account=account)) for seat in seats[: draw(st.integers(0, len(seats)))]]


@st.composite
def _some(draw: st.DrawFn, seats: tuple[Seat, ...], *, customer: bool) -> list[Mentioned]:
    return [draw(mentions(seat, customer=customer)) for seat in seats if draw(st.booleans())]


@st.composite
def customer_transfers(draw: st.DrawFn) -> tuple[PaymentOrder, Identity]:
    debtor, creditor, identity = draw(parties()), draw(parties()), draw(identities())
    cover = [draw(mentions(seat, account=True)) for seat in REIMBURSING] if draw(st.booleans()) else []
    mentioned = (
        *draw(_apart(debtor, creditor, identity)),
        *draw(_first(PREVIOUS, account=True)),
        *draw(_first(BETWEEN, account=True)),
        *draw(_some((S.ULTIMATE_DEBTOR, S.INITIATING_PARTY, S.ULTIMATE_CREDITOR), customer=True)),
        *cover,
    )
    order = PaymentOrder(
        amount=draw(amounts()),
        debtor=debtor,
        creditor=creditor,
        end_to_end_id=draw(references()),
        uetr=draw(uetrs),
        method=draw(st.sampled_from(SettlementMethod)),
        reference=draw(references(16)),
        remittance_info=draw(st.none() | texts(140)),
        message_type="pacs.008.001.08",
        message_id=identity.message_id,
        value_date=draw(days.map(str)),
        mentioned=mentioned,
        transaction_id=draw(st.none() | references()),
        charge_bearer=draw(st.sampled_from([ChargeBearer.SHAR, ChargeBearer.DEBT, ChargeBearer.CRED])),
        instructed=draw(st.none() | amounts()),
        exchange_rate=draw(st.sampled_from([None, "1.25", "0.0091"])),
    )
    return order, identity


@st.composite
def institution_transfers(draw: st.DrawFn, *, cover: bool) -> tuple[PaymentOrder, Identity]:
    debtor, creditor, identity = draw(institutions()), draw(institutions()), draw(identities())
    mentioned = (
        *draw(_apart(debtor, creditor, identity)),
        *draw(_first(PREVIOUS, account=True)),
        *draw(_first(BETWEEN, account=True)),
        *draw(_some((S.ULTIMATE_DEBTOR, S.ULTIMATE_CREDITOR), customer=False)),
        *(draw(underlying()) if cover else []),
    )
    order = PaymentOrder(
        amount=draw(amounts()),
        debtor=debtor,
        creditor=creditor,
        end_to_end_id=draw(references()),
        uetr=draw(uetrs),
        method=draw(st.sampled_from(SettlementMethod)),
        reference=draw(references(16)),
        remittance_info=draw(st.none() | texts(140)),
        message_type="pacs.009.001.08",
        message_id=identity.message_id,
        value_date=draw(days.map(str)),
        kind=PaymentKind.COVER if cover else PaymentKind.INSTITUTION,
        mentioned=mentioned,
        transaction_id=draw(st.none() | references()),
        instructed=draw(st.none() | amounts()) if cover else None,
    )
    return order, identity


@st.composite
def underlying(draw: st.DrawFn) -> list[Mentioned]:
    return [
        *draw(_some((S.UNDERLYING_ULTIMATE_DEBTOR, S.UNDERLYING_INITIATING_PARTY), customer=True)),
        draw(mentions(S.UNDERLYING_DEBTOR, customer=True, account=True)),
        draw(mentions(S.UNDERLYING_DEBTOR_AGENT, account=True)),
        *draw(_first((S.UNDERLYING_INTERMEDIARY_1, S.UNDERLYING_INTERMEDIARY_2), account=True)),
        draw(mentions(S.UNDERLYING_CREDITOR_AGENT, account=True)),
        draw(mentions(S.UNDERLYING_CREDITOR, customer=True, account=True)),
        *draw(_some((S.UNDERLYING_ULTIMATE_CREDITOR,), customer=True)),
    ]


@st.composite
def returns(draw: st.DrawFn, *, between_banks: bool) -> tuple[ReturnOrder, Identity]:
    ends = institutions() if between_banks else parties()
    debtor, creditor, identity = draw(ends), draw(ends), draw(identities())
    original = replace(draw(originals), message_name="pacs.009.001.08" if between_banks else "pacs.008.001.08")
    returned = draw(amounts())
    more = Money(returned.minor + draw(st.integers(0, 100)), returned.currency)
    mentioned = (
        *draw(_apart(debtor, creditor, identity)),
        *draw(_first(PREVIOUS, account=False)),
        *draw(_first(BETWEEN, account=False)),
        *([] if between_banks else draw(_some((S.ULTIMATE_DEBTOR, S.ULTIMATE_CREDITOR), customer=True))),
    )
    order = ReturnOrder(
        return_id=draw(references(16)),
        original=original,
        returned=returned,
        reason=draw(reasons),
        debtor=debtor,
        creditor=creditor,
        original_amount=more,
        original_date=draw(st.none() | days.map(str)),
        value_date=draw(days.map(str)),
        charge_bearer=draw(st.sampled_from([ChargeBearer.SHAR, ChargeBearer.CRED])),
        method=draw(st.sampled_from(SettlementMethod)),
        message_id=identity.message_id,
        mentioned=mentioned,
    )
    return order, identity
