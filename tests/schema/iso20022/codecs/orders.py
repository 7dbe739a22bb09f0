"""Payment orders and returns drawn by chance, with the identities of the messages they travel in."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from domain.mention import Mentioned, Seat
from domain.money import Money
from domain.party import Party
from domain.payment import Charge, ChargeBearer, PaymentKind, PaymentOrder, SettlementMethod
from domain.payment_return import ReturnOrder
from domain.settlement import Priority
from schema.iso20022.codecs.identity import Identity
from tests.schema.iso20022.codecs.strategies import (
    ACCOUNTS,
    BUSINESS_DAYS,
    MANY_BICS,
    amounts,
    banks,
    customers,
    institutions,
    moments,
    originals,
    parties,
    reasons,
    references,
    texts,
    uetrs,
)

S = Seat
PREVIOUS = (S.PREVIOUS_INSTRUCTING_AGENT_1, S.PREVIOUS_INSTRUCTING_AGENT_2, S.PREVIOUS_INSTRUCTING_AGENT_3)
BETWEEN = (S.INTERMEDIARY_1, S.INTERMEDIARY_2, S.INTERMEDIARY_3)
REIMBURSING = (S.INSTRUCTING_REIMBURSEMENT_AGENT, S.INSTRUCTED_REIMBURSEMENT_AGENT)


class Deck:
    """Banks in a drawn order, each dealt once, so that no payment passes through one twice."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._left = list(draw(st.permutations(MANY_BICS)))

    def one(self) -> str:
        return self._left.pop()

    def bank(self) -> st.SearchStrategy[str]:
        return st.builds(self.one)

    def identity(self, debtor: Party, creditor: Party) -> Identity:
        """A message between the parties' banks, or on a part of the way."""
        sender = self._draw(st.sampled_from([debtor.agent_bic, self.one()]))
        receiver = self._draw(st.sampled_from([creditor.agent_bic, self.one()]))
        return Identity(self._draw(references(16)), self._draw(moments), sender, receiver)

    def first(self, seats: tuple[Seat, ...], *, account: bool) -> list[Mentioned]:
        """The first few of the seats: nobody sits in the second without somebody in the first."""
        taken = seats[: self._draw(st.integers(0, len(seats)))]
        return [self._draw(banks(seat, st.just(self.one()), account=account)) for seat in taken]

    def others(self, *seats: Seat) -> list[Mentioned]:
        return [self._draw(customers(seat)) for seat in seats if self._draw(st.booleans())]

    def apart(self, debtor: Party, creditor: Party, identity: Identity) -> list[Mentioned]:
        """The parties' banks with an account, and the messengers where they are others."""
        found = []
        for role, party in ((S.DEBTOR_AGENT, debtor), (S.CREDITOR_AGENT, creditor)):
            if self._draw(st.booleans()) and party.bic != party.agent_bic:
                account = self._draw(st.sampled_from(ACCOUNTS))
                found.append(Mentioned(role, bic=party.agent_bic, account=account))
        if identity.sender != debtor.agent_bic:
            found.append(Mentioned(S.INSTRUCTING_AGENT, bic=identity.sender))
        if identity.receiver != creditor.agent_bic:
            found.append(Mentioned(S.INSTRUCTED_AGENT, bic=identity.receiver))
        return found


def urgencies(method: SettlementMethod) -> st.SearchStrategy[Priority]:
    """Priorities that a message can tell: a net payment has no way to."""
    return st.sampled_from(Priority) if method is SettlementMethod.GROSS else st.just(Priority.NORMAL)


@st.composite
def customer_transfers(draw: st.DrawFn) -> tuple[PaymentOrder, Identity]:
    deck = Deck(draw)
    debtor, creditor = draw(parties(st.just(deck.one()))), draw(parties(st.just(deck.one())))
    identity = deck.identity(debtor, creditor)
    cover = draw(st.booleans())
    order = PaymentOrder(
        debtor=debtor,
        creditor=creditor,
        end_to_end_id=draw(references()),
        uetr=draw(uetrs),
        method=(method := draw(st.sampled_from((SettlementMethod.GROSS, SettlementMethod.NET)))),
        priority=draw(urgencies(method)),
        reference=draw(references(16)),
        remittance_info=draw(st.none() | texts(140)),
        message_type="pacs.008.001.08",
        message_id=identity.message_id,
        value_date=draw(st.sampled_from(BUSINESS_DAYS)),
        mentioned=(
            *deck.apart(debtor, creditor, identity),
            *deck.first(PREVIOUS, account=True),
            *deck.first(BETWEEN, account=True),
            *deck.others(S.ULTIMATE_DEBTOR, S.INITIATING_PARTY, S.ULTIMATE_CREDITOR),
            *([draw(banks(seat, st.just(deck.one()), account=True)) for seat in REIMBURSING] if cover else []),
        ),
        transaction_id=draw(st.none() | references()),
        **draw(sums()),
    )
    return order, identity


@st.composite
def sums(draw: st.DrawFn) -> dict[str, Any]:
    """Amount, instructed amount, rate and charges that belong together, and who bears them."""
    bearer = draw(st.sampled_from([ChargeBearer.SHAR, ChargeBearer.DEBT, ChargeBearer.CRED]))
    amount = draw(amounts(most=10**12))
    sums: dict[str, Any] = {"amount": amount, "charge_bearer": bearer}
    if bearer is not ChargeBearer.DEBT and draw(st.booleans() | st.just(bearer is ChargeBearer.CRED)):
        bank = st.none() | st.sampled_from(MANY_BICS)
        charge = st.builds(Charge, amounts(st.just(amount.currency), least=0, most=10**4), bank)
        charges = tuple(draw(st.lists(charge, min_size=1, max_size=3)))
        return sums | {"charges": charges, "instructed": sum((one.amount for one in charges), start=amount)}
    if bearer is ChargeBearer.CRED:
        return sums | {"charges": (Charge(Money(0, amount.currency), None),), "instructed": amount}
    if draw(st.booleans()):
        units = draw(st.integers(1, 10**12))
        rated = {"amount": Money(5 * units, "EUR"), "instructed": Money(4 * units, "USD"), "exchange_rate": "1.25"}
        return sums | rated
    return sums


@st.composite
def institution_transfers(draw: st.DrawFn, *, cover: bool) -> tuple[PaymentOrder, Identity]:
    deck = Deck(draw)
    debtor, creditor = draw(institutions(deck.bank())), draw(institutions(deck.bank()))
    identity = deck.identity(debtor, creditor)
    ultimate = [S.ULTIMATE_DEBTOR, S.ULTIMATE_CREDITOR]
    order = PaymentOrder(
        amount=draw(amounts()),
        debtor=debtor,
        creditor=creditor,
        end_to_end_id=draw(references().filter(lambda text: text[15:16] != "/")),
        uetr=draw(uetrs),
        method=(method := draw(st.sampled_from((SettlementMethod.GROSS, SettlementMethod.NET)))),
        priority=draw(urgencies(method)),
        reference=draw(references(16)),
        remittance_info=draw(st.none() | texts(140)),
        message_type="pacs.009.001.08",
        message_id=identity.message_id,
        value_date=draw(st.sampled_from(BUSINESS_DAYS)),
        kind=PaymentKind.COVER if cover else PaymentKind.INSTITUTION,
        mentioned=(
            *deck.apart(debtor, creditor, identity),
            *deck.first(PREVIOUS, account=True),
            *deck.first(BETWEEN, account=True),
            *(draw(banks(seat, st.just(deck.one()))) for seat in ultimate if draw(st.booleans())),
            *(underlying(draw, deck) if cover else []),
        ),
        transaction_id=draw(st.none() | references()),
        instructed=draw(st.none() | amounts()) if cover else None,
    )
    return order, identity


def underlying(draw: st.DrawFn, deck: Deck) -> list[Mentioned]:
    """The covered payment's parties and banks."""
    bank = st.sampled_from(MANY_BICS)
    return [
        *deck.others(S.UNDERLYING_ULTIMATE_DEBTOR, S.UNDERLYING_INITIATING_PARTY),
        draw(customers(S.UNDERLYING_DEBTOR, account=True)),
        draw(banks(S.UNDERLYING_DEBTOR_AGENT, bank, account=True)),
        *deck.first((S.UNDERLYING_INTERMEDIARY_1, S.UNDERLYING_INTERMEDIARY_2), account=True),
        draw(banks(S.UNDERLYING_CREDITOR_AGENT, bank, account=True)),
        draw(customers(S.UNDERLYING_CREDITOR, account=True)),
        *deck.others(S.UNDERLYING_ULTIMATE_CREDITOR),
    ]


@st.composite
def returns(draw: st.DrawFn, *, between_banks: bool) -> tuple[ReturnOrder, Identity]:
    deck = Deck(draw)
    ends = institutions if between_banks else parties
    debtor, creditor = draw(ends(deck.bank())), draw(ends(deck.bank()))
    identity = deck.identity(debtor, creditor)
    returned = draw(amounts(most=10**12))
    more = Money(returned.minor + draw(st.integers(0, 100)), returned.currency)
    order = ReturnOrder(
        return_id=draw(references(16)),
        original=replace(draw(originals), message_name="pacs.009.001.08" if between_banks else "pacs.008.001.08"),
        returned=returned,
        reason=draw(reasons),
        debtor=debtor,
        creditor=creditor,
        original_amount=more,
        original_date=draw(st.none() | st.sampled_from(BUSINESS_DAYS)),
        value_date=draw(st.sampled_from(BUSINESS_DAYS)),
        charge_bearer=draw(st.sampled_from([ChargeBearer.SHAR, ChargeBearer.CRED])),
        method=draw(st.sampled_from((SettlementMethod.GROSS, SettlementMethod.NET))),
        message_id=identity.message_id,
        mentioned=tuple(
            one
            for one in (
                *deck.apart(debtor, creditor, identity),
                *deck.first(PREVIOUS, account=False),
                *deck.first(BETWEEN, account=False),
                *([] if between_banks else deck.others(S.ULTIMATE_DEBTOR, S.ULTIMATE_CREDITOR)),
            )
            if one.role not in {S.DEBTOR_AGENT, S.CREDITOR_AGENT}  # a chain has no accounts
        ),
    )
    return order, identity


def town_unknown(order: PaymentOrder | ReturnOrder) -> bool:
    """Whether some address can only go out in lines, which strict validation does not like."""
    if isinstance(order, PaymentOrder) and any(charge.agent_bic is None for charge in order.charges):
        return True
    everybody: tuple[Party | Mentioned, ...] = (order.debtor, order.creditor, *order.mentioned)
    return any(who.town is None and (who.address or who.bic is None) for who in everybody)
