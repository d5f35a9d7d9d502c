"""A real pgbouncer in transaction mode, as Supabase's pooler works.

A session is one's own for the length of a transaction; for the next one it may be another.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

# Debian keeps servers where not everybody's PATH leads.
_PLACES = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
_PATIENCE = 60.0
# Few, so that whoever leaves something behind in a session is soon met by another.
SESSIONS = 6


class Pooler:
    """A pooler before one server; it can be stopped and started again at the same address."""

    def __init__(self, server: str, folder: Path, sessions: int) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = int(free.getsockname()[1])
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        url = sa.make_url(server)
        (folder / "pgbouncer.ini").write_text(
            "[databases]\n"
            f"* = host={url.query['host']} user={url.username}\n"
            "[pgbouncer]\n"
            "pool_mode = transaction\n"
            f"listen_addr = 127.0.0.1\nlisten_port = {self._port}\nunix_socket_dir =\n"
            # Whoever comes is let in: what is tried here is not who may.
            "auth_type = any\n"
            f"default_pool_size = {sessions}\nmax_client_conn = 200\nserver_lifetime = 3600\n"
            "ignore_startup_parameters = extra_float_digits\n"
            f"logfile = {folder}/pgbouncer.log\n"
        )

    def through(self, address: str) -> str:
        """The address of a database of the server, by way of the pooler."""
        name = sa.make_url(address).database
        return f"postgresql://postgres.project:secret@127.0.0.1:{self._port}/{name}"

    def start(self) -> None:
        """Start it, and wait until it listens."""
        program = shutil.which("pgbouncer", path=_PLACES)
        assert program, "pgbouncer is missing: `make fleet` installs it, or sudo apt-get install pgbouncer"
        # It refuses to be root.
        user = ["--user", "nobody"] if os.geteuid() == 0 else []
        self._process = subprocess.Popen([program, "--quiet", *user, str(self._folder / "pgbouncer.ini")])
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            assert self._process.poll() is None, self.log()
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError(f"pgbouncer does not listen:\n{self.log()}")

    def stop(self) -> None:
        """End it at once, with the connections of everybody."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(_PATIENCE)
        self._process = None

    def log(self) -> str:
        """What it said."""
        path = self._folder / "pgbouncer.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


@contextmanager
def running_pooler(server: str, sessions: int = SESSIONS) -> Iterator[Pooler]:
    """A pooler before the server at the address `server`, with so many sessions for each database."""
    folder = Path(tempfile.mkdtemp(prefix="langassets-pooler-"))
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        Path(str(sa.make_url(server).query["host"])).chmod(0o755)
    pooler = Pooler(server, folder, sessions)
    pooler.start()
    try:
        yield pooler
    finally:
        pooler.stop()
        shutil.rmtree(folder, ignore_errors=True)
