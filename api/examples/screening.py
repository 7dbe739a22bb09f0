"""Examples of the documents about sanctions lists and cleared parties."""

from typing import Any, Final

_ID: Final = "pay_01JABCDEFGHJKMNPQRSTVWXYZ0"
_AT: Final = "2026-10-13T10:30:00Z"
_LATER: Final = "2026-10-13T10:30:05Z"

_CLEARED: Final[dict[str, Any]] = {
    "id": "gg_01JABCDEFGHJKMNPQRSTVWXYZ8",
    "state": "active",
    "party": "example viktor",
    "list_name": "OFAC",
    "entity_id": "12345",
    "reason": "another date of birth, seen in the passport",
    "proposed_by": "compliance/ada",
    "proposed_at": _AT,
    "approved_by": "compliance/bert",
    "approved_at": _LATER,
    "revoked_by": None,
    "expires_at": "2027-04-13T10:30:00Z",
}

PULLED_BACK: Final[dict[str, Any]] = {
    "list_name": "OFAC",
    "version": "9f86d081884c",
    "reason": "listed",
    "entities": ["12345"],
    "at": _AT,
    "answered_at": _LATER,
    "outcome": "screened",
    "check_id": "chk_01JABCDEFGHJKMNPQRSTVWXYZ1",
}
_FOLLOWED: Final[dict[str, Any]] = {
    "list_name": "OFAC",
    "version": "9f86d081884c",
    "state": "done",
    "added": 6,
    "changed": 1,
    "removed": 2,
    "payments": 1250,
    "parties": 2311,
    "hits": 1,
    "pulled_back": 1,
    "reopened": 0,
    "too_late": 0,
    "unanswered": 0,
    "begun_at": _AT,
    "ended_at": _LATER,
}

_PROPOSED: Final[dict[str, Any]] = {
    "id": "emb_01JABCDEFGHJKMNPQRSTVWXYZ9",
    "state": "approved",
    "version": "ours-7/60303ae22b99",
    "acknowledged": False,
    "note": "board decision 7",
    "added": ["VE"],
    "changed": [],
    "removed": [],
    "proposed_by": "compliance/ada",
    "proposed_at": _AT,
    "decided_by": "compliance/bert",
    "decided_at": _LATER,
}
_TABLE: Final = (
    "# version ours-7\nKP\tblocking\t31 CFR 510\tnorth korea|pyongyang\nVE\trestricted\tboard decision 7\tcaracas\n"
)

SCREENING: Final[dict[str, dict[str, Any]]] = {
    "ListsShape": {
        "wanted": ["OFAC", "OFAC-CONS", "EU", "UN", "UK"],
        "lists": [
            {
                "list_name": "OFAC",
                "version": "9f86d081884c",
                "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "entities": 19391,
                "source": "https://publisher.example/SDN_ADVANCED.XML",
                "imported_by": "network/lists",
                "imported_at": _AT,
                "confirmed_at": _LATER,
                "age_s": 3600.0,
                "rescreening": _FOLLOWED,
            }
        ],
        "looks": [
            {
                "list_name": "OFAC",
                "outcome": "refused",
                "reason": "dropped",
                "source": "https://publisher.example/SDN_ADVANCED.XML",
                "by": "network/lists",
                "at": _LATER,
            }
        ],
        "embargoes": {
            "version": "embargoes-2026-11/60303ae22b99",
            "sha256": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
            "source": "embargoes.tsv",
            "imported_by": "compliance/bert",
            "imported_at": _AT,
            "age_s": 3600.0,
            "rescreening": _FOLLOWED
            | {"list_name": "GEO", "version": "embargoes-2026-11/60303ae22b99", "added": 1, "changed": 0, "removed": 0},
            "regions": [{"region": "KP", "scope": "blocking", "basis": "31 CFR 510; Regulation (EU) 2017/1509"}],
        },
    },
    "NewEmbargoes": {"table": _TABLE, "note": "board decision 7", "acknowledged": False},
    "EmbargoProposal": _PROPOSED,
    "EmbargoProposalWithTable": {**_PROPOSED, "table": _TABLE},
    "EmbargoProposalList": {"proposals": [_PROPOSED]},
    "NewGoodGuy": {
        "payment_id": _ID,
        "role": "creditor",
        "list_name": "OFAC",
        "entity_id": "12345",
        "reason": "another date of birth, seen in the passport",
        "days": 180,
    },
    "ExplanationShape": {
        "check_id": "chk_01JABCDEFGHJKMNPQRSTVWXYZ1",
        "number": 1,
        "list_version": "9f86d081884c",
        "stored_by": "words-3/1",
        "engine_version": "words-3/1",
        "stored_score": 91,
        "stored_points": 2.3,
        "score": 90.888,
        "points": 2.3,
        "bias": -4.0,
        "lines": [
            {
                "feature": "agreement",
                "value": 0.96,
                "points": 2.304,
                "meaning": "weight of the paired words, each by its likeness, over the weight of all words that count",
            }
        ],
        "entity_unchanged": True,
        "same": True,
    },
    "RescreeningShape": _FOLLOWED,
    "RescreeningList": {"rescreenings": [_FOLLOWED]},
    "PullBackShape": PULLED_BACK,
    "GoodGuyShape": _CLEARED,
    "GoodGuyList": {"good_guys": [_CLEARED]},
}
"""By the name of the document."""
