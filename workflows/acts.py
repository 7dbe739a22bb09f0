"""What people ask of a running payment: one request at a time, answered when it has been carried out."""

from dataclasses import dataclass

from temporalio import workflow

from domain.errors import DelTranError, Refused
from workflows.failures import refusal
from workflows.payloads import Act, ActRequest


@dataclass(slots=True)
class Asked:
    """One request and its answer."""

    act: Act
    request: ActRequest
    answered: bool = False
    refused: DelTranError | None = None


class Acts:
    """The slot in which a request waits for the payment's story to reach it."""

    def __init__(self) -> None:
        self.pending: Asked | None = None

    def require_free(self) -> None:
        """Raises Refused while another request is being carried out."""
        if self.pending is not None:
            raise Refused(f"another request is being carried out: {self.pending.act}")

    async def ask(self, act: Act, request: ActRequest) -> None:
        """Hand a request to the story and wait for its answer. Fails the update when it is refused."""
        asked = self.pending = Asked(act, request)
        await workflow.wait_condition(lambda: asked.answered)
        if asked.refused is not None:
            raise refusal(asked.refused)

    def grant(self) -> None:
        """The request has been carried out."""
        self._answer(None)

    def refuse(self, error: DelTranError) -> None:
        """The request cannot be carried out after all."""
        self._answer(error)

    def _answer(self, error: DelTranError | None) -> None:
        assert self.pending is not None, "only a pending request is answered"
        self.pending.refused, self.pending.answered = error, True
        self.pending = None
