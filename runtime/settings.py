"""Every setting of every process, read once from the environment (`DELTRAN_…`) and handed down."""

from datetime import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.calendars import Observance
from domain.screening import EditRule
from domain.settlement import AtCutOff, Backing


class Placement(StrEnum):
    """Where ledger postings are made."""

    LOCAL = "local"
    """The one payments worker owns the RocksDB ledger and posts in its own process."""
    QUEUE = "queue"
    """One ledger owner serves the ledger task queue; any number of payments workers ask it."""
    POSTGRES = "postgres"
    """The ledger lies in PostgreSQL, and any number of payments workers post to it."""


def default_state() -> Path:
    """Where a stack keeps its databases unless told otherwise."""
    return Path("~/.local/share/deltran").expanduser()


def default_four_eyes() -> dict[str, int]:
    """Round amounts of about a million dollars, in minor units."""
    millions = {"USD": 1, "EUR": 1, "GBP": 1, "CHF": 1, "CAD": 1, "AUD": 1, "SGD": 1, "AED": 4, "HKD": 8, "CNY": 7}
    return {"JPY": 150_000_000, **{currency: amount * 100_000_000 for currency, amount in millions.items()}}


class Settings(BaseSettings):
    """Settings of one process. Times are in seconds; tokens have no defaults outside the demo."""

    model_config = SettingsConfigDict(env_prefix="DELTRAN_", populate_by_name=True, extra="ignore", frozen=True)

    database_url: Annotated[str, Field(validation_alias="DATABASE_URL")] = ""
    database_pool: PositiveInt = 8
    temporal_address: Annotated[str, Field(validation_alias="TEMPORAL_ADDRESS")] = "127.0.0.1:7233"
    temporal_namespace: str = "default"
    state: Path = Field(default_factory=default_state)

    placement: Placement = Placement.LOCAL
    deployment: Annotated[str, Field(pattern="^[a-z0-9-]*$")] = ""
    """What this network is called where several share a Temporal namespace: stands before the names of its task queues, gross
    queues and schedules there. Not to be changed while payments are under way."""
    task_queue: str = "payments"
    ledger_task_queue: str = "ledger"
    intake_batch: PositiveInt = 50
    intake_in_flight: PositiveInt = 20

    window_s: PositiveFloat = 5.0
    lists: str = "OFAC,OFAC-CONS,EU,UN,UK"
    """Sanctions lists without which nothing may be screened; NETWORK is the packaged one of invented names."""
    lists_max_age_s: PositiveFloat = 3 * 24 * 3600.0
    lists_refresh_s: NonNegativeFloat = 6 * 3600.0
    """How often the lists' publishers are asked for new versions; 0 never asks."""
    lists_sources: str = ""
    """`LIST=URL` pairs separated by blanks, in place of the publishers' own addresses."""
    edit_rule: EditRule = EditRule.BY_WORD
    """How many edits may lie between two names that a payment is held for."""
    embargoes: Path | None = None
    """A table of embargoed countries and regions, brought in at start if it was never in force (shape: `screening/embargoes.tsv`)."""
    net_backing: Backing = Backing.HELD
    """What stands behind a net payment while it waits: its whole amount, or (due) nothing until the net is paid."""
    calendars: Observance = Observance.ALWAYS_OPEN
    """Whether days of closure and cut-offs bind. A payment for a later day waits for it either way."""
    calendars_max_age_s: NonNegativeFloat = 5.0
    """After how long a changed line of a currency's calendar is heard everywhere."""
    warehouse_days: PositiveInt = 366
    """How far ahead the day of a payment may lie; one that is for a later day is refused."""
    recall_answer_days: NonNegativeInt = 15
    """Business days of the currency that a receiver has to answer a recall (SEPA's term); 0 sets no term."""
    exchange_wait_s: PositiveFloat = 4 * 3600.0
    """How long the leg of an exchange waits for its partner unless its sender says otherwise."""
    exchange_longest_s: PositiveFloat = 7 * 24 * 3600.0
    """How long it may wait at most."""
    gross_queue_s: NonNegativeFloat = 0.0
    """How long a gross payment may wait for liquidity; 0: it is refused at once where its bank cannot cover it."""
    at_cut_off: AtCutOff = AtCutOff.ROLL
    """What becomes of a payment that still waits in a queue at the cut-off of its day, unless it says so itself."""
    gross_look_s: PositiveFloat = 10.0
    """How often a gross queue is looked at without news of money, of payments or of priorities."""
    review_remind_after_s: PositiveFloat = 2 * 3600.0
    review_escalate_after_s: PositiveFloat = 4 * 3600.0
    review_expire_after_s: PositiveFloat = 20 * 3600.0
    review_lock_s: PositiveFloat = 30 * 60.0
    """How long a case stays locked on its reviewer's desk."""
    review_cut_off: time | None = time(16, 0)
    """When a payment that is still under review misses its day (UTC) and is ring-fenced; None: never."""
    review_four_eyes_above: dict[str, int] = Field(default_factory=default_four_eyes)
    """Above which amount two people must approve, in minor units by currency; a currency that is not named: always."""
    repair_attempts: PositiveInt = 5

    risk_hold_score: PositiveInt = 80
    """The risk score from which a payment is held, while little is known of its bank."""
    risk_hold_lowest: PositiveInt = 70
    """What a bank's own threshold never falls below."""
    risk_hold_highest: PositiveInt = 95
    """What a bank's own threshold never rises above."""
    risk_without_memory: bool = False
    """Whether payments are weighed, and marked so, while the risk engine's memory is not whole; else they wait."""

    host: str = "127.0.0.1"
    port: PositiveInt = 8000
    network_bic: Annotated[str, Field(pattern="^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{5}$")] = "DLTNLULLXXX"
    """Who the network is in the messages that it sends."""
    body_max_bytes: PositiveInt = 256 * 1024
    batch_max_bytes: PositiveInt = 10 * 1024 * 1024
    token_admin: SecretStr | None = None
    token_operator: SecretStr | None = None
    token_compliance: SecretStr | None = None
    token_senior: SecretStr | None = None
    token_participant: SecretStr | None = None
    """`BIC:token` pairs separated by commas: one bearer token for each participant's system."""

    ledger_database_url: str = ""
    """Where a ledger in PostgreSQL lies, if not in the database of everything else."""
    ledger_key_file: Path | None = None
    """The private key that signs the ledger's heads; None: a file of the state directory, made when it is missing."""

    @property
    def payments_queue(self) -> str:
        """The task queue of the payments workers."""
        return self._named(self.task_queue)

    @property
    def ledger_queue(self) -> str:
        """The task queue of the ledger's owner."""
        return self._named(self.ledger_task_queue)

    def _named(self, task_queue: str) -> str:
        return f"{self.deployment}/{task_queue}" if self.deployment else task_queue

    @property
    def ledger_url(self) -> str:
        """The database of a ledger in PostgreSQL."""
        return self.ledger_database_url or self.database_url

    @property
    def ledger_key_path(self) -> Path:
        """File of the key that signs the ledger's heads."""
        return self.ledger_key_file or self.state / "secrets" / "ledger.key"

    metrics_port: NonNegativeInt = 0
    """Port on which a worker shows its measurements to Prometheus; 0 shows none. The API shows its own at /metrics."""

    @property
    def wanted_lists(self) -> tuple[str, ...]:
        """The lists without which nothing may be screened."""
        return tuple(filter(None, (name.strip() for name in self.lists.split(","))))

    @property
    def ledger_path(self) -> Path:
        """Directory of the RocksDB ledger."""
        return self.state / "ledger"
