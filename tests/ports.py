"""Ports of this machine that nobody else gets."""

from __future__ import annotations

import socket


def reserved_port() -> socket.socket:
    """Something that holds a port without listening on it: Linux gives it to nobody else, and lets a server listen."""
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind(("127.0.0.1", 0))
    return holder


def port_of(holder: socket.socket) -> int:
    """The port that is held."""
    return int(holder.getsockname()[1])
