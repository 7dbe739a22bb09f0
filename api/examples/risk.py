"""Examples of the documents about risk: assessments, rules and their dry runs."""

from typing import Any, Final

_ID: Final = "pay_01JABCDEFGHJKMNPQRSTVWXYZ0"
_AT: Final = "2026-10-13T10:30:00Z"
_LATER: Final = "2026-10-13T10:30:05Z"

_CONTRIBUTION: Final[dict[str, Any]] = {
    "rule": "VL-01",
    "text": "many payments of one debtor within an hour",
    "points": 30,
    "because": {"debtor_count_1h": 25},
}
RISK: Final[dict[str, Any]] = {
    "kind": "hot",
    "score": 30,
    "hold_at": 80,
    "holds": False,
    "rules_version": 3,
    "engine_version": "risk-1",
    "with_memory": True,
    "contributions": [_CONTRIBUTION],
    "shadows": [],
    "features": {"debtor_count_1h": 25},
    "at": _AT,
}
_RULE: Final[dict[str, Any]] = {
    "id": "VL-01",
    "text": "many payments of one debtor within an hour",
    "points": 30,
    "conditions": [{"feature": "debtor_count_1h", "operator": "at_least", "value": 20}],
    "enabled": True,
    "shadow": False,
}
_RULES: Final[dict[str, Any]] = {
    "version": 3,
    "state": "active",
    "rules": [_RULE],
    "note": "bursts of one debtor",
    "trial": {"assessed": 1000, "held_before": 2, "held_after": 3},
    "proposed_by": "compliance/ada",
    "proposed_at": _AT,
    "approved_by": "compliance/bert",
    "approved_at": _LATER,
    "activated_by": "compliance/bert",
    "activated_at": _LATER,
    "retired_by": None,
    "retired_at": None,
}

RISKS: Final[dict[str, dict[str, Any]]] = {
    "Assessments": {"assessments": [RISK]},
    "RulesList": {"in_force": 3, "versions": [_RULES]},
    "RulesShape": _RULES,
    "Proposal": {"rules": [_RULE], "note": "bursts of one debtor"},
    "DryRun": {"last": 1000},
    "TrialShape": {
        "assessed": 1000,
        "held_before": 2,
        "held_after": 3,
        "newly_held_count": 1,
        "released_count": 0,
        "newly_held": [_ID],
        "released": [],
        "mean_score_before": 11.2,
        "mean_score_after": 11.9,
        "deltas": {"0": 970, "30": 30},
        "met": {"VL-01": 30},
    },
}
"""By the name of the document."""
