"""Tell whoever started this process that it is ready (the sd_notify protocol: systemd's and our supervisor's)."""

import os
import socket


def ready() -> None:
    """Report READY=1 to the socket named by NOTIFY_SOCKET; silent when nobody asked."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.connect("\0" + address[1:] if address.startswith("@") else address)
        sock.sendall(b"READY=1")
