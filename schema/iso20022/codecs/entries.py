"""Entries of an account, as statements and notifications have them in common."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.money import Money
from domain.reason import Reason
from domain.statement import Account, BankCode, Direction, EntryDetail, StatementEntry
from schema.iso20022.codecs import values
from schema.iso20022.codecs.identity import from_our_id, moment, our_id, reference
from schema.iso20022.codecs.letters import extended
from schema.iso20022.codecs.parties import account, agent, read_account
from schema.iso20022.codecs.references import told
from schema.iso20022.codecs.values import Part
from schema.iso20022.reader import Reader


def account_content(of: Account) -> dict[str, Any]:
    """The account of a statement, its owner and its servicer."""
    return {
        **(account(of.id) or {}),
        "Ccy": of.currency,
        "Ownr": {"Id": {"OrgId": {"AnyBIC": of.owner_bic}}} if of.owner_bic else None,
        "Svcr": agent(of.servicer_bic) if of.servicer_bic else None,
    }


def entry_content(entry: StatementEntry) -> dict[str, Any]:
    """One entry. Raises InvalidValue when a reference is none, or an entry's kind is not known."""
    return {
        "NtryRef": _reference(entry.reference),
        "Amt": entry.amount,
        "CdtDbtInd": entry.direction,
        "Sts": {"Cd": entry.status},
        "BookgDt": None if entry.booked_at is None else {"DtTm": moment(entry.booked_at)},
        "ValDt": None if entry.value_date is None else {"Dt": entry.value_date.isoformat()},
        "AcctSvcrRef": _reference(entry.servicer_reference),
        "BkTxCd": _code(entry.code) if entry.code else {},
        "NtryDtls": {"TxDtls": [_detail(detail) for detail in entry.details]} if entry.details else None,
        "AddtlNtryInf": extended(entry.additional_info) if entry.additional_info else None,
    }


def read_account_content(read: Part, path: str) -> Account:
    """The account of a statement; where it does not tell owner or servicer, they are receiver and sender."""
    header = values.header(read.business)
    return Account(
        id=read_account(read, path)
        or read.required("AC-01", Reason.AC01, "the account has no number", f"{path}/Id/IBAN"),
        currency=read.text(f"{path}/Ccy") or _currency(read),
        owner_bic=values.bic(read, f"{path}/Ownr/Id/OrgId/AnyBIC") or _bank(header, "To"),
        servicer_bic=values.bic(read, f"{path}/Svcr/FinInstnId/BICFI") or _bank(header, "Fr"),
    )


def read_entries(read: Part) -> tuple[StatementEntry, ...]:
    """Every entry of a statement or notification that can be read; what cannot is reported."""
    return tuple(entry for part in read.parts("Ntry") if (entry := _read_entry(part)) is not None)


def _read_entry(part: Part) -> StatementEntry | None:
    amount = values.told_amount(part, "Amt")
    direction = _direction(part)
    details = tuple(_read_detail(detail) for detail in part.parts("NtryDtls/TxDtls"))
    if amount is None or direction is None:
        return None
    value_date = values.day(part, "ValDt/Dt", "ValDt/DtTm")
    return StatementEntry(
        reference=part.text("NtryRef") or None,
        amount=amount,
        direction=direction,
        booked_at=values.moment(part, "BookgDt/DtTm") or values.moment(part, "BookgDt/Dt"),
        value_date=date.fromisoformat(value_date) if value_date else None,
        code=_read_code(part),
        servicer_reference=from_our_id(part.text("AcctSvcrRef")) or None,
        details=details,
        additional_info=part.text("AddtlNtryInf") or None,
        status=part.text("Sts/Cd", "Sts/Prtry"),
    )


def balance_content(kind: str, amount: Money, day: date) -> dict[str, Any]:
    """A balance of a kind such as OPBD; its direction tells the sign."""
    return {
        "Tp": {"CdOrPrtry": {"Cd": kind}},
        "Amt": -amount if amount.minor < 0 else amount,
        "CdtDbtInd": Direction.DEBIT if amount.minor < 0 else Direction.CREDIT,
        "Dt": {"Dt": day.isoformat()},
    }


def _detail(detail: EntryDetail) -> dict[str, Any]:
    agents = {
        "DbtrAgt": agent(detail.debtor_bic) if detail.debtor_bic else None,
        "CdtrAgt": agent(detail.creditor_bic) if detail.creditor_bic else None,
    }
    references = {
        "AcctSvcrRef": _reference(detail.payment_id),
        "InstrId": told(detail.instruction_id),
        "EndToEndId": told(detail.end_to_end_id),
        "UETR": detail.uetr,
    }
    return {
        "Refs": references if any(references.values()) else None,
        "Amt": detail.amount,
        "CdtDbtInd": detail.direction,
        "RltdAgts": agents if any(agents.values()) else None,
        "RmtInf": {"Ustrd": extended(detail.remittance_info)} if detail.remittance_info else None,
    }


def _reference(text: str | None) -> str | None:
    return None if text is None else reference(our_id(text), 35)


def _code(code: BankCode) -> Mapping[str, Any]:
    return {"Domn": {"Cd": code.domain, "Fmly": {"Cd": code.family, "SubFmlyCd": code.sub_family}}}


def _read_detail(part: Reader) -> EntryDetail:
    return EntryDetail(
        end_to_end_id=part.text("Refs/EndToEndId") or None,
        uetr=values.uetr(part, "Refs/UETR"),
        instruction_id=part.text("Refs/InstrId") or None,
        payment_id=from_our_id(part.text("Refs/AcctSvcrRef")) or None,
        amount=values.amount(part, "Amt"),
        direction=_direction(part) if part.elements("CdtDbtInd") else None,
        debtor_bic=values.bic(part, "RltdAgts/DbtrAgt/FinInstnId/BICFI"),
        creditor_bic=values.bic(part, "RltdAgts/CdtrAgt/FinInstnId/BICFI"),
        remittance_info=" ".join(part.texts("RmtInf/Ustrd")) or None,
    )


def _read_code(part: Reader) -> BankCode | None:
    steps = [part.text(f"BkTxCd/Domn/{step}") for step in ("Cd", "Fmly/Cd", "Fmly/SubFmlyCd")]
    return BankCode(*steps) if all(steps) else None


def _direction(part: Reader) -> Direction | None:
    text = part.text("CdtDbtInd").strip()
    if text not in set(Direction):
        part.report("XS", Reason.FF01, "is neither CRDT nor DBIT", "CdtDbtInd")
        return None
    return Direction(text)


def _currency(read: Reader) -> str:
    """The account's currency where the account itself does not tell it: that of its first amount."""
    found = [*read.elements("Bal/Amt"), *read.elements("Ntry/Amt")]
    return str(found[0].get("Ccy", "")) if found else ""


def _bank(header: Reader | None, end: str) -> str | None:
    return values.bic(header, f"{end}/FIId/FinInstnId/BICFI") if header else None
