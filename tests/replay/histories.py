"""The replay corpus: `histories/<workflow>/<scenario>.json`, recorded once, never re-recorded, only added to."""

import json
import re
from pathlib import Path
from typing import Any, Final

from temporalio.client import WorkflowHistory

_WORKER: Final = re.compile(r"^\d+@\S+")
FOLDER: Final = Path(__file__).parent / "histories"


def stored() -> list[Path]:
    """Every committed history."""
    return sorted(FOLDER.glob("*/*.json"))


def load(path: Path) -> WorkflowHistory:
    """A committed history; its folder names the workflow."""
    return WorkflowHistory.from_json(f"{path.parent.name}/{path.stem}", path.read_text())


def store(workflow: str, scenario: str, history: WorkflowHistory) -> bool:
    """Add a history to the corpus; False when the scenario is there already."""
    path = FOLDER / workflow / f"{scenario}.json"
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(_anonymous(json.loads(history.to_json())), indent=1, ensure_ascii=False) + "\n")
    return True


def _anonymous(told: Any) -> Any:
    """Without where it was recorded: stack traces and identities name the machine, and no replay reads them."""
    if isinstance(told, dict):
        return {key: _anonymous(value) for key, value in told.items() if key not in ("stackTrace", "identity")}
    if isinstance(told, list):
        return [_anonymous(item) for item in told]
    return _WORKER.sub("worker", told) if isinstance(told, str) else told
