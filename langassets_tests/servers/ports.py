"""Ports for servers that tests start, and for addresses where nothing listens."""

import itertools
import os
import random
import socket
from contextlib import closing

# Below those that the kernel gives to anybody (from 32,768 on, Linux): a server that loads Dagster listens
# seconds after its port was chosen, and until then any connection of another test could have got it.
_PORTS = range(18_000, 32_000)
# Each test process begins elsewhere.
_next = itertools.cycle(random.Random(os.getpid()).sample(_PORTS, len(_PORTS)))


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on, and that this process hands out once."""
    for port in _next:
        with closing(socket.socket()) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("a cycle has no end")
