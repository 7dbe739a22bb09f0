"""What the starter of a stack may choose."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from runtime.settings import Placement

DEMO_BANKS: Final = ("ALPHDEFFXXX", "BRVOUS33XXX", "CHLIGB2LXXX", "DLTAJPJTXXX", "ECHOKWKWXXX")
"""BICs of the invented banks that hold a token in a demonstration."""


@dataclass(frozen=True, slots=True)
class Options:
    """A stack before it starts. A port of 0 means any free one; an empty address means a server of our own."""

    state: Path
    port: int = 8000
    temporal_port: int = 7233
    ui_port: int = 8233
    workers: int = 1
    placement: Placement = Placement.LOCAL
    window_s: float | None = None
    """Length of a settlement window in seconds; None leaves it to the settings."""
    demo: bool = False
    """Make tokens for every role and for the demonstration's banks."""
    banks: tuple[str, ...] = DEMO_BANKS
    database_url: str = ""
    temporal_address: str = ""
    temporal_namespace: str = "default"
    extra: Mapping[str, str] = field(default_factory=dict)
    """Further settings for every process, by their names in the environment."""

    @property
    def settled_placement(self) -> Placement:
        """Several workers cannot share one RocksDB: then the ledger has an owner of its own, or lies in PostgreSQL."""
        return Placement.QUEUE if self.workers > 1 and self.placement is Placement.LOCAL else self.placement

    @classmethod
    def throwaway(cls, state: Path, *, workers: int = 1, placement: Placement = Placement.LOCAL) -> "Options":
        """For tests and benchmarks: free ports, everything our own, tokens made."""
        return cls(state, port=0, temporal_port=0, ui_port=0, workers=workers, placement=placement, demo=True)
