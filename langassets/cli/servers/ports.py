"""Ports of this machine: which are free, and which answer."""

import errno
import socket
from contextlib import closing

from langassets.errors import SettingsError


def free_port() -> int:
    """A port that nothing listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Whether something listens on a port of 127.0.0.1."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def url_host(host: str) -> str:
    """A host as an address of the web has it: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def check_free(host: str, port: int, variable: str) -> None:
    """Raise `SettingsError`, which names the variable to set, where an address cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            cure = f"another {variable}, or stop what listens there"
            if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                cure = "API_HOST to an address of this machine, like 127.0.0.1"
            elif error.errno == errno.EACCES:
                cure = f"{variable} to a port of 1024 or more"
            raise SettingsError(
                f"{host}:{port} cannot be listened on ({error.strerror}): set {cure}."
            ) from None
