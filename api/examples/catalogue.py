"""An example of every document that is sent or answered; tests read each of them as what it is an example of."""

from typing import Any, Final

from api.examples.dates import DATES
from api.examples.exchanges import EXCHANGES, LEG_OF_PAYMENT
from api.examples.fx import FX
from api.examples.reviews import REVIEWS
from api.examples.risk import RISK, RISKS
from api.examples.screening import SCREENING
from api.examples.settlement import SETTLEMENT, WAITING

_ID: Final = "pay_01JABCDEFGHJKMNPQRSTVWXYZ0"
_CHECK: Final = "chk_01JABCDEFGHJKMNPQRSTVWXYZ1"
_UETR: Final = "eb6305c9-1f7f-49de-aed0-16487c27b42d"
_AT: Final = "2026-10-13T10:30:00Z"
_LATER: Final = "2026-10-13T10:30:05Z"

_ORDER: Final[dict[str, Any]] = {
    "sender_bic": "CHASUS33",
    "sender_name": "Ann Example",
    "sender_account_id": "acc_456",
    "receiver_bic": "HSBCGB2LXXX",
    "receiver_name": "Bob Sample Ltd",
    "receiver_account_id": "GB33BUKB20201555555555",
    "amount": "125000.50",
    "currency": "USD",
    "settlement_method": "net",
    "remittance_info": "Invoice payment for Q1",
}
_RECEIPT: Final[dict[str, Any]] = {
    "id": _ID,
    "status": "initiated",
    "uetr": _UETR,
    "payment_reference": "PAY-2026-MNPQRSTVWXYZ",
    "created_at": _AT,
    "links": {"self": f"/api/v1/payments/{_ID}", "events": f"/api/v1/payments/{_ID}/events"},
}
_SUMMARY: Final[dict[str, Any]] = {
    "id": _ID,
    "payment_reference": "PAY-2026-MNPQRSTVWXYZ",
    "sender_bic": "CHASUS33XXX",
    "sender_name": "Ann Example",
    "receiver_bic": "HSBCGB2LXXX",
    "receiver_name": "Bob Sample Ltd",
    "amount": "125000.50",
    "currency": "USD",
    "status": "completed",
    "created_at": _AT,
    "settled_at": _LATER,
}
_STATE: Final[dict[str, Any]] = {
    "status": "screened",
    "step": "pay_gross",
    "review": None,
    "parked_step": "pay_gross",
    "parked_code": "ledger_account_missing",
    "parked_message": "the account is not open in the ledger",
    "attempts": 5,
    "insists_on": None,
    "insisted_failures": 0,
    "insisted_code": None,
    "insisted_message": None,
}
_BALANCE: Final[dict[str, Any]] = {
    "account_id": "DEUTDEFFXXX/EUR",
    "currency": "EUR",
    "status": "open",
    "floor": "0.00",
    "posted": "1000000.00",
    "available": "875000.00",
    "pending": "125000.00",
    "incoming": "0.00",
    "ledger_position": 4711,
    "projected_at": _AT,
}
_BANK: Final[dict[str, Any]] = {
    "bic": "DEUTDEFFXXX",
    "name": "Example Bank AG",
    "country": "DE",
    "status": "active",
    "created_at": _AT,
}
_PAST_BALANCE: Final[dict[str, Any]] = {
    "account_id": "DEUTDEFFXXX/EUR",
    "currency": "EUR",
    "posted": "1000000.00",
    "pending": "125000.00",
    "incoming": "0.00",
}
_PAGE: Final[dict[str, Any]] = {"total": 1543, "page": 1, "limit": 50}
_OK: Final[dict[str, Any]] = {"status": "ok", "latency_ms": 0.8}

_FINDING: Final[dict[str, Any]] = {
    "path": "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf/Dbtr/PstlAdr/TwnNm",
    "rule": "PA-04",
    "message": "an address names its town and country apart from its lines",
    "reason": "RR02",
    "line": 54,
    "severity": "warning",
    "value": None,
}
_RECALL: Final[dict[str, Any]] = {
    "id": "rcl_01JABCDEFGHJKMNPQRSTVWXYZ5",
    "payment_id": _ID,
    "case_id": "CASE-4711",
    "state": "accepted",
    "reason": "DUPL",
    "reason_text": "sent twice",
    "requested_at": _AT,
    "answered_at": _LATER,
    "answer_reason": None,
    "answer_text": None,
    "return_payment_id": "pay_01JABCDEFGHJKMNPQRSTVWXYZ6",
    "answer_by": "2026-11-03",
    "overdue": False,
}
_ROOT: Final = "b34dfd4d27e7b8b4f4c9b7d02c5ac9e8be2ca7cd9ea4b5b80a7b0f70c3fbf2ee"
_HEAD: Final[dict[str, Any]] = {
    "size": 9,
    "root": _ROOT,
    "hash": _ROOT[::-1],
    "signed_us": 1_791_887_400_000_000,
    "public_key": _ROOT[32:] + _ROOT[:32],
    "signature": _ROOT + _ROOT[::-1],
}

EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    **REVIEWS,
    **SETTLEMENT,
    **EXCHANGES,
    **FX,
    **DATES,
    "NewPayment": _ORDER,
    "NewBatch": {"payments": [_ORDER]},
    "Receipt": _RECEIPT,
    "VerdictShape": {**_RECEIPT, "status": "rejected", "verdict": "rejected", "reason_codes": ["AM04"]},
    "PaymentPage": {"payments": [_SUMMARY], **_PAGE},
    "PaymentDetail": {
        **_SUMMARY,
        "sender_account_id": "acc_456",
        "receiver_account_id": "GB33BUKB20201555555555",
        "risk_score": 0,
        "processed_at": _AT,
        "updated_at": _LATER,
        "batch_id": "bat_01JABCDEFGHJKMNPQRSTVWXYZ2",
        "swift_message_type": "pacs.008.001.08",
        "swift_message_id": "MSG-20261013-1",
        "idempotency_key": "invoice-4711",
        "remittance_info": "Invoice payment for Q1",
        "uetr": _UETR,
        "end_to_end_id": "NOTPROVIDED",
        "value_date": "2026-12-25",
        "settlement_date": "2026-12-28",
        "release_at": "2026-12-28T01:30:00Z",
        "date_moved": "not_a_business_day",
        "warehoused": False,
        "kind": "customer",
        "original_payment_id": None,
        "findings": [_FINDING],
        "risk": RISK,
        "fx": None,
        "compliance_check": {
            "id": _CHECK,
            "check_type": "sanctions_screening",
            "status": "passed",
            "risk_score": 0,
            "requires_review": False,
            "completed_at": _AT,
        },
        "reason_codes": [],
        "exchange": LEG_OF_PAYMENT,
        "waiting": WAITING,
    },
    "EventList": {
        "events": [
            {
                "seq": 4711,
                "number": 1,
                "kind": "status",
                "status": "initiated",
                "at": _AT,
                "actor": "participant/CHASUS33XXX",
                "detail": {},
            }
        ]
    },
    "Comment": {"comment": "sent twice"},
    "StateShape": _STATE,
    "NewRecall": {"reason": "DUPL", "text": "sent twice", "case_id": "CASE-4711"},
    "NewAnswer": {"answer": "refuse", "reason": "CUST", "text": "the goods are delivered"},
    "RecallShape": _RECALL,
    "RecallList": {"recalls": [_RECALL]},
    "NewReturn": {"reason": "AC04", "amount": "125000.50", "text": "account closed", "settlement_method": "net"},
    "MessageList": {
        "messages": [
            {
                "id": "msg_01JABCDEFGHJKMNPQRSTVWXYZ7",
                "direction": "out",
                "identity": "pacs.002/1",
                "audience": "CHASUS33XXX",
                "message_type": "pacs.002.001.10",
                "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "size": 2048,
                "received_at": _AT,
                "links": {"self": f"/api/v1/payments/{_ID}/messages/msg_01JABCDEFGHJKMNPQRSTVWXYZ7"},
            }
        ]
    },
    "BatchResult": {
        "total": 2,
        "accepted": 1,
        "refused": 1,
        "items": [
            {"index": 0, "result": "accepted", "reference": "INV-1", "id": _ID, "uetr": _UETR, "problem": None},
            {
                "index": 1,
                "result": "refused",
                "reference": "INV-2",
                "id": None,
                "uetr": None,
                "problem": {"code": "duplicate_payment", "status": 409, "reasons": ["AM05"], "payment_id": _ID},
            },
        ],
    },
    "ValidationResult": {
        "valid": True,
        "message_type": "pacs.008.001.08",
        "profile": "cbpr-2025",
        "strict": False,
        "errors": 0,
        "warnings": 1,
        "findings": [_FINDING],
    },
    "RuleList": {
        "rules": [
            {
                "id": "AM-04",
                "severity": "error",
                "profiles": ["base", "cbpr-2025", "cbpr-2026"],
                "messages": ["every message"],
                "reason": "AM09",
                "source": "ISO 4217",
                "text": "an amount has no more decimals than its currency",
                "where": "message",
            }
        ]
    },
    "Redrive": {"comment": "account opened"},
    "Abandon": {"comment": "agreed with the sender"},
    "DeadLetterPage": {
        "dead_letters": [
            {
                "id": "dl_01JABCDEFGHJKMNPQRSTVWXYZ4",
                "payment_id": _ID,
                "payment_reference": "PAY-2026-MNPQRSTVWXYZ",
                "payment_status": "screened",
                "sender_bic": "CHASUS33XXX",
                "receiver_bic": "HSBCGB2LXXX",
                "amount": "125000.50",
                "currency": "USD",
                "step": "pay_gross",
                "error_code": "ledger_account_missing",
                "message": "the account is not open in the ledger",
                "attempts": 5,
                "state": "parked",
                "parked_at": _LATER,
                "resolved_at": None,
                "resolved_by": None,
            }
        ],
        **_PAGE,
    },
    "WorkflowShape": {
        "workflow_id": f"payment/{_ID}",
        "run_id": "01a20386-2d58-7c13-9403-828244827200",
        "execution": "running",
        "status": "screened",
        "step": "pay_gross",
        "attempt": 5,
        "last_failure": "the account is not open in the ledger",
        "pending_activity": None,
        "state": _STATE,
    },
    "NewParticipant": {
        "bic": "DEUTDEFF",
        "name": "Example Bank AG",
        "country": "DE",
        "accounts": [{"currency": "EUR", "floor": "0"}],
    },
    "NewAccount": {"currency": "DE0001102580", "floor": "0"},
    "ParticipantShape": _BANK,
    "ParticipantList": {"participants": [_BANK]},
    "BalanceShape": _BALANCE | {"status": "closed", "posted": "0.00", "available": "0.00", "pending": "0.00"},
    "Standing": {"comment": "its licence was withdrawn"},
    "Balances": {"bic": "DEUTDEFFXXX", "balances": [_BALANCE]},
    "PastBalances": {
        "bic": "DEUTDEFFXXX",
        "position": 4711,
        "balances": [_PAST_BALANCE],
    },
    "PastBalanceShape": _PAST_BALANCE,
    "Funding": {"amount": "1000000.00", "reference": "opening-1"},
    "FundedShape": {
        "account_id": "DEUTDEFFXXX/EUR",
        "currency": "EUR",
        "posted": "1000000.00",
        "available": "1000000.00",
    },
    "HeadShape": _HEAD,
    "ProofShape": {
        "format": "deltran-receipt/1",
        "entry": {
            "sequence": 9,
            "at": _LATER,
            "kind": "post",
            "id": f"{_ID}/post",
            "pending_id": f"{_ID}/hold",
            "amount_minor": None,
            "body": "0204000000000000000900000000000000000000000000065de7",
        },
        "proof": [_ROOT],
        "head": _HEAD,
    },
    "ConsistencyShape": {"older": _HEAD | {"size": 8}, "newer": _HEAD, "proof": [_ROOT]},
    "EntryList": {
        "entries": [
            {
                "sequence": 9,
                "at": _LATER,
                "kind": "post",
                "operation_id": f"{_ID}/post",
                "pending_id": f"{_ID}/hold",
                "debit_account": "CHASUS33XXX/USD",
                "credit_account": "HSBCGB2LXXX/USD",
                "asset": "USD",
                "amount_minor": 12_500_050,
                "held_minor": 12_500_050,
            }
        ]
    },
    **RISKS,
    **SCREENING,
    "Health": {"status": "ok"},
    "Readiness": {"status": "ready", "postgresql": _OK, "temporal": _OK},
}
"""By the name of the document."""
