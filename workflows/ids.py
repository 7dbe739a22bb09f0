"""Workflow ids carry their meaning; however often one is started, it is one workflow.

Most are named by an id that nobody else has. What is named by a currency or an account would be the same in every network
that shares a Temporal namespace, so it has the name of its `deployment` before it, where there is one.
"""


def within(deployment: str, name: str) -> str:
    """A name that other deployments in the namespace do not use; without a deployment, the name itself."""
    return f"{deployment}/{name}" if deployment else name


def payment(payment_id: str) -> str:
    """The workflow of a payment."""
    return f"payment/{payment_id}"


def settlement(window_id: str) -> str:
    """The workflow of a settlement window."""
    return f"settlement/{window_id}"


def account(account_id: str, reference: str, deployment: str = "") -> str:
    """The workflow of one order on a participant's account."""
    return within(deployment, f"account/{account_id}/{reference}")


def exchange(pair_id: str) -> str:
    """The workflow of a pair of an exchange."""
    return f"exchange/{pair_id}"


def schedule(currency: str, deployment: str = "") -> str:
    """The Temporal Schedule by which a currency's windows close, and each run that it starts."""
    return within(deployment, f"settlement-window/{currency}")


def gross_queue(currency: str, deployment: str = "") -> str:
    """The workflow of a currency's gross queue."""
    return within(deployment, f"gross-queue/{currency}")


def lists_refresh(deployment: str = "") -> str:
    """The Temporal Schedule by which the sanctions lists are asked for, and each run that it starts."""
    return within(deployment, "lists-refresh")


def rescreening(list_name: str, version_id: str) -> str:
    """What follows one change of one list."""
    return f"rescreening/{list_name}/{version_id}"
