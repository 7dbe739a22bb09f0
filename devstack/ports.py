"""Ports on the loopback: free ones chosen, taken ones found before they surprise."""

import socket
from typing import Final

from devstack.errors import PortTaken

LOOPBACK: Final = "127.0.0.1"


def choose(wanted: int, *, option: str, host: str = LOOPBACK) -> int:
    """The wanted port if nobody listens there, any free one for 0. Raises PortTaken, naming the option to change."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, wanted))
        except OSError as wrong:
            raise PortTaken(f"port {wanted} is taken or forbidden: choose another one with {option}") from wrong
        port: int = probe.getsockname()[1]
        return port


def answers(port: int, host: str = LOOPBACK) -> bool:
    """Whether somebody accepts connections."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0
