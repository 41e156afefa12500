"""Tests reach this machine and nothing else."""

import socket

import pytest


def test_this_machine_can_be_reached() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        assert client.getpeername() == server.getsockname()


def test_no_other_machine_can_be_reached() -> None:
    # An address kept for documentation; the attempt ends inside of this process.
    with pytest.raises((RuntimeError, UserWarning), match=r"socket\.connect"):
        socket.create_connection(("192.0.2.1", 9), timeout=0.1)
