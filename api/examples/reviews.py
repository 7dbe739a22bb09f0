"""Examples of what reviewers send and are shown."""

from typing import Any, Final

from api.examples.screening import PULLED_BACK

_ID: Final = "pay_01JABCDEFGHJKMNPQRSTVWXYZ0"
_CHECK: Final = "chk_01JABCDEFGHJKMNPQRSTVWXYZ1"
_AT: Final = "2026-10-13T10:30:00Z"
_PAGE: Final[dict[str, Any]] = {"total": 17, "page": 1, "limit": 50}

_HIT: Final[dict[str, Any]] = {
    "role": "creditor",
    "queried": "Mirabel Quorvat",
    "matched": "Mirabel Quorvath",
    "list_name": "DEMO-OFAC",
    "entity_id": "D-OFAC-003",
    "level": "HIGH",
    "score": 90,
    "distance": 1,
}
_REVIEW: Final[dict[str, Any]] = {
    "id": "rev_01JABCDEFGHJKMNPQRSTVWXYZ0",
    "payment_id": _ID,
    "payment_reference": "PAY-2026-MNPQRSTVWXYZ",
    "payment_status": "screened",
    "screening_id": _CHECK,
    "state": "assigned",
    "level": "HIGH",
    "verdict": None,
    "approvals": 1,
    "approvals_needed": 2,
    "assignee": "senior_compliance",
    "locked_until": "2026-10-13T11:40:00Z",
    "opened_at": _AT,
    "reminded_at": None,
    "escalate_at": "2026-10-13T14:30:00Z",
    "escalated_at": None,
    "ring_fence_at": "2026-10-13T16:00:00Z",
    "ring_fenced_at": None,
    "expires_at": "2026-10-14T06:30:00Z",
    "decided_at": None,
    "sender_bic": "CHASUS33XXX",
    "sender_name": "Ann Example",
    "receiver_bic": "HSBCGB2LXXX",
    "receiver_name": "Mirabel Quorvat",
    "amount": "125000.50",
    "currency": "USD",
    "submitted_by": "participant/CHASUS33XXX",
    "risk_score": 90,
    "hits": [_HIT],
}
_STATE: Final[dict[str, Any]] = {
    "status": "screened",
    "step": "review",
    "review": "open",
    "parked_step": None,
    "parked_code": None,
    "parked_message": None,
    "attempts": 0,
    "insists_on": None,
    "insisted_failures": 0,
    "insisted_code": None,
    "insisted_message": None,
    "approvals": 1,
    "approvals_needed": 2,
    "ring_fenced": False,
}
_FILE: Final[dict[str, Any]] = {
    "name": "passport.pdf",
    "uri": "https://files.bank.example/4711",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}
_NOTE: Final[dict[str, Any]] = {
    "id": "note_01JABCDEFGHJKMNPQRSTVWXYZ2",
    "kind": "comment",
    "actor_id": "compliance",
    "words": "born in another year than the listed person",
    "attachments": [_FILE],
    "at": _AT,
}
_WORD: Final[dict[str, Any]] = {
    "verdict": "approve",
    "screening_id": _CHECK,
    "comment": "another person of that name",
}
_PRECEDENT: Final[dict[str, Any]] = {
    "payment_id": "pay_01JABCDEFGHJKMNPQRSTVWXYZ5",
    "verdict": "approve",
    "decided_at": _AT,
    "decided_by": "compliance",
    "comment": "another person of that name",
    "list_name": "DEMO-OFAC",
    "entity_id": "D-OFAC-003",
    "queried": "Mirabel Quorvat",
    "matched": "Mirabel Quorvath",
}
_EARLIER: Final[dict[str, Any]] = {
    "payment_id": "pay_01JABCDEFGHJKMNPQRSTVWXYZ5",
    "created_at": _AT,
    "status": "completed",
    "side": "creditor",
    "counterparty": "Ann Example",
    "amount": "900.00",
    "currency": "USD",
    "reason_codes": [],
    "verdict": "approve",
}

REVIEWS: Final[dict[str, dict[str, Any]]] = {
    "Decide": _WORD,
    "DecideMany": {"decisions": [{"payment_id": _ID, **_WORD}]},
    "DecidedMany": {
        "total": 2,
        "taken": 1,
        "refused": 1,
        "items": [
            {"payment_id": _ID, "status": 200, "state": _STATE, "problem": None},
            {
                "payment_id": "pay_01JABCDEFGHJKMNPQRSTVWXYZ5",
                "status": 409,
                "state": None,
                "problem": {"code": "already_decided", "status": 409, "state": "decided"},
            },
        ],
    },
    "ReviewStateShape": _STATE,
    "ReviewPage": {"reviews": [_REVIEW], **_PAGE},
    "ReviewDetail": {
        **_REVIEW,
        "sender_account_id": "acc_456",
        "receiver_account_id": "GB33BUKB20201555555555",
        "remittance_info": "Invoice payment for Q1",
        "checks": [
            {
                "id": _CHECK,
                "check_type": "sanctions_screening",
                "status": "review",
                "risk_score": 90,
                "requires_review": True,
                "list_version": "demo-1",
                "engine_version": "1",
                "milliseconds": 4.2,
                "completed_at": _AT,
                "turn": 0,
                "superseded_at": None,
                "hits": [{**_HIT, "suppressed_by": "", "evidence": None}],
            }
        ],
        "pulled_back": [PULLED_BACK],
        "risk": [],
        "decisions": [
            {
                "verdict": "approve",
                "actor_id": "compliance",
                "actor_role": "compliance",
                "check_id": _CHECK,
                "comment": "another person of that name",
                "question": "",
                "at": _AT,
            }
        ],
        "notes": [_NOTE],
        "debtor": {"name": "Ann Example", "outcomes": {}, "payments": []},
        "creditor": {"name": "Mirabel Quorvat", "outcomes": {"completed": 1}, "payments": [_EARLIER]},
        "precedents": [_PRECEDENT],
    },
    "Assign": {"assignee": "senior_compliance", "reason": "knows the customer"},
    "Write": {"text": "born in another year than the listed person", "attachments": [_FILE]},
    "NoteShape": _NOTE,
    "InformationShape": {"payment_id": _ID, "note_id": "note_01JABCDEFGHJKMNPQRSTVWXYZ2", "review": "open"},
    "AuditPage": {
        "entries": [
            {
                "id": 4711,
                "at": _AT,
                "actor_id": "compliance",
                "actor_role": "compliance",
                "action": "review.approve",
                "subject": _ID,
                "detail": {"screening_id": _CHECK, "comment": "another person of that name"},
                "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            }
        ],
        **_PAGE,
    },
}
"""By the name of the document."""
