"""Workflow ids carry their meaning; however often one is started, it is one workflow."""


def payment(payment_id: str) -> str:
    """The workflow of a payment."""
    return f"payment/{payment_id}"


def settlement(window_id: str) -> str:
    """The workflow of a settlement window."""
    return f"settlement/{window_id}"


def account(account_id: str, reference: str) -> str:
    """The workflow of one order on a participant's account."""
    return f"account/{account_id}/{reference}"


def exchange(pair_id: str) -> str:
    """The workflow of a pair of an exchange."""
    return f"exchange/{pair_id}"


def schedule(currency: str) -> str:
    """The Temporal Schedule by which a currency's windows close, and each run that it starts."""
    return f"settlement-window/{currency}"


def gross_queue(currency: str) -> str:
    """The workflow of a currency's gross queue."""
    return f"gross-queue/{currency}"


def rescreening(list_name: str, version_id: str) -> str:
    """What follows one change of one list."""
    return f"rescreening/{list_name}/{version_id}"
