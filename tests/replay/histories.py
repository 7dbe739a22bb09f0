"""The replay corpus: `histories/<workflow>/<scenario>.json`, recorded once, never re-recorded, only added to."""

from pathlib import Path
from typing import Final

from temporalio.client import WorkflowHistory

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
    path.write_text(history.to_json() + "\n")
    return True
