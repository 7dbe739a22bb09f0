"""Ports on the loopback: free ones chosen, taken ones found before they surprise."""

import random
import socket
from typing import Final

from devstack.errors import PortTaken

LOOPBACK: Final = "127.0.0.1"


_FREE: Final = range(12_000, 32_000)
"""Where free ports are looked for: below those that the system gives to outgoing connections, which come and go."""
_TRIES: Final = 50


def choose(wanted: int, *, option: str, host: str = LOOPBACK) -> int:
    """The wanted port if nobody listens there, any free one for 0. Raises PortTaken, naming the option to change."""
    for port in [wanted] if wanted else random.sample(_FREE, _TRIES):
        if _free(port, host):
            return port
    raise PortTaken(f"port {wanted or 'of any number'} is taken or forbidden: choose another one with {option}")


def _free(port: int, host: str) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def answers(port: int, host: str = LOOPBACK) -> bool:
    """Whether somebody accepts connections."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0
